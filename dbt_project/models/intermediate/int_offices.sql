-- Who answers today for what an office did: itself, or who came after it, through any number of renamings and mergers.
with recursive followed as (

    select
        opd_id,
        opd_id as current_opd_id,
        successor_opd_id,
        array[opd_id] as path
    from {{ ref('opd') }}
    union all
    select
        followed.opd_id,
        opd.opd_id,
        opd.successor_opd_id,
        followed.path || opd.opd_id
    from followed
    inner join {{ ref('opd') }} as opd on followed.successor_opd_id = opd.opd_id
    where opd.opd_id <> all(followed.path)  -- two offices that name each other stop here

)

select distinct on (opd_id)
    opd_id,
    current_opd_id
from followed
order by opd_id asc, cardinality(path) desc
