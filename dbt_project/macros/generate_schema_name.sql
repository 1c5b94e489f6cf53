{#- A folder's schema is used as it is; marts, bi and office take the colour of this build. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- set schema = custom_schema_name or target.schema -%}
    {%- if schema in ('marts', 'bi', 'office') -%}
        {{ schema }}_{{ env_var('SINERGI_BUILD_COLOUR', 'blue') }}
    {%- else -%}
        {{ schema }}
    {%- endif -%}
{%- endmacro %}
