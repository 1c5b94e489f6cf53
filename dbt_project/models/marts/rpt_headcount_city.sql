select
    month,
    month_end,
    sum(people)::integer as people,
    sum(families)::integer as families,
    sum(entered)::integer as entered,
    sum("left")::integer as "left",
    sum(left_graduated)::integer as left_graduated,
    sum(left_removed)::integer as left_removed
from {{ ref('rpt_headcount') }}
group by month, month_end
