{#- Let PostgreSQL count what was made whole; of a table to which a few rows were added it knows enough. -#}
{% macro counted() -%}
    {%- set kind = config.get('materialized') -%}
    {%- set is_whole = kind in ('table', 'seed') or (kind == 'incremental' and flags.FULL_REFRESH) -%}
    {%- if is_whole -%}analyze {{ this }}{%- endif -%}
{%- endmacro %}
