"""What people read: the views marts.* and bi.* over the published build, and who may read them.

A build lives in the schemas of its colour (marts_blue and bi_blue, or green). Publishing replaces all views in one
transaction, so that a reader sees one build or the other, never a mixture and never a missing table.
"""

from __future__ import annotations

import time

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from sinergi import asof, comments, roles
from sinergi.errors import SinergiError

COLOURS = ("blue", "green")
LAYERS = ("marts", "bi")
# All views are locked before the first is replaced, and given up together when that takes longer than this. A query
# that waits for us is ended by the server after deadlock_timeout (1 s) where we wait for it too: we give way first.
LOCK_TIMEOUT = "200ms"
ALL_LOCKS_TIMEOUT = "700ms"
PATIENCE = 60.0  # seconds
GAVE_WAY = ("55P03", "57014")  # lock_not_available, query_canceled

COLUMNS = """
select array_agg(attname || ' ' || format_type(atttypid, atttypmod) order by attnum)
from pg_attribute where attrelid = to_regclass(:relation) and attnum > 0 and not attisdropped
"""


class PublishFault(SinergiError):
    """BI could not be switched to the new build; it stays on the last good one."""


def published_colour(connection: Connection) -> str | None:
    """Return the colour that people read now, or None before the first publication."""
    return connection.execute(text("select colour from ops.publication")).scalar()


def idle_colour(connection: Connection) -> str:
    """Return the colour that nobody reads: the one to build into."""
    return COLOURS[1] if published_colour(connection) == COLOURS[0] else COLOURS[0]


def publish(engine: Engine, build_id: int, colour: str) -> None:
    """Let every view of marts and bi show one build, grant bi to its reader, and record it; all or nothing.

    Args:
        engine: The warehouse.
        build_id: The build in ops.runs.
        colour: Its schemas, `blue` or `green`.

    Raises:
        PublishFault: a query held a view for a whole minute; nothing has changed, and it can be tried again.
    """
    with engine.begin() as connection:
        _prepare(connection)
    deadline = time.monotonic() + PATIENCE
    pause = 0.02
    while True:
        try:
            with engine.begin() as connection:
                _lock(connection)
                for layer in LAYERS:
                    _switch(connection, layer, colour)
                roles.grant(connection, colour)
                comments.write(connection)
                asof.create_functions(connection)
                _record(connection, build_id, colour)
            return
        except OperationalError as fault:
            if getattr(fault.orig, "sqlstate", None) not in GAVE_WAY:
                raise
            if time.monotonic() > deadline:
                raise PublishFault(
                    f"Build {build_id} is good but not published: for {PATIENCE:.0f} s a query or transaction has "
                    "held a view of marts or bi. Find it in pg_stat_activity, end it, and publish again."
                ) from fault
            time.sleep(pause)  # whoever queued behind us goes first
            pause = min(pause * 1.5, 1.0)


def _lock(connection: Connection) -> None:
    # `lock table` would lock the tables beneath the views as well, which readers lock in another order than we do.
    views = [
        f'{layer}."{name}"'
        for layer in (roles.OFFICE, *reversed(LAYERS))
        for name in sorted(roles.relations(connection, layer))
    ]
    if not views:
        return
    connection.execute(text(f"set local lock_timeout = '{LOCK_TIMEOUT}'"))
    connection.execute(text(f"set local statement_timeout = '{ALL_LOCKS_TIMEOUT}'"))
    locks = " ".join(f"alter view {view} owner to current_user;" for view in views)
    connection.exec_driver_sql(f"do $$ begin {locks} end $$")  # one statement, one timeout
    connection.execute(text("set local statement_timeout = 0"))


def _prepare(connection: Connection) -> None:
    for layer in LAYERS:
        connection.execute(text(f"create schema if not exists {layer}"))


def _switch(connection: Connection, layer: str, colour: str) -> None:
    fresh = roles.relations(connection, f"{layer}_{colour}")
    for gone in sorted(roles.relations(connection, layer) - fresh):
        connection.execute(text(f'drop view {layer}."{gone}" cascade'))
    for name in sorted(fresh):
        old = _columns(connection, f"{layer}.{name}")
        new = _columns(connection, f"{layer}_{colour}.{name}")
        if old != new[: len(old)]:  # PostgreSQL replaces a view only by one that has its columns first
            connection.execute(text(f'drop view {layer}."{name}" cascade'))
        connection.execute(text(f'create or replace view {layer}."{name}" as select * from {layer}_{colour}."{name}"'))


def _columns(connection: Connection, relation: str) -> list[str]:
    return connection.execute(text(COLUMNS), {"relation": relation}).scalar() or []


def _record(connection: Connection, build_id: int, colour: str) -> None:
    connection.execute(
        text(
            "insert into ops.publication (build_id, colour) values (:build_id, :colour) "
            "on conflict (is_current) do update "
            "set build_id = excluded.build_id, colour = excluded.colour, published_at = now()"
        ),
        {"build_id": build_id, "colour": colour},
    )
    connection.execute(
        text("update ops.runs set status = 'published' where build_id = :build_id"), {"build_id": build_id}
    )
