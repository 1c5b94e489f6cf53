"""Ours beside plain Splink as its tutorials set it up: FEBRL 1-4, and the sample city at a tenth, a third and full."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sinergi.bench import cities, febrl, linking
from sinergi.errors import SinergiError
from sinergi.settings import Settings

SHARES = (0.1, 1 / 3, 1.0)
TITLE = "Beside plain Splink"
# What is asked of the full city, on 2 cores, and of growth from the smallest size to it.
MOST_SECONDS, MOST_MB, LEAST_FASTER, MOST_GROWTH = 60.0, 4_096.0, 2.0, 1.1


def compare(settings: Settings, package: Path | None, people: int, report: Callable[[str], None]) -> dict[str, Any]:
    """Return `febrl` by dataset and `city` by size (none when `people` is 0), ours and Splink one after the other."""
    found: dict[str, Any] = {}
    for name in febrl.DATASETS:
        report(f"FEBRL {name}")
        found[name] = febrl.compare(name, package)
    sizes = [round(people * share) for share in SHARES] if people else []
    return {"febrl": found, "city": [_city(settings, size, report) for size in sizes]}


def _city(settings: Settings, people: int, report: Callable[[str], None]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="sinergi-compare-") as folder:
        path = Path(folder) / "records.parquet"
        report(f"city of {people:,}: files and intake")
        row: dict[str, Any] = {"people": people}
        with cities.taken_in(settings, "city", 1, people) as (own, truth):
            cities.read(own, truth).write_parquet(path)
            report(f"city of {people:,}: sinergi link run")
            row["run"] = _command(own)
        for how in ("ours", "splink"):
            report(f"city of {people:,}: {how}")
            row[how] = linking.apart(path, how)
    return row


def _command(settings: Settings) -> dict[str, float]:
    """Return `seconds` and `peak_mb` of the command that links everything, from raw to the crosswalk."""
    env = os.environ | {"SINERGI_DATABASE_URL": str(settings.database_url), "SINERGI_HOME": str(settings.home)}
    started = time.perf_counter()
    command = [str(Path(sys.executable).with_name("sinergi")), "link", "run", "--json"]
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SinergiError(f"`sinergi link run` ended with {process.returncode}.")
    return {"seconds": time.perf_counter() - started, "peak_mb": used.ru_maxrss / 1024}


def short(result: dict[str, Any]) -> list[str]:
    """Name what falls short of what is asked: FEBRL as good as plain Splink; the full city in time, memory and pace.

    Args:
        result: As `compare` returns it.
    """
    faults = [
        f"FEBRL {name}: F1 {row['ours']['f1']:.4f}, plain Splink {row['splink']['f1']:.4f}"
        for name, row in result["febrl"].items()
        if row["ours"]["f1"] < row["splink"]["f1"]
    ]
    if not result["city"]:
        return faults
    row = result["city"][-1]
    mine, plain, where = row["ours"], row["splink"], f"city of {row['people']:,}"
    asked = (
        ("s of `sinergi link run`", row["run"]["seconds"], MOST_SECONDS, 1),
        ("MB of `sinergi link run`", row["run"]["peak_mb"], MOST_MB, 1),
        ("growth", growth(result["city"]), MOST_GROWTH, 1),
        ("times faster", plain["seconds"] / mine["seconds"], LEAST_FASTER, -1),
        ("F1", mine["person"]["f1"], plain["person"]["f1"], -1),
    )
    return faults + [
        f"{where}: {unit} {value:,.4g}, {'at most' if sign > 0 else 'at least'} {bound:,.4g} asked"
        for unit, value, bound, sign in asked
        if sign * value > sign * bound
    ]


def growth(sizes: list[dict[str, Any]], upto: int = -1) -> float:
    """Return the time for a record of one size against that of the smallest: 1 is linear."""
    first, last = (sizes[place]["ours"] for place in (0, upto))
    return float(last["seconds"] / last["records"] / (first["seconds"] / first["records"]))


def page(result: dict[str, Any]) -> str:
    """Return the chapter of docs/accuracy.md."""
    lines = [
        "Made by `sinergi link compare`. Both have the same threads and memory, one after the other, each in a process",
        "of its own. Plain Splink has the settings of its tutorials (`plugins/sinergi/bench/tutorial.py`).",
        "",
        "## FEBRL 1-4",
        "",
        "The same engine as for the city; only the mapping of columns differs (`plugins/sinergi/bench/febrl.py`). Both",
        "learn their weights from the file itself, are told nothing of who is who, and cut their clusters at a",
        "probability of 0.95.",
        "",
        "| dataset | records | ours P | R | F1 | s | Splink P | R | F1 | s |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, row in result["febrl"].items():
        pair = (_cells(row[how], row[how]["seconds"]) for how in ("ours", "splink"))
        lines.append(f"| FEBRL {name} | {row['records']:,} | {' | '.join(pair)} |")
    if not result["city"]:
        return "\n".join([*lines, ""])
    lines += [
        "",
        "## City",
        "",
        "The sample city's own records, as linking reads them after intake. Ours includes the families and uses the",
        "frozen model at its frozen threshold; Splink trains on the city, as its tutorial does, and is shown at the",
        "threshold that suits it best, which only the truth can tell (beside it, F1 at the tutorial's 0.95). Growth is",
        "the time for a record against the smallest size; memory is the peak of the process. Last, the whole command",
        "`sinergi link run` on the same city: from PostgreSQL and back, with ids, monitors and findings.",
        "",
        "| people | records | ours P | R | F1 | s | growth | MB | Splink at | P | R | F1 | s | MB | F1 at 0.95 "
        "| times faster | `link run` s | MB |",
        f"|{'---|' * 18}",
    ]
    for place, row in enumerate(result["city"]):
        mine, plain = row["ours"], row["splink"]
        lines.append(
            f"| {row['people']:,} | {mine['records']:,} | {_cells(mine['person'], mine['seconds'])} "
            f"| {growth(result['city'], place):.2f} "
            f"| {mine['peak_mb']:,.0f} | {plain['threshold']:g} | {_cells(plain['person'], plain['seconds'])} "
            f"| {plain['peak_mb']:,.0f} | {plain['tutorial']['f1']:.4f} | {plain['seconds'] / mine['seconds']:.1f} "
            f"| {row['run']['seconds']:.1f} | {row['run']['peak_mb']:,.0f} |"
        )
    lines += ["", *(f"**Short of what is asked**: {fault}." for fault in short(result))]
    return "\n".join([*lines, ""])


def _cells(scores: dict[str, float], seconds: float) -> str:
    return f"{scores['precision']:.4f} | {scores['recall']:.4f} | {scores['f1']:.4f} | {seconds:.1f}"
