-- A count of one to four people or families is not shown. The city's total gives away what is hidden where that is one
-- kelurahan only, or where all that is hidden comes to less than five: then the next larger counts, and last the zeros,
-- are hidden too. Each measure is judged by itself.
{% set measures = ['people', 'families', 'entered', 'left', 'left_graduated', 'left_removed'] %}
{% set least = var('smallest_cell') | int %}

with headcount as (

    select * from {{ ref('rpt_headcount') }}

),

compared as (

    select
        {% for measure in measures %}
        bool_or("{{ measure }}" between 1 and {{ least - 1 }}) over (partition by month) as {{ measure }}_any_small,
        count(*) over smaller_{{ measure }} as {{ measure }}_smaller_cells,
        coalesce(sum("{{ measure }}") over smaller_{{ measure }}, 0) as {{ measure }}_smaller_sum,
        {% endfor %}
        headcount.*
    from headcount
    window
    {% for measure in measures %}
        smaller_{{ measure }} as (
            partition by month order by "{{ measure }}" = 0, "{{ measure }}", area_code
            rows between unbounded preceding and 1 preceding
        ){{ ',' if not loop.last }}
    {% endfor %}

),

judged as (

    select
        {% for measure in measures %}
        {{ measure }}_any_small and (
            "{{ measure }}" between 1 and {{ least - 1 }}
            or {{ measure }}_smaller_cells < 2
            or {{ measure }}_smaller_sum < {{ least }}
        ) as hides_{{ measure }},
        {% endfor %}
        compared.*
    from compared

)

select
    month,
    month_end,
    area_code,
    {% for measure in measures %}
    case when not hides_{{ measure }} then "{{ measure }}" end as "{{ measure }}",
    {% endfor %}
    hides_{{ measures | join(' or hides_') }} as is_suppressed
from judged
