-- Jobless is who has the need `work`, by seeds/need_rules.csv, stated by the day of posting, and no job found by then.
with people as (

    select
        needs.person_id,
        needs.family_id,
        needs.needed_since,
        people.sex,
        people.birth_date,
        education.level,
        education.label_id as education_name
    from {{ ref('rpt_needs') }} as needs
    inner join {{ ref('dim_people') }} as people on needs.person_id = people.person_id
    left join {{ ref('education_levels') }} as education on people.education = education.education
    where needs.need_id = 'work'

),

skills as (

    select distinct
        crosswalk.person_id,
        lower(trim(help.skills)) as skill,
        {{ in_words('help.skills') }} as words
    from {{ ref('stg_interventions') }} as help
    inner join {{ ref('stg_crosswalk') }} as crosswalk
        on help.delivery_id = crosswalk.delivery_id and help.row_number = crosswalk.row_number
    inner join people on crosswalk.person_id = people.person_id
    where {{ in_words('help.skills') }} <> '  '

),

matches as (

    select
        vacancies.*,
        asked.label_id as education_name,
        people.person_id,
        people.family_id,
        people.education_name as own_education_name,
        families.area_code as family_area_code,
        extract(year from age(vacancies.posted_on, people.birth_date))::integer as age,
        case
            when families.area_code = vacancies.area_code then 'same_kelurahan'
            when left(families.area_code, 8) = left(vacancies.area_code, 8) then 'same_district'
            else 'elsewhere'
        end as place,
        skills.skill
    from {{ ref('fct_vacancies') }} as vacancies
    left join {{ ref('education_levels') }} as asked on vacancies.education_min = asked.education
    inner join people
        on
            (vacancies.education_min is null or people.level >= asked.level)
            and (vacancies.sex_required is null or people.sex = vacancies.sex_required)
            and people.needed_since <= vacancies.posted_on
    inner join {{ ref('int_family_spells') }} as families
        on people.family_id = families.family_id and {{ holds_on('families', 'vacancies.posted_on') }}
    left join skills
        on people.person_id = skills.person_id and strpos({{ in_words('vacancies.skills') }}, skills.words) > 0
    where not exists (
        select 1
        from {{ ref('fct_interventions') }} as help
        inner join {{ ref('program_kinds') }} as kinds on help.program_id = kinds.program_id and kinds.kind = 'job'
        where help.person_id = people.person_id and help.status = 'completed' and help.delivered_on <= posted_on
    )

)

select
    vacancy_id,
    person_id,
    family_id,
    max(family_area_code) as area_code,
    max(position) as position,
    max(employer_name) as employer_name,
    max(posted_on) as posted_on,
    max(closes_on) as closes_on,
    max(age) as age,
    max(place) as place,
    string_agg(distinct skill, ', ') as skills,
    concat_ws('; ',
        'pendidikan ' || max(own_education_name) || coalesce(' (diminta ' || max(education_name) || ')', ''),
        'usia ' || max(age) || case
            when max(age_min) is null and max(age_max) is null then ''
            else ' (diminta ' || concat(max(age_min), '-', max(age_max)) || ')'
        end,
        'keahlian ' || string_agg(distinct skill, ', '),
        case max(place) when 'same_kelurahan' then 'sekelurahan' when 'same_district' then 'sekecamatan' end
    ) as reason,
    (2 * (count(skill) > 0)::integer + case max(place) when 'same_kelurahan' then 2 when 'same_district' then 1 else 0
    end)::integer as points
from matches
-- an unknown age fits where none is asked for
where case when age is null then age_min is null and age_max is null
    else age between coalesce(age_min, 0) and coalesce(age_max, 200) end
group by vacancy_id, person_id, family_id
