"""dbt, run in this process: against the database that an engine names, with what failed as sentences."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, make_url

from sinergi.settings import Settings

FAILED = ("error", "fail", "runtime error")
SHOWN = 600  # characters of one failure


def target(settings: Settings, colour: str) -> Path:
    """Return where dbt keeps what it has parsed: one folder a colour, since schema names are part of it."""
    return settings.home / "dbt" / colour


def run(engine: Engine, settings: Settings, colour: str, arguments: Sequence[str], known_at: str = "") -> list[str]:
    """Run one dbt command in this process and return what failed, one sentence each.

    Args:
        engine: The warehouse.
        settings: Where the dbt project is, and the home that gets `logs/dbt.log`.
        colour: To build into.
        arguments: The command.
        known_at: The moment of which it is to be known; now where left out.
    """
    from dbt.cli.main import dbtRunner

    project = str(settings.dbt_project)
    options = ["--project-dir", project, "--profiles-dir", project, "--target-path", str(target(settings, colour))]
    # What failed is returned, and each model's time is in the log: lines for debugging and JSON that nobody reads cost
    # a fifth of dbt's own time.
    options += ["--log-path", str(settings.home / "logs"), "--log-level", "none", "--log-level-file", "info"]
    options += ["--no-write-json"]
    with _environment(engine, colour, known_at):
        outcome = dbtRunner().invoke([*arguments, *options])
    if outcome.exception is not None:
        return [str(outcome.exception)[:SHOWN]]
    results = getattr(outcome.result, "results", [])
    failures = [_sentence(each) for each in results if str(each.status) in FAILED]
    return failures or ([] if outcome.success else ["dbt failed without saying which model; see logs/dbt.log"])


def _sentence(result: Any) -> str:
    # What follows DETAIL quotes a row; nobody's data belongs in a log.
    message = str(result.message or "").split("DETAIL:")[0].strip()
    return f"{result.node.resource_type} {result.node.name}: {' '.join(message.split())}"[:SHOWN]


@contextmanager
def _environment(engine: Engine, colour: str, known_at: str) -> Iterator[None]:
    url = make_url(engine.url)
    values = {
        "SINERGI_BUILD_COLOUR": colour,
        "SINERGI_KNOWN_AT": known_at,
        "SINERGI_PG_HOST": url.host or "127.0.0.1",
        "SINERGI_PG_PORT": str(url.port or 5432),
        "SINERGI_PG_USER": url.username or "",
        "SINERGI_PG_PASSWORD": str(url.password or ""),
        "SINERGI_PG_DATABASE": url.database or "",
    }
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
