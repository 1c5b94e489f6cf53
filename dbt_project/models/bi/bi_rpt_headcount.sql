-- Who entered and left is shown for the city only: in a kelurahan it is a handful of people in any month. Families are
-- hidden wherever people are: no family there would mean nobody there.
with people as (
    {{ suppressed(
        ref('rpt_headcount'),
        keys=['month', 'month_end', 'area_code'],
        within=['month'],
        measures=['people'],
        cell=['area_code'],
        over='month'
    ) | indent(4) }}
),

{% set families %}
(
    select
        counts.*,
        people.is_suppressed as has_hidden_people
    from {{ ref('rpt_headcount') }} as counts
    inner join people on counts.month = people.month and counts.area_code = people.area_code
) as families
{% endset %}
families as (
    {{ suppressed(
        families,
        keys=['month', 'area_code'],
        within=['month'],
        measures=['families'],
        cell=['area_code'],
        over='month',
        hide_when='has_hidden_people'
    ) | indent(4) }}
)

select
    people.month,
    people.month_end,
    people.area_code,
    people.people,
    families.families,
    people.is_suppressed or families.is_suppressed as is_suppressed
from people
inner join families on people.month = families.month and people.area_code = families.area_code
