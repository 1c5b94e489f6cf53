select
    programs.program_id,
    coalesce(offices.current_opd_id, programs.opd_id) as opd_id,
    programs.name,
    programs.strategy,
    programs.recipient_type
from {{ ref('programs') }} as programs
left join {{ ref('int_offices') }} as offices on programs.opd_id = offices.opd_id

union all

-- A programme that seeds/programs.csv does not know (yet, or any more): its sender's, of no known strategy.
select
    help.program_id,
    min(coalesce(offices.current_opd_id, split_part(help.source_id, '/', 1))),
    help.program_id,
    'unknown',
    null
from {{ ref('stg_interventions') }} as help
left join {{ ref('programs') }} as programs on help.program_id = programs.program_id
left join {{ ref('int_offices') }} as offices on split_part(help.source_id, '/', 1) = offices.opd_id
where programs.program_id is null and help.program_id is not null
group by help.program_id
