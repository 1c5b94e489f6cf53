"""From a file that lands to figures that people read: 1,000 rows, through the real scheduler, until `bi` has them."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from sinergi.database import connect
from sinergi.errors import SinergiError
from sinergi.platform import processes, services
from sinergi.platform.environment import LOGIN
from sinergi.platform.watch import Airflow
from sinergi.settings import Settings

ROWS = 1_000
SOURCE = "dinsos/sembako"  # a workbook with a day and a person in every row
LAST, NEW = "2024-12 Sembako.xlsx", "2025-01 Sembako.xlsx"
HEADER_ROW = 5
SURGE = 2  # times the last month's rows; far more would be held, as in a city that is smaller
STRANGERS = 10  # every so many rows one that nobody has listed before
LIMIT = 60  # seconds
WITHIN = 600.0  # seconds; later is a fault, not a figure
SEEN = "select count(*) from bi.fct_interventions where delivered_on between '2025-01-01' and '2025-01-31'"
# Of the newest delivery: rows that have their person, and rows that wait for the linking of all.
TIED = """
select count(*) filter (where method <> 'waiting'), count(*) filter (where method = 'waiting')
from marts.xwalk_people where delivery_id = (select max(delivery_id) from ops.deliveries)
"""
TASKS = """
select dag_id || '.' || task_id, extract(epoch from max(end_date) - min(start_date))::float
from task_instance where start_date >= %s and state = 'success'
group by dag_id, task_id order by min(start_date)
"""


def measure_arrival(settings: Settings, *, rows: int = ROWS, report: Callable[[str], None]) -> dict[str, Any]:
    """Start Airflow over a warehouse that has a published build, deliver, and watch `bi`.

    Args:
        settings: The city's: its inbox, archive and home, in which Airflow's own server is made, and its database.
        rows: Rows of the delivery.
        report: Called with a line of progress.

    Returns:
        The measure `arrival`: seconds from the file's name in the inbox to its rows in `bi`, all through Airflow;
        `known` and `waiting` rows then, `settled`: seconds until none waited, and how long each of the `tasks` took.

    Raises:
        SinergiError: the rows did not come within ten minutes.
    """
    assert settings.database_url is not None
    report(f"arrival: starting Airflow, then {rows:,} rows")
    try:
        services.up(settings)
        airflow = Airflow(str(services.status(settings)["airflow_url"]), LOGIN, services.airflow_password(settings))
        processes.wait_for(lambda: airflow.look().is_quiet, WITHIN, every=2)
        measured = {"unit": "s", "limit": LIMIT, **_delivered(settings, rows)}
    finally:
        services.down(settings)
    report(f"arrival: {measured}")
    return {"arrival": measured | {"floor": None, "ratio_to_floor": None, "peers": {}}}


def deliver(folder: Path, rows: int) -> int:
    """Write a list of the next month as an office does: under another name first, and with strangers in it.

    Args:
        folder: Folder of the source in the inbox, with the list of the last month.
        rows: How many at most; whoever comes again comes on another day.

    Returns:
        How many it has.
    """
    import openpyxl
    import xlsxwriter

    page = openpyxl.load_workbook(folder / LAST, read_only=True).worksheets[0]
    above = list(page.iter_rows(max_row=HEADER_ROW, values_only=True))
    header = above[-1]
    name, number, day = (header.index(each) for each in ("NAMA PENERIMA", "NIK KTP", "TGL SALUR"))
    below = page.iter_rows(min_row=HEADER_ROW + 1, max_col=len(header), values_only=True)
    known = [row for row in below if row[name] and len(row) > day]
    rows = min(rows, SURGE * len(known))
    part = folder / "upload.part"
    with xlsxwriter.Workbook(part) as book:
        sheet, days = book.add_worksheet(page.title), book.add_format({"num_format": "dd/mm/yyyy"})
        for at, line in enumerate(above):
            sheet.write_row(at, 0, line)
        for at in range(rows):
            row = list(known[at % len(known)])
            if at % STRANGERS == 0:
                row[name], row[number] = f"{known[(at + 1) % len(known)][name]} {row[name]}", None
            row[day] = None
            sheet.write_row(HEADER_ROW + at, 0, row)
            sheet.write_datetime(HEADER_ROW + at, day, datetime(2025, 1, 1 + at // len(known)), days)  # noqa: DTZ001
    part.rename(folder / NEW)
    return rows


def _delivered(settings: Settings, rows: int) -> dict[str, Any]:
    """Deliver and watch, until most rows are seen (some are bad on purpose), and then until none waits."""
    assert settings.database_url is not None
    with connect(settings.database_url, autocommit=True) as connection:

        def count(query: str) -> tuple[int, ...]:
            return connection.execute(query).fetchone() or (0,)

        def wait(until: Callable[[], bool]) -> float:
            while not until():
                if time.perf_counter() - start > WITHIN:
                    raise SinergiError(f"After {WITHIN:.0f} s the delivery of {rows:,} rows is not in bi, or waits.")
                time.sleep(0.25)
            return round(time.perf_counter() - start, 1)

        (before,), start, started_at = count(SEEN), time.perf_counter(), datetime.now().astimezone()
        rows = deliver(Path(settings.inbox) / SOURCE, rows)
        seconds = wait(lambda: count(SEEN)[0] >= before + rows / 2)
        known, waiting = count(TIED)
        settled = wait(lambda: count(TIED)[1] == 0)
    with connect(services.embedded_server(settings).url("airflow"), autocommit=True) as connection:
        tasks = {name: round(took, 1) for name, took in connection.execute(TASKS, [started_at])}
    measured = {"value": seconds, "rows": rows, "known": known, "waiting": waiting, "settled": settled}
    return measured | {"tasks": tasks}
