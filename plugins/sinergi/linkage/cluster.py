"""Constrained clustering: the best evidence first, and never across a wall."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import polars as pl


class Row(NamedTuple):
    """What a row of a snapshot says: of whom (null: nothing that could be the same), and under which number."""

    says: object
    nik: str | None = None

    def same(self, other: Row) -> bool:
        """Tell whether two rows of one snapshot list one person twice."""
        alike = self.says is not None and self.says == other.says
        return alike and (self.nik is None or other.nik is None or self.nik == other.nik)


@dataclass
class Walls:
    """What keeps nodes apart. `identity`: node -> what it alone may be (a confirmed NIK). `rows`: node -> snapshot ->
    what its row there says; two nodes of one snapshot are two people unless the rows say the same. `apart`: node ->
    nodes that a person has split from it.
    """  # noqa: D205

    identity: Mapping[int, str] = field(default_factory=dict)
    rows: Mapping[int, Mapping[str, Row]] = field(default_factory=dict)
    apart: Mapping[int, set[int]] = field(default_factory=dict)


class Clusters:
    """Union-find that remembers each cluster's walls."""

    def __init__(self, walls: Walls):
        self.parent: dict[int, int] = {}
        self.walls = walls
        self.identity: dict[int, str] = dict(walls.identity)
        self.rows: dict[int, dict[str, Row]] = {}
        self.members: dict[int, list[int]] = {}

    def find(self, node: int) -> int:
        """Return the cluster of a node."""
        parent = self.parent
        root = node
        while (above := parent.get(root, root)) != root:
            root = above
        while parent.get(node, node) != root:
            parent[node], node = root, parent[node]
        return root

    def wall(self, left: int, right: int) -> str | None:
        """Return why two clusters may not be one, or None."""
        a, b = self.find(left), self.find(right)
        if a == b:
            return None
        mine, theirs = self.identity.get(a), self.identity.get(b)
        if mine is not None and theirs is not None and mine != theirs:
            return "two_confirmed_niks"
        rows, others = self._rows(a), self._rows(b)
        if len(rows) > len(others):
            rows, others = others, rows
        for snapshot, row in rows.items():
            if snapshot in others and not row.same(others[snapshot]):
                return "same_snapshot"
        if self.walls.apart:
            split = {far for node in self._members(a) for far in self.walls.apart.get(node, ())}
            if split & set(self._members(b)):
                return "split_by_person"
        return None

    def join(self, left: int, right: int) -> None:
        """Make two clusters one, whatever the walls."""
        a, b = self.find(left), self.find(right)
        if a == b:
            return
        if len(self._members(a)) < len(self._members(b)):
            a, b = b, a
        self.parent[b] = a
        self.members[a] = self._members(a) + self._members(b)
        self.rows[a] = {**self._rows(b), **self._rows(a)}
        identity = self.identity.get(a) or self.identity.get(b)
        if identity is not None:
            self.identity[a] = identity

    def settled(self, left: int, right: int) -> bool:
        """Tell whether each of two nodes has others in its cluster."""
        return all(len(self._members(self.find(node))) > 1 for node in (left, right))

    def _rows(self, root: int) -> Mapping[str, Row]:
        return self.rows.get(root) or self.walls.rows.get(root) or {}

    def _members(self, root: int) -> list[int]:
        return self.members.get(root) or [root]


def constrained(
    edges: Sequence[tuple[int, int, float]], walls: Walls, together: Iterable[tuple[int, int]] = (), margin: float = 0.0
) -> tuple[Clusters, list[tuple[int, int, float, str]]]:
    """Join nodes along edges, the heaviest first; edges of equal weight in the order of their nodes.

    Args:
        edges: `left, right, weight` with left < right; numbers that follow content, not arrival.
        walls: What may not be joined.
        together: Pairs that a person has joined; they pass every wall.
        margin: A node that fits two clusters about equally well (weights closer than this) which cannot be one joins
            neither: nothing is decided by who came first.

    Returns:
        The clusters, and the edges refused: `left, right, weight, reason`.
    """
    clusters = Clusters(walls)
    for left, right in together:
        clusters.join(left, right)
    ordered = sorted(edges, key=lambda edge: (-round(edge[2], 4), edge[0], edge[1]))
    torn = _torn(ordered, clusters, margin) if margin else set()
    refused: list[tuple[int, int, float, str]] = []
    for left, right, weight in ordered:
        if (left, right) in torn:
            refused.append((left, right, weight, "fits_two_people"))
        elif reason := clusters.wall(left, right):
            refused.append((left, right, weight, reason))
        else:
            clusters.join(left, right)
    return clusters, [edge for edge in refused if clusters.find(edge[0]) != clusters.find(edge[1])]


def _torn(ordered: list[tuple[int, int, float]], clusters: Clusters, margin: float) -> set[tuple[int, int]]:
    """Find the edges of nodes that fit two clusters about equally well. Few nodes do: only those are looked at."""
    edges = pl.DataFrame(ordered, schema={"left": pl.Int64, "right": pl.Int64, "weight": pl.Float64}, orient="row")
    edges = edges.with_row_index("rank")
    ends = pl.concat(
        [edges.select("rank", "weight", node=near, other=far) for near, far in (("left", "right"), ("right", "left"))]
    ).sort("rank")
    near_best = pl.col("weight").first().over("node") - pl.col("weight") < margin
    ends = ends.filter(near_best)
    ends = ends.filter(pl.len().over("node") > 1)
    torn: set[tuple[int, int]] = set()
    for node, others in ends.group_by("node", maintain_order=True).agg("other").iter_rows():
        first, *rest = others
        rivals = [other for other in rest if clusters.wall(first, other) and not clusters.wall(node, other)]
        if rivals and not clusters.wall(node, first):
            torn.update((min(node, other), max(node, other)) for other in (first, *rivals))
    return torn
