-- Which row is whose would tie a family to its kelurahan's list. Who is counted once is hashed, where count(distinct)
-- sorts a million rows; probabilities are exact numbers, so that their order does not show in the last digit.
{% set counts %}
(
    select
        records.source_id,
        records.method,
        records.records,
        people.people,
        families.families,
        records.probability
    from (
        select
            source_id,
            method,
            count(*)::integer as records,
            avg(probability::numeric)::double precision as probability
        from {{ ref('xwalk_people') }}
        group by source_id, method
    ) as records
    {% for kind, name in [('person', 'people'), ('family', 'families')] %}
    inner join (
        select
            source_id,
            method,
            count({{ kind }}_id)::integer as {{ name }}
        from (select distinct source_id, method, {{ kind }}_id from {{ ref('xwalk_people') }}) as each_once
        group by source_id, method
    ) as {{ name }}
        on records.source_id = {{ name }}.source_id and records.method = {{ name }}.method
    {% endfor %}
) as counts
{% endset %}
{{ suppressed(
    counts,
    keys=['source_id', 'method'],
    within=['source_id'],
    measures=['records', 'people'],
    along={'families': 'people', 'probability': 'records'}
) }}
