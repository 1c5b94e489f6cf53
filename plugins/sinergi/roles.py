"""What each role may read of a build. Migration 0004 makes the roles; publication grants, in its own transaction."""

from __future__ import annotations

from sqlalchemy import Connection, text

READER = "bi_reader"

# A view that is no barrier lets a function of the reader see rows that the view leaves out.
BARRIER = "alter view bi.{view} set (security_barrier = true)"


def grant(connection: Connection) -> None:
    """Let the readers of `bi` read all of it, and nothing else.

    Args:
        connection: The transaction that switches the views.
    """
    connection.execute(text(f"grant usage on schema bi to {READER}"))
    for view in connection.execute(
        text("select quote_ident(viewname) from pg_views where schemaname = 'bi'")
    ).scalars():
        connection.execute(text(BARRIER.format(view=view)))
        connection.execute(text(f"grant select on bi.{view} to {READER}"))
