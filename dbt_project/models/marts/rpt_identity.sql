with people as (

    select * from {{ ref('dim_people') }}

),

families as (

    select * from {{ ref('dim_families') }}

)

select
    families.area_code,
    count(*)::integer as people,
    (count(*) filter (where people.nik is null))::integer as people_without_nik,
    (count(*) filter (where people.nik is null and families.stage in ('decreed', 'assisted')))::integer
        as decreed_people_without_nik
from people
left join families on people.family_id = families.family_id
group by families.area_code
