-- The last event is the stage, except that being listed or discussed anew takes nobody out of a decree.
with stages as (

    select distinct on (events.family_id)
        events.family_id,
        events.stage,
        events.event_on
    from {{ ref('fct_family_stages') }} as events
    left join {{ ref('int_family_spells') }} as in_force
        on
            events.family_id = in_force.family_id
            and events.event_on >= in_force.started_on
            and in_force.ended_on is null
    where
        {{ touched('events.family_id') }}
        and (in_force.family_id is null or events.stage not in ('enumerated', 'deliberated'))
    order by events.family_id asc, events.event_on desc, events.stage_order desc

),

-- Members are whom a list of the family names; an office's recipient without NIK may be one of them misspelt.
members as (

    select
        family_id,
        count(*) filter (where best_rank <= 4) as listed,
        count(*) as known
    from (
        select
            family_id,
            person_id,
            min(source_rank) as best_rank
        from {{ ref('int_person_records') }}
        where {{ touched('family_id') }} and family_id is not null
        group by family_id, person_id
    ) as people
    group by family_id

),

deciles as (

    select distinct on (family_id)
        family_id,
        welfare_decile,
        source_id,
        period
    from {{ ref('int_family_records') }}
    where {{ touched('family_id') }} and welfare_decile is not null
    order by family_id asc, period desc nulls last, source_id asc, delivery_id desc, row_number asc

),

best as (

    select
        family_id,
        {{ first_word('no_kk') }},
        {{ first_word('head_person_id') }},
        {{ first_word('area_code') }}
    from {{ ref('int_family_records') }}
    where {{ touched('family_id') }}
    group by family_id

)

select
    best.family_id,
    best.no_kk,
    best.head_person_id,
    best.area_code,
    coalesce(nullif(members.listed, 0), members.known, 0)::integer as member_count,
    deciles.welfare_decile,
    deciles.source_id as welfare_source_id,
    deciles.period as welfare_period,
    coalesce(stages.stage, 'registered') as stage,
    stages.event_on as stage_since
from best
left join members on best.family_id = members.family_id
left join deciles on best.family_id = deciles.family_id
left join stages on best.family_id = stages.family_id
