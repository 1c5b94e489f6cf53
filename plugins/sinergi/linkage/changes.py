"""What happened to families between two lists: they moved, split, merged or took a new card. Told on the later row.

Only lists that name families count (decrees, field lists, registries); whom an office helped says nothing of a family,
but for the card that it had until then.
"""

from __future__ import annotations

import polars as pl
from rapidfuzz.distance import OSA

LISTS = 4  # layers above it list nobody's family
SLIP = 2  # card numbers this near (swaps count as one) are one number, typed twice
FOUND = {"record_id": pl.Int64, "rule": pl.String, "counted": pl.Int64}


def changes(frame: pl.DataFrame, families: pl.DataFrame) -> pl.DataFrame:
    """Return the changes of families, one row a change (FOUND).

    Args:
        frame: Prepared records with `person` and `group`, the family as its list has it.
        families: `group, family`.

    Returns:
        `record_id` of the later list's row, `rule` (moved_family, new_card, merged_families, split_card) and `counted`:
        how many families merged into one, or came of one; null for the others.
    """
    listed = frame.filter(
        (pl.col("layer") <= LISTS) & pl.all_horizontal(pl.col("group", "snapshot", "seen_on").is_not_null())
    )
    is_head = (pl.col("relationship") == "head").fill_null(False)
    rows = listed.sort(~is_head, "record_id").group_by("snapshot", "group", maintain_order=True)
    lists = rows.agg(
        pl.col("record_id").first(),
        pl.col("seen_on").max(),
        pl.col("area_code").drop_nulls().first(),
        pl.col("no_kk").drop_nulls().first(),
    ).join(families, on="group")
    return pl.concat([_moved(lists), _new_cards(frame, lists, families), _regrouped(listed, lists)]).sort(
        "rule", "record_id"
    )


def _moved(lists: pl.DataFrame) -> pl.DataFrame:
    """Find the last time that a family was listed in another kelurahan than just before."""
    told = lists.filter(pl.col("area_code").is_not_null()).sort("family", "seen_on", "snapshot", "group")
    was, was_on = (pl.col(name).shift(1).over("family") for name in ("area_code", "seen_on"))
    return _one_of_each(told.filter((pl.col("area_code") != was) & (pl.col("seen_on") > was_on)), "moved_family")


def _new_cards(frame: pl.DataFrame, lists: pl.DataFrame, families: pl.DataFrame) -> pl.DataFrame:
    """Find the last time that a list gave a family a card that it never had, after it was seen with another.

    What an office wrote down of those whom it helped tells the card of before, as a list does: the registry of 2022 has
    no card numbers. It never tells the new one, for a card that one office alone writes is as likely mistyped.
    """
    helped = frame.filter((pl.col("layer") > LISTS) & pl.all_horizontal(pl.col("no_kk", "seen_on").is_not_null()))
    seen = ("family", "no_kk", "seen_on")
    listed = lists.filter(pl.col("no_kk").is_not_null())
    first = pl.concat([listed.select(seen), helped.join(families, on="group").select(seen)])
    first = first.group_by("family", "no_kk").agg(pl.col("seen_on").min())
    pairs = first.select("family", "no_kk").join(first.rename({"no_kk": "other"}), on="family")
    near = [OSA.distance(*cards, score_cutoff=SLIP) <= SLIP for cards in pairs.select("no_kk", "other").iter_rows()]
    is_same = pl.lit(pl.Series(near, dtype=pl.Boolean))
    # A card typed twice was there when either was.
    since, before = (
        pl.col("seen_on").filter("is_same" if same else ~pl.col("is_same")).min() for same in (True, False)
    )
    ages = pairs.with_columns(is_same=is_same).group_by("family", "no_kk").agg(since=since, before=before)
    new = listed.join(ages.filter(pl.col("before") < pl.col("since")), on=["family", "no_kk"])
    new = new.sort("seen_on", "snapshot", "group").unique(["family", "no_kk"], keep="first", maintain_order=True)
    return _one_of_each(new.sort("family", "since", "no_kk"), "new_card")


def _one_of_each(found: pl.DataFrame, rule: str) -> pl.DataFrame:
    """Return the last of each family as a finding."""
    last = found.unique("family", keep="last", maintain_order=True)
    return last.select("record_id", rule=pl.lit(rule), counted=pl.lit(None, pl.Int64))


def _regrouped(listed: pl.DataFrame, lists: pl.DataFrame) -> pl.DataFrame:
    """Compare who stood together on one list with who stands together on a later one.

    Merged: more than half of each of two families of one list stand in one family later. Split: two families of one
    list have more than half of their people from one family of before. The first list that shows it is named.
    """
    # A list of heads does not tell who lives together, and whoever stands in two families of a list tells nothing.
    whole = (pl.col("relationship") != "head").fill_null(True).any().over("snapshot")
    people = (
        listed.filter(whole & pl.col("person").is_not_null())
        .join(lists.select("snapshot", "group", "seen_on", at="record_id"), on=["snapshot", "group"])
        .select("person", "snapshot", "at", seen_on="seen_on_right")
        .unique()
        .filter(pl.len().over("snapshot", "person") == 1)
        .rename({"at": "record_id"})
    )
    people = people.with_columns(size=pl.len().over("record_id"))
    pairs = (
        people.join(people, on="person", suffix="_now")
        .filter(pl.col("seen_on") < pl.col("seen_on_now"))
        .group_by("record_id", "record_id_now")
        .agg(pl.len().alias("met"), pl.col("snapshot", "size", "snapshot_now", "size_now", "seen_on_now").first())
    )
    merged = (
        pairs.filter(2 * pl.col("met") > pl.col("size"))
        .with_columns(counted=pl.len().over("record_id_now", "snapshot").cast(pl.Int64))
        .filter(pl.col("counted") > 1)
        .sort("seen_on_now", "record_id_now", "record_id")
        .unique("record_id", keep="first", maintain_order=True)
        .select(record_id="record_id_now", rule=pl.lit("merged_families"), counted="counted")
    )
    split = (
        pairs.filter(2 * pl.col("met") > pl.col("size_now"))
        .with_columns(counted=pl.len().over("record_id", "snapshot_now").cast(pl.Int64))
        .filter(pl.col("counted") > 1)
        .sort("seen_on_now", "snapshot_now", "met", "record_id_now", descending=[False, False, True, False])
    )
    first = pl.col("snapshot_now") == pl.col("snapshot_now").first().over("record_id")
    left = split.filter(first & (pl.int_range(pl.len()).over("record_id") > 0))  # the largest part stays the family
    left = left.select(record_id="record_id_now", rule=pl.lit("split_card"), counted="counted")
    return pl.concat([merged, left]).unique(["rule", "record_id"], keep="first", maintain_order=True)
