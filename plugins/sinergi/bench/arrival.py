"""From a file that lands to figures that people read: 1,000 rows, through the real scheduler, until `bi` has them."""

from __future__ import annotations

import csv
import dataclasses
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sinergi.database import connect
from sinergi.errors import SinergiError
from sinergi.platform import processes, services
from sinergi.platform.environment import LOGIN
from sinergi.platform.watch import Airflow
from sinergi.settings import Settings

ROWS = 1_000
SOURCE = "dinkes/pbi_jkn"  # a CSV with a day and a person in every row
LAST, NEW = "2024-12 Pbi jkn.csv", "2025-01 Pbi jkn.csv"
LIMIT = 60  # seconds
WITHIN = 300.0  # seconds; later is a fault, not a figure
SEEN = "select count(*) from bi.fct_interventions where delivered_on between '2025-01-01' and '2025-01-31'"


def measure_arrival(settings: Settings, *, rows: int = ROWS, report: Callable[[str], None]) -> dict[str, Any]:
    """Start a platform of its own with the sample city in it, deliver, and watch `bi`.

    Args:
        settings: The platform's; its home is not used.
        rows: Rows of the delivery.
        report: Called with a line of progress.

    Returns:
        The measure `arrival`: seconds from the file's name in the inbox to its rows in `bi`, all through Airflow.

    Raises:
        SinergiError: the rows did not come within five minutes.
    """
    from sinergi.run import run
    from sinergi.sample import write_sample

    home = Path(tempfile.mkdtemp(prefix="sinergi-arrival-")).resolve()
    home.chmod(0o755)
    own = dataclasses.replace(
        settings, home=home, inbox=str(home / "inbox"), archive=home / "archive", database_url=None, hash_key=None
    )
    try:
        report(f"arrival: a city of its own in {home}")
        write_sample("palangkaraya", home / "sample", 1)
        shutil.move(home / "sample" / "inbox", home / "inbox")
        run(own)
        report(f"arrival: starting Airflow, then {rows:,} rows")
        services.up(own)
        airflow = Airflow(str(services.status(own)["airflow_url"]), LOGIN, services.airflow_password(own))
        processes.wait_for(lambda: airflow.look().is_quiet, WITHIN, every=2)
        deliver(home / "inbox" / SOURCE, rows)
        seconds = _until_seen(services.embedded_server(own).url("sinergi"), rows)
    finally:
        services.down(own)
        shutil.rmtree(home, ignore_errors=True)
    report(f"arrival: {seconds:.1f} s")
    unmeasured: dict[str, Any] = {"floor": None, "ratio_to_floor": None, "peers": {}}
    return {"arrival": {"value": round(seconds, 1), "unit": "s", "limit": LIMIT, "rows": rows, **unmeasured}}


def deliver(folder: Path, rows: int) -> None:
    """Write a list of the next month, of people of the last one, as an office does: under another name first."""
    with (folder / LAST).open(encoding="utf-8", newline="") as file:
        header, *known = csv.reader(file, delimiter=";")
    part = folder / "upload.part"
    with part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow(header)
        writer.writerows(_next_month(known, header.index("TMT"), rows))
    part.rename(folder / NEW)


def _next_month(known: list[list[str]], day: int, rows: int) -> Iterator[list[str]]:
    for number in range(rows):
        row = list(known[number % len(known)])
        row[day] = f"{1 + number // len(known):02d}/01/2025"  # whoever comes again comes on another day
        yield row


def _until_seen(url: str, rows: int) -> float:
    start = time.perf_counter()
    with connect(url, autocommit=True) as connection:
        while True:
            seen = (connection.execute(SEEN).fetchone() or (0,))[0]
            seconds = time.perf_counter() - start
            if seen > rows / 2:  # some rows of the sample are bad on purpose, and stay out
                return seconds
            if seconds > WITHIN:
                raise SinergiError(f"After {WITHIN:.0f} s the delivery of {rows:,} rows is not in bi.")
            time.sleep(0.25)
