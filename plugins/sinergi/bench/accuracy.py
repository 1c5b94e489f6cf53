"""The accuracy of linking on the sample cities, whose truth is known: the first chapter of docs/accuracy.md."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sinergi import agreement
from sinergi.bench import cities, linking
from sinergi.settings import Settings

TITLE = "Accuracy of linking"
CITIES = (("palangkaraya", 1), ("palangkaraya", 2), ("palangkaraya", 3), ("city", 1))


def measure(settings: Settings, report: Callable[[str], None]) -> list[dict[str, Any]]:
    """Write each of CITIES, take its files in, link its records and compare with the truth.

    Returns:
        As `linking.apart` returns it for `ours`, with `city`.
    """
    results = []
    for kind, seed in CITIES:
        report(f"{kind}, seed {seed}")
        with tempfile.TemporaryDirectory(prefix="sinergi-accuracy-") as folder:
            path = Path(folder) / "records.parquet"
            cities.records(settings, kind, seed).write_parquet(path)
            results.append({"city": f"{kind}, seed {seed}", **linking.apart(path, "ours")})
    return results


def short(results: list[dict[str, Any]]) -> list[str]:
    """Name the figures that are below LEAST, and merges that must never be; none is the aim.

    The page and the command's exit code say so of any city.
    """
    faults = []
    for row in results:
        faults += [f"{row['city']}: {fault}" for fault in agreement.short(row["person"], row["family"])]
        faults += [f"{row['city']}: {row[name]} {name}" for name in linking.NEVER if row[name]]
    return faults


def page(results: list[dict[str, Any]]) -> str:
    """Return the chapter."""
    lines = [
        "Made by `sinergi link accuracy`: each sample city is written with its mess, its files are taken in as any",
        "office's are, and the records that linking reads are judged as `sinergi evaluate` judges them. The frozen",
        "model was trained on another made-up city of another seed (`plugins/sinergi/linkage/trial.py`). CPU seconds",
        "are those of the process, both cores together; the wall clock depends on what else the machine does.",
        "",
        "| city | records | person P | R | F1 | B³ F1 | family P | R | F1 | placeholder merges "
        "| two confirmed NIKs | wall s | CPU s | peak MB |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for row in results:
        person, family = row["person"], row["family"]
        figures = [person["precision"], person["recall"], person["f1"], person["bcubed"]["f1"]]
        figures += [family["precision"], family["recall"], family["f1"]]
        cells = [row["city"], f"{row['records']:,}", *(f"{value:.4f}" for value in figures)]
        cells += [row[name] for name in linking.NEVER]
        cells += [f"{row['seconds']:.0f}", f"{row['cpu_seconds']:.0f}", f"{row['peak_mb']:,.0f}"]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    faults = short(results)
    lines += ["", *(f"**Short of what is asked**: {fault}." for fault in faults)]
    lines += [
        "Below, B-cubed over the records of a kind alone: precision is the share of what is found with a record that",
        "is its own person's, recall the share of its person's records that are found with it. A record may be of",
        "several kinds; what is wrong with it is read off the truth alone (`plugins/sinergi/bench/kinds.py`).",
        "",
    ]
    for row in results:
        lines += [f"## {row['city']}", "", "| kind of corruption | records | P | R | F1 |", "|---|---|---|---|---|"]
        for kind in row["kinds"]:
            scores = " | ".join(f"{kind[name]:.4f}" for name in ("precision", "recall", "f1"))
            lines.append(f"| {kind['kind']} | {kind['records']:,} | {scores} |")
        lines.append("")
    return "\n".join(lines)
