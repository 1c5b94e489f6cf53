{#- bi repeats marts under the same names; a model's file is called bi_<name>, since dbt wants names unique. -#}
{% macro generate_alias_name(custom_alias_name=none, node=none) -%}
    {%- if node.name.startswith('bi_') -%}{{ node.name[3:] }}{%- else -%}{{ node.name }}{%- endif -%}
{%- endmacro %}
