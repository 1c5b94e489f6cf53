"""Ids that are ours: a unit keeps the id that most of its evidence had; what merged or split is written down."""

from __future__ import annotations

import uuid

import polars as pl

HISTORY = {"old_id": pl.String, "new_id": pl.String, "change": pl.String}


def claim(evidence: pl.DataFrame, known: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give every unit an id.

    Args:
        evidence: `unit, key, weight`: what speaks for a unit, the same from run to run.
        known: `key, id`: whose evidence it was before.

    Returns:
        `unit, id, is_new`, and the history: `old_id, new_id, change` (merged or split).
    """
    votes = (
        evidence.join(known, on="key")
        .group_by("unit", "id")
        .agg(pl.col("weight").sum().alias("votes"), pl.col("key").min())
    )
    # One id goes to one unit, one unit takes one id; ties by the evidence itself, never by the order of arrival.
    won = votes.sort("id", "votes", "key", descending=[False, True, False]).unique(
        "id", keep="first", maintain_order=True
    )
    kept = won.sort("unit", "votes", "key", descending=[False, True, False]).unique(
        "unit", keep="first", maintain_order=True
    )
    units = evidence.select("unit").unique().sort("unit").join(kept.select("unit", "id"), on="unit", how="left")
    is_new = units["id"].is_null()
    fresh = pl.Series([str(uuid.uuid4()) if new else None for new in is_new], dtype=pl.String)
    ids = units.with_columns(id=pl.coalesce("id", fresh), is_new=is_new)
    merged = won.join(ids.rename({"id": "new_id"}), on="unit").filter(pl.col("id") != pl.col("new_id"))
    merged = merged.join(ids.select("id"), on="id", how="anti").select(
        old_id="id", new_id="new_id", change=pl.lit("merged")
    )
    split = votes.join(ids.filter("is_new").select("unit", new_id="id"), on="unit")
    split = split.join(ids.select("id"), on="id").select(old_id="id", new_id="new_id", change=pl.lit("split"))
    return ids, pl.concat([pl.DataFrame(schema=HISTORY), merged, split]).unique().sort("old_id", "new_id")


def person_evidence(records: pl.DataFrame) -> pl.DataFrame:
    """Return what speaks for each person: its profiles, and each NIK that is its alone."""
    people = records.filter(pl.col("person").is_not_null())
    said = people.group_by(unit="person", key="p:" + pl.col("profile_key")).agg(pl.len().alias("weight"))
    numbers = (
        people.filter(pl.col("nik").is_not_null())
        .group_by(key="n:" + pl.col("nik"))
        .agg(pl.col("person").first().alias("unit"), pl.col("person").n_unique().alias("people"))
    )
    numbers = numbers.filter(pl.col("people") == 1).select("unit", "key", weight=pl.lit(5, pl.UInt32))
    return pl.concat([said.select("unit", "key", pl.col("weight").cast(pl.UInt32)), numbers])


def family_evidence(records: pl.DataFrame) -> pl.DataFrame:
    """Return what speaks for each family: its lists, its card, and its people, whose id must stand in `person_id`."""
    rows = records.filter(pl.col("family").is_not_null())
    parts = [
        rows.filter(pl.col(column).is_not_null())
        .group_by(key=pl.lit(prefix) + pl.col(column))
        .agg(pl.col("family").n_unique().alias("n"), pl.col("family").first().alias("unit"))
        .filter(pl.col("n") == 1)
        .select("unit", "key", weight=pl.lit(weight, pl.UInt32))
        for prefix, column, weight in (("g:", "group_key", 3), ("k:", "no_kk", 1), ("m:", "person_id", 1))
    ]
    bare = rows.select(unit="family").unique().join(pl.concat(parts).select("unit"), on="unit", how="anti")
    return pl.concat(
        [*parts, bare.select("unit", key=pl.lit("?:") + pl.col("unit").cast(pl.String), weight=pl.lit(0, pl.UInt32))]
    )
