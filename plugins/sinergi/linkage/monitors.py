"""Figures of every run, and the gate: beyond a threshold nothing is published until a person has looked.

What a person has accepted (`sinergi link run --accept`) is published, and later runs are measured against it: the gate
does not hold twice for one cause.
"""

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
# A source whose NIKs were there and now are not has lost a column, or its zeros to Excel.
MOST_LOST = 0.25
# Pairs in doubt for each person; a good model leaves a few in a hundred.
MOST_DOUBTS = 0.25
FEWEST_TO_JUDGE = 1_000


def measure(cursor: psycopg.Cursor, frame: pl.DataFrame, people: People) -> dict[str, Any]:
    """Return the monitors of a run that is not yet published."""
    named = frame.filter(pl.col("person").is_not_null())
    complete = named.group_by("source_id").agg(pl.col("nik").is_not_null().mean().round(4), pl.len()).sort("source_id")
    largest = named.group_by("person").len().select(pl.col("len").max().fill_null(0)).item()
    count = named["person"].n_unique()
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
        "identifier_completeness": {source: share for source, share, _ in complete.iter_rows()},
        "records": {source: size for source, _, size in complete.iter_rows()},
        "people": count,
        "largest_person": int(largest),
        "edges_by_weight": {str(bucket): size for bucket, size in weights.sort("bucket").iter_rows()},
        "doubts_per_person": round(len(people.review) / max(count, 1), 5),
        "share_of_ids_changed": round(changed, 5),
        "compared_before": len(before),
    }


def published(cursor: psycopg.Cursor) -> dict[str, Any]:
    """Return the monitors of the last run that was published; empty when there is none."""
    row = cursor.execute(
        "select figures -> 'monitors' from linkage.runs where status = 'published' order by run_id desc limit 1"
    ).fetchone()
    return dict(row[0]) if row and row[0] else {}


def beyond(monitors: dict[str, Any], before: dict[str, Any]) -> str | None:
    """Return why a run must not be published, or None.

    Args:
        monitors: As `measure` returns them.
        before: Those of the last published run.
    """
    largest, most = monitors["largest_person"], max(LARGEST_PERSON, before.get("largest_person", 0))
    if largest > most:
        return f"One person would have {largest:,} records (at most {most:,}): a merge gone wrong."
    if monitors["compared_before"] >= FEWEST_TO_JUDGE and monitors["share_of_ids_changed"] > MOST_CHANGED:
        share = monitors["share_of_ids_changed"]
        return f"{share:.1%} of the records known before would change their person (at most {MOST_CHANGED:.0%})."
    doubts, most_doubts = monitors["doubts_per_person"], max(MOST_DOUBTS, before.get("doubts_per_person", 0.0))
    if monitors["people"] >= FEWEST_TO_JUDGE and doubts > most_doubts:
        return f"{doubts:.2f} pairs in doubt for each person (at most {most_doubts:.2f}): the model does not fit."
    for source, share in monitors["identifier_completeness"].items():
        was = before.get("identifier_completeness", {}).get(source)
        if was is not None and monitors["records"][source] >= FEWEST_TO_JUDGE and was - share > MOST_LOST:
            return f"{source}: {share:.0%} of its records have a usable NIK, {was:.0%} had one before."
    return None
