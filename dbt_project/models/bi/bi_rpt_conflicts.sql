-- Of whom the sources disagree, and in what words, is for the data team.
{% set counts %}
(
    select
        'city' as city,
        attribute,
        declared_source_id,
        administrative_source_id,
        count(*)::integer as conflicts,
        {{ first_of_month('min(conflict_since)') }} as oldest_since
    from {{ ref('rpt_conflicts') }}
    group by attribute, declared_source_id, administrative_source_id
) as counts
{% endset %}
{{ suppressed(
    counts,
    keys=['attribute', 'declared_source_id', 'administrative_source_id'],
    within=['city'],
    measures=['conflicts'],
    along={'oldest_since': 'conflicts'}
) }}
