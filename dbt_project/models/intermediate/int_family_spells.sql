with people as (

    select * from {{ ref('int_decree_spells') }}

),

-- Spells of a family's people that touch or overlap are one spell of the family.
reached as (

    select
        *,
        max(coalesce(ended_on, 'infinity'::date)) over (
            partition by family_id
            order by started_on, person_id
            rows between unbounded preceding and 1 preceding
        ) as reached_on
    from people

),

numbered as (

    select
        *,
        count(*) filter (where reached_on is null or started_on > reached_on) over (
            partition by family_id order by started_on, person_id
        ) as spell_number
    from reached

)

select
    family_id,
    spell_number,
    min(started_on) as started_on,
    (array_agg(decree_number order by started_on, row_number))[1] as decree_number,
    (array_agg(area_code order by started_on, row_number))[1] as area_code,
    count(distinct person_id) as people,
    case when bool_and(ended_on is not null) then max(ended_on) end as ended_on,
    case
        when bool_and(ended_on is not null)
            then (array_agg(end_cause order by ended_on desc nulls last, row_number))[1]
    end as end_cause,
    case
        when bool_and(ended_on is not null)
            then (array_agg(end_decree_number order by ended_on desc nulls last, row_number))[1]
    end as end_decree_number
from numbered
group by family_id, spell_number
