"""False merges that nothing excuses: two people, each under a confirmed number of their own, found as one.

Judged by the truth and by what the sources say, not by the walls of the engine that is judged.
"""

from __future__ import annotations

import polars as pl


def confirmed_merges(records: pl.DataFrame) -> int:
    """Count found people who hold two people whose NIKs are both confirmed and differ.

    Confirmed is a NIK that Dukcapil has matched, or that two independent senders give to the same person.

    Args:
        records: `found` and `truth` (people), `nik` (null unless it is well-formed), `is_matched`, `source_id`.
    """
    numbered = records.drop_nulls(["found", "truth", "nik"])
    sender = pl.col("source_id").str.split("/").list.first()
    confirmed = numbered.group_by("truth", "nik").agg(
        (pl.col("is_matched").any(ignore_nulls=True) | (sender.n_unique() > 1)).alias("is_confirmed")
    )
    held = numbered.select("found", "truth", "nik").unique()
    held = held.join(confirmed.filter("is_confirmed"), on=["truth", "nik"])
    people = held.group_by("found").agg(pl.col("truth").n_unique(), pl.col("nik").n_unique())
    return len(people.filter((pl.col("truth") > 1) & (pl.col("nik") > 1)))
