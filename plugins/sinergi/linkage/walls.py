"""What must never be one person: two confirmed numbers, two rows of one list, what people have split."""

from __future__ import annotations

import polars as pl

from sinergi.linkage.cluster import Row, Walls
from sinergi.linkage.evidence import says


def walls_of(
    records: pl.DataFrame, ties: pl.DataFrame, folded: pl.DataFrame, apart: dict[int, set[int]], met: pl.Series
) -> Walls:
    """Return the walls between the nodes of profiles (`sure`).

    Args:
        records: Prepared records.
        ties: `record_id, profile_id`.
        folded: Profiles with `sure` and `wall`.
        apart: Nodes that people have split (`decided.on_nodes`).
        met: Nodes that anything could join to another; nobody asks for the walls of the rest.
    """
    folded = folded.filter(pl.col("sure").is_in(met.implode())).select("profile_id", "sure", "wall")
    identity = dict(folded.filter(pl.col("wall").is_not_null()).select("sure", "wall").unique().iter_rows())
    placed = ties.join(folded, on="profile_id")
    listed = records.filter(pl.col("snapshot").is_not_null()).join(placed, on="record_id", maintain_order="left")
    placed = listed.select("sure", "snapshot", "nik", says=says())
    told = ["sure", "snapshot", "says", "nik"]
    rows: dict[int, dict[str, Row]] = {}
    for node, snapshot, said, nik in placed.select(told).unique().sort(told).iter_rows():
        rows.setdefault(node, {})[snapshot] = Row(said, nik)
    return Walls(identity, rows, apart)
