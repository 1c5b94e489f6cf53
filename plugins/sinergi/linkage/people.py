"""Which records are one person."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl
from rapidfuzz.distance import OSA, JaroWinkler

from sinergi.linkage import blocking, scoring, sure
from sinergi.linkage.cluster import Clusters, Row, Walls, constrained
from sinergi.linkage.compared import Compared
from sinergi.linkage.evidence import near, parents_of, profiles, says
from sinergi.linkage.model import COMPARISONS

# Evidence of the household, in bits: others of the two families are known to be the same people, or none is.
SAME_HOUSEHOLD, OTHER_HOUSEHOLD = 7.0, -3.0
SAME_PLACE, MOST_AT_A_PLACE = 20.0, 6  # bits of the same name at the same place of a source; more names say nothing
MARGIN = 3.0  # bits between the best and the next fit, below which a person decides
STREET = 5.0  # bits of an address; less is a kelurahan
SLIPS = 2  # digits of two numbers that may differ at one place of a list
NAME_ALIKE = 0.8  # Jaro-Winkler; below what joins without asking (`sure`)
FLOOR = -8.0  # bits; weaker pairs are not kept even for review


@dataclass
class People:
    """The outcome. `ties`: `record_id, profile_id, person, method, probability`; `pairs`: scored pairs with `weight`,
    `household` and what each comparison adds; `review`: pairs for a person to decide, with the reason; `profiles`: what
    was compared.
    """  # noqa: D205

    ties: pl.DataFrame
    profiles: pl.DataFrame
    pairs: pl.DataFrame
    review: pl.DataFrame
    told: list[dict[str, object]]
    worn: list[str]
    compared: Compared


@dataclass
class Decided:
    """What people decided, as keys of profiles (`People.profiles`): each list is one side."""

    together: list[tuple[list[str], list[str]]]
    apart: list[tuple[list[str], list[str]]]


def find_people(
    records: pl.DataFrame,
    model: dict[str, Any],
    decided: Decided | None = None,
    engine: str | None = None,
    progress: Callable[[str], None] | None = None,
    before: Callable[[float], Compared] | None = None,
) -> People:
    """Link prepared records (`evidence.prepare`) to people.

    Args:
        records: Prepared records.
        model: As `model.load` returns it.
        decided: Decisions of people; they pass every wall and are never undone by scores.
        engine: `duckdb` or `spark`.
        progress: Told the name of each step.
        before: Gives what earlier runs compared (`scoring.score`); the outcome is the same without it.
    """
    tell = progress or (lambda step: None)
    tell("profiles")
    records, worn = sure.drop_worn(records)
    folded, ties = profiles(records)
    parted = frozenset(key for _, away in decided.apart for key in away) if decided else frozenset()
    folded = sure.join_by_nik(folded, parted).with_columns(tokens=pl.col("sorted_name").str.split(" "))
    folded = with_elders(folded, records)
    tell("blocking")
    keyed, told = blocking.add_keys(folded)
    tell("scoring")
    pairs, compared = scoring.score(_undisputed(keyed), model, FLOOR, engine, before)
    tell("clustering")
    walls, together = _walls(folded, _listed(records, ties, folded), decided)
    thresholds = model["thresholds"]
    link, review = _bits(thresholds["link"]), _bits(thresholds["review"])
    nodes = dict(folded.select("profile_id", "sure").iter_rows())
    pairs = _doubted(pairs.with_columns(household=pl.lit(0.0)), folded)
    places, crowded = _places(folded.with_columns(born_swapped=keyed["born_swapped"]))
    clusters, _ = constrained(_edges(pairs, nodes, link + 3) + places, walls, together, MARGIN)
    pairs = _doubted(_household(pairs, folded, clusters, nodes), folded)
    edges = _edges(pairs, nodes, link) + places
    clusters, refused = constrained(edges, walls, together, MARGIN)
    doubts = _review(pairs, nodes, clusters, walls, refused, link, review)
    return People(
        _outcome(folded, ties, edges, clusters, nodes, together), folded, pairs, doubts, told + crowded, worn, compared
    )


def _places(folded: pl.DataFrame) -> tuple[list[tuple[int, int, float]], list[dict[str, object]]]:
    """Join what stands under one name at one place: two editions of one registry, a decree and its later lists.

    Not where birth date, sex or number speak against it: a father and a son of one name are two.

    Returns:
        Edges, and a row as `blocking.add_keys` tells it where a place has more of one name than can be compared.
    """
    words = ("sure", "sorted_name", "born", "born_swapped", "sex", "nik")
    named = folded.filter(pl.col("sorted_name").is_not_null()).select("profile_id", *words, group="groups")
    named = named.explode("group").filter(pl.col("group").is_not_null())
    place = ["group", "sorted_name"]
    named = named.filter(pl.col("sure").n_unique().over(place) > 1)
    crowded = named.filter(pl.col("sure").n_unique().over(place) > MOST_AT_A_PLACE)
    told: list[dict[str, object]] = []
    if len(crowded):
        sizes = crowded.group_by(place).len()
        largest = int(sizes.select(pl.col("len").max()).item())
        told.append({"key": "name_in_list", "blocks": len(sizes), "profiles": len(crowded), "largest": largest})
    few = named.join(crowded.select(place).unique(), on=place, how="anti")
    pairs = few.join(few, on=place, suffix="_r").filter(pl.col("sure") < pl.col("sure_r"))
    against = (pl.col("sex") != pl.col("sex_r")).fill_null(False) | ~near("born", "born_r", "born_swapped").fill_null(
        True
    )
    # Other digits are a slip or two, or a birth date says that they are.
    numbered = pl.all_horizontal(pl.col("nik", "nik_r").is_not_null()) & pl.any_horizontal(
        pl.col("born", "born_r").is_null()
    )
    pairs = pairs.with_columns(against=against.any().over("sure", "sure_r"), numbered=numbered).filter(
        ~pl.col("against")
    )
    rows = pairs.select("sure", "sure_r", "numbered", "nik", "nik_r").unique().sort("sure", "sure_r").iter_rows()
    edges = {
        (left, right)
        for left, right, is_numbered, nik, other in rows
        if not is_numbered or OSA.distance(nik, other, score_cutoff=SLIPS) <= SLIPS
    }
    return [(left, right, SAME_PLACE) for left, right in sorted(edges)], told


def _doubted(pairs: pl.DataFrame, folded: pl.DataFrame) -> pl.DataFrame:
    """Add `doubt`: of which pairs a person decides, however much they weigh, and why; null of the others.

    `other_name`: names that are not alike under two numbers, on one card or in one household, as of twins.
    `two_parents`: another parent is named, and neither number, card nor household is the same. `disputed_number`:
    nothing but one NIK under names that dispute it.
    """
    levels = {name: [label for label, _ in levels].index for name, levels in COMPARISONS.items()}
    names, numbers = levels["name"], levels["nik"]
    disputed = folded.filter("is_conflict")["profile_id"].implode()
    at_home = (pl.col("bits_card") > 0) | (pl.col("household") > 0)
    other_name = pl.col("level_name").is_in([names("a word in common"), names("different")])
    # A name that one family shares makes others of it much alike; two numbers then say that they are two.
    half_name = pl.col("level_name").is_in([names("much alike"), names("alike as written")])
    no_date = pl.col("bits_born") <= 0
    two_numbers = (pl.col("level_nik") > numbers("same")).fill_null(False)
    one_number = pl.col("level_nik") == numbers("same")
    no_number = ~one_number.fill_null(False)  # of twins, whose serials follow each other, one slip says nothing
    other_parent = (pl.col("level_parent") == levels["parent"]("another is named")) & (pl.col("bits_nik") <= 0)
    alone = (pl.col("bits_born") <= 0) & (pl.col("bits_home") < STREET)
    half_known = half_name & two_numbers & (at_home | no_date)
    return pairs.with_columns(
        doubt=pl.when((other_name & no_number & at_home) | half_known).then(pl.lit("other_name"))
        .when(other_parent & ~at_home).then(pl.lit("two_parents"))
        .when(one_number & pl.col("left").is_in(disputed) & alone & ~at_home).then(pl.lit("disputed_number"))
    )  # fmt: skip


def _bits(probability: float) -> float:
    return math.log2(probability / (1 - probability))


def with_elders(folded: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """Add `elders`: the names of heads and spouses in the families where a profile stands."""
    of_group = parents_of(records).explode("elders")
    named = folded.select("profile_id", pl.col("groups").alias("group_key")).explode("group_key").drop_nulls()
    named = named.join(of_group, on="group_key").group_by("profile_id").agg(pl.col("elders").unique().sort())
    return folded.join(named, on="profile_id", how="left", maintain_order="left")


def _undisputed(profiles: pl.DataFrame) -> pl.DataFrame:
    """Empty the NIK of profiles whose names dispute it: the dispute itself must not make them one person.

    It stays where more than the number speaks for one person: another name under it is alike, or has a birth date that
    is near (all but one of day, month and year the same, or day and month swapped).
    """
    disputed = profiles.filter("is_conflict").select("profile_id", "nik", "sorted_name", "born", "born_swapped")
    others = disputed.join(disputed, on="nik", suffix="_other").filter(
        pl.col("sorted_name").ne_missing(pl.col("sorted_name_other"))
    )
    names = others.select("sorted_name", "sorted_name_other").iter_rows()
    alike = pl.Series(
        [bool(a and b) and JaroWinkler.similarity(a, b) >= NAME_ALIKE for a, b in names], dtype=pl.Boolean
    )
    is_near = near("born", "born_other", "born_swapped").fill_null(False)
    agreed = others.filter(is_near | alike)["profile_id"].unique()
    stays = ~pl.col("is_conflict") | pl.col("profile_id").is_in(agreed.implode())
    return profiles.with_columns(pl.when(stays).then(pl.col("nik", "born_nik")))


def _listed(records: pl.DataFrame, ties: pl.DataFrame, folded: pl.DataFrame) -> pl.DataFrame:
    """Return `sure, snapshot, says, nik`: what the rows of each snapshot say of whom they name."""
    rows = records.filter(pl.col("snapshot").is_not_null()).select("record_id", "snapshot", "nik", says=says())
    placed = rows.join(ties, on="record_id").join(folded.select("profile_id", "sure"), on="profile_id")
    told = ["sure", "snapshot", "says", "nik"]
    return placed.select(told).unique().sort(told)


def _walls(folded: pl.DataFrame, listed: pl.DataFrame, decided: Decided | None) -> tuple[Walls, list[tuple[int, int]]]:
    identity = dict(folded.filter(pl.col("wall").is_not_null()).select("sure", "wall").unique().iter_rows())
    rows: dict[int, dict[str, Row]] = {}
    for node, snapshot, said, nik in listed.iter_rows():
        rows.setdefault(node, {})[snapshot] = Row(said, nik)
    if decided is None:
        return Walls(identity, rows), []
    node_of = dict(folded.select("key", "sure").iter_rows())
    apart: dict[int, set[int]] = {}
    for left, right in decided.apart:
        for a in {node_of[content] for content in left if content in node_of}:
            for b in {node_of[content] for content in right if content in node_of}:
                apart.setdefault(a, set()).add(b)
                apart.setdefault(b, set()).add(a)
    together = []
    for left, right in decided.together:
        known = sorted({node_of[content] for content in (*left, *right) if content in node_of})
        together += [(known[0], other) for other in known[1:]]
    return Walls(identity, rows, apart), together


def _edges(pairs: pl.DataFrame, nodes: dict[int, int], least: float) -> list[tuple[int, int, float]]:
    strong = pairs.with_columns(total=pl.col("weight") + pl.col("household")).filter(pl.col("total") >= least)
    strong = strong.filter(pl.col("doubt").is_null())
    best: dict[tuple[int, int], float] = {}
    for left, right, weight in strong.select("left", "right", "total").iter_rows():
        a, b = nodes[left], nodes[right]
        if a != b:
            edge = (min(a, b), max(a, b))
            best[edge] = max(best.get(edge, weight), weight)
    return [(left, right, weight) for (left, right), weight in best.items()]


def _household(pairs: pl.DataFrame, folded: pl.DataFrame, clusters: Clusters, nodes: dict[int, int]) -> pl.DataFrame:
    """Weigh the households of each pair: do others of the two families meet?"""
    lone = folded.select("profile_id", "groups").explode("groups").drop_nulls()
    lone = lone.with_columns(
        person=pl.Series([clusters.find(nodes[profile]) for profile in lone["profile_id"].to_list()], dtype=pl.Int64)
    )
    people = lone.select(pl.col("groups").alias("group"), "person").unique()
    around = pairs.select("left", "right")
    for side in ("left", "right"):
        groups = lone.rename({"profile_id": side, "groups": f"group_{side}", "person": f"person_{side}"})
        around = around.join(groups, on=side)
    sizes = people.group_by("group").len()
    doors = around.select("group_left", "group_right").unique()
    shared = (
        doors.join(people.rename({"group": "group_left"}), on="group_left")
        .join(people.rename({"group": "group_right"}), on=["group_right", "person"])
        .group_by("group_left", "group_right")
        .agg(pl.col("person").alias("met"))
    )
    around = around.join(shared, on=["group_left", "group_right"], how="left")
    for side in ("left", "right"):
        around = around.join(sizes.rename({"group": f"group_{side}", "len": f"size_{side}"}), on=f"group_{side}")
    # Only others count: that the pair itself meets is what is asked.
    others = pl.col("met").list.len().fill_null(0) - pl.sum_horizontal(
        pl.col("met").list.contains(pl.col("person_left")).fill_null(False).cast(pl.Int64),
        (
            pl.col("met").list.contains(pl.col("person_right")) & (pl.col("person_left") != pl.col("person_right"))
        ).fill_null(False).cast(pl.Int64),
    )  # fmt: skip
    large = (pl.col("size_left") > 1) & (pl.col("size_right") > 1)
    weighed = around.with_columns(
        household=pl.when((pl.col("group_left") == pl.col("group_right")) | (others > 0))
        .then(SAME_HOUSEHOLD)
        .when(large)
        .then(OTHER_HOUSEHOLD)
        .otherwise(0.0)
    )
    best = weighed.group_by("left", "right").agg(pl.col("household").max())
    return (
        pairs.drop("household")
        .join(best, on=["left", "right"], how="left", maintain_order="left")
        .with_columns(pl.col("household").fill_null(0.0))
    )


def _review(
    pairs: pl.DataFrame,
    nodes: dict[int, int],
    clusters: Clusters,
    walls: Walls,
    refused: list[tuple[int, int, float, str]],
    link: float,
    review: float,
) -> pl.DataFrame:
    """List the pairs that a person should see: strong ones that a wall refused, and probable ones below the line."""
    why = {(left, right): reason for left, right, _, reason in refused}
    rows = []
    total = pl.col("weight") + pl.col("household")
    likely = pairs.filter(total >= review).select("left", "right", "doubt", total=total)
    for left, right, doubt, weight in likely.iter_rows():
        a, b = nodes[left], nodes[right]
        if clusters.find(a) == clusters.find(b):
            continue
        reason = why.get((min(a, b), max(a, b)))
        if reason is None:
            if clusters.wall(a, b) or (weight >= link and not doubt):
                continue
            reason = doubt or "probable"
        # A wall against a record that has a better home is no doubt; against one that is left alone it is.
        if reason == "split_by_person" or (
            reason in ("two_confirmed_niks", "same_snapshot") and clusters.settled(a, b)
        ):
            continue
        rows.append((left, right, weight, reason))
    schema = {"left": pl.Int64, "right": pl.Int64, "weight": pl.Float64, "reason": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row").sort(
        "weight", "left", "right", descending=[True, False, False]
    )


def _outcome(
    folded: pl.DataFrame,
    ties: pl.DataFrame,
    edges: list[tuple[int, int, float]],
    clusters: Clusters,
    nodes: dict[int, int],
    together: list[tuple[int, int]],
) -> pl.DataFrame:
    """Give each record its person, how it got there and how probable that is."""
    by_hand = {node for pair in together for node in pair}
    strongest: dict[int, float] = {}
    for left, right, weight in edges:
        if clusters.find(left) == clusters.find(right):
            strongest[left] = max(strongest.get(left, weight), weight)
            strongest[right] = max(strongest.get(right, weight), weight)
    spread = folded.select("profile_id", "sure", "nik", "wall", "is_conflict").with_columns(
        person=pl.Series([clusters.find(node) for node in folded["sure"].to_list()], dtype=pl.Int64),
        weight=pl.Series([strongest.get(node) for node in folded["sure"].to_list()], dtype=pl.Float64),
        by_hand=pl.Series([node in by_hand for node in folded["sure"].to_list()], dtype=pl.Boolean),
    )
    several = pl.len().over("sure") > 1
    shared = pl.col("nik").is_not_null() & (several | pl.col("wall").is_not_null())
    odds = pl.lit(2.0).pow(pl.col("weight").clip(upper_bound=40))
    spread = spread.with_columns(
        person=pl.col("profile_id").min().over("person"),
        method=pl.when("by_hand").then(pl.lit("decision")).when("is_conflict").then(pl.lit("nik_conflict"))
        .when(shared).then(pl.lit("nik"))
        .when(pl.col("weight").is_not_null()).then(pl.lit("model")).when(pl.col("nik").is_not_null())
        .then(pl.lit("nik")).otherwise(pl.lit("record")),
        probability=pl.when(shared | pl.col("by_hand") | pl.col("weight").is_null()).then(1.0)
        .otherwise(odds / (1 + odds)),
    )  # fmt: skip
    return ties.join(spread.select("profile_id", "person", "method", "probability"), on="profile_id")
