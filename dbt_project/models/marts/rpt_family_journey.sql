with spells as (

    select * from {{ ref('int_family_spells') }}

),

events as (

    select * from {{ ref('fct_family_stages') }}

),

journeys as (

    select
        spells.family_id,
        spells.spell_number::integer as spell_number,
        spells.area_code,
        spells.decree_number,
        spells.started_on as decreed_on,
        spells.ended_on,
        spells.end_cause,
        max(events.event_on) filter (where events.stage = 'enumerated' and events.event_on <= spells.started_on)
            as enumerated_on,
        max(events.event_on) filter (where events.stage = 'deliberated' and events.event_on <= spells.started_on)
            as deliberated_on,
        min(events.event_on) filter (where events.stage = 'assisted' and {{ holds_on('spells', 'events.event_on') }})
            as first_assisted_on
    from spells
    left join events on spells.family_id = events.family_id
    group by
        spells.family_id, spells.spell_number, spells.area_code, spells.decree_number, spells.started_on,
        spells.ended_on, spells.end_cause

)

select
    family_id,
    spell_number,
    area_code,
    decree_number,
    enumerated_on,
    deliberated_on,
    decreed_on,
    first_assisted_on,
    ended_on,
    end_cause,
    deliberated_on - enumerated_on as days_to_deliberated,
    decreed_on - deliberated_on as days_to_decreed,
    first_assisted_on - decreed_on as days_to_assisted,
    ended_on - decreed_on as days_in_force
from journeys
