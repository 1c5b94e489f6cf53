with recursive present as (

    select
        'person' as kind,
        person_id as id
    from {{ ref('dim_people') }}
    union all
    select
        'family' as kind,
        family_id as id
    from {{ ref('dim_families') }}

),

-- An id that is there again after it had been merged stands for itself, as one that was split does.
changes as (

    select history.*
    from {{ ref('stg_id_history') }} as history
    left join present on history.kind = present.kind and history.old_id = present.id
    where history.change = 'split' or present.id is null

),

-- What left an id before another ended in it took nothing of the other along: each step is later than the one before.
followed as (

    select
        kind,
        old_id,
        new_id as reached_id,
        change = 'split' as is_split,
        changed_at
    from changes
    union
    select
        followed.kind,
        followed.old_id,
        changes.new_id as reached_id,
        followed.is_split or changes.change = 'split' as is_split,
        changes.changed_at
    from followed
    inner join changes
        on
            followed.kind = changes.kind
            and followed.reached_id = changes.old_id
            and followed.changed_at < changes.changed_at

),

reached as (

    select distinct on (followed.kind, followed.old_id, followed.reached_id)
        followed.kind,
        followed.old_id,
        followed.reached_id as current_id,
        case when followed.is_split then 'split' else 'merged' end as change,
        followed.changed_at
    from followed
    inner join present on followed.kind = present.kind and followed.reached_id = present.id
    where followed.reached_id <> followed.old_id
    order by followed.kind, followed.old_id, followed.reached_id, followed.changed_at desc, followed.is_split

),

-- Of a split id a part stays: without this row who follows the id would lose it.
kept as (

    select
        changes.kind,
        changes.old_id,
        changes.old_id as current_id,
        'kept' as change,
        max(changes.changed_at) as changed_at
    from changes
    inner join present on changes.kind = present.kind and changes.old_id = present.id
    group by changes.kind, changes.old_id

)

select * from reached
union all
select * from kept
