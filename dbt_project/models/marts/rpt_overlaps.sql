{% set columns = ['intervention_id', 'person_id', 'family_id', 'opd_id', 'program_id', 'status', 'delivered_on',
    'ended_on', 'amount_idr'] %}
with given as (

    select
        interventions.{{ columns | join(', interventions.') }},
        kinds.kind,
        kinds.covers,
        case kinds.counted_per when 'person' then interventions.person_id else interventions.family_id end
            as subject_id,
        -- Within a kind all months, quarters and years begin alike: only the dates of courses must be compared.
        case when kinds.covers <> 'dates' then date_trunc(kinds.covers, interventions.delivered_on::timestamp)::date
            else '-infinity'::date end as slot,
        {{ touched_help('interventions.intervention_id') }} as is_touched
    from {{ ref('fct_interventions') }} as interventions
    inner join {{ ref('program_kinds') }} as program_kinds on interventions.program_id = program_kinds.program_id
    inner join {{ ref('help_kinds') }} as kinds on program_kinds.kind = kinds.kind
    where {{ reached('interventions') }}

),

-- Most is given once: the few others alone are worked out further and held against each other.
counted as (

    select
        *,
        count(*) over together as times,
        min(intervention_id) over together as first_id
    from given
    where {{ together_with_touched('subject_id', 'given') }}
    window together as (partition by subject_id, kind, slot)

),

help as (

    select
        *,
        case covers when 'dates' then delivered_on else slot end as from_on,
        case covers when 'dates' then greatest(delivered_on, ended_on) else {{ last_day('covers', 'slot') }} end
            as until_on
    from counted
    where times > 1 and subject_id is not null

),

pairs as (

    select
        earlier.*,
        {% for column in columns %}
        later.{{ column }} as later_{{ column }},
        {% endfor %}
        least(earlier.until_on, later.until_on) as both_until_on
    from help as earlier
    inner join help as later
        on
            earlier.first_id = later.first_id
            and (earlier.delivered_on, earlier.intervention_id) < (later.delivered_on, later.intervention_id)
            and later.from_on <= earlier.until_on and (earlier.is_touched or later.is_touched)

)

select
    pairs.intervention_id,
    pairs.later_intervention_id,
    pairs.family_id,
    families.area_code,
    pairs.kind,
    least(pairs.opd_id, pairs.later_opd_id) as opd_id_a,
    greatest(pairs.opd_id, pairs.later_opd_id) as opd_id_b,
    pairs.program_id,
    pairs.later_program_id,
    pairs.delivered_on,
    pairs.later_delivered_on,
    pairs.both_until_on,
    coalesce(pairs.person_id = pairs.later_person_id, false) as is_same_person,
    pairs.later_amount_idr,
    spells.family_id is not null as is_decreed,
    rules.rule_id is null as is_overlap,
    rules.rule_id::integer as rule_id,
    rules.reason_id as rule_reason
from pairs
left join {{ ref('dim_families') }} as families on pairs.family_id = families.family_id
left join {{ ref('int_family_spells') }} as spells
    on pairs.family_id = spells.family_id and {{ holds_on('spells', 'pairs.later_delivered_on') }}
left join lateral (
    select * from {{ ref('overlap_rules') }} as rule
    where
        (rule.kind is null or rule.kind = pairs.kind)
        and (rule.same_program is null or rule.same_program = (pairs.program_id = pairs.later_program_id))
        and (rule.status is null or rule.status in (pairs.status, pairs.later_status))
        and (
            rule.program_id_a is null
            or (rule.program_id_a, rule.program_id_b) in (
                (pairs.program_id, pairs.later_program_id), (pairs.later_program_id, pairs.program_id)
            )
        )
    order by rule.rule_id limit 1
) as rules on true
