{#- Whether what a column names, a person or a family, was touched since this schema was built (sinergi.increments); in a
    whole build everything is. Of an incremental model, `without` takes the touched out before they are added anew. -#}
{% macro touched(column) -%}
    {%- if is_incremental() -%}{{ column }} in (select id from linkage.touched){%- else -%}true{%- endif -%}
{%- endmacro %}

{#- Whether the source row that a relation's row comes from was. -#}
{% macro touched_row(relation=none) -%}
    {%- set place = relation ~ '.' if relation else '' -%}
    {%- if is_incremental() -%}
        ({{ place }}delivery_id, {{ place }}row_number) in (select delivery_id, row_number from linkage.touched_rows)
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}

{% macro without(those) -%}
    {%- if is_incremental() -%}delete from {{ this }} where {{ those }}{%- endif -%}
{%- endmacro %}
