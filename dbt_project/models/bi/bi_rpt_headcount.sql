-- A kelurahan with one to four people is not shown. Where that hides just one, the city's total would give it away, so
-- that the smallest kelurahan still shown is hidden with it. What enters and leaves is hidden with the count.
with headcount as (

    select
        *,
        greatest(people, entered, "left") between 1 and {{ var('smallest_cell') - 1 }} as is_small
    from {{ ref('rpt_headcount') }}

),

ranked as (

    select
        *,
        count(*) filter (where is_small) over (partition by month) as small_cells,
        row_number() over (
            partition by month, is_small or people = 0 order by people, area_code
        ) as smallest_shown
    from headcount

),

hidden as (

    select
        *,
        is_small or (small_cells = 1 and people > 0 and smallest_shown = 1) as is_suppressed
    from ranked

)

select
    month,
    month_end,
    area_code,
    case when not is_suppressed then people end as people,
    case when not is_suppressed then families end as families,
    case when not is_suppressed then entered end as entered,
    case when not is_suppressed then "left" end as "left",
    case when not is_suppressed then left_graduated end as left_graduated,
    case when not is_suppressed then left_removed end as left_removed,
    is_suppressed
from hidden
