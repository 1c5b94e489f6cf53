-- What families had received by the time they left, or until now: counts side by side, which claim no cause.
with spells as (

    select * from {{ ref('int_family_spells') }}

),

help as (

    select
        spells.family_id,
        spells.spell_number,
        count(*) as times_helped,
        string_agg(distinct programs.strategy, '+' order by programs.strategy) as strategies
    from spells
    inner join {{ ref('fct_interventions') }} as interventions
        on
            spells.family_id = interventions.family_id
            and {{ holds_on('spells', 'interventions.delivered_on') }}
            and {{ reached('interventions') }}
    inner join {{ ref('dim_programs') }} as programs on interventions.program_id = programs.program_id
    group by spells.family_id, spells.spell_number

),

cohorts as (

    select
        spells.*,
        date_trunc('month', spells.started_on)::date as cohort_month,
        coalesce(help.strategies, 'none') as strategies,
        coalesce(help.times_helped, 0) as times_helped
    from spells
    left join help on spells.family_id = help.family_id and spells.spell_number = help.spell_number

)

select
    cohort_month,
    strategies,
    count(*)::integer as families,
    sum(people)::integer as people,
    count(*) filter (where end_cause = 'graduated')::integer as families_graduated,
    count(*) filter (where end_cause = 'removed')::integer as families_removed,
    count(*) filter (where end_cause = 'withdrawn')::integer as families_withdrawn,
    count(*) filter (where ended_on is null)::integer as families_in_force,
    (percentile_cont(0.5) within group (order by ended_on - started_on)
        filter (where end_cause = 'graduated'))::numeric(10, 1) as median_days_to_graduation,
    (percentile_cont(0.5) within group (order by times_helped))::numeric(10, 1) as median_times_helped
from cohorts
group by cohort_month, strategies
