select
    vacancy_id,
    person_id,
    family_id,
    area_code,
    position,
    employer_name,
    posted_on,
    closes_on,
    place,
    skills,
    points
from {{ ref('rpt_vacancy_candidates') }}
