"""What the report marts show, as figures that a sample's truth has too (`sinergi.sample.reports`): one query a report.

Each gives `name` and `value`; figures that are zero on both sides need not be there.
"""

from __future__ import annotations

DECREED = "select family_id from marts.fct_decree_spells"

REPORTS_SQL = {
    "coverage": """
        select strategy || '/' || measure as name, coalesce(sum(value), 0) as value from marts.rpt_coverage
        cross join lateral (values
            ('families', 1), ('gap', is_gap::int), ('times_helped', times_helped), ('offices', offices),
            ('amount_idr', amount_idr)
        ) as figure (measure, value) group by 1
        union all select 'unserved', count(*) from marts.rpt_unserved_families""",
    "untargeted": """
        select reason || '/' || program_id as name, sum(times_helped) as value
        from marts.rpt_untargeted_recipients group by 1""",
    "overlaps": """
        select case when is_decreed then 'decreed' else 'others' end || '/' || kind || '/' || measure as name,
            coalesce(sum(value), 0) as value
        from marts.rpt_overlaps
        cross join lateral (values ('pairs', 1), ('doubled', is_overlap::int)) as figure (measure, value) group by 1""",
    "journey": """
        select measure as name, coalesce(sum(value), 0) as value from marts.rpt_family_journey
        cross join lateral (values
            ('spells', 1), ('enumerated', (enumerated_on is not null)::int), ('ended', (ended_on is not null)::int),
            ('deliberated', (deliberated_on is not null)::int), ('assisted', (first_assisted_on is not null)::int),
            ('days_to_deliberated', days_to_deliberated), ('days_to_decreed', days_to_decreed),
            ('days_to_assisted', days_to_assisted), ('days_in_force', days_in_force)
        ) as figure (measure, value) group by 1""",
    "outcomes": """
        select to_char(cohort_month, 'YYYY-MM') || '/' || strategies || '/' || measure as name,
            coalesce(sum(value), 0) as value
        from marts.rpt_outcomes
        cross join lateral (values
            ('families', families), ('people', people), ('graduated', families_graduated),
            ('removed', families_removed), ('withdrawn', families_withdrawn), ('in_force', families_in_force)
        ) as figure (measure, value) group by 1""",
    "needs": """
        select need_id || '/' || measure as name, coalesce(sum(value), 0) as value from marts.rpt_needs
        cross join lateral (values
            ('needs', 1), ('in_force', is_in_force::int), ('met', is_met::int), ('days_to_met', days_to_met),
            ('days_stated', last_stated_on - needed_since)
        ) as figure (measure, value) group by 1""",
    "vacancy_candidates": """
        select to_char(posted_on, 'YYYY-MM') || '/' || measure as name, sum(value) as value
        from marts.rpt_vacancy_candidates
        cross join lateral (values
            ('pairs', 1), ('skilled', (skills is not null)::int)
        ) as figure (measure, value) group by 1""",
    "conflicts": f"""
        select case when family_id in ({DECREED}) then 'decreed' else 'others' end || '/' || attribute as name,
            count(*) as value
        from marts.rpt_conflicts group by 1""",
    "budget": """
        select year || '-' || semester || '/' || strategy || '/' || measure as name, coalesce(sum(value), 0) as value
        from marts.rpt_budget
        cross join lateral (values
            ('ceiling_idr', ceiling_idr), ('realised_idr', realised_idr), ('recipients', recipients),
            ('in_semester_idr', realised_in_semester_idr)
        ) as figure (measure, value) group by 1""",
    "causes": """
        select to_char(month, 'YYYY-MM') || '/' || measure as name, value from marts.rpt_headcount_city
        cross join lateral (values
            ('entered_first', entered_first), ('entered_again', entered_again), ('left_graduated', left_graduated),
            ('left_removed', left_removed), ('left_withdrawn', left_withdrawn)
        ) as figure (measure, value) where value <> 0""",
}
