with months as (

    select
        month,
        month_end,
        sum(people)::integer as people,
        sum(families)::integer as families,
        sum(entered)::integer as entered,
        sum(entered_first)::integer as entered_first,
        sum(entered_again)::integer as entered_again,
        sum("left")::integer as "left",
        sum(left_graduated)::integer as left_graduated,
        sum(left_removed)::integer as left_removed,
        sum(left_withdrawn)::integer as left_withdrawn
    from {{ ref('rpt_headcount') }}
    group by month, month_end

)

select
    *,
    {{ var('baseline_people') }} as baseline_people,
    {{ var('target_people') }} as target_people,
    people - {{ var('baseline_people') }} as change_from_baseline,
    people - {{ var('target_people') }} as people_to_target,
    round(({{ var('baseline_people') }} - people)::numeric / nullif(
        {{ var('baseline_people') }} - {{ var('target_people') }}, 0
    ), 4)::numeric(10, 4) as share_of_way
from months
