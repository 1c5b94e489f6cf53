with spells as (

    select * from {{ ref('int_family_spells') }}

),

enumerated as (

    select
        crosswalk.family_id,
        'enumerated' as stage,
        enumerations.enumerated_on as event_on,
        max(enumerations.proposal) as detail
    from {{ ref('stg_enumerations') }} as enumerations
    inner join {{ ref('stg_crosswalk') }} as crosswalk
        on enumerations.delivery_id = crosswalk.delivery_id and enumerations.row_number = crosswalk.row_number
    group by 1, 2, 3

),

deliberated as (

    select distinct
        crosswalk.family_id,
        'deliberated' as stage,
        muskel.deliberated_on as event_on,
        muskel.outcome as detail
    from {{ ref('stg_deliberations') }} as muskel
    inner join {{ ref('stg_crosswalk') }} as crosswalk
        on muskel.delivery_id = crosswalk.delivery_id and muskel.row_number = crosswalk.row_number

),

-- The first help of each programme while the family was in force; later ones are in fct_interventions.
assisted as (

    select
        spells.family_id,
        'assisted' as stage,
        min(help.delivered_on) as event_on,
        help.program_id as detail
    from spells
    inner join {{ ref('fct_interventions') }} as help
        on
            spells.family_id = help.family_id
            and help.delivered_on >= spells.started_on
            and help.delivered_on < coalesce(spells.ended_on, 'infinity'::date)
    where {{ reached('help') }}
    group by spells.family_id, spells.spell_number, help.program_id

),

events as (

    select * from enumerated
    union all
    select * from deliberated
    union all
    select family_id, 'decreed', started_on, decree_number from spells
    union all
    select * from assisted
    union all
    select family_id, end_cause, ended_on, end_decree_number from spells where ended_on is not null

)

select
    family_id,
    event_on,
    stage,
    detail,
    case stage
        when 'enumerated' then 1
        when 'deliberated' then 2
        when 'decreed' then 3
        when 'assisted' then 4
        else 5
    end as stage_order
from events
where family_id is not null
