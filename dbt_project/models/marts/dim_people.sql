with records as (

    select * from {{ ref('int_person_records') }}

),

-- The first word that is not silent, by rank of the source and then the newest.
best as (

    select
        person_id,
        (array_agg(family_id order by source_rank, said_on desc nulls last) filter (where family_id is not null))[1]
            as family_id,
        (array_agg(nik order by nik_status = 'valid' desc, source_rank, said_on desc nulls last)
            filter (where nik is not null))[1] as nik,
        (array_agg(nik_status order by nik_status = 'valid' desc, source_rank, said_on desc nulls last)
            filter (where nik_status is not null))[1] as nik_status,
        (array_agg(full_name order by source_rank, said_on desc nulls last) filter (where full_name is not null))[1]
            as full_name,
        (array_agg(sex order by source_rank, said_on desc nulls last) filter (where sex is not null))[1] as sex,
        (array_agg(birth_date order by source_rank, said_on desc nulls last) filter (where birth_date is not null))[1]
            as birth_date,
        (array_agg(birth_year order by source_rank, said_on desc nulls last) filter (where birth_year is not null))[1]
            as birth_year,
        (array_agg(relationship order by source_rank, said_on desc nulls last)
            filter (where relationship is not null))[1] as relationship,
        (array_agg(education order by source_rank, said_on desc nulls last) filter (where education is not null))[1]
            as education,
        (array_agg(occupation order by source_rank, said_on desc nulls last) filter (where occupation is not null))[1]
            as occupation,
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
