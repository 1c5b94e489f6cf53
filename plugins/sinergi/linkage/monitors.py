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
# People of before who become one in one run. A name that returns in lists without numbers may be a few.
MOST_MERGED = 12
# Ids that a run may change; a model or a rule gone wrong changes far more, a month of deliveries far less.
MOST_CHANGED = 0.05
# A source that had a column and now has not: it was renamed, or Excel ate its zeros.
MOST_LOST = 0.25
# Pairs in doubt for each person; a good model leaves a few in a hundred.
MOST_DOUBTS = 0.25
# Linked pairs whose weights have moved elsewhere, and people found in the same records: on an ordinary day, when most
# records were known before, neither changes by so much unless the comparison itself does.
MOST_MOVED, MOST_GROWN, ORDINARY = 0.2, 0.1, 0.9
FEWEST_TO_JUDGE = 1_000
WEIGHT_STEP = 5  # bits
# What a source tells of identity, and how people call it.
IDENTIFIERS = {"nik": "a usable NIK", "born": "a birth date", "no_kk": "a card number"}


def measure(frame: pl.DataFrame, people: People, before: pl.DataFrame) -> dict[str, Any]:
    """Return the monitors of a run that is not yet published.

    Args:
        frame: Records with `person_id`, `family_id` and what they say (IDENTIFIERS).
        people: As they were found.
        before: The links of the last run (`store.crosswalk`).
    """
    named = frame.filter(pl.col("person").is_not_null())
    sources = named.group_by("source_id").agg(
        pl.len().alias("records"), *(pl.col(column).is_not_null().mean().round(4) for column in IDENTIFIERS)
    )
    sources = sources.sort("source_id")
    count = named["person"].n_unique()
    old = {"old_person": "person_id", "old_family": "family_id"}
    before = before.filter(pl.col("person_id").is_not_null()).select("delivery_id", "row_number", **old)
    both = named.join(before, on=["delivery_id", "row_number"])
    moved = both.filter(pl.col("person_id").ne_missing(pl.col("old_person"))).select("person_id")
    merged = both.join(moved, on="person_id", how="semi").group_by("person_id").agg(pl.col("old_person").n_unique())
    return {
        "identifier_completeness": {
            column: dict(sources.select("source_id", column).iter_rows()) for column in IDENTIFIERS
        },
        "records": dict(sources.select("source_id", "records").iter_rows()),
        "people": count,
        "largest_person": int(named.group_by("person").len().select(pl.col("len").max().fill_null(0)).item()),
        "most_people_merged": int(merged.select(pl.col("old_person").max().fill_null(1 if len(both) else 0)).item()),
        "edges_by_weight": _by_weight(people),
        "doubts_per_person": round(len(people.review) / max(count, 1), 5),
        "share_of_ids_changed": _changed(both, "person"),
        "share_of_family_ids_changed": _changed(both.drop_nulls("old_family"), "family"),
        "compared_before": len(before),
        "known_before": round(len(both) / max(len(named), 1), 5),
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
    reasons = (_crowded(monitors, before), _renamed(monitors), _doubtful(monitors, before))
    return next(filter(None, (*reasons, _moved(monitors, before), *_lost(monitors, before))), None)


def _by_weight(people: People) -> dict[str, int]:
    """Count the scored pairs by their weight in bits, in steps: the lower bound of a step -> pairs."""
    step = (pl.col("weight") / WEIGHT_STEP).floor() * WEIGHT_STEP
    steps = people.pairs.select(step=step.cast(pl.Int64)).group_by("step").len().sort("step")
    return {str(bits): size for bits, size in steps.iter_rows()}


def _changed(both: pl.DataFrame, kind: str) -> float:
    share = both.select((pl.col(f"{kind}_id").ne_missing(pl.col(f"old_{kind}"))).mean()).item()
    return round(float(share or 0), 5)


def _crowded(monitors: dict[str, Any], before: dict[str, Any]) -> str | None:
    largest, most = monitors["largest_person"], max(LARGEST_PERSON, before.get("largest_person", 0))
    if largest > most:
        return f"One person would have {largest:,} records (at most {most:,}): a merge gone wrong."
    merged = monitors["most_people_merged"]
    if merged > MOST_MERGED:
        return f"{merged:,} people of before would be one (at most {MOST_MERGED:,}): a merge gone wrong."
    return None


def _renamed(monitors: dict[str, Any]) -> str | None:
    if monitors["compared_before"] < FEWEST_TO_JUDGE:
        return None
    for figure, unit in (("share_of_ids_changed", "person"), ("share_of_family_ids_changed", "family")):
        if monitors[figure] > MOST_CHANGED:
            share = monitors[figure]
            return f"{share:.1%} of the records known before would change their {unit} (at most {MOST_CHANGED:.0%})."
    return None


def _doubtful(monitors: dict[str, Any], before: dict[str, Any]) -> str | None:
    doubts, most = monitors["doubts_per_person"], max(MOST_DOUBTS, before.get("doubts_per_person", 0.0))
    if monitors["people"] >= FEWEST_TO_JUDGE and doubts > most:
        return f"{doubts:.2f} pairs in doubt for each person (at most {most:.2f}): the model does not fit."
    return None


def _moved(monitors: dict[str, Any], before: dict[str, Any]) -> str | None:
    """Tell of a day on which little came and much changed."""
    if monitors["compared_before"] < FEWEST_TO_JUDGE or monitors["known_before"] < ORDINARY or not before:
        return None
    now, then = monitors["edges_by_weight"], before.get("edges_by_weight", {})
    moved = _distance(now, then)
    if min(sum(now.values()), sum(then.values())) >= FEWEST_TO_JUDGE and moved > MOST_MOVED:
        return (
            f"{moved:.0%} of the pairs have other weights than before (at most {MOST_MOVED:.0%}): see edges_by_weight."
        )
    # Of the records: people among new records are new people.
    records, were = sum(monitors["records"].values()), sum(before.get("records", {}).values())
    if not were or not records or not before["people"]:
        return None
    grown = (monitors["people"] / records) / (before["people"] / were) - 1
    if abs(grown) <= MOST_GROWN:
        return None
    return (
        f"The records name {monitors['people']:,} people, {before['people']:,} before: for each record {grown:+.0%} "
        f"(at most {MOST_GROWN:.0%}), though nearly all records are the same."
    )


def _distance(one: dict[str, int], other: dict[str, int]) -> float:
    """Return the share that two distributions do not have in common (total variation), 0 to 1."""
    sizes = [max(sum(each.values()), 1) for each in (one, other)]
    steps = one.keys() | other.keys()
    return sum(abs(one.get(step, 0) / sizes[0] - other.get(step, 0) / sizes[1]) for step in steps) / 2


def _lost(monitors: dict[str, Any], before: dict[str, Any]) -> list[str]:
    reasons = []
    for column, name in IDENTIFIERS.items():
        known = before.get("identifier_completeness", {}).get(column, {})
        for source, share in monitors["identifier_completeness"][column].items():
            was = known.get(source) if isinstance(known, dict) else None  # before, one figure a source
            if was is not None and monitors["records"][source] >= FEWEST_TO_JUDGE and was - share > MOST_LOST:
                reasons.append(f"{source}: {share:.0%} of its records have {name}, {was:.0%} had one before.")
    return reasons
