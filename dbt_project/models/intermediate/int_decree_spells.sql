with decrees as (

    select * from {{ ref('stg_decrees') }}

),

crosswalk as (

    select * from {{ ref('stg_crosswalk') }}

),

-- A decree names from its own date; what ends a spell holds from the day that the list gives.
actions as (

    select
        crosswalk.person_id,
        crosswalk.family_id,
        decrees.area_code,
        decrees.decree_number,
        decrees.action,
        decrees.delivery_id,
        decrees.row_number,
        case
            when decrees.action = 'named' then decrees.decreed_on
            else coalesce(decrees.effective_on, decrees.decreed_on)
        end as holds_from
    from decrees
    inner join crosswalk
        on decrees.delivery_id = crosswalk.delivery_id and decrees.row_number = crosswalk.row_number

),

-- An amending decree repeats who stays: only a change of state opens or ends a spell.
ordered as (

    select
        *,
        lag(action = 'named', 1, false) over (
            partition by person_id order by holds_from, action = 'named', decree_number, row_number
        ) as was_named
    from actions

),

changes as (

    select
        *,
        lead(holds_from) over by_person as ended_on,
        lead(action) over by_person as end_cause,
        lead(decree_number) over by_person as end_decree_number
    from ordered
    where (action = 'named') <> was_named
    window by_person as (partition by person_id order by holds_from, action = 'named')

)

select
    person_id,
    family_id,
    area_code,
    decree_number,
    holds_from as started_on,
    ended_on,
    end_cause,
    end_decree_number,
    delivery_id,
    row_number
from changes
where action = 'named'
