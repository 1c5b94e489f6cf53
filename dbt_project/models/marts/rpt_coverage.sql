with spells as (

    select distinct on (family_id)
        family_id,
        area_code,
        started_on,
        ended_on
    from {{ ref('int_family_spells') }}
    order by family_id asc, started_on desc

),

strategies as (

    select distinct strategy from {{ ref('dim_programs') }} where strategy <> 'unknown'

),

help as (

    select
        interventions.family_id,
        interventions.delivered_on,
        interventions.opd_id,
        interventions.amount_idr,
        programs.strategy
    from {{ ref('fct_interventions') }} as interventions
    inner join {{ ref('dim_programs') }} as programs on interventions.program_id = programs.program_id
    where {{ reached('interventions') }}

)

select
    spells.family_id,
    strategies.strategy,
    spells.area_code,
    spells.started_on as decreed_on,
    spells.ended_on,
    count(help.delivered_on)::integer as times_helped,
    count(distinct help.opd_id)::integer as offices,
    sum(help.amount_idr)::numeric(16, 2) as amount_idr,
    max(help.delivered_on) as last_helped_on,
    count(help.delivered_on) = 0 as is_gap
from spells
cross join strategies
left join help
    on
        spells.family_id = help.family_id
        and strategies.strategy = help.strategy
        and help.delivered_on >= spells.started_on
group by spells.family_id, strategies.strategy, spells.area_code, spells.started_on, spells.ended_on
