{% set counts %}
(select 'city' as city, identity.* from {{ ref('rpt_identity') }} as identity) as counts
{% endset %}
{{ suppressed(
    counts,
    keys=['area_code'],
    within=['city'],
    measures=['people', 'people_without_nik', 'decreed_people_without_nik'],
    of={'people_without_nik': 'people', 'decreed_people_without_nik': 'people_without_nik'}
) }}
