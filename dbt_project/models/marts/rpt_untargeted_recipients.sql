with help as (

    select
        interventions.*,
        coalesce(interventions.family_id, interventions.person_id) as recipient_id
    from {{ ref('fct_interventions') }} as interventions
    where
        {{ reached('interventions') }}
        and coalesce(interventions.family_id, interventions.person_id) is not null
        and {{ touched('coalesce(interventions.family_id, interventions.person_id)') }}

),

spells as (

    select
        family_id,
        min(started_on) as first_decreed_on,
        range_agg(daterange(started_on, ended_on)) as in_force
    from {{ ref('int_family_spells') }}
    group by family_id

),

judged as (

    select
        help.*,
        case
            when spells.family_id is null then 'never_decreed'
            when help.delivered_on < spells.first_decreed_on then 'before_decree'
            else 'after_end'
        end as reason
    from help
    left join spells on help.family_id = spells.family_id
    where spells.family_id is null or not spells.in_force @> help.delivered_on

),

recipients as (

    select
        program_id,
        opd_id,
        recipient_id,
        family_id,
        reason,
        case when family_id is null then recipient_id end as person_id,
        max(area_code) as area_code,
        count(*)::integer as times_helped,
        min(delivered_on) as first_helped_on,
        max(delivered_on) as last_helped_on,
        sum(amount_idr)::numeric(16, 2) as amount_idr
    from judged
    group by program_id, opd_id, recipient_id, family_id, reason

)

select
    recipients.program_id,
    recipients.opd_id,
    recipients.recipient_id,
    recipients.family_id,
    recipients.person_id,
    recipients.reason,
    coalesce(families.area_code, recipients.area_code) as area_code,
    families.welfare_decile,
    recipients.times_helped,
    recipients.first_helped_on,
    recipients.last_helped_on,
    recipients.amount_idr
from recipients
left join {{ ref('dim_families') }} as families on recipients.family_id = families.family_id
