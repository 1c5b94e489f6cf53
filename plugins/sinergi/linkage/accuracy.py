"""The accuracy of linking on made-up cities with known truth: the command behind docs/accuracy.md, and training."""

from __future__ import annotations

import resource
import time
from pathlib import Path
from typing import Any

import polars as pl

from sinergi.linkage import blocking, chapters, measure, model, people, sure, train
from sinergi.linkage.evidence import prepare, profiles
from sinergi.linkage.families import find_families
from sinergi.linkage.trial import trial

SIZES = (("palangkaraya", 1, None), ("palangkaraya", 2, None), ("palangkaraya", 3, None), ("city", 1, None))
TRAINED_ON = 60_000  # people; few enough to be quick, many enough that random pairs are different people


def run(kind: str, seed: int, size: int | None = None) -> dict[str, Any]:
    """Link one trial city and measure it."""
    records = trial(kind, seed, size)
    weights = model.load()
    started, cpu = time.perf_counter(), time.process_time()
    prepared = prepare(records)
    found = people.find_people(prepared, weights)
    families, _ = find_families(prepared, found.ties)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    judged = records.join(found.ties, on="record_id", how="left").join(families, on="record_id", how="left")
    judged = judged.with_columns(person=pl.coalesce("person", -1 - pl.col("record_id")))
    return {
        "city": f"{kind}, seed {seed}",
        "records": len(records),
        "seconds": seconds,
        "cpu_seconds": cpu,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "person": measure.pairwise(judged, "person", "true_person"),
        "family": measure.pairwise(judged.filter(pl.col("family").is_not_null()), "family", "true_family"),
        "placeholder_merges": _merged_by_placeholder(judged),
        "confirmed_merges": _confirmed_merges(judged, found.profiles),
        "kinds": measure.by_kind(judged, "person", "true_person", "spoiled"),
    }


def _merged_by_placeholder(judged: pl.DataFrame) -> int:
    """Count people who hold placeholder records of more than one true person."""
    held = judged.filter(pl.col("nik_status") == "placeholder").group_by("person")
    return int(held.agg((pl.col("true_person").n_unique() > 1).alias("wrong"))["wrong"].sum())


def _confirmed_merges(judged: pl.DataFrame, folded: pl.DataFrame) -> int:
    """Count people who hold two different confirmed NIKs."""
    walls = judged.join(folded.select("profile_id", "wall"), on="profile_id").group_by("person")
    return int(walls.agg((pl.col("wall").drop_nulls().n_unique() > 1).alias("wrong"))["wrong"].sum())


def fit(kind: str = "city", size: int | None = TRAINED_ON) -> dict[str, Any]:
    """Train on a trial city of the training seed, and return the model."""
    records = trial(kind, train.TRAINING_SEED, size)
    prepared = prepare(records)
    folded, ties = profiles(prepared)
    folded, _ = sure.drop_worn(folded)
    folded = sure.join_by_nik(folded).with_columns(tokens=pl.col("sorted_name").str.split(" "))
    keyed, _ = blocking.add_keys(people.with_elders(folded, prepared))
    truth = ties.join(records.select("record_id", "true_person"), on="record_id").group_by("profile_id")
    person = truth.agg(pl.col("true_person").mode().sort().first()).sort("profile_id")["true_person"]
    return train.fit(keyed, person, f"trial {kind} of {size:,} people, seed {train.TRAINING_SEED}")


def page(results: list[dict[str, Any]]) -> str:
    """Return the first chapter of docs/accuracy.md."""
    lines = [
        "Made by `sinergi link accuracy`: made-up cities whose truth is known, spoiled as the offices' files are",
        "(`plugins/sinergi/linkage/trial.py`). The model was trained on another seed. CPU seconds are those of the",
        "process, both cores together; the wall clock depends on what else the machine does.",
        "",
        "| city | records | person P | R | F1 | B³ F1 | family P | R | F1 | placeholder merges "
        "| two confirmed NIKs | wall s | CPU s | peak MB |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for row in results:
        person, family = row["person"], row["family"]
        figures = [person["precision"], person["recall"], person["f1"], person["b3_f1"]]
        figures += [family["precision"], family["recall"], family["f1"]]
        cells = [row["city"], f"{row['records']:,}", *(f"{value:.4f}" for value in figures)]
        cells += [
            row["placeholder_merges"],
            row["confirmed_merges"],
            f"{row['seconds']:.0f}",
            f"{row['cpu_seconds']:.0f}",
        ]
        lines.append(f"| {' | '.join(map(str, cells))} | {row['peak_mb']:,.0f} |")
    lines += [
        "",
        "Recall is the share of a kind's records that stand with the rest of their person; pure, with nobody else.",
        "",
    ]
    for row in results:
        lines += [f"## {row['city']}", "", "| kind of corruption | records | recall | pure |", "|---|---|---|---|"]
        lines += [
            f"| {kind} | {count:,} | {recall:.4f} | {pure:.4f} |"
            for kind, count, recall, pure in row["kinds"].iter_rows()
        ]
        lines.append("")
    return "\n".join(lines)


def main(target: Path, sizes: tuple[tuple[str, int, int | None], ...] = SIZES) -> None:
    """Write the page."""
    chapters.put(target, "Accuracy of linking", page([run(*size) for size in sizes]))


if __name__ == "__main__":
    import sys

    if sys.argv[1] == "train":
        train.save(fit())
    else:
        main(Path(sys.argv[1]))
