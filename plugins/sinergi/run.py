"""The whole pipeline once, without a scheduler: the very functions that the DAGs' tasks call, in their order."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine

from sinergi import database, ledger, rawtables
from sinergi.outage import database_faults
from sinergi.settings import Settings

Step = Callable[[str], None]


@contextmanager
def prepared(settings: Settings) -> Iterator[Engine]:
    """Open the database of the settings, starting the embedded server where none is named, with its tables made."""
    url = settings.database_url or database.EmbeddedServer(settings.home / "postgres").start()
    engine = database.engine(url)
    try:
        with database_faults("preparing the tables"):
            ledger.upgrade(engine)
            rawtables.ensure(engine, settings.expectations)
        yield engine
    finally:
        engine.dispose()


def run(settings: Settings, step: Step = lambda _: None) -> dict[str, Any]:
    """Collect, take in, link, build and publish.

    Args:
        settings: Where everything is.
        step: Called with a line at each step.

    Returns:
        `deliveries` (one object per delivery of this run, with the columns of ops.deliveries), `seconds` per step,
        `failures` (what the build's tests found; BI then stays on the last good build), `warnings` (what linking
        says to people, one sentence each) and `data_docs`.

    Raises:
        SinergiError: infrastructure failed; what was finished stays, and a rerun goes on from there.
    """
    from sinergi.intake import collect_sender, delivery_of, intake
    from sinergi.linkage import told

    seconds: dict[str, float] = {}
    with prepared(settings) as engine:
        with _timed(seconds, "collect"):
            step("collect")
            new = collect_sender(engine, settings)
            with engine.connect() as connection:
                waiting = _waiting(connection)
        todo = list(dict.fromkeys([*new, *waiting]))
        deliveries = []
        with _timed(seconds, "intake"):
            for number, delivery_id in enumerate(todo, 1):
                with engine.connect() as connection:
                    delivery = delivery_of(connection, delivery_id)
                step(f"intake {number}/{len(todo)}: {delivery.source_id} {delivery.file_name}")
                deliveries.append(intake(engine, settings, delivery_id) if delivery.status == "received" else delivery)
            with engine.connect() as connection:  # some were superseded by a later one of this very run
                deliveries = [delivery_of(connection, delivery.delivery_id) for delivery in deliveries]
        failures, docs = _warehouse(engine, settings, seconds, step)
        with engine.connect() as connection:
            warnings = told.last(connection)
    return {
        "deliveries": [delivery.as_dict() for delivery in deliveries],
        "seconds": seconds,
        "failures": failures,
        "warnings": warnings,
        "data_docs": docs,
    }


def _warehouse(engine: Engine, settings: Settings, seconds: dict[str, float], step: Step) -> tuple[list[str], str]:
    from sinergi import build as warehouse
    from sinergi import elsewhere, link_findings, loose_ends
    from sinergi.check import build_docs
    from sinergi.link import LinkHeld, link

    try:
        with _timed(seconds, "link"):
            step("link")
            link(engine, settings)
            elsewhere.refresh(engine, settings)
            loose_ends.refresh(engine, settings)
            link_findings.refresh(engine, settings)
    except LinkHeld as held:  # the deliveries are in; BI stays on the last good build until a person has looked
        failures = [str(held)]
    else:
        with _timed(seconds, "build"):
            step("build")
            built = warehouse.build(engine, settings)
        with _timed(seconds, "publish"):
            step("publish")
            if built.ok:
                warehouse.publish(engine, built)
        failures = [str(failure) for failure in built.failures]
    with _timed(seconds, "docs"):
        step("data docs")
        docs = build_docs(settings, engine)
    return failures, str(docs)


def _waiting(connection: Any) -> list[int]:
    from sqlalchemy import text

    query = "select delivery_id from ops.deliveries where status = 'received' order by source_id, delivery_id"
    return list(connection.execute(text(query)).scalars())


@contextmanager
def _timed(seconds: dict[str, float], name: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[name] = round(time.perf_counter() - start, 3)
