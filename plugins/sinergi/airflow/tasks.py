"""What the DAGs' tasks do: call the functions that `sinergi run` calls, and hand on ids and counts.

XComs are kept by Airflow and shown to everybody who may see a run, so that no value of a row ever goes into one.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, text

from sinergi.airflow.naming import UNCLAIMED, batch_label
from sinergi.settings import Settings

if TYPE_CHECKING:
    from sinergi.build import BuildResult

log = logging.getLogger(__name__)

# A source's deliveries are taken in by their id: collecting enters them in the order that corrections need.
PENDING = text("""
    select delivery_id, source_id, file_name from ops.deliveries
    where status = 'received' and sender_id = any(:senders) order by source_id, delivery_id
""")
ANY_PENDING = text("""
    select count(*) from ops.deliveries where status = 'received' and received_at > now() - interval '1 hour'
""")
SETTLE_SECONDS = 120.0
PUBLISHED_INPUTS = "sinergi_published_inputs"


@contextmanager
def _database() -> Iterator[tuple[Engine, Settings]]:
    from sinergi.database import engine

    settings = Settings.load()
    if settings.database_url is None:
        raise RuntimeError("SINERGI_DATABASE_URL is not set in Airflow's environment")
    database = engine(settings.database_url)
    try:
        yield database, settings
    finally:
        database.dispose()


def collect(sender_id: str) -> list[dict[str, Any]]:
    """Take in what is new and return one batch per export, with whatever an interrupted run left behind."""
    from sinergi.intake import collect_sender

    with _database() as (database, settings):
        senders = _unclaimed_folders(settings) if sender_id == UNCLAIMED else [sender_id]
        new = sum(len(collect_sender(database, settings, name)) for name in senders)
        with database.connect() as connection:
            pending = connection.execute(PENDING, {"senders": senders}).all()
    log.info("%s: %d new, %d to take in", sender_id, new, len(pending))
    batches = []
    for source_id, group in groupby(pending, key=lambda row: row.source_id):
        rows = list(group)
        ids = [int(row.delivery_id) for row in rows]
        batches.append({"source_id": source_id, "label": batch_label([row.file_name for row in rows]), "ids": ids})
    return batches


def _unclaimed_folders(settings: Settings) -> list[str]:
    from sinergi.collecting import storage_options
    from sinergi.contracts import load_contracts
    from sinergi.sources import list_inbox

    claimed = {contract.sender_id for contract in load_contracts(settings.expectations).values()}
    files = list_inbox(settings.inbox, storage_options(settings))
    return sorted({(file.source_id or "").partition("/")[0] for file in files} - claimed)


def intake(batch: dict[str, Any]) -> dict[str, int]:
    """Take in one export's deliveries, oldest first; return how many ended in which status.

    A file that is bad is held, which is an outcome. Only infrastructure raises, and what is done by then stays done.
    """
    from airflow.sdk import get_current_context

    from sinergi.intake import intake as take_in

    get_current_context()["label"] = batch["label"]  # type: ignore[typeddict-unknown-key]
    outcomes: dict[str, int] = {}
    with _database() as (database, settings):
        for delivery_id in batch["ids"]:
            result = take_in(database, settings, delivery_id)
            outcomes[result.status] = outcomes.get(result.status, 0) + 1
            log.info(
                "delivery %s (%s): %s; read %s, accepted %s, quarantined %s, ignored %s",
                delivery_id,
                result.source_id,
                result.status,
                result.rows_read,
                result.rows_accepted,
                result.rows_quarantined,
                result.rows_ignored,
            )
    return outcomes


def known_first() -> dict[str, Any]:
    """Tie, build and publish what new deliveries say of people in words that are known; who is new waits for `link`.

    All in one task, for each task costs seconds of the minute within which a delivery is to be seen. In the run of a
    new day, which no delivery started, it is built all the same: ages, months and what is late are of that day, and
    with both colours of one day its deliveries find little to be made anew (sinergi.increments).

    Raises:
        AirflowSkipException: BI shows all of it already, nobody is known, or only linking everything will do.
        AirflowFailException: A model or test failed; names each.
    """
    from airflow.sdk import get_current_context
    from airflow.sdk.exceptions import AirflowSkipException

    from sinergi.build import publish as publish_build
    from sinergi.link import link_known

    with _database() as (database, settings):
        _settle(database)
        is_new_day = get_current_context()["dag_run"].run_type == "scheduled"
        if _seen(database)[1] and not is_new_day:
            raise AirflowSkipException("The published build has everything that has arrived.")
        recognised = link_known(database)
        if recognised is None or not (recognised.known or is_new_day):
            raise AirflowSkipException("Who is in the new deliveries only linking everything can tell.")
        result = _built(database, settings)
        publish_build(database, result)
    log.info("bi.* shows build %s: %d rows of known people, %d wait", result.build_id, *recognised)
    return {"build_id": result.build_id, **recognised._asdict()}


def link() -> dict[str, Any]:
    """Link people and families, once the deliveries that have arrived are in.

    Raises:
        AirflowSkipException: BI shows all of it already; what started this run came in time for the last build. A run
            that a person or a new day starts always builds.
        AirflowFailException: A monitor is beyond its threshold; says which. Trying again would change nothing, and
            without this task nothing is built: BI stays on the last good build until a person has looked.
    """
    from airflow.sdk import get_current_context
    from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

    from sinergi import elsewhere, link_findings, loose_ends
    from sinergi.link import LinkHeld
    from sinergi.link import link as link_all

    with _database() as (database, settings):
        _settle(database)
        seen, is_published = _seen(database)
        if is_published and get_current_context()["dag_run"].run_type == "asset_triggered":
            raise AirflowSkipException("The published build has everything that has arrived.")
        try:
            summary = link_all(database, settings)
        except LinkHeld as held:
            raise AirflowFailException(f"Nothing is published; BI stays on the last good build. {held}") from held
        summary["niks_under_another_name"] = elsewhere.refresh(database, settings)
        summary["decrees_that_fit_nothing"] = loose_ends.refresh(database, settings)
        summary["findings_of_linking"] = link_findings.refresh(database, settings)
    for warning in summary["warnings"]:
        log.warning(warning["message"])
    log.info("linked: %s", summary)
    return {"inputs": seen, **{name: value for name, value in summary.items() if isinstance(value, int | float)}}


def _seen(database: Engine) -> tuple[str, bool]:
    """Return the fingerprint of what has arrived, and whether the published build has all of it."""
    from airflow.sdk import Variable

    from sinergi.platform.figures import inputs

    with database.connect() as connection:
        seen = inputs(connection)
    return seen, Variable.get(PUBLISHED_INPUTS, default=None) == seen


def _settle(database: Engine, seconds: float = SETTLE_SECONDS) -> None:
    # Sixteen offices that deliver in one minute are one build, not sixteen. Whoever comes later is in the next build.
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with database.connect() as connection:
            pending: int = connection.execute(ANY_PENDING).scalar_one()
        if not pending:
            return
        log.info("waiting for %d deliveries that are being read", pending)
        time.sleep(2)


def build() -> dict[str, Any]:
    """Build the warehouse; a failing test fails the task at once, since trying again would change nothing.

    Raises:
        AirflowFailException: A model or test failed; names each.
    """
    with _database() as (database, settings):
        result = _built(database, settings)
    return {"build_id": result.build_id, "schema": result.schema, "ok": True, "seconds": result.seconds}


def _built(database: Engine, settings: Settings) -> BuildResult:
    from airflow.sdk.exceptions import AirflowFailException

    from sinergi.build import build as build_all

    result = build_all(database, settings)
    if not result.ok:
        reasons = "\n".join(f"- {failure}" for failure in result.failures)
        raise AirflowFailException(
            f"Build {result.build_id} is not published; BI stays on the last good one.\n{reasons}"
        )
    log.info("build %s is good (%.0f s, %s)", result.build_id, result.seconds, result.extent)
    return result


def publish(built: dict[str, Any], linked: dict[str, Any]) -> str:
    """Switch BI to the build, remember what it was made of, and return its id."""
    from airflow.sdk import Variable

    from sinergi.build import BuildResult
    from sinergi.build import publish as publish_build

    with _database() as (database, _):
        publish_build(database, BuildResult(**{"failures": [], **built}))
    Variable.set(PUBLISHED_INPUTS, linked["inputs"])
    log.info("bi.* shows build %s", built["build_id"])
    return str(built["build_id"])


def report() -> dict[str, Any]:
    """Write Data Docs and dbt docs; return deliveries by status, families by stage and the headcount by month."""
    from sinergi.build import docs
    from sinergi.datadocs import build_docs
    from sinergi.platform.figures import headline

    with _database() as (database, settings):
        figures = headline(database)
        log.info("Data Docs: %s", build_docs(settings, database))
        log.info("dbt docs: %s", docs(settings, database))
    for name, value in figures.items():
        log.info("%s: %s", name, value)
    return figures


def notify() -> dict[str, int]:
    """Send the day's e-mails and return how many.

    Raises:
        AirflowSkipException: No mail server is set.
    """
    from airflow.sdk.exceptions import AirflowSkipException

    from sinergi.clock import today
    from sinergi.notices import send_digests

    with _database() as (database, settings):
        if not settings.smtp_url:
            raise AirflowSkipException("SINERGI_SMTP_URL is not set: nobody is told by e-mail.")
        return send_digests(database, settings, today())
