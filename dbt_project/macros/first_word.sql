{#- The first word about something that is not silent: by rank of the source, then the newest, then always the same one;
    `rather` says which words come before all others. All in one order, so that a model sorts its records once. -#}
{% macro first_word(column, rather=none) -%}
    {%- if rather -%}
        coalesce({{ _first_word(column, rather) }}, {{ _first_word(column) }}) as {{ column }}
    {%- else -%}
        {{ _first_word(column) }} as {{ column }}
    {%- endif -%}
{%- endmacro %}

{% macro _first_word(column, rather=none) -%}
    (array_agg({{ column }} order by source_rank, said_on desc nulls last, source_id, delivery_id desc, row_number)
        filter (where {{ column }} is not null{{ ' and ' ~ rather if rather }}))[1]
{%- endmacro %}
