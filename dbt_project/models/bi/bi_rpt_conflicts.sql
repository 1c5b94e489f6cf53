select
    family_id,
    person_id,
    attribute,
    declared_on,
    administrative_on,
    conflict_since,
    declared_source_id,
    declared_delivery_id,
    declared_row_number,
    administrative_source_id,
    administrative_delivery_id,
    administrative_row_number,
    area_code
from {{ ref('rpt_conflicts') }}
