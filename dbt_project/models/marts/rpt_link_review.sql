with doubts as (

    select * from {{ ref('stg_review_queue') }}

),

people as (

    select * from {{ ref('dim_people') }}

),

families as (

    select * from {{ ref('dim_families') }}

),

-- Two people may be compared by several of their records: the most probable pair speaks for them.
pairs as (

    select distinct on (first_person_id, second_person_id) *
    from doubts
    where first_person_id is not null and second_person_id is not null and first_person_id <> second_person_id
    order by first_person_id, second_person_id, probability desc, left_key, right_key

),

proposed as (

    select
        pairs.first_person_id,
        pairs.second_person_id,
        max(decisions.decision_id) as decision_id
    from pairs
    inner join {{ ref('stg_link_decisions') }} as decisions
        on not decisions.is_approved and not decisions.is_undone and (
            (pairs.left_key = any(decisions.left_keys) and pairs.right_key = any(decisions.right_keys))
            or (pairs.left_key = any(decisions.right_keys) and pairs.right_key = any(decisions.left_keys))
        )
    group by pairs.first_person_id, pairs.second_person_id

),

evidence as (

    select
        pairs.first_person_id,
        pairs.second_person_id,
        string_agg(bit.key, ', ' order by bit.value::numeric desc, bit.key) filter (where bit.value::numeric > 0)
            as speaks_for,
        string_agg(bit.key, ', ' order by bit.value::numeric, bit.key) filter (where bit.value::numeric < 0)
            as speaks_against
    from pairs
    cross join lateral jsonb_each_text(pairs.bits) as bit
    group by pairs.first_person_id, pairs.second_person_id

)

select
    pairs.first_person_id,
    pairs.second_person_id,
    left_person.full_name as first_name,
    right_person.full_name as second_name,
    left_person.nik as first_nik,
    right_person.nik as second_nik,
    left_person.birth_date as first_birth_date,
    right_person.birth_date as second_birth_date,
    left_family.area_code as first_area_code,
    right_family.area_code as second_area_code,
    pairs.probability,
    pairs.reason as doubt,
    evidence.speaks_for,
    evidence.speaks_against,
    coalesce(left_family.stage in ('decreed', 'assisted'), false)
    or coalesce(right_family.stage in ('decreed', 'assisted'), false) as touches_decree,
    proposed.decision_id as proposed_decision_id
from pairs
left join evidence using (first_person_id, second_person_id)
left join proposed using (first_person_id, second_person_id)
left join people as left_person on pairs.first_person_id = left_person.person_id
left join people as right_person on pairs.second_person_id = right_person.person_id
left join families as left_family on left_person.family_id = left_family.family_id
left join families as right_family on right_person.family_id = right_family.family_id
