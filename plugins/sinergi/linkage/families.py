"""Which people are one family, from the families as each source lists them.

A *list family* is a family as one source numbers it (registry id, card number, household of a field list). List
families of different sources are one family when their people are; the rules, each with its test:

- the head is the same, or half of the smaller one's people are: one family, whatever the card number says (new card);
- the same card number and at least one person (or nothing known of the people): one family;
- two list families of one snapshot are two families, so that a child who left with a card of its own (split) takes
  only what names its new family, and one person listed in two families welds none;
- of two candidates that the walls keep apart the better fit wins, the older one on a tie: a family keeps its members'
  majority;
- a record without a list family follows its person, to the family of the list nearest in time.
"""

from __future__ import annotations

import polars as pl

from sinergi.linkage.changes import changes
from sinergi.linkage.cluster import Row, Walls, constrained
from sinergi.linkage.evidence import LARGEST_FAMILY


def find_families(records: pl.DataFrame, ties: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give each record its family.

    Args:
        records: Prepared records.
        ties: `record_id, person` of the records that name a person.

    Returns:
        `record_id, family` (a number that follows content; null where nothing tells), and findings: `record_id`, `rule`
        (two_heads, two_families, crowded_card, and those of `changes`), `counted`.
    """
    frame = records.join(ties.select("record_id", "person"), on="record_id", how="left", maintain_order="left")
    frame = frame.with_columns(group=group_of())
    groups = _groups(frame)
    edges = _edges(groups)
    met = {number for *ends, _ in edges for number in ends}
    walls = Walls(rows=_rows(groups.filter(pl.col("number").is_in(list(met)))))
    clusters, _ = constrained(edges, walls)
    groups = groups.with_columns(
        family=pl.Series([clusters.find(number) for number in groups["number"].to_list()], dtype=pl.Int64)
    )
    groups = groups.with_columns(family=pl.col("number").min().over("family"))
    families = _follow(frame.join(groups.select("group", "family"), on="group", how="left", maintain_order="left"))
    return families, _findings(frame, groups)


def group_of() -> pl.Expr:
    """Return the list family of prepared records: a card number alone is one too, where the source numbers none."""
    card = pl.when(pl.col("group_key").is_null()).then(pl.lit("kk:") + pl.col("no_kk"))
    return pl.coalesce("group_key", card)


def nearest(lone: pl.DataFrame, stands: pl.DataFrame) -> pl.DataFrame:
    """Tell which family of its person's lists a record without one is nearest to in time; the older layer on a tie.

    Args:
        lone: `record_id, person, seen_on`.
        stands: `person, family, seen_on, layer` of records that a list family holds.

    Returns:
        `record_id, near`, in order; a record that two families are equally near to has a row for each.
    """
    places = stands.unique().rename({"family": "near", "seen_on": "near_on", "layer": "near_layer"})
    distance = (pl.col("seen_on") - pl.col("near_on")).dt.total_days().abs().fill_null(100_000)
    met = lone.join(places, on="person").with_columns(distance=distance)
    best = met.sort("record_id", "distance", "near_layer").unique("record_id", keep="first")
    best = met.join(best, on=["record_id", "distance", "near_layer"], how="semi", nulls_equal=True)
    return best.select("record_id", "near").unique().sort("record_id", "near")


def _groups(frame: pl.DataFrame) -> pl.DataFrame:
    """One row a list family, in the order of content: `group, number, people, head, cards, snapshots, layer`."""
    head = pl.col("person").filter((pl.col("relationship") == "head").fill_null(False)).drop_nulls()
    groups = (
        frame.filter(pl.col("group").is_not_null())
        .group_by("group")
        .agg(
            pl.col("person").drop_nulls().unique().sort().alias("people"),
            head.unique().sort().alias("heads"),
            pl.col("no_kk").drop_nulls().unique().sort().alias("cards"),
            pl.col("snapshot").drop_nulls().unique().sort().alias("snapshots"),
            pl.col("seen_on").max().alias("seen_on"),
            pl.col("layer").min(),
        )
    )
    # The number typed for everyone is nobody's family.
    groups = groups.filter(pl.col("people").list.len() <= LARGEST_FAMILY)
    return groups.sort("group").with_row_index("number").with_columns(pl.col("number").cast(pl.Int64))


def _edges(groups: pl.DataFrame) -> list[tuple[int, int, float]]:
    people = (
        groups.select("number", size=pl.col("people").list.len(), person="people")
        .explode("person")
        .drop_nulls("person")
    )
    # A list with two heads is two families' by mistake: neither head speaks for the whole.
    heads = groups.filter(pl.col("heads").list.len() == 1).select("number", head="heads").explode("head").drop_nulls()
    cards = groups.select("number", card="cards").explode("card").drop_nulls()
    met = (
        people.join(people, on="person", suffix="_r")
        .filter(pl.col("number") < pl.col("number_r"))
        .group_by("number", "number_r")
        .agg(pl.len().alias("met"), pl.col("size").first(), pl.col("size_r").first())
    )
    same_card = (
        cards.join(cards, on="card", suffix="_r")
        .filter(pl.col("number") < pl.col("number_r"))
        .select("number", "number_r", same_card=pl.lit(True))
        .unique()
    )
    same_head = (
        heads.join(heads, on="head", suffix="_r")
        .filter(pl.col("number") < pl.col("number_r"))
        .select("number", "number_r", same_head=pl.lit(True))
        .unique()
    )
    sizes = groups.select("number", known=pl.col("people").list.len())
    pairs = (
        met.join(same_card, on=["number", "number_r"], how="full", coalesce=True)
        .join(same_head, on=["number", "number_r"], how="left")
        .with_columns(pl.col("same_card", "same_head").fill_null(False), pl.col("met").fill_null(0))
        .join(sizes, on="number")
        .join(sizes.rename({"number": "number_r", "known": "known_r"}), on="number_r")
    )
    smaller, larger = pl.min_horizontal("known", "known_r"), pl.max_horizontal("known", "known_r")
    unknown = pl.col("same_card") & (smaller <= 1)
    joined = pairs.filter(
        pl.col("same_head") | (pl.col("same_card") & (pl.col("met") > 0)) | unknown | (2 * pl.col("met") > smaller)
    )
    weight = (
        pl.col("met") / larger.clip(lower_bound=1)
        + pl.col("same_head").cast(pl.Float64)
        + pl.col("same_card").cast(pl.Float64) * 0.9
    )
    return [tuple(row) for row in joined.select("number", "number_r", weight).iter_rows()]


def _rows(groups: pl.DataFrame) -> dict[int, dict[str, Row]]:
    rows: dict[int, dict[str, Row]] = {}
    for number, snapshots in groups.select("number", "snapshots").iter_rows():
        rows[number] = dict.fromkeys(snapshots, Row(None))
    return rows


def _follow(frame: pl.DataFrame) -> pl.DataFrame:
    """Let records without a list family follow their person, to the list nearest in time."""
    known = frame.filter(pl.col("family").is_not_null() & pl.col("person").is_not_null())
    lone = frame.filter(pl.col("family").is_null() & pl.col("person").is_not_null())
    stands = known.select("person", "family", "seen_on", "layer")
    near = nearest(lone.select("record_id", "person", "seen_on"), stands)
    near = near.unique("record_id", keep="first", maintain_order=True)
    placed = frame.join(near, on="record_id", how="left", maintain_order="left")
    return placed.select("record_id", family=pl.coalesce("family", "near"))


def _findings(frame: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    listed = frame.filter(
        pl.col("snapshot").is_not_null() & pl.col("person").is_not_null() & pl.col("group").is_not_null()
    )
    # Within one list: that the head of last year is not the head of this year is no fault.
    two_heads = _several(listed.filter((pl.col("relationship") == "head").fill_null(False)), "person", "group")
    two_families = _several(listed, "group", "person")
    cards = frame.filter(pl.col("group").is_not_null() & pl.col("person").is_not_null())
    sizes = cards.group_by("group").agg(counted=pl.col("person").n_unique())
    crowded = sizes.filter(pl.col("counted") > LARGEST_FAMILY)
    crowd = frame.join(crowded, on="group").sort("record_id").unique("group", keep="first")
    rules = {"two_heads": two_heads, "two_families": two_families, "crowded_card": crowd}
    found = [
        rows.select("record_id", rule=pl.lit(rule), counted=pl.col("counted").cast(pl.Int64))
        for rule, rows in rules.items()
    ]
    return pl.concat([*found, changes(frame, groups.select("group", "family"))]).sort("rule", "record_id")


def _several(listed: pl.DataFrame, what: str, of: str) -> pl.DataFrame:
    """Return the rows of a list whose `of` stands there with several `what`, and how many (`counted`)."""
    place = ["snapshot", of]
    some = listed.filter(pl.col(what).min().over(place) < pl.col(what).max().over(place))
    return some.with_columns(counted=pl.col(what).n_unique().over(place))
