"""A sample city as linking sees it: its files taken in as ever, its records read back, and the truth beside them."""

from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path

import polars as pl

from sinergi.bench.intake import Database
from sinergi.linkage import store
from sinergi.settings import Settings


def records(settings: Settings, kind: str, seed: int, people: int | None = None) -> pl.DataFrame:
    """Write a sample city, take its files in, and return the records that `link` would read.

    Args:
        settings: Where the server is; a database, inbox and archive of its own are made and removed.
        kind: `palangkaraya` or `city`.
        seed: Of the city.
        people: How many; the kind's own size by default.

    Returns:
        RECORD_SCHEMA, with `entity`, `true_person`, `true_family` (as `sinergi evaluate` judges them) and `kinds`
        (`kinds.of`).
    """
    from sinergi.sample import write_sample

    with tempfile.TemporaryDirectory(prefix="sinergi-city-") as name, Database(settings) as url:
        folder = Path(name)
        write_sample(kind, folder, seed, people)
        own = dataclasses.replace(
            settings, database_url=url, inbox=str(folder / "inbox"), archive=folder / "archive", home=folder / "home"
        )
        return _taken_in(own, folder / "truth")


def _taken_in(settings: Settings, truth: Path) -> pl.DataFrame:
    from sinergi import database
    from sinergi.bench import kinds
    from sinergi.evaluate import NO_PERSON, beside_truth
    from sinergi.intake import collect_sender, intake
    from sinergi.run import prepared

    assert settings.database_url is not None
    with prepared(settings) as engine:
        for delivery in collect_sender(engine, settings):
            intake(engine, settings, delivery)
    with database.connect(settings.database_url) as connection:
        with connection.cursor() as cursor:
            found = store.read_records(cursor)
        judged = beside_truth(connection, truth, found)
    judged = judged.with_columns(
        true_person=pl.when(~pl.col("entity").is_in(NO_PERSON)).then("person_id"), true_family=pl.col("family_id")
    )
    people, families = (pl.read_csv(truth / f"{name}.csv", infer_schema=False) for name in ("people", "families"))
    kept = (*store.COLUMNS, "entity", "true_person", "true_family")
    return kinds.of(judged.sort("record_id").select(kept), people, families)
