with spells as (

    select distinct on (family_id)
        family_id,
        area_code,
        started_on,
        ended_on
    from {{ ref('int_family_spells') }}
    order by family_id asc, started_on desc

),

-- The city's own list comes before the registries, the newest word before older ones: a later visit clears a need.
latest as (

    select distinct on (said.family_id, said.person_id, said.attribute) said.*
    from {{ ref('int_attributes') }} as said
    inner join spells on said.family_id = spells.family_id
    order by
        said.family_id asc, said.person_id asc, said.attribute asc,
        said.origin desc, said.said_on desc, said.delivery_id desc, said.row_number asc

),

found as (

    select
        latest.*,
        rules.need_id
    from latest
    inner join {{ ref('need_rules') }} as rules
        on
            latest.attribute = rules.attribute
            and latest.value = any(string_to_array(rules.values, '|'))
            and (rules.age_min is null or latest.age >= rules.age_min)
            and (rules.age_max is null or latest.age <= rules.age_max)
    left join latest as excuse
        on
            latest.person_id = excuse.person_id
            and rules.unless_attribute = excuse.attribute
            and excuse.value = any(string_to_array(rules.unless_values, '|'))
    where excuse.person_id is null

),

stated as (

    select
        found.family_id,
        found.person_id,
        found.need_id,
        string_agg(found.attribute || '=' || found.value, '; ' order by found.attribute) as reason,
        min(found.said_on) as needed_since,
        (array_agg(found.source_id order by found.said_on, found.attribute))[1] as source_id,
        (array_agg(found.delivery_id order by found.said_on, found.attribute))[1] as delivery_id,
        (array_agg(found.row_number order by found.said_on, found.attribute))[1] as row_number
    from found
    group by found.family_id, found.person_id, found.need_id

)

select
    stated.family_id,
    stated.person_id,
    stated.need_id,
    needs.label_id as need_name,
    coalesce(offices.current_opd_id, needs.opd_id) as opd_id,
    spells.area_code,
    stated.reason,
    stated.needed_since,
    help.delivered_on is not null as is_met,
    help.delivered_on as met_on,
    help.program_id as met_by_program_id,
    help.delivered_on - stated.needed_since as days_to_met,
    spells.ended_on is null as is_in_force,
    stated.source_id,
    stated.delivery_id,
    stated.row_number
from stated
inner join {{ ref('needs') }} as needs on stated.need_id = needs.need_id
left join {{ ref('int_offices') }} as offices on needs.opd_id = offices.opd_id
inner join spells on stated.family_id = spells.family_id
left join lateral (
    select
        interventions.delivered_on,
        interventions.program_id
    from {{ ref('fct_interventions') }} as interventions
    inner join {{ ref('need_programs') }} as meets
        on interventions.program_id = meets.program_id and stated.need_id = meets.need_id
    where
        interventions.family_id = stated.family_id
        and (needs.subject = 'family' or interventions.person_id = stated.person_id)
        and interventions.delivered_on >= stated.needed_since
        and {{ reached('interventions') }}
    order by interventions.delivered_on, interventions.program_id
    limit 1
) as help on true
