-- A count of one to four people is not shown; no other count here gives it away.
{% set least = var('smallest_cell') | int %}

select
    area_code,
    case when people >= {{ least }} then people end as people,
    case when people_without_nik not between 1 and {{ least - 1 }} then people_without_nik end as people_without_nik,
    case when decreed_people_without_nik not between 1 and {{ least - 1 }} then decreed_people_without_nik end
        as decreed_people_without_nik,
    people < {{ least }}
    or people_without_nik between 1 and {{ least - 1 }}
    or decreed_people_without_nik between 1 and {{ least - 1 }} as is_suppressed
from {{ ref('rpt_identity') }}
