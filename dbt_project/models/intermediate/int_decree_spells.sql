-- In the order of the decrees, since an end may be dated back. An amending decree repeats who stays: only a change of
-- state opens or ends a spell. A decree that ends and names one person moves the person: the end comes first.
with ordered as (

    select
        *,
        lag(is_named, 1, false) over (
            partition by person_id order by decreed_on, is_named, decree_number, row_number
        ) as was_named
    from {{ ref('int_decree_actions') }}

),

changes as (

    select
        *,
        lead(holds_from) over by_person as ends_on,
        lead(holds_from, 2) over by_person as named_again_on,
        lead(action) over by_person as end_cause,
        lead(decree_number) over by_person as end_decree_number
    from ordered
    where is_named <> was_named
    window by_person as (partition by person_id order by decreed_on, is_named, decree_number, row_number)

)

select
    person_id,
    family_id,
    area_code,
    decree_number,
    holds_from as started_on,
    case when ends_on is not null then greatest(holds_from, least(ends_on, named_again_on)) end as ended_on,
    end_cause,
    end_decree_number,
    delivery_id,
    row_number
from changes
where is_named
