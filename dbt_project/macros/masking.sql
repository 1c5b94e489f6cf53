{#- What BI may see of a person, by privacy class (see expectations/entities). -#}

{% macro last_four(column) -%}
    case when {{ column }} is not null then repeat('*', 12) || right({{ column }}, 4) end
{%- endmacro %}

{% macro initials(column) -%}
    regexp_replace(initcap({{ column }}), '(\w)[\w''.`-]*', '\1.', 'g')
{%- endmacro %}

{#- Bands follow the ages that the programmes use: under-fives, school ages, working age, elderly. -#}
{% macro age_band(birth_date, on_day) -%}
    case
        when {{ birth_date }} is null then null
        when extract(year from age({{ on_day }}, {{ birth_date }})) < 5 then '0-4'
        when extract(year from age({{ on_day }}, {{ birth_date }})) < 7 then '5-6'
        when extract(year from age({{ on_day }}, {{ birth_date }})) < 13 then '7-12'
        when extract(year from age({{ on_day }}, {{ birth_date }})) < 19 then '13-18'
        when extract(year from age({{ on_day }}, {{ birth_date }})) < 60 then '19-59'
        else '60+'
    end
{%- endmacro %}
