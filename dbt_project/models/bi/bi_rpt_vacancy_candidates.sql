-- Who they are stands in the list of the office that announces the vacancy.
{% set counts %}
(
    select
        vacancy_id,
        position,
        employer_name,
        posted_on,
        closes_on,
        count(*)::integer as candidates
    from {{ ref('rpt_vacancy_candidates') }}
    group by vacancy_id, position, employer_name, posted_on, closes_on
) as counts
{% endset %}
{{ suppressed(
    counts,
    keys=['vacancy_id', 'position', 'employer_name', 'posted_on', 'closes_on'],
    within=['vacancy_id'],
    measures=['candidates']
) }}
