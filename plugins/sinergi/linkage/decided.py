"""What people decided, as it binds the records of today: which must be one person, which must not.

The later decision wins: who is joined after a split is together, who is split after a merge is apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import polars as pl

Records = frozenset[int]


class Decision(NamedTuple):
    """One decision in force: `left` and `right` are the ids of the records that it binds."""

    decision_id: int
    kind: str  # merge: left and right are one person; split: what is right is not who left is
    left: Records
    right: Records


class Apart(NamedTuple):
    """Records of two sides that must not be one person."""

    decision_id: int
    kept: Records
    away: Records


@dataclass(frozen=True)
class Decided:
    """Groups of records that are one person each, and pairs of groups that are not."""

    together: Sequence[Records] = field(default_factory=list)
    apart: Sequence[Apart] = field(default_factory=list)


def settled(decisions: Sequence[Decision]) -> Decided:
    """Return what is left of decisions, the oldest first, once the later ones have had their way."""
    together: list[Records] = []
    apart: list[Apart] = []
    for decision_id, kind, left, right in decisions:
        if kind == "merge":
            both = left | right
            parts = [
                Apart(earlier, kept, away)
                for earlier, before, gone in apart
                for kept, away in ((before - both, gone), (before & both, gone - both))
            ]
            apart = [part for part in parts if part.kept and part.away]
            together.append(both)
        else:
            together = [part for group in together for part in (group & right, group - right) if len(part) > 1]
            apart.append(Apart(decision_id, left, right))
    return Decided([group for group in together if group], [each for each in apart if each.kept and each.away])


def mark(people: pl.DataFrame, decided: Decided) -> pl.DataFrame:
    """Tell records apart that say the same and were split all the same: their `content` gets a mark.

    What stays keeps its content. A row of neither side that says what both say is marked too: whose it is nobody knows.

    Args:
        people: `record_id`, `content` (`evidence.contents`).
        decided: Decisions in force.
    """
    for decision_id, kept, away in decided.apart:
        is_kept, is_away = (pl.col("record_id").is_in(sorted(side)) for side in (kept, away))
        is_shared = is_kept.any().over("content") & is_away.any().over("content")
        sign = pl.when(is_away).then(pl.lit(f"|split {decision_id}")).otherwise(pl.lit(f"|unsaid {decision_id}"))
        people = people.with_columns(
            content=pl.when(is_shared & ~is_kept).then(pl.col("content") + sign).otherwise("content")
        )
    return people


def sides(profiles: pl.DataFrame, ties: pl.DataFrame, decided: Decided) -> pl.DataFrame:
    """Add `side`: where a split parted what stands under one NIK, who went with whom; empty where nobody decided.

    A number that a person has taken for two people's joins nobody unasked who is on neither side.

    Args:
        profiles: With `profile_id`, `nik`.
        ties: `record_id, profile_id`.
        decided: Decisions in force.
    """
    profiles = profiles.with_columns(side=pl.lit(""))
    for decision_id, kept, away in decided.apart:
        of_side = [
            ties.filter(pl.col("record_id").is_in(sorted(side)))["profile_id"].implode() for side in (kept, away)
        ]
        is_kept, is_away = (pl.col("profile_id").is_in(profile_ids) for profile_ids in of_side)
        is_parted = (is_kept.any().over("nik") & is_away.any().over("nik") & pl.col("nik").is_not_null()).fill_null(
            False
        )
        name = pl.when(is_kept).then(pl.lit("kept")).when(is_away).then(pl.lit("away")).otherwise(pl.lit("neither"))
        said = pl.concat_str("side", pl.lit(f"{decision_id} "), name, pl.lit(";"))
        profiles = profiles.with_columns(side=pl.when(is_parted).then(said).otherwise("side"))
    return profiles


def on_nodes(
    decided: Decided, ties: pl.DataFrame, profiles: pl.DataFrame
) -> tuple[list[tuple[int, int]], dict[int, set[int]]]:
    """Return the pairs of nodes that are one person, and for each node those that are not.

    Args:
        decided: Decisions in force.
        ties: `record_id, profile_id`.
        profiles: `profile_id, sure`: the node of each.
    """
    records = set().union(*decided.together, *(side for _, *sides in decided.apart for side in sides))
    placed = ties.filter(pl.col("record_id").is_in(sorted(records))).join(profiles, on="profile_id")
    node_of = dict(placed.select("record_id", "sure").iter_rows())
    together: list[tuple[int, int]] = []
    for group in decided.together:
        first, *others = sorted({node_of[record] for record in group})
        together += [(first, other) for other in others]
    apart: dict[int, set[int]] = {}
    for _, kept, away in decided.apart:
        here, there = ({node_of[record] for record in side} for side in (kept, away))
        for near, far in ((here, there), (there, here)):
            for node in near:
                apart.setdefault(node, set()).update(far - {node})
    return together, apart
