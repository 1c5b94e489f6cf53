"""How well found groups of records agree with the true ones: over pairs, and by B-cubed."""

from __future__ import annotations

from typing import Any

import polars as pl

# What is asked of linking on every sample city.
LEAST = {"person precision": 0.998, "person f1": 0.995, "family f1": 0.99}


def agreement(records: pl.DataFrame) -> dict[str, Any]:
    """Measure how well the found groups are the true ones.

    Counts stand in for pairs: the pairs inside a group of n are n(n-1)/2, so that a million records cost one group-by.

    Args:
        records: `record`, `truth` and `found`; no truth: left out; nothing found: a group of its own.

    Returns:
        precision, recall, f1 over pairs (1.0 where there are none), `bcubed` with the same, and `records`.
    """
    both = _cells(_judged(records))
    size = float(both["both"].sum())
    hits = _pairs(both["both"])
    precision = _share(hits, _pairs(both.unique("found")["in_found"]))
    recall = _share(hits, _pairs(both.unique("truth")["in_truth"]))
    square = pl.col("both") ** 2
    by_found, by_truth = both.select(a=(square / pl.col("in_found")).sum(), b=(square / pl.col("in_truth")).sum()).row(
        0
    )
    return {
        **_scores(precision, recall),
        "bcubed": _scores(_share(by_found, size), _share(by_truth, size)),
        "records": int(size),
    }


def short(person: dict[str, Any], family: dict[str, Any]) -> list[str]:
    """Name the scores that are below LEAST, each with what is asked; none is the aim."""
    scores = {"person": person, "family": family}
    found = {figure: scores[figure.split()[0]][figure.split()[1]] for figure in LEAST}
    return [
        f"{figure} is {found[figure]:.4f}, asked {least}" for figure, least in LEAST.items() if found[figure] < least
    ]


def by_kind(records: pl.DataFrame) -> pl.DataFrame:
    """Measure how well records of each kind are placed: B-cubed over the records of that kind alone.

    Args:
        records: As `agreement` takes them, and `kinds`, a list of words.

    Returns:
        `kind, records, precision, recall, f1`, by name. A record's precision is the share of its found group that is
        its truth's; its recall the share of its truth's that is in its found group.
    """
    judged = _judged(records)
    one = judged.join(_cells(judged), on=("truth", "found")).explode("kinds").filter(pl.col("kinds").is_not_null())
    kinds = one.group_by(kind="kinds").agg(
        pl.len().alias("records"),
        (pl.col("both") / pl.col("in_found")).mean().alias("precision"),
        (pl.col("both") / pl.col("in_truth")).mean().alias("recall"),
    )
    f1 = 2 * pl.col("precision") * pl.col("recall") / (pl.col("precision") + pl.col("recall"))
    return kinds.with_columns(f1=f1).sort("kind")


def _judged(records: pl.DataFrame) -> pl.DataFrame:
    return records.filter(pl.col("truth").is_not_null()).with_columns(
        found=pl.coalesce("found", pl.lit("alone:") + pl.col("record"))
    )


def _cells(judged: pl.DataFrame) -> pl.DataFrame:
    """One row for each true and found group that meet: `both` records, of `in_truth` and `in_found`."""
    both = judged.group_by("truth", "found").len("both")
    return both.with_columns(
        pl.col("both").cast(pl.Float64),
        in_truth=pl.col("both").sum().over("truth").cast(pl.Float64),
        in_found=pl.col("both").sum().over("found").cast(pl.Float64),
    )


def _pairs(counts: pl.Series) -> float:
    return float((counts * (counts - 1) / 2).sum())


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 1.0


def _scores(precision: float, recall: float) -> dict[str, float]:
    f1 = _share(2 * precision * recall, precision + recall) if precision + recall else 0.0
    return {"precision": round(precision, 6), "recall": round(recall, 6), "f1": round(f1, 6)}
