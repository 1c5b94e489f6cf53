-- What was said of each enumerated or decreed family and its people, one attribute a row: the city's own lists are
-- `declared`, registries and offices `administrative`.
{% set of_people = [
    'sex', 'birth_date', 'marital_status', 'education', 'school_participation', 'occupation', 'employment_status',
    'disability', 'has_identity_papers', 'lives_alone', 'nutrition_status'
] %}
{% set of_houses = [
    'house_ownership', 'roof_material', 'wall_material', 'floor_material', 'lighting_source', 'cooking_fuel',
    'water_source', 'toilet_facility'
] %}
{% set registry_day = "coalesce(" ~ period_start('said.period') ~ ", said.loaded_at::date)" %}
{% set sources = [
    ('stg_enumerations', 'declared', 'said.enumerated_on', ['nutrition_status']),
    ('stg_registry_people', 'administrative', registry_day, ['has_identity_papers', 'lives_alone', 'nutrition_status']),
    ('stg_registry_families', 'administrative', registry_day, of_people),
    ('stg_interventions', 'administrative', 'said.delivered_on', of_houses + [
        'marital_status', 'school_participation', 'occupation', 'has_identity_papers', 'lives_alone'
    ]),
] %}

with families as (

    select crosswalk.family_id
    from {{ ref('stg_enumerations') }} as enumerations
    inner join {{ ref('stg_crosswalk') }} as crosswalk
        on enumerations.delivery_id = crosswalk.delivery_id and enumerations.row_number = crosswalk.row_number
    where crosswalk.family_id is not null
    union
    select family_id from {{ ref('int_decree_spells') }} where family_id is not null

),

rows_of_families as (

    select crosswalk.*
    from {{ ref('stg_crosswalk') }} as crosswalk
    inner join families on crosswalk.family_id = families.family_id
    where {{ touched('crosswalk.family_id') }}

)

{% for model, origin, said_on, silent in sources %}
select
    named.family_id,
    case when attributes.is_of_person then named.person_id end as person_id,
    attributes.attribute,
    attributes.value,
    '{{ origin }}' as origin,
    {{ said_on }} as said_on,
    said.source_id,
    said.delivery_id,
    said.row_number
from {{ ref(model) }} as said
inner join rows_of_families as named
    on said.delivery_id = named.delivery_id and said.row_number = named.row_number
{% if model == 'stg_enumerations' %}
left join (
    -- whoever is alone on the field list lives alone
    select
        delivery_id,
        household_no,
        (count(*) = 1)::text as lives_alone
    from {{ ref('stg_enumerations') }}
    group by delivery_id, household_no
) as households
    on said.delivery_id = households.delivery_id and said.household_no = households.household_no
{% endif %}
cross join lateral (
    values
    {% for attribute in of_people + of_houses if attribute not in silent %}
    (
        '{{ attribute }}',
        {{ 'households' if attribute == 'lives_alone' else 'said' }}.{{ attribute }}::text,
        {{ attribute in of_people }}
    ){{ ',' if not loop.last }}
    {% endfor %}
) as attributes (attribute, value, is_of_person)
where attributes.value is not null
{{ 'union all' if not loop.last }}
{% endfor %}
