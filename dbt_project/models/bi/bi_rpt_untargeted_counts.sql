{% set counts %}
(select 'city' as city, untargeted.* from {{ ref('rpt_untargeted_counts') }} as untargeted) as counts
{% endset %}
{{ suppressed(
    counts,
    keys=['opd_id', 'program_id', 'reason'],
    within=['city'],
    measures=['recipients'],
    along={'times_helped': 'recipients', 'amount_idr': 'recipients'}
) }}
