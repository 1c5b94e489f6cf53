with records as (

    select * from {{ ref('int_person_records') }} where {{ touched('person_id') }}

),

best as (

    select
        person_id,
        {{ first_word('family_id') }},
        {{ first_word('nik', rather="nik_status = 'valid'") }},
        {{ first_word('nik_status', rather="nik_status = 'valid'") }},
        {{ first_word('full_name') }},
        {{ first_word('sex') }},
        {{ first_word('birth_date') }},
        {{ first_word('birth_year') }},
        {{ first_word('relationship') }},
        {{ first_word('education') }},
        {{ first_word('occupation') }},
        count(distinct source_id) as source_count
    from records
    group by person_id

)

select
    person_id,
    family_id,
    nik,
    full_name,
    sex,
    birth_date,
    birth_year::integer as birth_year,
    relationship,
    education,
    occupation,
    coalesce(nik_status, 'missing') as nik_status,
    source_count::integer as source_count
from best
