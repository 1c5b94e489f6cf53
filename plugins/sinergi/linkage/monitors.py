"""Figures of every run, and the gate: beyond a threshold nothing is published until a person has looked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from sinergi.linkage.people import People

if TYPE_CHECKING:
    import psycopg

# A city's records of one person: a dozen monthly lists a programme, sixteen offices, three years.
LARGEST_PERSON = 1_000
# Ids that a run may change; a model or a rule gone wrong changes far more, a month of deliveries far less.
MOST_CHANGED = 0.05
FEWEST_TO_JUDGE = 1_000


def measure(cursor: psycopg.Cursor, frame: pl.DataFrame, people: People) -> dict[str, Any]:
    """Return the monitors of a run that is not yet published."""
    named = frame.filter(pl.col("person").is_not_null())
    complete = named.group_by("source_id").agg(pl.col("nik").is_not_null().mean().round(4)).sort("source_id")
    largest = named.group_by("person").len().select(pl.col("len").max().fill_null(0)).item()
    weights = people.pairs.select(bucket=((pl.col("weight") / 5).floor() * 5).cast(pl.Int64)).group_by("bucket").len()
    before = cursor.execute(
        "select delivery_id, row_number, person_id::text from linkage.crosswalk where person_id is not null"
    ).fetchall()
    old = pl.DataFrame(before, schema=["delivery_id", "row_number", "old_id"], orient="row") if before else None
    changed = 0.0
    if old is not None:
        both = named.join(old, on=["delivery_id", "row_number"])
        changed = float(both.select((pl.col("person_id") != pl.col("old_id")).mean()).item() or 0) if len(both) else 0.0
    return {
        "identifier_completeness": dict(complete.iter_rows()),
        "largest_person": int(largest),
        "edges_by_weight": {str(bucket): count for bucket, count in weights.sort("bucket").iter_rows()},
        "share_of_ids_changed": round(changed, 5),
        "compared_before": len(before),
    }


def beyond(monitors: dict[str, Any]) -> str | None:
    """Return why a run must not be published, or None."""
    if monitors["largest_person"] > LARGEST_PERSON:
        size = monitors["largest_person"]
        return f"One person would have {size:,} records (at most {LARGEST_PERSON:,}): a merge gone wrong."
    if monitors["compared_before"] >= FEWEST_TO_JUDGE and monitors["share_of_ids_changed"] > MOST_CHANGED:
        share = monitors["share_of_ids_changed"]
        return f"{share:.1%} of the records known before would change their person (at most {MOST_CHANGED:.0%})."
    return None
