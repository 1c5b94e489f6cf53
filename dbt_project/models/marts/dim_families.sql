with records as (

    select * from {{ ref('int_family_records') }}

),

stages as (

    select distinct on (family_id)
        family_id,
        stage,
        event_on
    from {{ ref('fct_family_stages') }}
    order by family_id asc, event_on desc, stage_order desc

),

members as (

    select
        family_id,
        count(*) as member_count
    from {{ ref('dim_people') }}
    where family_id is not null
    group by family_id

),

deciles as (

    select distinct on (family_id)
        family_id,
        welfare_decile,
        source_id,
        period
    from records
    where welfare_decile is not null
    order by family_id asc, period desc nulls last, source_id asc

),

best as (

    select
        family_id,
        (array_agg(no_kk order by source_rank, said_on desc nulls last) filter (where no_kk is not null))[1] as no_kk,
        (array_agg(head_person_id order by source_rank, said_on desc nulls last)
            filter (where head_person_id is not null))[1] as head_person_id,
        (array_agg(area_code order by source_rank, said_on desc nulls last)
            filter (where area_code is not null))[1] as area_code
    from records
    group by family_id

)

select
    best.family_id,
    best.no_kk,
    best.head_person_id,
    best.area_code,
    coalesce(members.member_count, 0)::integer as member_count,
    deciles.welfare_decile,
    deciles.source_id as welfare_source_id,
    deciles.period as welfare_period,
    coalesce(stages.stage, 'registered') as stage,
    stages.event_on as stage_since
from best
left join members on best.family_id = members.family_id
left join deciles on best.family_id = deciles.family_id
left join stages on best.family_id = stages.family_id
