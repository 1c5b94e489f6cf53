"""One file of 100,000 x 15 cells, from disk to committed rows with all checks, beside its floor and its peers."""

from __future__ import annotations

import dataclasses
import importlib.util
import os
import shutil
import statistics
import tempfile
import time
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from sinergi.bench import files, peers
from sinergi.errors import SinergiError
from sinergi.settings import Settings


def measure_intake(settings: Settings, *, rows: int, repeats: int, report: Callable[[str], None]) -> dict[str, Any]:
    """Time XLSX and CSV intake, interleaved with the floor; each peer once, for they are slow.

    Returns:
        Measures `intake_xlsx` and `intake_csv`: medians in seconds, and their ratio to the median floor.
    """
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    folder = Path(tempfile.mkdtemp(prefix="sinergi-bench-"))
    try:
        frame = files.people(rows)
        return {f"intake_{kind}": _measure(settings, kind, frame, folder, repeats, report) for kind in files.SOURCES}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _measure(
    settings: Settings, kind: str, frame: Any, folder: Path, repeats: int, report: Callable[[str], None]
) -> dict:
    path = folder / f"people.{kind}"
    report(f"writing {frame.height:,} rows as {kind}")
    files.write_file(frame, path)
    with Database(settings) as url:
        ours = _Intake(settings, folder, kind, url)
        ours.deliver(path)
        ours.take_in()  # the first pays for imports, as a worker does once
        floors, values = [], []
        for turn in range(repeats):
            floors.append(_seconds(lambda: peers.floor(path, url)))
            ours.deliver(path)
            values.append(_seconds(ours.take_in))
            report(f"{kind} {turn + 1}/{repeats}: floor {floors[-1]:.2f} s, ours {values[-1]:.2f} s")
        others: dict[str, Callable[[Path, str], int]] = {"pandas + to_sql + GX on SQL": peers.pandas_to_sql_and_gx}
        if kind == "xlsx":
            others["python-calamine + COPY, no checks"] = peers.calamine_floor
        if importlib.util.find_spec("dlt"):
            others["dlt"] = peers.dlt_to_postgres
        value, floor = statistics.median(values), statistics.median(floors)
        beside = {}
        for name, peer in others.items():
            seconds = _seconds(partial(peer, path, url))
            beside[name] = {"value": round(seconds, 3), "ratio_to_ours": round(seconds / value, 2)}
            report(f"{kind}: {name} {seconds:.2f} s")
    return {
        "value": round(value, 3),
        "unit": "s",
        "rows": frame.height,
        "floor": round(floor, 3),
        "ratio_to_floor": round(value / floor, 2),
        "peers": beside,
    }


class _Intake:
    """Deliver the file to a fresh ledger entry and take it in, as a DAG task does."""

    def __init__(self, settings: Settings, folder: Path, kind: str, url: str):
        root = folder / "expectations"
        if not root.exists():
            shutil.copytree(settings.expectations / "entities", root / "entities")
        files.write_contract(root, kind)
        self.inbox = folder / f"inbox-{kind}"
        self.source = files.SOURCES[kind]
        self.settings = dataclasses.replace(
            settings, inbox=str(self.inbox), archive=folder / "archive", expectations=root, database_url=url
        )
        self.turn = 0

    def deliver(self, path: Path) -> None:
        """Put the file into the inbox with other bytes than last time, or the ledger would call it a duplicate."""
        self.turn += 1
        target = self.inbox / self.source / f"{self.turn:02d}{path.suffix}"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
        if path.suffix == ".csv":
            target.write_text(path.read_text().replace("08125", f"0{8130 + self.turn}", 1))
        else:
            with zipfile.ZipFile(target, "a") as book:
                book.comment = str(self.turn).encode()

    def take_in(self) -> None:
        """Collect and take in what was delivered, as the DAG's tasks do."""
        from sinergi.database import engine
        from sinergi.intake import collect_sender, intake

        database = engine(self.settings.database_url or "")
        for delivery_id in collect_sender(database, self.settings, "bench"):
            result = intake(database, self.settings, delivery_id)
            if not result.status.startswith("accepted"):
                raise SinergiError(f"The bench file was not accepted: {result.status}, {result.reason}")
        database.dispose()


def _seconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


class Database:
    """A database of its own on the configured server, dropped afterwards."""

    def __init__(self, settings: Settings):
        from sinergi.database import EmbeddedServer

        self.server = EmbeddedServer(settings.home / "postgres")
        self.name = "sinergi_bench"

    def __enter__(self) -> str:
        self.server.start()
        self.server.drop_database(self.name)
        return self.server.create_database(self.name)

    def __exit__(self, *_: object) -> None:
        self.server.drop_database(self.name)
