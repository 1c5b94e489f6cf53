"""Which records are one person."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl
from rapidfuzz.distance import JaroWinkler

from sinergi.linkage import blocking, scoring, sure
from sinergi.linkage.cluster import Clusters, constrained
from sinergi.linkage.compared import Compared
from sinergi.linkage.decided import Decided, mark, on_nodes, sides
from sinergi.linkage.doubts import doubted, review_of
from sinergi.linkage.evidence import contents, fold, near
from sinergi.linkage.household import same_places, weigh_households, with_elders
from sinergi.linkage.walls import walls_of

MARGIN = 3.0  # bits between the best and the next fit, below which a person decides
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


def find_people(
    records: pl.DataFrame,
    model: dict[str, Any],
    decide: Callable[[pl.DataFrame], Decided] | None = None,
    engine: str | None = None,
    progress: Callable[[str], None] | None = None,
    before: Callable[[float], Compared] | None = None,
) -> People:
    """Link prepared records (`evidence.prepare`) to people.

    Args:
        records: Prepared records.
        model: As `model.load` returns it.
        decide: Given the records of people with their `content` (`evidence.contents`), returns what people decided of
            them; it passes every wall and is never undone by scores.
        engine: `duckdb` or `spark`.
        progress: Told the name of each step.
        before: Gives what earlier runs compared (`scoring.score`); the outcome is the same without it.
    """
    tell = progress or (lambda step: None)
    tell("profiles")
    records, worn = sure.drop_worn(records)
    people = contents(records)
    decided = decide(people) if decide else Decided()
    folded, ties = fold(mark(people, decided))
    del people  # a million texts
    folded = sure.join_by_nik(sides(folded, ties, decided)).with_columns(tokens=pl.col("sorted_name").str.split(" "))
    folded = with_elders(folded, records)
    tell("blocking")
    keyed, told = blocking.add_keys(folded)
    tell("scoring")
    pairs, compared = scoring.score(_undisputed(keyed), model, FLOOR, engine, before)
    tell("clustering")
    nodes = dict(folded.select("profile_id", "sure").iter_rows())
    together, apart = on_nodes(decided, ties, folded.select("profile_id", "sure"))
    thresholds = model["thresholds"]
    link, review = _bits(thresholds["link"]), _bits(thresholds["review"])
    pairs = doubted(pairs.with_columns(household=pl.lit(0.0)), folded)
    places, crowded = same_places(folded.with_columns(born_swapped=keyed["born_swapped"]))
    walls = walls_of(records, ties, folded, apart, _met(pairs, folded, places, together))
    clusters, _ = constrained(_edges(pairs, nodes, link + 3) + places, walls, together, MARGIN)
    pairs = doubted(weigh_households(pairs, folded, clusters, nodes), folded)
    edges = _edges(pairs, nodes, link) + places
    clusters, refused = constrained(edges, walls, together, MARGIN)
    doubts = review_of(pairs, nodes, clusters, walls, refused, link, review)
    return People(
        _outcome(folded, ties, edges, clusters, nodes, together), folded, pairs, doubts, told + crowded, worn, compared
    )


def _bits(probability: float) -> float:
    return math.log2(probability / (1 - probability))


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


def _met(
    pairs: pl.DataFrame, folded: pl.DataFrame, places: list[tuple[int, int, float]], together: list[tuple[int, int]]
) -> pl.Series:
    """Return the nodes that stand in a pair, at one place with another, or where people have decided."""
    nodes = folded["sure"].gather(pl.concat([pairs["left"], pairs["right"]]).unique())
    others = [node for near, far, *_ in (*places, *together) for node in (near, far)]
    return pl.concat([nodes, pl.Series(others, dtype=pl.Int64)]).unique()


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
    # A tenth of a bit is all that a probability tells; more would change every row with every delivery.
    odds = pl.lit(2.0).pow(pl.col("weight").round(1).clip(upper_bound=40))
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
