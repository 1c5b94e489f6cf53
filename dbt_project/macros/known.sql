{#- The rows of an entity: those of raw, or, where SINERGI_KNOWN_AT is set, those that stood in raw at that moment. -#}
{% macro known(entity) -%}
    {%- if not env_var('SINERGI_KNOWN_AT', '') -%}
        {{ source('raw', entity) }}
    {%- else -%}
        (
            select * from {{ source('raw', entity) }} where _delivery_id in ({{ known_deliveries() }})
            union all
            select * from {{ source('history', entity) }} where _delivery_id in ({{ known_deliveries() }})
        ) as stood
    {%- endif -%}
{%- endmacro %}

{#- Taken in by then, and not yet replaced by another. -#}
{% macro known_deliveries() -%}
    select taken.delivery_id
    from {{ source('ops', 'deliveries') }} as taken
    left join {{ source('ops', 'deliveries') }} as newer on taken.superseded_by = newer.delivery_id
    where
        taken.status in ('accepted', 'accepted_with_findings', 'superseded')
        and coalesce(taken.finished_at, taken.received_at) <= '{{ env_var('SINERGI_KNOWN_AT') }}'::timestamptz
        and (
            newer.delivery_id is null
            or coalesce(newer.finished_at, newer.received_at) > '{{ env_var('SINERGI_KNOWN_AT') }}'::timestamptz
        )
{%- endmacro %}

{#- Who was who at that moment: the link that was published then, where a later build has replaced it, else today's. A
    replaced row that never was in a published build is tied by today's links. -#}
{% macro known_links() -%}
    with replaced as (

        select distinct on (past.delivery_id, past.row_number) past.*
        from {{ source('history', 'crosswalk') }} as past
        inner join {{ source('ops', 'runs') }} as builds on past.until_build = builds.build_id
        where builds.status = 'published' and builds.finished_at > '{{ env_var('SINERGI_KNOWN_AT') }}'::timestamptz
        order by past.delivery_id, past.row_number, past.until_build

    ),

    others as (

        select source_id, delivery_id, row_number, person_id, family_id, method, probability
        from {{ source('linkage', 'crosswalk') }}
        {% for entity, nik, full_name in [
            ('enumerations', 'nik', 'full_name'), ('deliberations', 'head_nik', 'head_name'),
            ('interventions', 'nik', 'full_name'), ('decrees', 'nik', 'full_name')
        ] %}
        union all
        {{ history_ties(entity, nik, full_name) }}
        {% endfor %}

    )

    select source_id, delivery_id, row_number, person_id, family_id, method, probability
    from replaced
    union all
    select others.*
    from others
    where not exists (
        select from replaced
        where replaced.delivery_id = others.delivery_id and replaced.row_number = others.row_number
    )
{%- endmacro %}

{#- Whom the rows of a replaced delivery are about, by today's links: whoever has their NIK in any list, or stands under
    their name in the same kelurahan of the same export. -#}
{% macro history_ties(entity, nik='nik', full_name='full_name') -%}
    {%- set place = '_source_id, ' ~ full_name ~ ', area_code' -%}
    {%- set lists = [
        ('decrees', 'nik'), ('enumerations', 'nik'), ('deliberations', 'head_nik'), ('registry_people', 'nik'),
        ('registry_families', 'head_nik'), ('interventions', 'nik'), ('group_members', 'nik')
    ] -%}
    select
        said._source_id as source_id,
        said._delivery_id as delivery_id,
        said._row_number as row_number,
        coalesce(by_nik.person_id, by_name.person_id) as person_id,
        coalesce(by_nik.family_id, by_name.family_id) as family_id,
        'record' as method,
        null::double precision as probability
    from {{ source('history', entity) }} as said
    left join (
        select distinct on (nik)
            nik,
            person_id,
            family_id
        from (
            {% for list, number in lists %}
            select
                {{ number }} as nik,
                _delivery_id,
                _row_number
            from {{ source('raw', list) }}
            where
                {{ number }}_status = 'valid'
                and {{ number }} in (select {{ nik }} from {{ source('history', entity) }})
            {{ 'union all' if not loop.last }}
            {% endfor %}
        ) as numbers
        inner join {{ source('linkage', 'crosswalk') }} as crosswalk
            on numbers._delivery_id = crosswalk.delivery_id and numbers._row_number = crosswalk.row_number
        where person_id is not null
        order by nik, family_id is null, crosswalk.delivery_id desc, crosswalk.row_number
    ) as by_nik
        on said.{{ nik }} = by_nik.nik and said.{{ nik }}_status = 'valid'
    left join (
        select distinct on ({{ place }})
            {{ place }},
            person_id,
            family_id
        from {{ source('raw', entity) }} as record
        inner join {{ source('linkage', 'crosswalk') }} as crosswalk
            on record._delivery_id = crosswalk.delivery_id and record._row_number = crosswalk.row_number
        order by {{ place }}, crosswalk.delivery_id desc, crosswalk.row_number
    ) as by_name
        on (said._source_id, said.{{ full_name }}, said.area_code)
            = (by_name._source_id, by_name.{{ full_name }}, by_name.area_code)
{%- endmacro %}
