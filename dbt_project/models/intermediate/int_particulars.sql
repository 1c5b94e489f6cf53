-- What is known of each person and the house, the city's own word before the registries', the newest first.
{% set particulars = [
    'education', 'employment_status', 'occupation', 'school_participation', 'disability', 'nutrition_status',
    'has_identity_papers', 'lives_alone', 'house_ownership', 'roof_material', 'wall_material', 'floor_material',
    'lighting_source', 'water_source', 'toilet_facility'
] %}

with latest as (

    select distinct on (family_id, person_id, attribute)
        family_id,
        person_id,
        attribute,
        value
    from {{ ref('int_attributes') }}
    order by family_id asc, person_id asc, attribute asc, origin desc, said_on desc, delivery_id desc, row_number asc

)

select
    people.person_id,
    {% for name in particulars %}
    max(latest.value) filter (where latest.attribute = '{{ name }}') as {{ name }}{{ ',' if not loop.last }}
    {% endfor %}
from {{ ref('dim_people') }} as people
inner join latest
    on people.family_id = latest.family_id and coalesce(latest.person_id, people.person_id) = people.person_id
group by people.person_id
