{#- A folder's schema is used as it is; marts, bi and office take the colour of this build. What was known on an earlier
    day is built apart, in known_<schema> (sinergi.asof). -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- set schema = custom_schema_name or target.schema -%}
    {%- if env_var('SINERGI_KNOWN_AT', '') -%}
        known_{{ schema }}
    {%- elif schema in ('marts', 'bi', 'office') -%}
        {{ schema }}_{{ env_var('SINERGI_BUILD_COLOUR', 'blue') }}
    {%- else -%}
        {{ schema }}
    {%- endif -%}
{%- endmacro %}
