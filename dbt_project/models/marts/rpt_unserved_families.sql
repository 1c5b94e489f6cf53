with spells as (

    select distinct on (family_id)
        family_id,
        area_code,
        started_on,
        ended_on
    from {{ ref('int_family_spells') }}
    order by family_id asc, started_on desc

)

select
    spells.family_id,
    spells.area_code,
    spells.started_on as decreed_on,
    spells.ended_on is null as is_in_force
from spells
where not exists (
    select 1
    from {{ ref('fct_interventions') }} as interventions
    where
        interventions.family_id = spells.family_id
        and interventions.delivered_on >= spells.started_on
        and {{ reached('interventions') }}
)
