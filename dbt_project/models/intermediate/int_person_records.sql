-- What each source says of each person, in one shape. A source's rank says whose word comes first where they differ:
-- what the city saw itself, newest first, then the registries, then the offices.
{% set heads = {
    'nik': 'head_nik', 'nik_status': 'head_nik_status', 'full_name': 'head_name', 'relationship': "'head'"
} %}
{#- A registry speaks of its edition's day, not of the day on which its file was loaded. -#}
{% set registry_day = "coalesce(" ~ period_start('period') ~ ", loaded_at::date)" %}
{% set sources = [
    ('stg_decrees', 1, 'decreed_on', {'education': none, 'occupation': none}),
    ('stg_enumerations', 2, 'enumerated_on', {}),
    ('stg_registry_people', 3, registry_day, {}),
    ('stg_deliberations', 4, 'deliberated_on', dict(
        heads, sex=none, birth_date=none, birth_year=none, education=none, occupation=none
    )),
    ('stg_registry_families', 4, registry_day, dict(
        heads, sex='head_sex', birth_date='head_birth_date', birth_year='extract(year from head_birth_date)::integer',
        education='head_education', occupation='head_occupation'
    )),
    ('stg_interventions', 5, 'delivered_on', {'relationship': none, 'occupation': none}),
    ('stg_group_members', 6, 'joined_on', {'relationship': none, 'education': none, 'occupation': none}),
] %}
{% set types = {'birth_date': 'date', 'birth_year': 'integer'} %}

-- All are put together before they are joined, so that the crosswalk is read and hashed once.
with said as (

    {% for model, rank, said_on, names in sources %}
    select
        source_id,
        delivery_id,
        row_number,
        {{ rank }} as source_rank,
        {{ said_on }} as said_on,
        {% for column in [
            'nik', 'nik_status', 'full_name', 'sex', 'birth_date', 'birth_year', 'relationship', 'education',
            'occupation'
        ] %}
        {{ names.get(column, column) or 'null::' ~ types.get(column, 'text') }} as {{ column }},
        {% endfor %}
        no_kk,
        area_code
    from {{ ref(model) }}
    where {{ touched_row() }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select
    crosswalk.person_id,
    crosswalk.family_id,
    said.*
from said
inner join {{ ref('stg_crosswalk') }} as crosswalk
    on said.delivery_id = crosswalk.delivery_id and said.row_number = crosswalk.row_number
where crosswalk.person_id is not null
