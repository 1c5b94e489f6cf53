{#- Whether what a column names, a person or a family, was touched since this schema was built (sinergi.increments); in
    a whole build everything is. `without` takes the touched out of an incremental model before they are added anew. -#}
{% macro touched(column) -%}
    {%- if keeps_the_rest() -%}{{ column }} in (select id from linkage.touched){%- else -%}true{%- endif -%}
{%- endmacro %}

{#- Whether the source row that a relation's row comes from was. -#}
{% macro touched_row(relation=none) -%}
    {%- set place = relation ~ '.' if relation else '' -%}
    {%- if keeps_the_rest() -%}
        ({{ place }}delivery_id, {{ place }}row_number) in (select delivery_id, row_number from linkage.touched_rows)
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}

{#- Whether a column names help that was touched, by its row or by whose it is; also what is gone. -#}
{% macro touched_help(column) -%}
    {%- if keeps_the_rest() -%}
        {{ column }} in (
            select intervention_id from {{ ref('fct_interventions') }}
            where {{ touched('person_id') }} or {{ touched('family_id') }}
            union all
            select delivery_id || '-' || row_number from linkage.touched_rows
        )
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}

{#- Whether a column has the value of a row of a relation that `is_touched`: of two rows that are held against each
    other one may be untouched. -#}
{% macro together_with_touched(column, relation) -%}
    {%- if keeps_the_rest() -%}
        {{ column }} in (select {{ column }} from {{ relation }} where is_touched)
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}

{% macro without(those) -%}
    {%- if keeps_the_rest() -%}delete from {{ this }} where {{ those }}{%- endif -%}
{%- endmacro %}

{#- A model and not its unit test, which has no table. -#}
{% macro keeps_the_rest() -%}
    {{ return(model is defined and model.resource_type == 'model' and is_incremental()) }}
{%- endmacro %}
