select
    delivery_id || '-' || row_number as vacancy_id,
    employer_name,
    position,
    openings,
    education_min,
    age_min,
    age_max,
    sex_required,
    skills,
    posted_on,
    closes_on,
    wage_idr,
    area_code,
    delivery_id,
    row_number
from {{ ref('stg_vacancies') }}
