select
    person_id,
    family_id,
    area_code,
    decree_number,
    started_on,
    ended_on,
    end_cause,
    end_decree_number,
    delivery_id,
    row_number
from {{ ref('int_decree_spells') }}
