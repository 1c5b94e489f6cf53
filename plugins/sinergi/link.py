"""Who is who, over all sources. Source records are never altered: a crosswalk ties them to people and families."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from sinergi.errors import SinergiError
from sinergi.linkage import compared, ids, model, monitors, recognise, store, told
from sinergi.linkage.binding import Binding
from sinergi.linkage.evidence import prepare
from sinergi.linkage.families import find_families
from sinergi.linkage.people import People, find_people

if TYPE_CHECKING:
    import psycopg
    from sqlalchemy import Engine

    from sinergi.settings import Settings

COMPARED = Path("linkage") / "compared.parquet"
LINK_LOCK = 627_102  # advisory: two runs of linking follow each other


class LinkHeld(SinergiError):
    """The linking of this run is not published; the last one stays."""


def link(engine: Engine, settings: Settings | None, *, accept: bool = False) -> dict[str, Any]:
    """Link every current record of raw to a person and a family, in one transaction.

    Only what is new is compared: the home keeps what earlier runs have compared. The outcome is that of comparing all.

    Args:
        engine: Database.
        settings: Its home keeps what is compared; without settings all is compared anew.
        accept: Publish although a monitor is beyond its threshold; a person has looked.

    Returns:
        Counts of records, people, families, how many are new, doubts and findings; `warnings` for people, monitors, and
        seconds.

    Raises:
        ModelFault: the model file cannot be used.
        LinkHeld: a monitor is beyond its threshold; nothing was changed but `linkage.runs`.
    """
    started = time.perf_counter()
    weights = model.load()
    with _alone(engine) as cursor:
        store.make_schema(cursor)
        records = store.read_records(cursor)
        kept = settings.home / COMPARED if settings else None
        figures, held = _publish(cursor, records, weights, kept, accept=accept)
        figures["seconds"] = round(time.perf_counter() - started, 2)
        if held is None:
            _log(cursor, "published", None, figures)
    if held is not None:
        with _alone(engine) as cursor:
            _log(cursor, "held", held, figures)
        raise LinkHeld(f"{held} Look at `sinergi link review`; `sinergi link run --accept` publishes it all the same.")
    return figures


def link_known(engine: Engine) -> recognise.Recognised | None:
    """Tie the rows of new deliveries that say what rows before them have said; the others wait for `link`.

    Returns:
        How many of each; None where only `link` will do.
    """
    with _alone(engine) as cursor:
        return recognise.recognise(cursor)


@contextmanager
def _alone(engine: Engine) -> Iterator[psycopg.Cursor]:
    with engine.begin() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        with raw.cursor() as cursor:
            cursor.execute(f"select pg_advisory_xact_lock({LINK_LOCK})")
            yield cursor


def _publish(
    cursor: psycopg.Cursor, records: pl.DataFrame, weights: dict[str, Any], kept: Path | None, *, accept: bool
) -> tuple[dict[str, Any], str | None]:
    prepared = prepare(records)
    before = partial(compared.read, kept, weights) if kept else None
    decide = Binding(cursor, prepared.select("record_id", "delivery_id", "row_number"))
    people = find_people(prepared, weights, decide, before=before)
    if kept:
        compared.write(kept, weights, people.compared)
    families, found = find_families(prepared, people.ties)
    found = pl.concat([found, told.numbers_of_many(records, prepared, people.worn)])
    keys = people.profiles.select("profile_id", profile_key="key")
    frame = (
        prepared.join(people.ties.join(keys, on="profile_id"), on="record_id", how="left", maintain_order="left")
        .join(families, on="record_id", how="left", maintain_order="left")
        .with_columns(nik=pl.when(~pl.col("nik").is_in(people.worn)).then("nik"))
    )
    evidence = ids.person_evidence(frame)
    old = frame.join(store.inherited(cursor), on=["delivery_id", "row_number"])
    of_old = old.select(key="p:" + pl.col("profile_key"), id="old_person").drop_nulls()
    known = {kind: store.known(cursor, kind) for kind in ("person", "family")}
    person_ids, person_history = ids.claim(evidence, _with_inherited(known["person"], of_old))
    frame = frame.join(person_ids.select(person="unit", person_id="id"), on="person", how="left", maintain_order="left")
    of_families = ids.family_evidence(frame)
    of_old = old.select(key="g:" + pl.col("group_key"), id="old_family").drop_nulls()
    family_ids, family_history = ids.claim(of_families, _with_inherited(known["family"], of_old))
    frame = frame.join(family_ids.select(family="unit", family_id="id"), on="family", how="left", maintain_order="left")
    figures = _figures(frame, person_ids, family_ids, people)
    figures["findings"] = len(found.unique(["rule", "record_id"]))
    figures["warnings"] = told.warnings(cursor, prepared, people, found, decide.lost)
    last = store.crosswalk(cursor)
    figures["monitors"] = monitors.measure(frame, people, last)
    held = None if accept else monitors.beyond(figures["monitors"], monitors.published(cursor))
    if held is not None:
        return figures, held
    _write(cursor, frame, people, last)
    decide.remember()
    told.write(cursor, frame, found)
    store.remember(cursor, "person", evidence.join(person_ids, on="unit").select("key", "id"), known["person"])
    store.remember(cursor, "family", of_families.join(family_ids, on="unit").select("key", "id"), known["family"])
    for kind, history in (("person", person_history), ("family", family_history)):
        cursor.executemany(
            "insert into linkage.id_history (kind, old_id, new_id, change) values (%s, %s, %s, %s) "
            "on conflict do nothing",
            [(kind, *row) for row in history.iter_rows()],
        )
    cursor.execute("analyze linkage.crosswalk")
    return figures, None


def _with_inherited(known: pl.DataFrame, of_old: pl.DataFrame) -> pl.DataFrame:
    """Add to the evidence of earlier runs what ids stood on that do not follow from it: the most frequent id."""
    most = of_old.group_by("key", "id").len().sort("key", "len", "id", descending=[False, True, False])
    inherited = most.unique("key", keep="first").select("key", "id", first_id="id")
    return pl.concat([known, inherited]).unique("key", keep="first", maintain_order=True)


def _figures(frame: pl.DataFrame, people: pl.DataFrame, families: pl.DataFrame, found: People) -> dict[str, Any]:
    return {
        "records": len(frame),
        "people": len(people),
        "people_new": int(people["is_new"].sum()),
        "families": len(families),
        "families_new": int(families["is_new"].sum()),
        "people_without_number": frame.filter(pl.col("person").is_not_null())
        .group_by("person")
        .agg(pl.col("nik").is_null().all())["nik"]
        .sum(),
        "records_alone": int((frame["method"] == "record").sum()),
        "doubts": len(found.review),
        "profiles": len(found.profiles),
        "profiles_compared": found.compared.new,
        "blocks_left_out": found.told,
        "numbers_of_nobody": len(found.worn),
    }


def _write(cursor: psycopg.Cursor, frame: pl.DataFrame, people: People, last: pl.DataFrame) -> None:
    crosswalk = frame.select(
        *("source_id", "delivery_id", "row_number", "person_id", "family_id"),
        pl.col("method").fill_null("none"),
        *("probability", "profile_key"),
    )
    store.renew(cursor, "linkage.crosswalk", ["delivery_id", "row_number"], crosswalk, last)
    keys = people.profiles["key"]  # profile_id is the place of a profile
    names = {name: name.removeprefix("bits_") for name in people.pairs.columns if name.startswith("bits_")}
    bits = pl.struct(*(pl.col(old).round(2).alias(new) for old, new in names.items()), pl.col("household"))
    levels = pl.struct(model.level_names(name) for name in names.values())
    doubts = people.review.select("left", "right", "reason")
    person = people.ties.select("profile_id", "person").unique()
    scored = (
        people.pairs.join(doubts, on=["left", "right"], how="left")
        .join(person.rename({"profile_id": "left", "person": "a"}), on="left")
        .join(person.rename({"profile_id": "right", "person": "b"}), on="right")
        .filter((pl.col("a") == pl.col("b")) | pl.col("reason").is_not_null())
        .with_columns(
            bits=bits.struct.json_encode(),
            levels=levels.struct.json_encode(),
            total=pl.col("weight") + pl.col("household"),
            left_key=pl.lit(keys).gather(pl.col("left")),
            right_key=pl.lit(keys).gather(pl.col("right")),
            outcome=pl.when(pl.col("reason").is_null()).then(pl.lit("linked")).otherwise(pl.lit("review")),
        )
    )
    pairs = ("left_key", "right_key", pl.col("total").alias("weight"), "bits", "levels", "outcome", "reason")
    store.write(cursor, "linkage.pairs", scored.select(pairs).sort("left_key", "right_key"))
    odds = pl.lit(2.0).pow(pl.col("total").clip(upper_bound=40))
    queue = scored.filter(pl.col("reason").is_not_null()).with_columns(probability=odds / (1 + odds))
    named = frame.filter(pl.col("person_id").is_not_null()).select("profile_key", "person_id")
    for side in ("left", "right"):
        who = named.join(queue.select(profile_key=f"{side}_key"), on="profile_key", how="semi").unique()
        who = who.rename({"profile_key": f"{side}_key", "person_id": f"{side}_person_id"})
        queue = queue.join(who, on=f"{side}_key", how="left", maintain_order="left")
    columns = ("left_key", "right_key", "left_person_id", "right_person_id", "probability", "reason", "bits", "levels")
    store.write(cursor, "linkage.review_queue", queue.select(columns))
    profiles = people.profiles.select(
        profile_key="key",
        joined_key=pl.col("key").first().over("sure"),
        wall_key=pl.when(pl.col("wall").is_not_null()).then(pl.col("key").first().over("wall")),
        snapshots=pl.col("snapshots").list.join(" | "),
    )
    kept = store.fetch(cursor, f"select {', '.join(store.PROFILES)} from linkage.profiles", store.PROFILES)
    store.renew(cursor, "linkage.profiles", ["profile_key"], profiles, kept)


def _log(cursor: psycopg.Cursor, status: str, reason: str | None, figures: dict[str, Any]) -> None:
    kept = {name: value for name, value in figures.items() if name != "warnings"}
    cursor.execute(
        "insert into linkage.runs (status, reason, figures, warnings) values (%s, %s, %s, %s)",
        (status, reason, json.dumps(kept, default=float), json.dumps(figures["warnings"], default=float)),
    )
