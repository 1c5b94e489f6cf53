"""The figures of the mayor's page, as they stood at the end of one month."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, text

from sinergi.errors import SinergiError

HISTORY = """
select month, month_end, people, families, entered, "left", left_graduated, left_removed, left_withdrawn,
    baseline_people, target_people
from bi.rpt_headcount_city where month <= :month order by month
"""

# Families in force on the last day of the month, and what had reached them by then: as `sinergi as-of` has it.
COVERAGE = """
select coverage.strategy, coverage.families, coverage.helped, unserved.unserved
from marts.coverage_on(:day) as coverage cross join marts.unserved_on(:day) as unserved order by coverage.strategy
"""

BUDGET = """
select strategy, year, semester, sum(ceiling_idr) as ceiling, sum(realised_idr) as realised from bi.rpt_budget
where (year, semester) = (
    select year, semester from bi.rpt_budget
    where make_date(year, semester * 6, 1) <= :day order by 1 desc, 2 desc limit 1
)
group by strategy, year, semester order by strategy
"""

# What is hidden in bi is hidden here: the page, open data and dashboards read the same counts.
OFFICES = """
select opd.abbreviation as office, needs.need_name as need, needs.needs, needs.unmet
from bi.rpt_needs_monthly as needs
join bi.dim_opd as opd using (opd_id)
where needs.month = :month and needs.is_in_force and needs.unmet is distinct from 0 and needs.needs is distinct from 0
order by needs.unmet desc nulls last, office, need
"""

AREAS = """
select areas.district_name as district, areas.area_name as area, counts.people, counts.people is null as hidden
from bi.rpt_headcount as counts join bi.dim_areas as areas using (area_code)
where counts.month = :month order by areas.district_name, areas.area_name
"""

BUILD = "select build_id, built_at from bi.build_info"


def month_of(value: str) -> date:
    """Read a month such as 2024-06.

    Raises:
        SinergiError: it is none.
    """
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", value):
        raise SinergiError(f"--month is {value!r}; write it as 2024-06.")
    return date.fromisoformat(f"{value}-01")


def collect(engine: Engine, month: date) -> dict[str, Any]:
    """Collect the page's figures from the published build.

    Raises:
        SinergiError: nothing is published, or the month lies outside of what is known.
    """
    with engine.connect() as connection:
        if connection.execute(text("select to_regclass('bi.rpt_headcount_city')")).scalar() is None:
            raise SinergiError("Nothing is published yet: run `sinergi run` first.")
        history = _rows(connection, HISTORY, month=month)
        if not history or history[-1]["month"] != month:
            known = connection.execute(text("select min(month), max(month) from bi.rpt_headcount_city")).one()
            raise SinergiError(
                f"There are no figures for {month:%Y-%m}; the published build has {known[0]} to {known[1]}."
            )
        day = history[-1]["month_end"]
        coverage = _rows(connection, COVERAGE, day=day)
        return {
            "month": month,
            "day": day,
            "now": history[-1],
            "history": history,
            "coverage": coverage,
            "unserved": coverage[0]["unserved"] if coverage else 0,
            "budget": _rows(connection, BUDGET, day=day),
            "offices": _rows(connection, OFFICES, month=month),
            "areas": _rows(connection, AREAS, month=month),
            "build": _rows(connection, BUILD)[0],
        }


def _rows(connection: Connection, query: str, **parameters: object) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in connection.execute(text(query), parameters)]
