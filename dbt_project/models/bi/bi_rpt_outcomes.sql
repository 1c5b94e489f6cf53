-- A cohort of one to four families is not shown.
select
    cohort_month,
    strategies,
    case when families >= {{ var('smallest_cell') }} then families end as families,
    case when families >= {{ var('smallest_cell') }} then people end as people,
    case when families >= {{ var('smallest_cell') }} then families_graduated end as families_graduated,
    case when families >= {{ var('smallest_cell') }} then families_removed end as families_removed,
    case when families >= {{ var('smallest_cell') }} then families_in_force end as families_in_force,
    case when families >= {{ var('smallest_cell') }} then median_days_to_graduation end as median_days_to_graduation,
    case when families >= {{ var('smallest_cell') }} then median_times_helped end as median_times_helped
from {{ ref('rpt_outcomes') }}
