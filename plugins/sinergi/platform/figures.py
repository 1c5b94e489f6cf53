"""The headline figures, straight from SQL: what the last screen and the warehouse DAG's report show."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import Connection, Engine, text

# Per sender: files and rows. A file that was replaced by its correction counts as read, like any other; the same
# bytes delivered again count as a file alone.
SENDERS = """
    select
        sender_id,
        count(*) as files,
        coalesce(sum(rows_read), 0) as rows_read,
        coalesce(sum(rows_accepted), 0) as rows_accepted,
        coalesce(sum(rows_quarantined), 0) as rows_quarantined,
        coalesce(sum(rows_ignored), 0) as rows_ignored,
        count(*) filter (where status = 'held') as held,
        count(*) filter (where status = 'duplicate') as duplicates,
        count(*) filter (where status = 'superseded') as superseded
    from ops.deliveries
    group by sender_id
    order by sender_id
"""
STATUSES = "select status, count(*) as files from ops.deliveries group by status order by status"
HELD = "select delivery_id, source_id, file_name, rule from ops.deliveries where status = 'held' order by delivery_id"
STAGES = "select stage, count(*) as families from marts.dim_families group by stage"
HEADCOUNT = """
    select
        month_end,
        sum(people)::integer as people,
        sum(families)::integer as families,
        coalesce(sum(people) filter (where area_name = :area), 0)::integer as people_there,
        sum(entered)::integer as entered,
        sum("left")::integer as people_left
    from marts.rpt_headcount
    join marts.dim_areas using (area_code)
    group by month_end
    order by month_end
"""
BUILD = """
    select build_id, published_at from ops.publication where is_current
"""
INPUTS = """
    select
        (select coalesce(string_agg(concat_ws(':', delivery_id, status, finished_at), ',' order by delivery_id), '')
         from ops.deliveries),
        (select coalesce(max(decision_id), 0) from ops.decisions)
"""
STAGE_ORDER = ("registered", "enumerated", "deliberated", "decreed", "assisted", "graduated", "removed", "withdrawn")


def senders(connection: Connection) -> list[dict[str, Any]]:
    """Return files and rows per sender."""
    return _records(connection, SENDERS)


def held(connection: Connection) -> list[dict[str, Any]]:
    """Return the deliveries that wait for a person's decision."""
    return _records(connection, HELD)


def stages(connection: Connection) -> dict[str, int]:
    """Return the number of families in each stage, in the order in which a family goes through them."""
    found = {row["stage"]: row["families"] for row in _records(connection, STAGES)}
    order = {stage: number for number, stage in enumerate(STAGE_ORDER)}
    return dict(sorted(found.items(), key=lambda item: (order.get(item[0], len(order)), item[0])))


def headcount(connection: Connection, area: str) -> list[dict[str, Any]]:
    """Return, per month end, the people in force in the city and in one kelurahan."""
    return _records(connection, HEADCOUNT, area=area)


def build(connection: Connection) -> dict[str, Any] | None:
    """Return the build that BI shows; None before the first."""
    found = _records(connection, BUILD)
    return found[0] if found else None


def inputs(connection: Connection) -> str:
    """Return a fingerprint of everything that a build depends on and that deliveries and decisions change."""
    row = connection.execute(text(INPUTS)).one()
    return hashlib.sha256(repr(tuple(row)).encode()).hexdigest()[:16]


def headline(engine: Engine) -> dict[str, Any]:
    """Return the figures of the build in one small record: counts only, nothing of any person."""
    with engine.connect() as connection:
        months = headcount(connection, "")
        return {
            "deliveries": {row["status"]: row["files"] for row in _records(connection, STATUSES)},
            "families": stages(connection),
            "in_force": {str(month["month_end"]): month["people"] for month in months},
        }


def _records(connection: Connection, query: str, **values: object) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(text(query), values).mappings()]
