"""Ours beside plain Splink with its tutorials' settings: FEBRL 1-4, and a made-up city at a tenth, a third and full."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sinergi.bench import febrl

SHARES = (0.1, 1 / 3, 1.0)
TITLE = "Beside plain Splink"


def city(people: int, how: str, seed: int = 1) -> dict[str, Any]:
    """Link a made-up city of this process's own, so that its peak memory is its own.

    Args:
        people: Size of the city.
        how: `ours` or `splink`.
        seed: Of the city.

    Returns:
        `records`, `seconds`, `peak_mb`, and precision, recall and f1 over pairs.
    """
    import resource

    import polars as pl

    from sinergi.bench import tutorial
    from sinergi.linkage import measure, model
    from sinergi.linkage.evidence import prepare
    from sinergi.linkage.families import find_families
    from sinergi.linkage.people import find_people
    from sinergi.linkage.trial import trial

    records = trial("city", seed, people)
    made_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    started = time.perf_counter()
    if how == "splink":
        persons = tutorial.city(records)
    else:
        prepared = prepare(records)
        persons = find_people(prepared, model.load(), engine="duckdb").ties.select("record_id", "person")
        find_families(prepared, persons)  # its time counts: families come with it
    seconds = time.perf_counter() - started
    judged = records.join(persons, on="record_id", how="left").with_columns(pl.col("person").cast(pl.String))
    judged = judged.with_columns(person=pl.coalesce("person", pl.format("alone {}", "record_id")))
    return {
        "people": people,
        "records": len(records),
        "seconds": seconds,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "made_mb": made_mb,
        **measure.pairwise(judged, "person", "true_person"),
    }


def cities(people: int, report: Callable[[str], None]) -> list[dict[str, Any]]:
    """Run both at SHARES of a size, each in a process of its own, one after the other."""
    results = []
    for share in SHARES:
        row: dict[str, Any] = {}
        for how in ("ours", "splink"):
            size = round(people * share)
            report(f"city of {size:,}: {how}")
            code = f"import json; from sinergi.bench import linking; print(json.dumps(linking.city({size}, {how!r})))"
            done = subprocess.run([sys.executable, "-c", code], env=os.environ, stdout=subprocess.PIPE, check=True)
            row[how] = json.loads(done.stdout.splitlines()[-1])
        results.append(row)
    return results


def compare(package: Path | None, people: int, report: Callable[[str], None]) -> dict[str, Any]:
    """Return `febrl` (by dataset) and `city` (by size; none when `people` is 0)."""
    found: dict[str, Any] = {}
    for name in febrl.DATASETS:
        report(f"FEBRL {name}")
        found[name] = febrl.compare(name, package)
    return {"febrl": found, "city": cities(people, report) if people else []}


def page(result: dict[str, Any]) -> str:
    """Return the section of docs/accuracy.md."""
    lines = [
        "Made by `sinergi link compare`. Both cut their clusters at a probability of 0.95 and have the same threads",
        "and memory, one after the other. Plain Splink has the settings of its tutorials",
        "(`plugins/sinergi/bench/tutorial.py`).",
        "",
        "## FEBRL 1-4",
        "",
        "The same engine as for the city; only the mapping of columns differs (`plugins/sinergi/bench/febrl.py`). Both",
        "learn their weights from the file itself and are told nothing of who is who.",
        "",
        "| dataset | records | ours P | R | F1 | s | Splink P | R | F1 | s |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, row in result["febrl"].items():
        lines.append(f"| FEBRL {name} | {row['records']:,} | {_cells(row['ours'])} | {_cells(row['splink'])} |")
    if not result["city"]:
        return "\n".join([*lines, ""])
    lines += [
        "",
        "## City",
        "",
        "Ours includes the families, with the frozen model; Splink trains on the city, as its tutorial does. Growth is",
        "the time for a record against the smallest size; memory is the peak of the whole process, which also makes",
        "the city.",
        "",
        "| people | records | ours P | R | F1 | s | growth | MB | Splink P | R | F1 | s | MB | times faster |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    first = result["city"][0]["ours"]
    for row in result["city"]:
        ours, plain = row["ours"], row["splink"]
        growth = ours["seconds"] / ours["records"] / (first["seconds"] / first["records"])
        lines.append(
            f"| {ours['people']:,} | {ours['records']:,} | {_cells(ours)} | {growth:.2f} | {ours['peak_mb']:,.0f} "
            f"| {_cells(plain)} | {plain['peak_mb']:,.0f} | {plain['seconds'] / ours['seconds']:.1f} |"
        )
    return "\n".join([*lines, ""])


def _cells(row: dict[str, float]) -> str:
    return f"{row['precision']:.4f} | {row['recall']:.4f} | {row['f1']:.4f} | {row['seconds']:.1f}"
