"""What must never be one person: two confirmed numbers, two rows of one list, what people have split."""

from __future__ import annotations

import polars as pl

from sinergi.linkage.cluster import Row, Walls
from sinergi.linkage.evidence import says


def walls_of(records: pl.DataFrame, ties: pl.DataFrame, folded: pl.DataFrame, apart: dict[int, set[int]]) -> Walls:
    """Return the walls between the nodes of profiles (`sure`).

    Args:
        records: Prepared records.
        ties: `record_id, profile_id`.
        folded: Profiles with `sure` and `wall`.
        apart: Nodes that people have split (`decided.on_nodes`).
    """
    identity = dict(folded.filter(pl.col("wall").is_not_null()).select("sure", "wall").unique().iter_rows())
    listed = records.filter(pl.col("snapshot").is_not_null()).select("record_id", "snapshot", "nik", says=says())
    placed = listed.join(ties, on="record_id").join(folded.select("profile_id", "sure"), on="profile_id")
    told = ["sure", "snapshot", "says", "nik"]
    rows: dict[int, dict[str, Row]] = {}
    for node, snapshot, said, nik in placed.select(told).unique().sort(told).iter_rows():
        rows.setdefault(node, {})[snapshot] = Row(said, nik)
    return Walls(identity, rows, apart)
