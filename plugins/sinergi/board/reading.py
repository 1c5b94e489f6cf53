"""What the board reads from the ledger. Each query is told which senders may be seen."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, text

from sinergi import database
from sinergi.board.states import Arrival
from sinergi.clock import ZONE
from sinergi.errors import SinergiError
from sinergi.outage import database_faults
from sinergi.settings import Settings

# A file is there from the moment its sender left it, not from when we happened to look.
ARRIVED = f"(least(received_at, coalesce(modified_at, received_at)) at time zone '{ZONE.key}')::date"

ARRIVALS = f"""
    select delivery_id, source_id, period, status, {ARRIVED} as arrived_on, rows_read, rows_quarantined as to_correct
    from ops.deliveries where sender_id = any(:senders) order by delivery_id
"""
DELIVERY = f"""
    select delivery_id, source_id, sender_id, entity, sha256, bytes, coalesce((
            select a.file_name from ops.board_actions a
            where a.source_id = d.source_id and a.sha256 = d.sha256 and a.action = 'deliver' order by action_id limit 1
        ), file_name) as file_name, received_at at time zone '{ZONE.key}' as at,
        period, partition, scope, status, rows_read, rows_accepted, rows_quarantined, rows_ignored, contract_version,
        rule, reason, superseded_by, corrects, archive_path
    from ops.deliveries d where delivery_id = :id
"""
RELATED = f"""
    select delivery_id, file_name, received_at at time zone '{ZONE.key}' as at, status, rows_read, rows_accepted,
        rows_quarantined, corrects, superseded_by
    from ops.deliveries
    where source_id = :source_id and (
        delivery_id = :id or scope = :scope or (sha256 = :sha256 and status = 'duplicate') or corrects = :id
        or delivery_id = :corrects or delivery_id = :superseded_by
    )
    order by delivery_id
"""
DECISIONS = f"""
    select decision, decided_by, decided_at at time zone '{ZONE.key}' as at, reason from ops.decisions
    where delivery_id = :id order by decision_id
"""
IGNORED = """
    select kind, count(*) as rows from quarantine.ignored_rows where delivery_id = :id group by kind order by rows desc
"""
ACTS = f"""
    select actor, action, acted_at at time zone '{ZONE.key}' as at, file_name from ops.board_actions
    where action in ('check', 'deliver', 'download') and source_id = :source_id
      and (delivery_id = :delivery_id or sha256 = :sha256)
    order by action_id
"""
# How a sender delivered over the months shown; a median of medians would lie, so the slowest month speaks.
SCORECARD = """
    select sender_id, sum(files_due)::integer as due, sum(files_on_time)::integer as on_time,
        sum(files_late)::integer as late, sum(files_missing)::integer as missing, sum(findings)::integer as findings,
        round(1000.0 * sum(findings) / nullif(sum(rows_read), 0), 1) as per_thousand,
        sum(findings_open)::integer as still_open, sum(findings_closed)::integer as closed,
        max(median_days_to_fix) as days_to_fix, sum(repeated_causes)::integer as repeats
    from bi.rpt_sender_scorecard
    where sender_id = any(:senders) and month between to_date(:first, 'YYYY-MM') and to_date(:last, 'YYYY-MM')
    group by sender_id order by sender_id
"""
FINDING_STATES = """
    select state, count(*) as findings, max(closed_at)::date - min(opened_at)::date as days,
        array_agg(distinct closed_by_delivery_id) filter (where closed_by_delivery_id is not null) as closed_by
    from ops.finding_states where delivery_id = :id and severity <> 'info' group by state
"""
LATEST = f"""
    select delivery_id, source_id, file_name, received_at at time zone '{ZONE.key}' as at, period, status, rows_read,
        rows_quarantined, reason
    from ops.deliveries where sender_id = any(:senders) and (cast(:status as text) is null or status = :status)
    order by delivery_id desc limit :count
"""


@cache
def _engine(url: str) -> Engine:
    return database.engine(url)


def engine() -> Engine:
    """Give the database of the settings.

    Raises:
        SinergiError: SINERGI_DATABASE_URL is not set.
    """
    url = Settings.load().database_url
    if url is None:
        raise SinergiError("SINERGI_DATABASE_URL is not set in the API server's environment.")
    return _engine(url)


@contextmanager
def connected() -> Iterator[Connection]:
    """Open a connection; its faults are told in one sentence."""
    with database_faults("reading the ledger"), engine().connect() as connection:
        yield connection


def senders(connection: Connection) -> list[str]:
    """Give everybody who ever delivered, those without a contract too."""
    return list(connection.execute(text("select distinct sender_id from ops.deliveries")).scalars())


def arrivals(connection: Connection, seen: Collection[str]) -> list[Arrival]:
    """Give all deliveries of the senders that may be seen."""
    rows = connection.execute(text(ARRIVALS), {"senders": list(seen)}).mappings()
    return [Arrival(**row) for row in rows]


def latest(
    connection: Connection, seen: Collection[str], *, status: str | None = None, count: int = 50
) -> list[RowMapping]:
    """Give the newest deliveries of the senders that may be seen."""
    values = {"senders": list(seen), "status": status, "count": count}
    query = text(LATEST)
    return list(connection.execute(query, values).mappings())


def delivery(connection: Connection, delivery_id: int) -> RowMapping | None:
    """Give one delivery; whether it may be seen is for the caller to ask."""
    return connection.execute(text(DELIVERY), {"id": delivery_id}).mappings().one_or_none()


def related(connection: Connection, own: RowMapping) -> list[RowMapping]:
    """Give the deliveries of the same scope: what it replaced, what replaced it, what corrected it."""
    names = ("source_id", "scope", "sha256", "corrects", "superseded_by")
    values: dict[str, Any] = {name: own[name] for name in names} | {"id": own["delivery_id"]}
    return list(connection.execute(text(RELATED), values).mappings())


def decisions(connection: Connection, delivery_id: int) -> list[RowMapping]:
    """Give what people decided about a delivery."""
    return list(connection.execute(text(DECISIONS), {"id": delivery_id}).mappings())


def ignored(connection: Connection, delivery_id: int) -> list[RowMapping]:
    """Count the rows that are no data, by kind."""
    return list(connection.execute(text(IGNORED), {"id": delivery_id}).mappings())


def acts(connection: Connection, own: RowMapping) -> list[RowMapping]:
    """Give what people did on the board with a delivery: sent it, checked it, took its workbook."""
    values = {name: own[name] for name in ("source_id", "delivery_id", "sha256")}
    return list(connection.execute(text(ACTS), values).mappings())


def scorecard(connection: Connection, seen: Collection[str], first: str, last: str) -> list[RowMapping]:
    """Give how each sender delivered from one month to another; nothing before the first build."""
    if connection.execute(text("select to_regclass('bi.rpt_sender_scorecard')")).scalar() is None:
        return []
    values = {"senders": list(seen), "first": first, "last": last}
    return list(connection.execute(text(SCORECARD), values).mappings())


def finding_states(connection: Connection, delivery_id: int) -> dict[str, RowMapping]:
    """Count what became of a delivery's findings, by state; notes are left out."""
    rows = connection.execute(text(FINDING_STATES), {"id": delivery_id}).mappings()
    return {row["state"]: row for row in rows}
