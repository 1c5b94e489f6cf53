-- Which row is whose would tie a family to its kelurahan's list.
{% set counts %}
(
    select
        source_id,
        method,
        count(*)::integer as records,
        count(distinct person_id)::integer as people,
        count(distinct family_id)::integer as families,
        avg(probability) as probability
    from {{ ref('xwalk_people') }}
    group by source_id, method
) as counts
{% endset %}
{{ suppressed(
    counts,
    keys=['source_id', 'method'],
    within=['source_id'],
    measures=['records', 'people'],
    along={'families': 'people', 'probability': 'records'}
) }}
