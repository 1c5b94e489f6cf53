-- What the mayor's page, open data and BI say of needs: one relation, so that nothing hidden in one stands in another.
-- A need tells of health, children and disability: it is counted, for the city, and never shown of a family. Met and
-- unmet are shown together or not at all, and only where their sum is.
{% set grid = ['month', 'need_id', 'opd_id', 'is_in_force'] %}
{% set series = ['need_id', 'opd_id', 'is_in_force'] %}
with months as (

    select month, month_end from {{ ref('rpt_headcount_city') }}

),

stated as (

    select
        needs.need_id,
        needs.opd_id,
        needs.needed_since,
        needs.met_on,
        needs.days_to_met,
        months.month,
        months.month_end,
        (
            select bool_or({{ holds_on('spells', 'months.month_end') }}) from {{ ref('int_family_spells') }} as spells
            where spells.family_id = needs.family_id and spells.started_on <= months.month_end
        ) as is_in_force
    from {{ ref('rpt_needs') }} as needs
    inner join months on needs.needed_since <= months.month_end

),

kinds as (

    select distinct need_id, need_name, opd_id from {{ ref('rpt_needs') }}

),

-- A row for every month, also where nobody has the need: a row that is missing would say so.
counts as materialized (

    select
        months.month,
        kinds.need_id,
        kinds.need_name,
        kinds.opd_id,
        sides.is_in_force,
        count(stated.need_id)::integer as needs,
        (count(*) filter (where stated.met_on <= stated.month_end))::integer as met,
        (count(stated.need_id) filter (where coalesce(stated.met_on > stated.month_end, true)))::integer as unmet,
        percentile_cont(0.5) within group (order by stated.days_to_met)
        filter (where stated.met_on <= stated.month_end) as median_days_to_met
    from months
    cross join kinds
    cross join (values (true), (false)) as sides (is_in_force)
    left join stated
        on
            months.month = stated.month and kinds.need_id = stated.need_id and kinds.opd_id = stated.opd_id
            and sides.is_in_force = stated.is_in_force
    group by 1, 2, 3, 4, 5

),

shown_needs as (
    {{ suppressed('counts', grid, grid, ['needs'], cell=series, over='month') | indent(4) }}
),

shown_met as (
    {{ suppressed(
        '(select counts.*, (shown.needs is null) as is_hidden from counts inner join shown_needs as shown using ('
        ~ grid | join(', ') ~ ')) as counts',
        grid, grid, ['met'], cell=series, over='month', of={'met': 'needs'}, hide_when='is_hidden'
    ) | indent(4) }}
),

shown_unmet as (
    {{ suppressed(
        '(select counts.*, (shown.met is null) as is_hidden from counts inner join shown_met as shown using ('
        ~ grid | join(', ') ~ ')) as counts',
        grid, grid, ['unmet'], cell=series, over='month', hide_when='is_hidden'
    ) | indent(4) }}
)

select
    counts.month,
    counts.need_id,
    counts.need_name,
    counts.opd_id,
    counts.is_in_force,
    shown_needs.needs,
    case when not shown_unmet.is_suppressed then counts.met end as met,
    shown_unmet.unmet,
    case when not shown_unmet.is_suppressed then counts.median_days_to_met end as median_days_to_met,
    shown_needs.is_suppressed or shown_unmet.is_suppressed as is_suppressed
from counts
inner join shown_needs using ({{ grid | join(', ') }})
inner join shown_unmet using ({{ grid | join(', ') }})
