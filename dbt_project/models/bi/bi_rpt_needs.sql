-- A need tells of health, children and disability: it is counted, for the city, and never shown of a family.
{% set counts %}
(
    select
        need_id,
        need_name,
        opd_id,
        is_in_force,
        count(*)::integer as needs,
        (count(*) filter (where is_met))::integer as met,
        percentile_cont(0.5) within group (order by days_to_met) as median_days_to_met
    from {{ ref('rpt_needs') }}
    group by need_id, need_name, opd_id, is_in_force
) as counts
{% endset %}
{{ suppressed(
    counts,
    keys=['need_id', 'need_name', 'opd_id', 'is_in_force'],
    within=['need_id', 'opd_id', 'is_in_force'],
    measures=['needs', 'met'],
    of={'met': 'needs'},
    along={'median_days_to_met': 'met'}
) }}
