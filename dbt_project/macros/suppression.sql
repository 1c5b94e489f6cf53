{#- Small cells of an aggregate, hidden so that neither totals, nor the months before, nor a known whole give them away.

A count of 1 to `smallest_cell` - 1 is not shown. Whoever knows the total of `within` (it is public) subtracts what is
shown; so the next larger cells are hidden too until each hidden cell could, for all that is shown, be as large as
`smallest_cell`: more than one is hidden and, with n of them above zero that come to s, s - (n - 1) >= smallest_cell. Who
knows this very rule knows that no hidden cell is larger than the least one shown: they must not come to the most that
this allows. Where that cannot be had, the zeros go too. Method: Hundepool et al., Statistical Disclosure Control (2012), chapter 4.

relation   what holds the aggregate: one row per `keys`
keys       columns that are shown as they are
within     columns whose totals are public: each combination is judged by itself
measures   counts, each judged by itself
over       column of time, with `cell` the columns of one series: a count that differs from the last one shown by less
           than `smallest_cell` is hidden, since the difference would be a small cell too; so is a zero after a small one,
           which the fall of the total in that month would give away
of         {measure: measure of which it is part}: what is left of the whole must not be small either
along      {column: measure that it is hidden with}, for sums of money and the like
hide_when  a condition that hides all measures of a row, for what another relation hides; it begins
           with the column that it is about
-#}
{% macro suppressed(relation, keys, within, measures, cell=none, over=none, of={}, along={}, hide_when='false') -%}
{%- set least = var('smallest_cell') | int -%}
with recursive numbered as (

    select
        *,
        {{ 'row_number() over (partition by ' ~ cell | join(', ') ~ ' order by ' ~ over ~ ')' if over else 1 }} as step
    from {{ relation }}

),

walked as (

    select
        numbered.*,
        {% for measure in measures %}
        {{ _is_small(measure, of, least, hide_when) }} as small_{{ measure }},
        case when not {{ _is_small(measure, of, least, hide_when) }} then "{{ measure }}" end as last_{{ measure }}
        {{- ',' if not loop.last }}
        {% endfor %}
    from numbered
    where step = 1
    {% if over %}
    union all
    select
        numbered.*,
        {% for measure in measures %}
        small.{{ measure }},
        case when small.{{ measure }} then walked.last_{{ measure }} else numbered."{{ measure }}" end
        {{- ',' if not loop.last }}
        {% endfor %}
    from walked
    inner join numbered
        on walked.step + 1 = numbered.step
        {%- for column in cell %} and walked.{{ column }} is not distinct from numbered.{{ column }}{% endfor %}
    cross join lateral (
        select
            {% for measure in measures %}
            {{ _is_small(measure, of, least, hide_when, 'numbered.') }}
            or coalesce(abs(numbered."{{ measure }}" - walked.last_{{ measure }}) between 1 and {{ least - 1 }}, false)
            or (numbered."{{ measure }}" = 0 and walked.small_{{ measure }} and coalesce(walked.last_{{ measure }}, 0) = 0)
                as {{ measure }}{{ ',' if not loop.last }}
            {% endfor %}
    ) as small
    {% endif %}

),

compared as (

    select
        walked.*,
        {% for measure in measures %}
        bool_or(small_{{ measure }}) over (partition by {{ within | join(', ') }}) as any_{{ measure }},
        row_number() over place_{{ measure }} as place_{{ measure }},
        count(*) over (place_{{ measure }} rows between unbounded preceding and 1 preceding) as hidden_{{ measure }},
        count(nullif("{{ measure }}", 0)) over (place_{{ measure }} rows between unbounded preceding and 1 preceding)
            as cells_{{ measure }},
        coalesce(sum("{{ measure }}") over (place_{{ measure }} rows between unbounded preceding and 1 preceding), 0)
            as sum_{{ measure }}{{ ',' if not loop.last }}
        {% endfor %}
    from walked
    window
    {% for measure in measures %}
        place_{{ measure }} as (
            partition by {{ within | join(', ') }}
            order by not small_{{ measure }}, "{{ measure }}" = 0, "{{ measure }}", {{ keys | join(', ') }}
        ){{ ',' if not loop.last }}
    {% endfor %}

),

-- The first cell that may be shown, and with it all that come after.
judged as (

    select
        compared.*,
        {% for measure in measures %}
        any_{{ measure }} and bool_or(
            not small_{{ measure }}
            and hidden_{{ measure }} > 1
            and sum_{{ measure }} - (cells_{{ measure }} - 1) >= {{ least }}
            and ("{{ measure }}" = 0 or sum_{{ measure }} < cells_{{ measure }} * ("{{ measure }}" - 1))
        ) over (partition by {{ within | join(', ') }} order by place_{{ measure }}) is not true as hides_{{ measure }}
        {{- ',' if not loop.last }}
        {% endfor %}
    from compared

)

select
    {% for key in keys %}
    {{ key }},
    {% endfor %}
    {% for measure in measures %}
    case when not hides_{{ measure }} then "{{ measure }}" end as "{{ measure }}",
    {% endfor %}
    {% for column, measure in along.items() %}
    case when not hides_{{ measure }} then {{ column }} end as {{ column }},
    {% endfor %}
    hides_{{ measures | join(' or hides_') }} as is_suppressed
from judged
{%- endmacro %}

{% macro _is_small(measure, of, least, hide_when, prefix='') -%}
    (
        {{ hide_when if hide_when == 'false' else prefix ~ hide_when }}
        or coalesce({{ prefix }}"{{ measure }}" between 1 and {{ least - 1 }}, false)
        {%- if measure in of %}
        or coalesce({{ prefix }}"{{ of[measure] }}" - {{ prefix }}"{{ measure }}" between 1 and {{ least - 1 }}, false)
        {%- endif %}
    )
{%- endmacro %}
