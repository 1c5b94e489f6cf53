"""A sample city as linking sees it: its files taken in as ever, its records read back, and the truth beside them."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from sinergi.bench.intake import Database
from sinergi.linkage import store
from sinergi.settings import Settings


@contextmanager
def taken_in(settings: Settings, kind: str, seed: int, people: int | None = None) -> Iterator[tuple[Settings, Path]]:
    """Write a sample city and take its files in; gives its settings and the folder of its truth.

    Args:
        settings: Where the server is; a database, inbox, archive and home of its own are made and removed.
        kind: `palangkaraya` or `city`.
        seed: Of the city.
        people: How many; the kind's own size by default.
    """
    from sinergi.intake import collect_sender, intake
    from sinergi.run import prepared
    from sinergi.sample import write_sample

    with tempfile.TemporaryDirectory(prefix="sinergi-city-") as name, Database(settings) as url:
        folder = Path(name)
        write_sample(kind, folder, seed, people)
        own = dataclasses.replace(
            settings, database_url=url, inbox=str(folder / "inbox"), archive=folder / "archive", home=folder / "home"
        )
        with prepared(own) as engine:
            for delivery in collect_sender(engine, own):
                intake(engine, own, delivery)
        yield own, folder / "truth"


def records(settings: Settings, kind: str, seed: int, people: int | None = None) -> pl.DataFrame:
    """Return what `read` does of a sample city (`taken_in`)."""
    with taken_in(settings, kind, seed, people) as (own, truth):
        return read(own, truth)


def read(settings: Settings, truth: Path) -> pl.DataFrame:
    """Return the records that linking would read of a city that was taken in.

    Returns:
        RECORD_SCHEMA, with `entity`, `true_person`, `true_family` (as `sinergi evaluate` judges them) and `kinds`
        (`kinds.of`).
    """
    from sinergi import database
    from sinergi.bench import kinds
    from sinergi.evaluate import NO_PERSON, beside_truth

    assert settings.database_url is not None
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
