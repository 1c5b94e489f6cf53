"""Linking a file of records, ours and plain Splink's, each in a process of its own and judged by the truth."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import polars as pl

from sinergi.agreement import agreement, by_kind
from sinergi.confirmed import confirmed_merges

NEVER = ("placeholder_merges", "confirmed_merges")


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
