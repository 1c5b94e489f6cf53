"""Figures of the marts against a sample's truth."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import polars as pl

from sinergi import report_figures, tolerance
from sinergi.entities import load_entities

if TYPE_CHECKING:
    from psycopg import Connection

FIGURES_SQL = {
    "headcount": """
        select to_char(month, 'YYYY-MM') || '/' || name || '/' || area as name, value from (
            select month, area_code as area, people, families, entered, "left" from marts.rpt_headcount
            union all
            select month, 'city', sum(people), sum(families), sum(entered), sum("left") from marts.rpt_headcount
            group by 1
        ) as counts
        cross join lateral (
            values ('people', people), ('families', families), ('entered', entered), ('left', "left")
        ) as figure (name, value)
        where value <> 0""",
    "interventions": """
        select program_id || '/' || to_char(delivered_on, 'YYYY-MM') as name, count(*) as value
        from marts.fct_interventions group by 1""",
    "stages": """
        select stage || case stage when 'deliberated' then '/' || detail else '' end as name,
            count(distinct family_id) as value
        from marts.fct_family_stages group by 1""",
    "rows": "{rows}",
    **report_figures.REPORTS_SQL,
}


def query(connection: Connection, sql: str, **types: Any) -> pl.DataFrame:
    """Read a query's rows by COPY; text unless a type is given."""
    with connection.cursor() as cursor, cursor.copy(f"copy ({sql}) to stdout (format csv, header)".encode()) as copy:
        data = b"".join(bytes(block) for block in copy)
    return pl.read_csv(BytesIO(data), infer_schema=False).with_columns(
        pl.col(name).cast(dtype) for name, dtype in types.items()
    )


def expected_figures(figures: dict[str, Any]) -> dict[str, dict[str, float]]:
    """Give every true figure by group, of what `truth/figures.json` says."""
    headcount = {
        f"{month}/{name}/{area}": float(counts[name])
        for month, city in figures["headcount"].items()
        for area, counts in {"city": city, **city["areas"]}.items()
        for name in ("people", "families", "entered", "left")
        if counts[name]
    }
    help_ = {
        f"{program}/{month}": float(count)
        for program, months in figures["interventions"].items()
        for month, count in months.items()
    }
    stages = {f"deliberated/{outcome}": count for outcome, count in figures["deliberated_families"].items()}
    stages |= {"enumerated": figures["enumerated_families"], "assisted": len(figures["assisted_families"])}
    stages |= {name: figures[f"{name}_families"] for name in ("decreed", "graduated", "removed")}
    counts = {"stages": stages, "rows": figures["rows"]}
    whole = {group: {name: float(count) for name, count in named.items()} for group, named in counts.items()}
    return {**figures["reports"], "headcount": headcount, "interventions": help_, **whole}


def compare_figures(
    connection: Connection, figures: dict[str, Any], as_linked: dict[str, dict[str, float]]
) -> list[dict[str, Any]]:
    """Compare every figure with what linking makes of it, and that with the truth.

    Args:
        connection: To the warehouse.
        figures: What `truth/figures.json` says.
        as_linked: By report, what must be shown once linking has said who is who (`sinergi.as_linked`).

    Returns:
        Per figure `figure`, `expected`, `as_linked`, `actual`, `bound` (how far linking may move it), `by_linking`
        (whether it did) and `ok`: shown as linked, and linked within the bound.
    """
    rows = " union all ".join(f"select '{name}' as name, count(*) as value from raw.{name}" for name in load_entities())
    compared = []
    true = expected_figures(figures)
    for group, expected in true.items():
        found = query(connection, FIGURES_SQL[group].replace("{rows}", rows), value=pl.Float64)
        actual, linked = dict(found.iter_rows()), as_linked.get(group, expected)
        for name in sorted(expected | linked | actual):
            want, tied, shown = (float(each.get(name, 0)) for each in (expected, linked, actual))
            if name not in expected and not (tied or shown):
                continue
            figure = {"figure": f"{group}/{name}", "expected": want, "as_linked": tied, "actual": shown}
            bound = tolerance.bound(group, name, true)
            ok = shown == tied and abs(tied - want) <= bound
            compared.append({**figure, "bound": bound, "by_linking": tied != want, "ok": ok})
    return compared
