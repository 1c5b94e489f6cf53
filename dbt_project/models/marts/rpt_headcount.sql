with spells as (

    select
        *,
        row_number() over (partition by person_id order by started_on, row_number) > 1 as is_again
    from {{ ref('int_decree_spells') }}

),

-- The last month that the offices report on; by the deliveries' own periods, which one mistyped date does not move.
reported as (

    select max(case
        when period ~ '^\d{4}-\d\d$' then to_date(period, 'YYYY-MM')
        when period ~ '^\d{4}-Q[1-4]$' then make_date(left(period, 4)::integer, 3 * right(period, 1)::integer, 1)
    end) as month
    from {{ ref('stg_deliveries') }}
    where entity = 'interventions' and status in ('accepted', 'accepted_with_findings')

),

-- From the first decree to the last month of which anything is known.
months as (

    select generate_series(
        date_trunc('month', (select min(started_on) from spells)),
        date_trunc('month', greatest(
            (select max(started_on) from spells), (select max(ended_on) from spells), (select month from reported)
        )),
        interval '1 month'
    )::date as month

),

places as (

    select
        months.month,
        (months.month + interval '1 month - 1 day')::date as month_end,
        areas.area_code
    from months
    cross join {{ ref('dim_areas') }} as areas

)

select
    places.month,
    places.month_end,
    places.area_code,
    count(distinct spells.person_id) filter (where in_force.yes)::integer as people,
    count(distinct spells.family_id) filter (where in_force.yes)::integer as families,
    count(*) filter (where spells.started_on between places.month and places.month_end)::integer as entered,
    count(*) filter (
        where spells.started_on between places.month and places.month_end and not spells.is_again
    )::integer as entered_first,
    count(*) filter (
        where spells.started_on between places.month and places.month_end and spells.is_again
    )::integer as entered_again,
    count(*) filter (where spells.ended_on between places.month and places.month_end)::integer as "left",
    count(*) filter (
        where spells.ended_on between places.month and places.month_end and spells.end_cause = 'graduated'
    )::integer as left_graduated,
    count(*) filter (
        where spells.ended_on between places.month and places.month_end and spells.end_cause = 'removed'
    )::integer as left_removed,
    count(*) filter (
        where spells.ended_on between places.month and places.month_end and spells.end_cause = 'withdrawn'
    )::integer as left_withdrawn
from places
left join spells
    on places.area_code = spells.area_code and spells.started_on <= places.month_end
left join lateral (
    select spells.ended_on is null or spells.ended_on > places.month_end as yes
) as in_force on true
group by places.month, places.month_end, places.area_code
