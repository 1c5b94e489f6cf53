with coverage as (

    select * from {{ ref('rpt_coverage') }}

)

select
    family_id,
    area_code,
    decreed_on,
    ended_on is null as is_in_force
from coverage
group by family_id, area_code, decreed_on, ended_on
having sum(times_helped) = 0
