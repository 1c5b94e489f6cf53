{#- Help that reached somebody or is on its way; what was given to a group is no help to its leader's family. -#}
{% macro reached(help) -%}
    {{ help }}.status in ('granted', 'delivered', 'completed') and {{ help }}.recipient_kind is distinct from 'group'
{%- endmacro %}

{#- Whether a day lies in a spell: from its first day, up to the day on which it no longer holds. -#}
{% macro holds_on(spell, day) -%}
    {{ day }} >= {{ spell }}.started_on and {{ day }} < coalesce({{ spell }}.ended_on, 'infinity'::date)
{%- endmacro %}

{#- First day of a period: 2022, 2024-06 or 2024-Q3; null for anything else. -#}
{% macro period_start(period) -%}
    case
        when {{ period }} ~ '^\d{4}$' then make_date({{ period }}::integer, 1, 1)
        when {{ period }} ~ '^\d{4}-(0[1-9]|1[0-2])$' then to_date({{ period }}, 'YYYY-MM')
        when {{ period }} ~ '^\d{4}-Q[1-4]$'
            then make_date(left({{ period }}, 4)::integer, 3 * right({{ period }}, 1)::integer - 2, 1)
    end
{%- endmacro %}

{#- The day on which a build is made, in the city; where SINERGI_KNOWN_AT is set, that day. -#}
{% macro build_day() -%}
    {%- set moment = env_var('SINERGI_KNOWN_AT', '') -%}
    ({{ "'" ~ moment ~ "'::timestamptz" if moment else 'now()' }} at time zone 'Asia/Jakarta')::date
{%- endmacro %}

{#- The words of a text, a blank on either side of each, so that `las` is found in `las listrik` and not in `kelas`. -#}
{% macro in_words(text) -%}
    ' ' || trim(regexp_replace(lower({{ text }}), '[\W_]+', ' ', 'g')) || ' '
{%- endmacro %}

{#- The last day of the month, quarter or year that begins on a day. -#}
{% macro last_day(covers, first_day) -%}
    (
        {{ first_day }}
        + case {{ covers }} when 'quarter' then interval '3 months' else ('1 ' || {{ covers }})::interval end
        - interval '1 day'
    )::date
{%- endmacro %}
