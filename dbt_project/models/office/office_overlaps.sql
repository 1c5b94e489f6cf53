-- Help of one kind given twice, for each office of the pair: its own delivery, and beside it the other's. What a rule
-- excuses is left out. Row security as on office_people.
with sides as (

    select
        pairs.*,
        own.opd_id,
        own.person_id,
        own.program_id as own_program_id,
        own.delivered_on as own_delivered_on,
        other.opd_id as other_opd_id,
        other.program_id as other_program_id,
        other.delivered_on as other_delivered_on
    from {{ ref('rpt_overlaps') }} as pairs
    cross join (values (true), (false)) as side (is_earlier)
    inner join {{ ref('fct_interventions') }} as own
        on own.intervention_id = case
            when side.is_earlier then pairs.intervention_id else pairs.later_intervention_id
        end
    inner join {{ ref('fct_interventions') }} as other
        on other.intervention_id = case
            when side.is_earlier then pairs.later_intervention_id else pairs.intervention_id
        end
    -- an office that gave twice has the pair once, by its earlier delivery
    where pairs.is_overlap and (side.is_earlier or pairs.opd_id_a <> pairs.opd_id_b)

)

select
    sides.opd_id,
    people.full_name,
    {{ last_four('people.nik') }} as nik,
    areas.district_name,
    areas.area_name,
    sides.area_code,
    sides.kind,
    coalesce(own_program.name, sides.own_program_id) as program_name,
    sides.own_delivered_on as delivered_on,
    coalesce(other_office.name, sides.other_opd_id) as other_opd_name,
    coalesce(other_program.name, sides.other_program_id) as other_program_name,
    sides.other_delivered_on,
    sides.both_until_on
from sides
left join {{ ref('dim_families') }} as families on sides.family_id = families.family_id
left join {{ ref('dim_people') }} as people on coalesce(sides.person_id, families.head_person_id) = people.person_id
left join {{ ref('dim_areas') }} as areas on sides.area_code = areas.area_code
left join {{ ref('dim_programs') }} as own_program on sides.own_program_id = own_program.program_id
left join {{ ref('dim_programs') }} as other_program on sides.other_program_id = other_program.program_id
left join {{ ref('dim_opd') }} as other_office on sides.other_opd_id = other_office.opd_id
