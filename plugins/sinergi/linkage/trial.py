"""A trial: the records of a made-up city with known truth, spoiled in the ways that the offices' files are."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from sinergi.linkage.evidence import RECORD_SCHEMA
from sinergi.sample.world import World, build_world

# source, day, who, share listed, layer, is a snapshot, columns it lacks
SOURCES: tuple[tuple[str, date, str, float, int, bool, tuple[str, ...]], ...] = (
    ("p3ke/individu_2022", date(2022, 6, 1), "p3ke", 1.0, 4, True, ("no_kk",)),
    ("p3ke/verval_2023", date(2023, 9, 1), "p3ke", 0.98, 4, True, ("no_kk",)),
    ("dtsen/anggota", date(2024, 11, 1), "all", 0.99, 3, True, ()),
    ("dtsen/keluarga_v3", date(2024, 11, 1), "heads", 0.99, 3, True, ("sex", "birth_date")),
    ("kelurahan/pendataan", date(2023, 11, 1), "poor", 0.9, 2, True, ()),
    ("dinsos/sembako", date(2024, 3, 5), "heads", 0.5, 5, False, ("no_kk", "group_key", "sex", "birth_date")),
    ("dinkes/pbi_jkn", date(2024, 5, 5), "all", 0.55, 5, False, ("no_kk", "group_key", "address", "rt", "rw")),
    ("dinkes/stunting", date(2024, 4, 5), "toddlers", 0.9, 5, False, ("no_kk", "group_key")),
    ("disdik/pip", date(2024, 8, 5), "pupils", 0.6, 5, False, ("no_kk", "group_key", "address", "rt", "rw")),
    ("disnaker/pelatihan", date(2024, 9, 5), "grown", 0.1, 5, False, ("no_kk", "group_key", "rt", "rw")),
)
TITLES = ("H. ", "Hj. ", "Drs. ", "Ir. ", "Alm. ")


def trial(kind: str, seed: int, people: int | None = None) -> pl.DataFrame:
    """Return records (RECORD_SCHEMA) with `true_person`, `true_family` and `spoiled` (kinds of corruption, a list)."""
    world = build_world(kind, seed, people)
    rng = np.random.default_rng([seed, 62, 71])
    frames = [_spoil(rng, _listed(rng, world, source), source[0]) for source in SOURCES]
    records = pl.concat(frames, how="diagonal_relaxed")
    return (
        records.with_row_index("record_id")
        .with_columns(pl.col("record_id").cast(pl.Int64), is_person=pl.lit(True))
        .select(*RECORD_SCHEMA, "true_person", "true_family", "spoiled")
    )


def _listed(rng: np.random.Generator, world: World, source: tuple) -> pl.DataFrame:
    name, day, who, share, layer, is_snapshot, lacks = source
    people = world.people_at(day)
    age = pl.lit(day.year) - pl.col("birth_date").dt.year()
    chosen = {
        "all": pl.lit(True),
        "p3ke": pl.col("p3ke_id").is_not_null(),
        "poor": pl.col("percentile") < 30,
        "heads": pl.col("relationship") == "head",
        "toddlers": (age <= 5) & pl.coalesce("mother_name", "father_name").is_not_null(),
        "pupils": age.is_between(7, 18),
        "grown": age > 18,
    }[who]
    people = people.filter(chosen)
    people = people.filter(pl.Series(rng.random(len(people)) < share))
    family = {
        "p3ke": pl.col("p3ke_id"),
        "dtsen": pl.col("no_kk"),
        "kelurahan": pl.col("area_code") + ":" + pl.col("family_id"),
    }
    group = family.get(name.split("/")[0], pl.lit(None, pl.String))
    prefix = "hh:" if name.startswith("kelurahan") else "reg:"
    frame = people.select(
        *(pl.col(column) for column in ("nik", "full_name", "sex", "birth_date", "no_kk", "relationship")),
        *(pl.col(column) for column in ("area_code", "rt", "rw", "address", "is_twin")),
        source_id=pl.lit(name),
        snapshot=pl.lit(name if is_snapshot else None, pl.String),
        layer=pl.lit(layer, pl.Int64),
        seen_on=pl.lit(day),
        birth_year=pl.col("birth_date").dt.year().cast(pl.Int64),
        parent_name=pl.coalesce("mother_name", "father_name") if who == "toddlers" else pl.lit(None, pl.String),
        group_key=pl.lit(prefix + name.split("/")[0] + ":") + group,
        is_matched=pl.lit(False),
        true_person=pl.col("person_id"),
        true_family=pl.col("family_id"),
        moved=pl.col("split_on").is_not_null(),
    )
    if lacks:
        frame = frame.with_columns(pl.lit(None, frame.schema[column]).alias(column) for column in lacks)
        if "birth_date" in lacks:
            frame = frame.with_columns(birth_year=pl.lit(None, pl.Int64))
        if "rt" in lacks:
            frame = frame.with_columns(relationship=pl.lit(None, pl.String))
    return frame


def _spoil(rng: np.random.Generator, frame: pl.DataFrame, source: str) -> pl.DataFrame:
    rows = frame.to_dicts()
    chance = rng.random((len(rows), 6))
    pick = rng.integers(0, 1_000_000, (len(rows), 4))
    nothing = {"dinkes/stunting": 0.95}.get(source, 0.08)
    for row, (a, b, c, d, e, _), (i, j, k, m) in zip(rows, chance.tolist(), pick.tolist(), strict=True):
        kinds = ["twin"] if row.pop("is_twin") else []
        kinds += ["split card"] if row.pop("moved") else []
        name, nik = row["full_name"], row["nik"]
        if a < 0.06:
            row["full_name"] = _typo(name, i)
            kinds.append("name typo")
        elif a < 0.10:
            row["full_name"] = TITLES[i % len(TITLES)] + name
            kinds.append("title")
        elif a < 0.13 and " " in name:
            words = name.split()
            row["full_name"] = " ".join([words[0], words[1][0] + ".", *words[2:]]) if i % 2 else " ".join(words[:-1])
            kinds.append("name cut")
        elif a < 0.14 and " " in name:
            row["full_name"] = " ".join(reversed(name.split()))
            kinds.append("word order")
        row["nik_status"], row["is_matched"] = "valid", source.startswith("p3ke") and c > 0.2
        if nik is None or b < nothing:
            row["nik"], row["nik_status"], row["is_matched"] = None, "missing", False
            kinds.append("nik missing")
        elif b < nothing + 0.03:
            row["nik"], row["nik_status"], row["is_matched"] = _slip(nik, j), "valid", False
            kinds.append("nik typo")
        elif b < nothing + 0.04:
            row["nik"], row["nik_status"], row["is_matched"] = "1111111111111111", "placeholder", False
            kinds.append("nik placeholder")
        born = row["birth_date"]
        if born is not None:
            if d < 0.02:
                row["birth_date"] = row["birth_year"] = None
                kinds.append("birth date missing")
            elif d < 0.03 and born.day <= 12 and born.day != born.month:
                row["birth_date"] = date(born.year, born.day, born.month)
                kinds.append("day and month swapped")
            elif d < 0.04:
                row["birth_date"] = None
                kinds.append("year only")
            elif d < 0.05:
                row["birth_date"] = date(born.year, born.month, 1 + (born.day + k) % 28)
                kinds.append("birth date wrong")
        if e < 0.1 and row["address"]:
            row["address"] = row["address"].replace("Jl. ", "Jalan ").replace(" No. ", " ")
        row["no_kk_status"] = "valid" if row["no_kk"] else "missing"
        if row["parent_name"]:
            kinds.append("child by parent's name")
            row["relationship"] = None
            if m % 3 == 0 and row["nik"] is None:
                row["full_name"] = "By Ny " + row["parent_name"] if m % 30 == 0 else row["full_name"]
        row["spoiled"] = kinds
    schema = {**RECORD_SCHEMA, "true_person": pl.String, "true_family": pl.String, "spoiled": pl.List(pl.String)}
    schema = {name: kind for name, kind in schema.items() if name not in ("record_id", "is_person")}
    return pl.DataFrame(rows, schema=schema)


def _typo(name: str, draw: int) -> str:
    place = 1 + draw % (len(name) - 1)
    kind = draw // 1000 % 3
    if kind == 0:
        return name[:place] + name[place + 1 :]
    if kind == 1:
        return name[:place] + "aeioun"[draw % 6] + name[place + 1 :]
    return name[: place - 1] + name[place] + name[place - 1] + name[place + 1 :]


def _slip(nik: str, draw: int) -> str:
    place = 6 + draw % 10
    digit = str((int(nik[place]) + 1 + draw // 100 % 9) % 10)
    return nik[:place] + digit + nik[place + 1 :]
