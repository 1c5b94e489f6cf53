-- What each source says of each person, in one shape. A source's rank says whose word comes first where they differ:
-- what the city saw itself, newest first, then the registries.
{% set sources = [
    ('stg_decrees', 1, 'decreed_on', {}),
    ('stg_enumerations', 2, 'enumerated_on', {'education': 'education', 'occupation': 'occupation'}),
    ('stg_registry_people', 3, 'loaded_at::date', {'education': 'education', 'occupation': 'occupation'}),
    ('stg_interventions', 5, 'delivered_on', {'education': 'education', 'relationship': none}),
    ('stg_group_members', 6, 'joined_on', {'relationship': none}),
] %}

{% for model, rank, said_on, has in sources %}
select
    crosswalk.person_id,
    crosswalk.family_id,
    said.source_id,
    said.delivery_id,
    said.row_number,
    {{ rank }} as source_rank,
    {{ said_on }} as said_on,
    said.nik,
    said.nik_status,
    said.no_kk,
    said.full_name,
    said.sex,
    said.birth_date,
    said.birth_year,
    {{ 'null::text' if 'relationship' in has else 'said.relationship' }} as relationship,
    {{ 'said.education' if 'education' in has else 'null::text' }} as education,
    {{ 'said.occupation' if 'occupation' in has else 'null::text' }} as occupation,
    said.area_code
from {{ ref(model) }} as said
inner join {{ ref('stg_crosswalk') }} as crosswalk
    on said.delivery_id = crosswalk.delivery_id and said.row_number = crosswalk.row_number
where crosswalk.person_id is not null
{{ 'union all' if not loop.last }}
{% endfor %}
