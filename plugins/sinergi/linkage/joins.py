"""What no comparison tells: why records are one person unasked, and what keeps two people two."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]


def decided(decision: Row) -> bool:
    """Tell whether a decision is in force: approved, and not undone by two people."""
    return decision["approved_at"] is not None and decision["undo_approved_at"] is None


def joins(keys: Sequence[str], links: Sequence[Row], said: Sequence[Row], decisions: Sequence[Row]) -> list[dict]:
    """Return how the profiles of one person came together where no link does it.

    Args:
        keys: Of the person's profiles.
        links: Scored pairs among them: `left_key, right_key`.
        said: `profile_key, joined_key` of them (linkage.profiles).
        decisions: About them: `kind, left_keys, right_keys` and when they were approved and undone.

    Returns:
        `how` (same_number, decision, same_place), `keys`, `decision_id`. Names at one place of a source
        (`household.SAME_PLACE`) are what is left: whatever else joins is known.
    """
    own = set(keys)
    parts = Parts(keys)
    found: list[dict[str, Any]] = []
    numbers: dict[str, list[str]] = {}
    for row in said:
        numbers.setdefault(row["joined_key"], []).append(row["profile_key"])
    for same in numbers.values():
        if parts.join(same):
            found.append({"how": "same_number", "keys": sorted(same), "decision_id": None})
    for decision in decisions:
        both = sorted(own & {*decision["left_keys"], *decision["right_keys"]})
        if decision["kind"] == "merge" and decided(decision) and parts.join(both):
            found.append({"how": "decision", "keys": both, "decision_id": decision["decision_id"]})
    for link in links:
        parts.join(sorted(own & {link["left_key"], link["right_key"]}))
    if len(apart := parts.roots()) > 1:
        found.append({"how": "same_place", "keys": apart, "decision_id": None})
    return found


def walls(own: Iterable[str], far: Iterable[str], said: Sequence[Row], decisions: Sequence[Row]) -> list[dict]:
    """Return what keeps two people two, by the names of `cluster.Clusters.wall`.

    Args:
        own: Keys of the profiles of one.
        far: Of the other.
        said: `profile_key, wall_key, snapshots` of both (linkage.profiles).
        decisions: As `joins` takes them.

    Returns:
        `wall`, `lists` (what has both), `decision_id`.
    """
    here, there = ({row["profile_key"]: row for row in said if row["profile_key"] in set(keys)} for keys in (own, far))
    found: list[dict[str, Any]] = []
    confirmed = [{row["wall_key"] for row in side.values()} - {None} for side in (here, there)]
    if all(confirmed) and not confirmed[0] & confirmed[1]:
        found.append({"wall": "two_confirmed_niks", "lists": [], "decision_id": None})
    lists = [
        {name for row in side.values() for name in filter(None, row["snapshots"].split(" | "))}
        for side in (here, there)
    ]
    if both := sorted(lists[0] & lists[1]):
        found.append({"wall": "same_snapshot", "lists": both, "decision_id": None})
    for decision in decisions:
        left, right = set(decision["left_keys"]), set(decision["right_keys"])
        is_between = (left & here.keys() and right & there.keys()) or (left & there.keys() and right & here.keys())
        if decision["kind"] == "split" and decided(decision) and is_between:
            found.append({"wall": "split_by_person", "lists": [], "decision_id": decision["decision_id"]})
    return found


class Parts:
    """Keys, and which of them are together so far."""

    def __init__(self, keys: Iterable[str]):
        self.part = {key: key for key in keys}

    def join(self, keys: Sequence[str]) -> bool:
        """Put keys together; tell whether that changed anything."""
        parts = {self.part[key] for key in keys}
        if len(parts) < 2:
            return False
        first = min(parts)
        self.part = {key: first if part in parts else part for key, part in self.part.items()}
        return True

    def roots(self) -> list[str]:
        """Return one key of each part."""
        return sorted(set(self.part.values()))
