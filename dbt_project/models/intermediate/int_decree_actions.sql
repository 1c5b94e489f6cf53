-- What each decree says of each person, and what is left of it when a decree is withdrawn whole.
with crosswalk as (

    select * from {{ ref('stg_crosswalk') }}

),

withdrawals as (

    select distinct on (withdrawn_number)
        withdrawn_number,
        decree_number,
        decreed_on,
        coalesce(effective_on, decreed_on) as holds_from
    from {{ ref('stg_decree_withdrawals') }}
    order by withdrawn_number asc, holds_from asc, decree_number asc

),

-- A decree names from its own date; what ends a spell holds from the day that the list gives.
said as (

    select
        crosswalk.person_id,
        crosswalk.family_id,
        decrees.area_code,
        decrees.decree_number,
        decrees.decreed_on,
        decrees.action,
        decrees.delivery_id,
        decrees.row_number,
        decrees.action = 'named' as is_named,
        case
            when decrees.action = 'named' then decrees.decreed_on
            else coalesce(decrees.effective_on, decrees.decreed_on)
        end as holds_from
    from {{ ref('stg_decrees') }} as decrees
    inner join crosswalk
        on decrees.delivery_id = crosswalk.delivery_id and decrees.row_number = crosswalk.row_number

),

-- A decree that is withdrawn from the day on which it began to hold was never signed.
actions as (

    select
        said.*,
        withdrawals.decree_number as withdrawn_by,
        withdrawals.decreed_on as withdrawn_on,
        withdrawals.holds_from as withdrawn_from
    from said
    left join withdrawals on said.decree_number = withdrawals.withdrawn_number
    where withdrawals.holds_from is null or withdrawals.holds_from > said.holds_from

),

-- From the withdrawal on a person is what the last decree that still stands says, and in none where none does.
withdrawn as (

    select
        gone.person_id,
        gone.family_id,
        coalesce(standing.area_code, gone.area_code) as area_code,
        case when standing.is_named then standing.decree_number else gone.withdrawn_by end as decree_number,
        gone.withdrawn_on as decreed_on,
        case when standing.is_named then 'named' else 'withdrawn' end as action,
        coalesce(standing.delivery_id, gone.delivery_id) as delivery_id,
        coalesce(standing.row_number, gone.row_number) as row_number,
        coalesce(standing.is_named, false) as is_named,
        gone.withdrawn_from as holds_from
    from actions as gone
    left join lateral (
        select * from actions as other
        where
            other.person_id = gone.person_id
            and other.decreed_on <= gone.withdrawn_on
            and (other.withdrawn_from is null or other.withdrawn_from > gone.withdrawn_from)
        order by other.decreed_on desc, other.is_named desc, other.decree_number desc, other.row_number desc
        limit 1
    ) as standing on true
    where gone.withdrawn_from is not null

)

{% set columns = [
    'person_id', 'family_id', 'area_code', 'decree_number', 'decreed_on', 'action', 'is_named', 'holds_from',
    'delivery_id', 'row_number'
] %}
select {{ columns | join(', ') }} from actions
union all
select {{ columns | join(', ') }} from withdrawn
