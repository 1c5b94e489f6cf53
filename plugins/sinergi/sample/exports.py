"""Every file of every office from October 2023 to December 2024, one at a time, in the order in which they arrive."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import polars as pl

from sinergi import reference
from sinergi.contracts import load_contracts
from sinergi.sample import Export, others, registries
from sinergi.sample.programs import HELP
from sinergi.sample.recipients import Recipients, months_of
from sinergi.sample.script import DECREES, KAMELOH_BARU
from sinergi.sample.story import MONTHS, month_end

if TYPE_CHECKING:
    from sinergi.sample.world import World

QUARTERS = tuple(f"2024-Q{number}" for number in range(1, 5))
TYPES: dict[str, Any] = {
    "date": pl.Date,
    "integer": pl.Int64,
    "amount": pl.Int64,
    "decimal": pl.Float64,
    "boolean": pl.Boolean,
    "list": pl.List(pl.String),
}
# (source, period): days after which the file arrives although it was due long ago.
LATE = {
    ("pertanian/bantuan_tani", "2024-Q2"): 75,
    ("dlh/bank_sampah", "2024-Q3"): 60,
    ("dinsos/sandang_pangan", "2024-06"): 40,
}
# (source, period): days until the office sends a corrected file.
CORRECTED = {
    ("dinsos/sandang_pangan", "2024-04"): 12,
    ("dinkes/stunting", "2024-05"): 9,
    ("disperkimtan/rtlh", "2024-Q2"): 20,
    ("dinkes/pbi_jkn", "2024-02"): 6,
    ("kelurahan/pendataan", KAMELOH_BARU): 5,
}
# (source, period): days until the very same bytes come again, under another name.
AGAIN = {
    ("dinsos/sembako", "2024-03"): 4,
    ("dinkes/pbi_jkn", "2024-06"): 3,
    ("kelurahan/muskel", "62.71.03.1002"): 7,
    ("setda/sk_walikota", "188.45/24/2024"): 9,
}
HALF = ("dinkes/pbi_jkn", "2024-09")  # half the rows of the month before: held
# (source, period): columns still under their older header.
OLD_HEADERS = {
    **{("dinsos/sembako", month): ("full_name", "nik", "area_name", "district_name") for month in MONTHS[:2]},
    **{("dinkes/pbi_jkn", month): ("reference_number", "no_kk", "full_name") for month in MONTHS[:3]},
    ("disnaker/pelatihan", "2024-Q1"): ("full_name", "phase", "delivered_on"),
    ("kelurahan/pendataan", "62.71.02.1006"): ("household_no", "no_kk", "full_name"),
}


@dataclass(frozen=True)
class Job:
    """A file to be made: its clean rows are drawn only when its turn comes."""

    received_on: date
    source_id: str
    file_name: str
    period: str | None
    rows: Callable[[], pl.DataFrame]
    variant: str = "original"
    meta: dict[str, Any] = field(default_factory=dict)


def exports(world: World) -> Iterator[Export]:
    """Yield every file, clean; see the package's docstring for what a frame and its `meta` hold."""
    jobs = [*_registry_jobs(world), *_kelurahan_jobs(world), *_decree_jobs(world), *_office_jobs(world)]
    jobs = [variant for job in jobs for variant in _variants(job)]
    for job in sorted(jobs, key=lambda job: (job.received_on, job.source_id, job.file_name)):
        frame = _canonical(job, _frame(world, job))
        meta = dict(job.meta)
        if job.variant == "correction":
            frame, meta["clean"] = _corrected(world, job, frame)
        if job.variant == "half":
            frame = frame[: len(frame) // 2]
        yield Export(job.source_id, job.file_name, _period(job), job.variant, job.received_on, frame, meta)


def _frame(world: World, job: Job) -> pl.DataFrame:
    rows = job.rows()
    return rows.clear() if job.variant == "redelivery" else rows


def _period(job: Job) -> str | None:
    every = load_contracts()[job.source_id].delivery.every
    return job.period if every in ("month", "quarter") and job.source_id != "setda/sk_walikota" else None


def _canonical(job: Job, rows: pl.DataFrame) -> pl.DataFrame:
    """Keep the entity's columns in their types, missing ones empty; name every record."""
    contract = load_contracts()[job.source_id]
    columns = []
    for column in contract.entity_def:
        if not column.derived:
            given = pl.col(column.name) if column.name in rows.columns else pl.lit(None)
            columns.append(given.cast(TYPES.get(column.type, pl.String)).alias(column.name))
    prefix = f"{job.source_id}:{job.period or ''}:"
    number = pl.int_range(1, pl.len() + 1).cast(pl.String)
    record = pl.lit(prefix) + number
    frame = rows.select(record.alias("record_id"), "person_id", "family_id", record.alias("mess_key"), *columns)
    return frame.with_columns(pl.lit(value).alias(name) for name, value in contract.constants.items())


def _corrected(world: World, job: Job, frame: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """Take two rows off, where there are more, and tell which the office put right; all get record ids of their own."""
    rng = world.rng("corrected", job.source_id, job.period)
    frame = frame.filter(
        ~pl.int_range(pl.len()).is_in(rng.choice(len(frame), min(2, max(len(frame) - 1, 0)), replace=False))
    )
    frame = frame.with_columns(record_id=pl.col("record_id") + "r")
    right = min(max(len(frame) // 8, 3), len(frame))
    fixed = frame["record_id"].gather(rng.choice(len(frame), right, replace=False))
    return frame, sorted(fixed)


def _variants(job: Job) -> Iterator[Job]:
    """Yield the file and whatever else comes of it: late, halved, corrected, sent again, under older headers."""
    key = (job.source_id, job.period or "")
    stem, dot, suffix = job.file_name.rpartition(".")
    meta = dict(job.meta)
    if key in OLD_HEADERS:
        meta["old_headers"] = OLD_HEADERS[key]
    received, variant = job.received_on, job.variant
    if key in LATE:
        received, variant = received + timedelta(LATE[key]), "late"
    if key == HALF:
        variant, meta["held"] = "half", "table.collapse"
    yield Job(received, job.source_id, job.file_name, job.period, job.rows, variant, meta)
    if key in CORRECTED:
        name, again = f"{stem}_revisi{dot}{suffix}", received + timedelta(CORRECTED[key])
        more = {**meta, "corrects": job.file_name}
        yield Job(again, job.source_id, name, job.period, job.rows, "correction", more)
    if key in AGAIN:
        name, again = f"{stem}_salinan{dot}{suffix}", received + timedelta(AGAIN[key])
        more = {**meta, "copy_of": job.file_name}
        yield Job(again, job.source_id, name, job.period, job.rows, "redelivery", more)


def _registry_jobs(world: World) -> Iterator[Job]:
    p3ke = {
        "keluarga_2022": (date(2023, 10, 2), "P3KE_2022_Keluarga_Kota_Palangkaraya.xlsx", registries.p3ke_families),
        "individu_2022": (date(2023, 10, 2), "P3KE_2022_Individu_Kota_Palangkaraya.xlsx", registries.p3ke_people),
        "verval_2023": (date(2023, 12, 20), "P3KE_2023_Verval_Kota_Palangkaraya.xlsx", registries.p3ke_verification),
    }
    for export, (day, name, make) in p3ke.items():
        yield Job(day, f"p3ke/{export}", name, export[-4:], partial(make, world))
    # At the size of the city one edition is enough; the smaller sample shows the second replacing the first.
    for period, day in {"2024-Q1": date(2024, 4, 18), "2024-Q3": date(2024, 10, 17)}.items():
        if world.kind == "city" and period == "2024-Q1":
            continue
        tail = period.lower().replace("-", "_")
        families, people = (
            partial(registries.dtsen_families, world, period),
            partial(registries.dtsen_people, world, period),
        )
        yield Job(day, "dtsen/keluarga_v3", f"keluarga_dtsen_v3_{tail}.csv", period, families)
        yield Job(day, "dtsen/anggota", f"anggota_dtsen_v3_{tail}.csv", period, people)


def _kelurahan_jobs(world: World) -> Iterator[Job]:
    story = world.story
    for place, area in enumerate(reference.areas().values()):
        meta = {"area_code": area.code, "sheet_title": f"Kelurahan {area.name}"}
        for export, title, day, frame in (
            ("pendataan", "Pendataan", date(2023, 11, 27) + timedelta(place % 4), story.enumerations),
            ("muskel", "Hasil Muskel", date(2023, 12, 18) + timedelta(place % 3), story.deliberations),
        ):
            name = f"{title} Kel. {area.name}.xlsx"
            rows = partial(frame.filter, pl.col("area_code") == area.code)
            yield Job(day, f"kelurahan/{export}", name, area.code, rows, meta=dict(meta))


def _decree_jobs(world: World) -> Iterator[Job]:
    for decree in DECREES:
        rows = partial(world.story.decrees.filter, pl.col("decree_number") == decree.number)
        name = f"{decree.decreed_on} Lampiran SK {decree.number.replace('/', '-')}.xlsx"
        meta = {"protect": True, "sheet_title": f"Nomor {decree.number}"}
        day = decree.decreed_on + timedelta(2)
        yield Job(day, "setda/sk_walikota", name, decree.number, rows, meta=meta)


def _office_jobs(world: World) -> Iterator[Job]:
    recipients = Recipients(world)
    for help_ in HELP:
        for period in MONTHS if help_.every == "month" else QUARTERS:
            yield _office_job(help_.source_id, period, help_.due_day, partial(recipients.rows, help_, period))
    for source, make, periods, due in (
        ("perikanan/anggota_kelompok", others.group_members, QUARTERS, 13),
        ("perikanan/bantuan_kelompok", others.group_help, QUARTERS, 14),
        ("disnaker/lowongan", others.vacancies, MONTHS, 5),
        ("bapperida/anggaran", others.budgets, QUARTERS, 19),
    ):
        for period in periods:
            yield _office_job(source, period, due, partial(make, world, period))


def _office_job(source_id: str, period: str, due_day: int, rows: Callable[[], pl.DataFrame]) -> Job:
    export = source_id.split("/")[1]
    suffix = load_contracts()[source_id].file.format
    end = month_end(f"{period[:4]}-{months_of(period)[-1]:02}")
    name = f"{period} {export.replace('_', ' ').capitalize()}.{suffix}"
    return Job(end + timedelta(due_day), source_id, name, period, rows)
