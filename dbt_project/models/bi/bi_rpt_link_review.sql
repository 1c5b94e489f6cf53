select
    first_person_id,
    second_person_id,
    {{ initials('first_name') }} as first_name,
    {{ initials('second_name') }} as second_name,
    {{ last_four('first_nik') }} as first_nik,
    {{ last_four('second_nik') }} as second_nik,
    {{ age_band('first_birth_date', 'current_date') }} as first_age_band,
    {{ age_band('second_birth_date', 'current_date') }} as second_age_band,
    first_area_code,
    second_area_code,
    probability,
    reason,
    speaks_for,
    speaks_against,
    touches_decree,
    proposed_decision_id
from {{ ref('rpt_link_review') }}
