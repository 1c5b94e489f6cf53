select
    person_id,
    family_id,
    {{ last_four('nik') }} as nik,
    {{ initials('full_name') }} as full_name,
    sex,
    {{ age_band('birth_date', 'current_date') }} as age_band,
    relationship,
    education,
    occupation,
    nik_status,
    source_count
from {{ ref('dim_people') }}
