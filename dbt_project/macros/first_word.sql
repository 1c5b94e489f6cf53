{#- The first word about something that is not silent: by rank of the source, then the newest, then always the same one. -#}
{% macro first_word(column, first=none) -%}
    (array_agg({{ column }} order by {{ first ~ ', ' if first }}source_rank, said_on desc nulls last, source_id, delivery_id desc, row_number)
        filter (where {{ column }} is not null))[1] as {{ column }}
{%- endmacro %}
