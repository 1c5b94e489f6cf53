select
    family_id,
    need_id,
    need_name,
    opd_id,
    area_code,
    needed_since,
    is_met,
    met_on,
    met_by_program_id,
    days_to_met,
    is_in_force,
    source_id,
    delivery_id,
    row_number
from {{ ref('rpt_needs') }}
