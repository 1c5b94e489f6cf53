-- Which attributes show a need of a decreed family now, and since when without a break. The newest word decides, of the
-- city's own list before the registries; the run is of words of that same side. Ages are those of the day of the build.
with decreed as (

    select distinct family_id from {{ ref('int_family_spells') }}

),

-- One word a day: of two the later file's, and in one file the first row's.
words as (

    select distinct on (said.family_id, said.person_id, said.attribute, said.origin, said.said_on)
        said.*,
        coalesce(said.person_id, said.family_id) as subject_id
    from {{ ref('int_attributes') }} as said
    inner join decreed on said.family_id = decreed.family_id
    order by
        said.family_id asc, said.person_id asc, said.attribute asc, said.origin asc, said.said_on asc,
        said.delivery_id desc, said.row_number asc

),

latest as (

    select distinct on (family_id, subject_id, attribute) *
    from words
    order by family_id asc, subject_id asc, attribute asc, origin desc, said_on desc

),

shown as (

    select
        latest.*,
        rules.need_id,
        string_to_array(rules.values, '|') as showing
    from latest
    inner join {{ ref('need_rules') }} as rules
        on latest.attribute = rules.attribute and latest.value = any(string_to_array(rules.values, '|'))
    left join {{ ref('dim_people') }} as people on latest.person_id = people.person_id
    left join latest as excuse
        on
            latest.person_id = excuse.person_id
            and latest.family_id = excuse.family_id
            and rules.unless_attribute = excuse.attribute
            and excuse.value = any(string_to_array(rules.unless_values, '|'))
    where
        excuse.person_id is null
        and (rules.age_min is null or extract(year from age({{ build_day() }}, people.birth_date)) >= rules.age_min)
        and (rules.age_max is null or extract(year from age({{ build_day() }}, people.birth_date)) <= rules.age_max)

),

runs as (

    select
        shown.need_id,
        shown.value as latest_value,
        shown.said_on as last_stated_on,
        words.*,
        max(words.said_on) filter (where words.value <> all(shown.showing)) over this_need as broken_on
    from shown
    inner join words
        on
            shown.family_id = words.family_id
            and shown.subject_id = words.subject_id
            and shown.attribute = words.attribute
            and shown.origin = words.origin
    window this_need as (partition by shown.need_id, shown.family_id, shown.subject_id, shown.attribute)

)

select distinct on (family_id, subject_id, need_id, attribute)
    family_id,
    person_id,
    need_id,
    attribute,
    latest_value as value,
    said_on as needed_since,
    last_stated_on,
    source_id,
    delivery_id,
    row_number
from runs
where said_on > coalesce(broken_on, '-infinity'::date)
order by family_id asc, subject_id asc, need_id asc, attribute asc, said_on asc
