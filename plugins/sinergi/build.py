"""Build the warehouse with dbt, in the one of two schemas that nobody reads; publish it only when every test passed.

`publish` itself is in `sinergi.bi`; it is repeated here so that a caller finds build and publish in one place.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from sinergi import bi, dbt_run, identity_hashes, increments, past_links, punctuality, roles
from sinergi.errors import SinergiError
from sinergi.settings import Settings

BUILD_LOCK = 627_120  # advisory, for the session: two builds follow each other
UNIT_TESTS = "test_type:unit"  # they test the SQL, not the data: once per change, not once per build
WHOLE = "--full-refresh"
KNOWN = "known"  # beside the colours: what was known on an earlier day


class BuildFault(SinergiError):
    """dbt could not even begin."""


@dataclass(frozen=True)
class BuildResult:
    """One build, as it stands in ops.runs.

    Args:
        build_id: Its number.
        schema: Schema of its marts, `marts_blue` or `marts_green`.
        ok: Whether every model and every test passed.
        failures: One sentence for each that did not.
        seconds: How long it took.
        extent: `whole: `, and why; or how many source rows were touched.
    """

    build_id: int
    schema: str
    ok: bool
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0
    extent: str = ""

    @property
    def colour(self) -> str:
        """Return `blue` or `green`."""
        return self.schema.rpartition("_")[2]


def build(engine: Engine, settings: Settings, select: Sequence[str] = (), *, whole: bool = False) -> BuildResult:
    """Run dbt's models and tests into the colour that is not published.

    What nothing touched since that colour was built stays, where only rows have changed; the tests test all of it.

    Args:
        engine: The warehouse.
        settings: Where the dbt project is.
        select: dbt selectors; everything where left out.
        whole: Make everything anew.

    Returns:
        The result; when it is not ok, nothing that BI reads has changed, and ops.runs says why.
    """
    started = time.perf_counter()
    with _alone(engine) as connection:
        colour = bi.idle_colour(connection)
        build_id = _begin(connection, colour)
        # dbt takes seconds of Python to load, what is touched and the hashes as many of PostgreSQL.
        with ThreadPoolExecutor(max_workers=1) as aside:
            loading = aside.submit(importlib.import_module, "dbt.cli.main")
            stands_on = increments.footing(connection, settings)
            extent = _extent(engine, colour, build_id, stands_on, select, whole)
            identity_hashes.refresh(engine, settings, None if extent.rows is None else extent.deliveries)
            punctuality.refresh(engine, settings)
            loading.result()
        arguments = ["build", "--exclude", UNIT_TESTS, *(["--select", *select] if select else [])]
        if extent.rows is None:
            arguments.append(WHOLE)
            if not select:
                _clear(connection, colour)
        failures = dbt_run.run(engine, settings, colour, arguments)
        # What was linked or taken in meanwhile stands in some models and not in others: nothing is built upon that.
        is_base = not failures and not select and stands_on == increments.footing(connection, settings)
        _finish(connection, build_id, failures, extent, stands_on if is_base else None)
    seconds = round(time.perf_counter() - started, 2)
    return BuildResult(build_id, f"marts_{colour}", not failures, failures, seconds, str(extent))


def publish(engine: Engine, result: BuildResult) -> None:
    """Let marts.* and bi.* show a build, all relations in one transaction.

    Raises:
        BuildFault: the build failed, or a later one has written over it.
        PublishFault: a query holds what is to be switched.
    """
    if not result.ok:
        raise BuildFault(f"Build {result.build_id} failed, so it is not published; BI stays on the last good build.")
    with _alone(engine) as connection:
        query = text("select max(build_id) from ops.runs where colour = :colour")
        newest = connection.execute(query, {"colour": result.colour}).scalar()
        if newest != result.build_id:
            raise BuildFault(
                f"Build {result.build_id} is gone: build {newest} has been written over it. Publish that one."
            )
        past_links.keep(engine, result.build_id, result.colour)
        bi.publish(engine, result.build_id, result.colour)


def unit_tests(engine: Engine, settings: Settings) -> list[str]:
    """Run dbt's unit tests (given and expected rows) beside the published build; return what failed."""
    with _alone(engine) as connection:
        return dbt_run.run(engine, settings, _shown(connection), ["test", "--select", UNIT_TESTS])


@contextmanager
def as_known(engine: Engine, settings: Settings, known_at: datetime, select: Sequence[str]) -> Iterator[str]:
    """Build models from the deliveries that were in at a moment; yield their schema, and drop it afterwards.

    Args:
        engine: The warehouse.
        settings: Where the dbt project is.
        known_at: The moment, with its time zone.
        select: dbt selectors.

    Raises:
        BuildFault: a model failed.
    """
    with _alone(engine) as connection:
        try:
            arguments = [
                "build",
                "--full-refresh",
                "--exclude-resource-type",
                "test",
                "--exclude-resource-type",
                "unit_test",
            ]
            failures = dbt_run.run(engine, settings, KNOWN, [*arguments, "--select", *select], known_at.isoformat())
            if failures:
                raise BuildFault("; ".join(failures))
            yield f"{KNOWN}_marts"
        finally:
            for layer in ("staging", "intermediate", "marts"):
                connection.execute(text(f"drop schema if exists {KNOWN}_{layer} cascade"))


def docs(settings: Settings, engine: Engine) -> Path:
    """Write dbt's documentation as one page that opens without a server; return its path."""
    with engine.connect() as connection:
        colour = _shown(connection)
    failures = dbt_run.run(engine, settings, colour, ["docs", "generate", "--static"])
    if failures:
        raise BuildFault("; ".join(failures))
    page = settings.home / "dbt_docs" / "index.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_bytes((dbt_run.target(settings, colour) / "static_index.html").read_bytes())
    return page


def _shown(connection: Connection) -> str:
    return bi.published_colour(connection) or bi.COLOURS[0]


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("select pg_advisory_lock(:key)"), {"key": BUILD_LOCK})
        try:
            yield connection
        finally:
            connection.execute(text("select pg_advisory_unlock(:key)"), {"key": BUILD_LOCK})


def _begin(connection: Connection, colour: str) -> int:
    # Whoever holds the lock is the only builder: a run still marked so was ended from outside.
    interrupted = "update ops.runs set status = 'failed', finished_at = now(), reason = 'interrupted'"
    connection.execute(text(f"{interrupted} where status = 'running'"))
    insert = text("insert into ops.runs (colour) values (:colour) returning build_id")
    return int(connection.execute(insert, {"colour": colour}).scalar_one())


def _extent(
    engine: Engine, colour: str, build_id: int, stands_on: dict[str, Any], select: Sequence[str], whole: bool
) -> increments.Extent:
    if select:
        return increments.Extent(why_whole="only a part of it")
    if whole:
        return increments.Extent(why_whole="asked for")
    return increments.prepare(engine, colour, build_id, stands_on)


def _clear(connection: Connection, colour: str) -> None:
    # Nobody reads it: dropped at once, where dbt would put each old table aside, and drop it, beside the new one.
    for layer in (*bi.LAYERS, roles.OFFICE):
        connection.execute(text(f"drop schema if exists {layer}_{colour} cascade"))


def _finish(
    connection: Connection,
    build_id: int,
    failures: list[str],
    extent: increments.Extent,
    base: dict[str, Any] | None,
) -> None:
    update = text(
        "update ops.runs set finished_at = now(), status = :status, reason = :reason, base = :base, "
        "rows_touched = :rows, why_whole = :why where build_id = :build_id"
    ).bindparams(bindparam("base", type_=JSONB(none_as_null=True)))
    values = {"status": "failed" if failures else "built", "reason": "\n".join(failures) or None, "base": base}
    connection.execute(update, values | {"rows": extent.rows, "why": extent.why_whole, "build_id": build_id})
