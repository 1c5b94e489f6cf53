"""Ours beside plain Splink as its tutorials set it up: FEBRL 1-4, and the sample city at a tenth, a third and full."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from sinergi.agreement import agreement, by_kind
from sinergi.bench import cities, febrl
from sinergi.confirmed import confirmed_merges
from sinergi.settings import Settings

SHARES = (0.1, 1 / 3, 1.0)
TITLE = "Beside plain Splink"
NEVER = ("placeholder_merges", "confirmed_merges")
# What is asked of the full city, on 2 cores, and of growth from the smallest size to it.
MOST_SECONDS, MOST_MB, LEAST_FASTER, MOST_GROWTH = 60.0, 4_096.0, 2.0, 1.1


def apart(path: Path, how: str) -> dict[str, Any]:
    """Run `ours` or `splink` (functions of this module) on a file of records in a process of its own.

    Its peak memory is then its own, and nothing that ran before it has warmed or filled anything.
    """
    code = (
        f"import json; from pathlib import Path; from sinergi.bench import linking; "
        f"print(json.dumps(linking.{how}(Path({str(path)!r}))))"
    )
    done = subprocess.run([sys.executable, "-c", code], env=os.environ, stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def ours(path: Path) -> dict[str, Any]:
    """Link the records of `cities.records` to people and families, with the frozen model.

    Returns:
        `records`, `seconds`, `cpu_seconds`, `peak_mb`; `person` and `family` as `agreement` returns them; NEVER; and
        `kinds`, a list of the rows of `by_kind`.
    """
    from sinergi.linkage import model
    from sinergi.linkage.evidence import prepare
    from sinergi.linkage.families import find_families
    from sinergi.linkage.people import find_people

    records = pl.read_parquet(path)
    started, cpu = time.perf_counter(), time.process_time()
    prepared = prepare(records)
    found = find_people(prepared, model.load(), engine="duckdb")
    families, _ = find_families(prepared, found.ties)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    linked = records.join(found.ties, on="record_id", how="left").join(families, on="record_id", how="left")
    person = _judged(linked, "true_person", "person")
    return {
        **_cost(records, seconds),
        "cpu_seconds": cpu,
        "person": agreement(person),
        "family": agreement(_judged(linked, "true_family", "family")),
        "placeholder_merges": _merged_by_placeholder(linked),
        "confirmed_merges": confirmed_merges(
            linked.select(
                "is_matched",
                "source_id",
                found=pl.col("person"),
                truth=pl.col("true_person"),
                nik=pl.when(pl.col("nik_status") == "valid").then("nik"),
            )
        ),
        "kinds": by_kind(person).to_dicts(),
    }


def splink(path: Path) -> dict[str, Any]:
    """Link the same records with plain Splink, which trains on them first.

    Returns:
        `records`, `seconds` (with one clustering), `peak_mb`; `person` as `agreement` returns it, at the `threshold`
        of the best F1; and `tutorial`, the same at the threshold of its tutorials.
    """
    from sinergi.bench import tutorial

    records = pl.read_parquet(path)
    started, seconds = time.perf_counter(), None
    scores = {}
    for threshold, clusters in tutorial.city(records.filter("is_person")):
        seconds = seconds or time.perf_counter() - started  # other thresholds are tried outside the clock
        linked = records.join(clusters, on="record_id", how="left")
        scores[threshold] = agreement(_judged(linked, "true_person", "person"))
    best = max(scores, key=lambda threshold: float(scores[threshold]["f1"]))
    assert seconds is not None
    return {
        **_cost(records, seconds),
        "person": scores[best],
        "threshold": best,
        "tutorial": scores[tutorial.THRESHOLD],
    }


def _cost(records: pl.DataFrame, seconds: float) -> dict[str, Any]:
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"records": len(records), "seconds": seconds, "peak_mb": peak}


def _judged(linked: pl.DataFrame, truth: str, found: str) -> pl.DataFrame:
    return linked.select(
        "kinds", truth=truth, found=pl.col(found).cast(pl.String), record=pl.col("record_id").cast(pl.String)
    )


def _merged_by_placeholder(linked: pl.DataFrame) -> int:
    """Count people who hold placeholder records of more than one true person."""
    known = pl.all_horizontal(pl.col("person", "true_person").is_not_null())
    held = linked.filter(known, pl.col("nik_status") == "placeholder").group_by("person")
    return int(held.agg((pl.col("true_person").n_unique() > 1).alias("wrong"))["wrong"].sum())


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
        cities.records(settings, "city", 1, people).write_parquet(path)
        row: dict[str, Any] = {"people": people}
        for how in ("ours", "splink"):
            report(f"city of {people:,}: {how}")
            row[how] = apart(path, how)
    return row


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
        ("s", mine["seconds"], MOST_SECONDS, 1),
        ("MB", mine["peak_mb"], MOST_MB, 1),
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
        "the time for a record against the smallest size; memory is the peak of the process.",
        "",
        "| people | records | ours P | R | F1 | s | growth | MB | Splink at | P | R | F1 | s | MB | F1 at 0.95 "
        "| times faster |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for place, row in enumerate(result["city"]):
        mine, plain = row["ours"], row["splink"]
        lines.append(
            f"| {row['people']:,} | {mine['records']:,} | {_cells(mine['person'], mine['seconds'])} "
            f"| {growth(result['city'], place):.2f} "
            f"| {mine['peak_mb']:,.0f} | {plain['threshold']:g} | {_cells(plain['person'], plain['seconds'])} "
            f"| {plain['peak_mb']:,.0f} | {plain['tutorial']['f1']:.4f} | {plain['seconds'] / mine['seconds']:.1f} |"
        )
    lines += ["", *(f"**Short of what is asked**: {fault}." for fault in short(result))]
    return "\n".join([*lines, ""])


def _cells(scores: dict[str, float], seconds: float) -> str:
    return f"{scores['precision']:.4f} | {scores['recall']:.4f} | {scores['f1']:.4f} | {seconds:.1f}"
