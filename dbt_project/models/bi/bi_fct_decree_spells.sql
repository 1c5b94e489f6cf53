select
    person_id,
    family_id,
    decree_number,
    started_on,
    ended_on,
    end_cause,
    end_decree_number,
    delivery_id,
    row_number
from {{ ref('fct_decree_spells') }}
