{#- What BI may see of a person. The privacy classes of expectations/entities say what becomes of a column in `bi`:
open is shown; an identifier is its keyed hash or nothing; a personal value is a band, a code or nothing; a specific value
(UU 27/2022, article 4: health, children, finance) is only ever counted. No row of a person or a family carries a place. -#}

{#- Wide enough that a band is no person, and one band for all children. -#}
{% macro age_band(birth_date, on_day='current_date') -%}
    case
        when {{ birth_date }} is null then null
        when age({{ on_day }}, {{ birth_date }}) < interval '18 years' then '0-17'
        when age({{ on_day }}, {{ birth_date }}) < interval '30 years' then '18-29'
        when age({{ on_day }}, {{ birth_date }}) < interval '45 years' then '30-44'
        when age({{ on_day }}, {{ birth_date }}) < interval '60 years' then '45-59'
        else '60+'
    end
{%- endmacro %}

{#- A child is specific data: only its band is shown. Who may be one by the year of birth counts as one. -#}
{% macro unless_child(column) -%}
    case
        when
            age(current_date, birth_date) >= interval '18 years'
            or (birth_date is null and coalesce(birth_year, 1900) <= extract(year from current_date) - 19)
            then {{ column }}
    end
{%- endmacro %}

{#- A day tells a kelurahan apart (each has its own Musyawarah); a month does not. -#}
{% macro first_of_month(day) -%}
    date_trunc('month', {{ day }})::date
{%- endmacro %}

{#- For an office that must tell two people of one name apart. -#}
{% macro last_four(column) -%}
    case when {{ column }} is not null then repeat('*', 12) || right({{ column }}, 4) end
{%- endmacro %}

{#- Calendar months from one day to another: tells nothing that the two months do not. -#}
{% macro months_between(first, last) -%}
    (
        (extract(year from {{ last }}) - extract(year from {{ first }})) * 12
        + extract(month from {{ last }}) - extract(month from {{ first }})
    )::integer
{%- endmacro %}

{#- What help was worth is specific data (UU 27/2022: finance): beside a row of help only its band is shown. -#}
{% macro amount_band(amount) -%}
    case
        when {{ amount }} is null then null
        when {{ amount }} < 500000 then '< 500 ribu'
        when {{ amount }} < 2000000 then '500 ribu - < 2 juta'
        when {{ amount }} < 10000000 then '2 - < 10 juta'
        else '10 juta +'
    end
{%- endmacro %}
