with spells as (

    select distinct on (family_id)
        family_id,
        area_code,
        started_on,
        ended_on
    from {{ ref('int_family_spells') }}
    order by family_id asc, started_on desc

),

stated as (

    select
        family_id,
        person_id,
        need_id,
        string_agg(attribute || '=' || value, '; ' order by attribute) as reason,
        min(needed_since) as needed_since,
        max(last_stated_on) as last_stated_on,
        (array_agg(source_id order by needed_since, attribute))[1] as source_id,
        (array_agg(delivery_id order by needed_since, attribute))[1] as delivery_id,
        (array_agg(row_number order by needed_since, attribute))[1] as row_number
    from {{ ref('int_need_words') }}
    group by family_id, person_id, need_id

),

-- Whoever still shows the need after the help was not helped out of it. Joined to all help at once, not need by need.
met as (

    select distinct on (stated.family_id, stated.person_id, stated.need_id)
        stated.family_id,
        stated.person_id,
        stated.need_id,
        interventions.delivered_on,
        interventions.program_id
    from stated
    inner join {{ ref('needs') }} as needs on stated.need_id = needs.need_id
    inner join {{ ref('need_programs') }} as meets on stated.need_id = meets.need_id
    inner join {{ ref('fct_interventions') }} as interventions
        on stated.family_id = interventions.family_id and meets.program_id = interventions.program_id
    where
        (needs.subject = 'family' or stated.person_id = interventions.person_id)
        and interventions.delivered_on >= stated.last_stated_on
        and {{ reached('interventions') }}
    order by
        stated.family_id, stated.person_id, stated.need_id, interventions.delivered_on, interventions.program_id

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
    stated.last_stated_on,
    met.delivered_on is not null as is_met,
    met.delivered_on as met_on,
    met.program_id as met_by_program_id,
    met.delivered_on - stated.needed_since as days_to_met,
    spells.ended_on is null as is_in_force,
    stated.source_id,
    stated.delivery_id,
    stated.row_number
from stated
inner join {{ ref('needs') }} as needs on stated.need_id = needs.need_id
left join {{ ref('int_offices') }} as offices on needs.opd_id = offices.opd_id
inner join spells on stated.family_id = spells.family_id
left join met
    on
        stated.family_id = met.family_id
        and stated.person_id is not distinct from met.person_id
        and stated.need_id = met.need_id
