"""dbt, run in this process: against the database that an engine names, with what failed as sentences."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, make_url

from sinergi.settings import Settings

FAILED = ("error", "fail", "runtime error")
TOLD = ("info", "warn", "error")  # levels that stand in the log
SHOWN = 600  # characters of one failure
LOG_BYTES, LOGS = 10 * 2**20, 5


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

    _spare()

    project = str(settings.dbt_project)
    options = ["--project-dir", project, "--profiles-dir", project, "--target-path", str(target(settings, colour))]
    # What failed is returned, and each model's time is in our log: dbt's own words each line for debugging before it
    # drops it, and writes JSON that nobody reads.
    logs = settings.home / "logs"
    options += ["--log-path", str(logs), "--log-level", "none", "--log-level-file", "none", "--no-write-json"]
    with _environment(engine, colour, known_at), _log(logs / "dbt.log") as write:
        outcome = dbtRunner(callbacks=[write]).invoke([*arguments, *options])
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


@contextmanager
def _log(path: Path) -> Iterator[Callable[[Any], None]]:
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=LOGS, encoding="utf-8")

    def write(event: Any) -> None:
        if event.info.level in TOLD:
            place = f"{datetime.now(UTC):%F %T.%f} [{event.info.level}] [{threading.current_thread().name}]"
            handler.handle(logging.makeLogRecord({"msg": f"{place} {event.info.msg}"}))

    try:
        yield write
    finally:
        handler.close()


def _spare() -> None:
    """Spare dbt what nobody needs, once a process: a connection for each node, and events that no log shows.

    Both are a quarter of its own time; what it sends to the database is the same.
    """
    from dbt.adapters.postgres.connections import PostgresConnectionManager as Manager
    from dbt_common.events.base_types import EventLevel
    from dbt_common.events.event_manager import EventManager

    if getattr(Manager.release, "spares", False):
        return
    close, fire = Manager.release, EventManager.fire_event

    def release(self: Manager) -> None:
        connection = self.get_if_exists()
        if connection is None or connection.state != "open" or connection.handle.closed:
            close(self)
            return
        self._rollback_handle(connection)  # as closing it would
        connection.transaction_open = False

    def fire_event(self: EventManager, e: Any, level: Any = None, *rest: Any, **more: Any) -> None:
        if (level or e.level_tag()) not in (EventLevel.DEBUG, EventLevel.TEST):
            fire(self, e, level, *rest, **more)

    release.spares = True  # type: ignore[attr-defined]
    Manager.release = release  # type: ignore[method-assign, assignment]
    EventManager.fire_event = fire_event  # type: ignore[method-assign]
