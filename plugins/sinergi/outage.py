"""What a database that goes away in the middle of something looks like to whoever called."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import InterfaceError, OperationalError

from sinergi.database import DatabaseUnavailable


@contextmanager
def database_faults(during: str) -> Iterator[None]:
    """Turn a database that went away into one sentence; its own words are left out, since COPY's quote the row.

    Raises:
        DatabaseUnavailable: what was under way is rolled back and can be run again.
    """
    import psycopg

    try:
        yield
    except (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError) as fault:
        kind = type(getattr(fault, "orig", None) or fault).__name__
        raise DatabaseUnavailable(
            f"The database went away during {during} ({kind}). Run it again: nothing is half done."
        ) from None
