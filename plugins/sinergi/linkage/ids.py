"""Ids that are ours: a unit keeps the id that most of its evidence had; what merged or split is written down."""

from __future__ import annotations

import uuid

import polars as pl

HISTORY = {"old_id": pl.String, "new_id": pl.String, "change": pl.String}


def claim(evidence: pl.DataFrame, known: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give every unit an id: that of most of its evidence, else one that its evidence once had, else a new one.

    Args:
        evidence: `unit, key, weight`: what speaks for a unit, the same from run to run.
        known: `key, id`: whose evidence it was before; `first_id`: whose it was at first, so that a merge that is
            undone gives back the id that it took.

    Returns:
        `unit, id, is_new`, and the history: `old_id, new_id, change`: merged (old is new now) or split (a part is).
    """
    met = evidence.join(known, on="key")
    votes = _votes(met.select("unit", "key", "weight", "id"))
    taken = _best(votes)
    once = _votes(met.select("unit", "key", "weight", id="first_id"))
    free = once.join(taken, on="unit", how="anti").join(taken, on="id", how="anti").join(votes, on="id", how="anti")
    units = evidence.select("unit").unique().sort("unit")
    units = units.join(pl.concat([taken, _best(free)]), on="unit", how="left", maintain_order="left")
    is_new = units["id"].is_null()
    fresh = pl.Series([str(uuid.uuid4()) if new else None for new in is_new], dtype=pl.String)
    ids = units.with_columns(id=pl.coalesce("id", fresh), is_new=is_new)
    moved = votes.join(ids.select("unit", new_id="id"), on="unit").filter(pl.col("id") != pl.col("new_id"))
    alive = moved.join(ids.select("id"), on="id", how="semi").select(
        old_id="id", new_id="new_id", change=pl.lit("split")
    )
    gone = moved.join(ids.select("id"), on="id", how="anti").sort("id", "votes", "key", descending=[False, True, False])
    gone = gone.unique("id", keep="first").select(old_id="id", new_id="new_id", change=pl.lit("merged"))
    return ids, pl.concat([pl.DataFrame(schema=HISTORY), gone, alive]).unique().sort("old_id", "new_id")


def _votes(met: pl.DataFrame) -> pl.DataFrame:
    counted = met.drop_nulls("id").group_by("unit", "id")
    return counted.agg(pl.col("weight").sum().alias("votes"), pl.col("key").min())


def _best(votes: pl.DataFrame) -> pl.DataFrame:
    """Give each id to one unit and each unit one id, the most votes first; ties by the evidence, never by arrival."""
    ordered = votes.sort("votes", "key", "id", "unit", descending=[True, False, False, False])
    has_one = (pl.len().over("unit") == 1) & (pl.len().over("id") == 1)
    plain = ordered.filter(has_one).select("unit", "id")
    units: set[int] = set()
    ids: set[str] = set()
    rows = []
    for unit, known in ordered.filter(~has_one).select("unit", "id").iter_rows():
        if unit not in units and known not in ids:
            units.add(unit)
            ids.add(known)
            rows.append((unit, known))
    return pl.concat([plain, pl.DataFrame(rows, schema=plain.schema, orient="row")])


def person_evidence(records: pl.DataFrame) -> pl.DataFrame:
    """Return what speaks for each person: its profiles, and each NIK that is its alone."""
    people = records.filter(pl.col("person").is_not_null())
    said = people.group_by(unit="person", key="p:" + pl.col("profile_key")).agg(pl.len().alias("weight"))
    numbers = (
        people.filter(pl.col("nik").is_not_null())
        .group_by(key="n:" + pl.col("nik"))
        .agg(pl.col("person").min().alias("unit"), pl.col("person").max().alias("other"))
    )
    numbers = numbers.filter(pl.col("unit") == pl.col("other")).select("unit", "key", weight=pl.lit(5, pl.UInt32))
    return pl.concat([said.select("unit", "key", pl.col("weight").cast(pl.UInt32)), numbers])


def family_evidence(records: pl.DataFrame) -> pl.DataFrame:
    """Return what speaks for each family: its lists, its card, and its people, whose id must stand in `person_id`."""
    rows = records.filter(pl.col("family").is_not_null())
    parts = [
        rows.filter(pl.col(column).is_not_null())
        .group_by(key=pl.lit(prefix) + pl.col(column))
        .agg(pl.col("family").min().alias("unit"), pl.col("family").max().alias("other"))
        .filter(pl.col("unit") == pl.col("other"))
        .select("unit", "key", weight=pl.lit(weight, pl.UInt32))
        for prefix, column, weight in (("g:", "group_key", 3), ("k:", "no_kk", 1), ("m:", "person_id", 1))
    ]
    bare = rows.select(unit="family").unique().join(pl.concat(parts).select("unit"), on="unit", how="anti")
    return pl.concat(
        [*parts, bare.select("unit", key=pl.lit("?:") + pl.col("unit").cast(pl.String), weight=pl.lit(0, pl.UInt32))]
    )
