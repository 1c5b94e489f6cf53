"""How good a linking is, against the truth: pairwise and B-cubed."""

from __future__ import annotations

import polars as pl


def pairwise(frame: pl.DataFrame, found: str, truth: str) -> dict[str, float]:
    """Return precision, recall and f1 over all pairs of records, and the same B-cubed (`b3_...`).

    Records without `found` are each alone; records without `truth` are left out.
    """
    frame = (
        frame.filter(pl.col(truth).is_not_null())
        .with_row_index("row")
        .with_columns(
            found=pl.coalesce(pl.col(found).cast(pl.String), pl.lit("alone ") + pl.col("row").cast(pl.String)),
            truth=pl.col(truth),
        )
    )
    cells = frame.group_by("found", "truth").len()

    def pairs(column: str | None) -> float:
        sizes = cells["len"] if column is None else cells.group_by(column).agg(pl.col("len").sum())["len"]
        counts = sizes.cast(pl.Float64)
        return float((counts * (counts - 1) / 2).sum())

    both, made, true = pairs(None), pairs("found"), pairs("truth")
    size = pl.col("len").cast(pl.Float64)
    inside = cells.with_columns(made=size.sum().over("found"), true=size.sum().over("truth"), size=size).select(
        p=(size * size / pl.col("made")).sum() / size.sum(), r=(size * size / pl.col("true")).sum() / size.sum()
    )
    b3_precision, b3_recall = inside.row(0)
    precision, recall = both / made if made else 1.0, both / true if true else 1.0
    return {
        "precision": precision,
        "recall": recall,
        "f1": _f1(precision, recall),
        "b3_precision": b3_precision,
        "b3_recall": b3_recall,
        "b3_f1": _f1(b3_precision, b3_recall),
    }


def by_kind(frame: pl.DataFrame, found: str, truth: str, kinds: str) -> pl.DataFrame:
    """Return, per kind of corruption, the share of its records that stand with most of their person."""
    home = frame.group_by(truth, found).len().sort("len", found, descending=[True, False]).unique(truth, keep="first")
    pure = frame.group_by(found).agg((pl.col(truth).n_unique() == 1).alias("is_pure"))
    judged = frame.join(home.select(truth, pl.col(found).alias("home")), on=truth).join(pure, on=found)
    judged = judged.with_columns(
        kind=pl.when(pl.col(kinds).list.len() > 0).then(kinds).otherwise(pl.lit(["none"])),
        is_found=pl.col(found) == pl.col("home"),
    )
    return (
        judged.explode("kind")
        .group_by("kind")
        .agg(
            pl.len().alias("records"), pl.col("is_found").mean().alias("recall"), pl.col("is_pure").mean().alias("pure")
        )
        .sort("kind")
    )


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
