-- A programme may tell of a disability or a child; its strategy does not.
select
    events.family_id,
    {{ first_of_month('events.event_on') }} as event_on,
    events.stage,
    case when events.stage = 'assisted' then programs.strategy else events.detail end as detail,
    events.stage_order
from {{ ref('fct_family_stages') }} as events
left join {{ ref('dim_programs') }} as programs
    on events.detail = programs.program_id and events.stage = 'assisted'
