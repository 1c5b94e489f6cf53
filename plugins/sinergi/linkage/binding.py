"""From decisions as they were taken to the records that they bind today.

A decision is about rows. A row is found again at its place; in a file that corrects its own, at the same row number; in
a file that takes its file's place, by what it said. Rows elsewhere that say what only one side says are bound as well:
the next month's list repeats them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from sinergi.linkage import store
from sinergi.linkage.decided import Decided, Decision, settled
from sinergi.linkage.evidence import key_of

if TYPE_CHECKING:
    import psycopg

SIDES = ("left", "right")
ROWS = {
    "decision_id": pl.Int64,
    "side": pl.String,
    "delivery_id": pl.Int64,
    "row_number": pl.Int64,
    "key": pl.String,
    "nth": pl.Int64,
}
PLACE = ("delivery_id", "row_number")
IN_FORCE = """
    select decision_id, kind, left_keys, right_keys from linkage.decisions
    where approved_at is not null and undo_approved_at is null order by approved_at, decision_id
"""
TAKEN = "select decision_id, side, delivery_id, row_number, key, nth from linkage.decision_rows"


class Binding:
    """The decisions in force of a database. Called with the records of a run, it gives what was decided of them.

    Args:
        cursor: Of the transaction of the run.
        places: `record_id, delivery_id, row_number` of its records.
    """

    def __init__(self, cursor: psycopg.Cursor, places: pl.DataFrame):
        self.cursor = cursor
        self.places = places
        self.bound = pl.DataFrame(schema=ROWS)
        self.lost: list[int] = []  # decisions that bind no record on one of their sides any more

    def __call__(self, people: pl.DataFrame) -> Decided:
        """Return what was decided of records.

        Args:
            people: `record_id, content` (`evidence.contents`).
        """
        decisions = self.cursor.execute(IN_FORCE).fetchall()
        if not decisions:
            return Decided()
        digests = {content: key_of(content) for content in people["content"].unique()}
        rows = people.select("record_id", key=pl.col("content").replace_strict(digests))
        rows = rows.join(self.places, on="record_id").sort(PLACE)
        rows = rows.with_columns(nth=pl.int_range(pl.len()).over("delivery_id", "key"))
        self.bound = self._rows(rows)
        return settled([self._decision(rows, *decision) for decision in decisions])

    def remember(self) -> None:
        """Keep where the rows of decisions stand now; those that were not found stay as they were."""
        if self.bound.is_empty():
            return
        is_moved = pl.any_horizontal(pl.col(name) != pl.col(f"old_{name}") for name in PLACE)
        moved = self.bound.filter(is_moved)
        self.cursor.executemany(
            "delete from linkage.decision_rows where (decision_id, delivery_id, row_number) = (%s, %s, %s)",
            moved.select("decision_id", "old_delivery_id", "old_row_number").rows(),
        )
        self.cursor.executemany(
            "insert into linkage.decision_rows (decision_id, side, delivery_id, row_number, key, nth) "
            "values (%s, %s, %s, %s, %s, %s) on conflict (decision_id, delivery_id, row_number) "
            "do update set key = excluded.key, nth = excluded.nth",
            self.bound.select(list(ROWS)).rows(),
        )

    def _rows(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Find the rows of all decisions among those of today: ROWS, `record_id`, and where each was before."""
        now = store.stand_now(self.cursor, "select delivery_id from linkage.decision_rows")
        taken = store.fetch(self.cursor, TAKEN, ROWS).join(now, on="delivery_id")
        taken = taken.rename({name: f"old_{name}" for name in PLACE}).rename({"now_id": "delivery_id"})
        kept = taken.filter("keeps_numbers").drop("key", "nth").with_columns(row_number="old_row_number")
        again = taken.filter(~pl.col("keeps_numbers"))
        columns = [*ROWS, "record_id", "old_delivery_id", "old_row_number"]
        found = [
            kept.join(rows, on=PLACE).select(columns),
            again.join(rows, on=["delivery_id", "key", "nth"]).select(columns),
        ]
        return pl.concat(found).unique(["decision_id", "record_id"], keep="first", maintain_order=True)

    def _decision(
        self, rows: pl.DataFrame, decision_id: int, kind: str, left_keys: list[str], right_keys: list[str]
    ) -> Decision:
        own = self.bound.filter(decision_id=decision_id)
        bound = {side: own.filter(side=side) for side in SIDES}
        keys = {
            side: set(said) | set(bound[side]["key"]) for side, said in zip(SIDES, (left_keys, right_keys), strict=True)
        }
        records = {}
        for side, other in (SIDES, SIDES[::-1]):
            only = sorted(keys[side] - keys[other])
            far = bound[other]["record_id"].implode()
            elsewhere = rows.filter(pl.col("key").is_in(only) & ~pl.col("record_id").is_in(far))["record_id"]
            records[side] = frozenset([*bound[side]["record_id"], *elsewhere])
        if not all(records.values()):
            self.lost.append(decision_id)
        return Decision(decision_id, kind, records["left"], records["right"])
