"""Files that are neither help to one person nor a registry: groups and their members, vacancies, budgets."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from sinergi import reference
from sinergi.sample import names
from sinergi.sample.recipients import days_of, with_age
from sinergi.sample.script import KAMELOH_BARU, UNSERVED
from sinergi.sample.story import month_end

if TYPE_CHECKING:
    from sinergi.sample.world import World

_AREA = ("area_code", "area_name", "district_name")


def _groups(world: World) -> pl.DataFrame:
    """Return the fish farmers' groups: `group_name`, `group_kind`, `group_no`."""
    count = 110 if world.kind == "city" else 46
    pairs = [f"{word} {fish}" for word in names.GROUP_WORDS for fish in names.FISH]
    chosen = world.rng("groups").permutation(len(pairs))[:count]
    kinds = ["Poklahsar" if place % 5 == 4 else "Pokdakan" for place in range(count)]
    text = [f"{kind} {pairs[place]}" for kind, place in zip(kinds, chosen, strict=True)]
    return pl.DataFrame({"group_no": range(count), "group_name": text, "group_kind": kinds})


def group_members(world: World, period: str) -> pl.DataFrame:
    """Fish farmers' groups, one row a member; three groups are Kameloh Baru's, with people of the decree in them."""
    groups = _groups(world)
    first = days_of(period)[0]
    people = with_age(world.people, date(2024, 1, 1)).filter(pl.col("age_at").is_between(20, 60))
    home = world.families.select("family_id", "area_code", "is_rural", "is_decree_family", "outcome")
    people = people.join(home, on="family_id", maintain_order="left")
    common = people.filter(
        "is_rural", ~pl.col("is_decree_family"), ~pl.col("outcome").is_in(["deceased", "moved"]).fill_null(False)
    )
    common = common[world.rng("groups/members").permutation(len(common))].head(len(groups) * 4)
    common = common.with_columns(
        group_no=pl.int_range(pl.len()) % len(groups), place=pl.int_range(pl.len()) // len(groups)
    )
    ids = world.families["family_id"]
    decreed = people.filter(
        "is_decree_family", pl.col("area_code") == KAMELOH_BARU, ~pl.col("family_id").is_in([ids[n] for n in UNSERVED])
    ).unique("family_id", keep="first", maintain_order=True)
    decreed = decreed.with_columns(group_no=pl.int_range(pl.len()) % 3, place=pl.int_range(pl.len()) // 3 + 10)
    members = pl.concat([common, decreed]).select("person_id", "group_no", "place")
    rows = world.people_at(first, world.people.join(members, on="person_id", maintain_order="left"))
    joined = pl.Series(world.rng("groups/joined").integers(0, 1400, len(rows)))
    return (
        rows.join(groups, on="group_no", maintain_order="left")
        .sort("group_no", "place")
        .with_columns(
            member_role=pl.when(pl.col("place") == 0)
            .then(pl.lit("Ketua"))
            .when(pl.col("place") == 1)
            .then(pl.lit("Sekretaris"))
            .otherwise(pl.lit("Anggota")),
            joined_on=pl.lit(date(2020, 1, 6)) + pl.duration(days=pl.lit(joined)),
        )
    )


def group_help(world: World, period: str) -> pl.DataFrame:
    """What groups received in a quarter, one row a group: its leader is named, yet the help is nobody's own."""
    rng = world.rng("groups/help", period)
    rows = group_members(world, period).filter(pl.col("member_role") == "Ketua")
    rows = rows.filter(pl.Series(rng.random(len(rows)) < 0.85))
    size, days = len(rows), days_of(period)
    kind = rng.integers(0, 3, size)
    return rows.with_columns(
        person_id=pl.lit(None, pl.String),
        family_id=pl.lit(None, pl.String),
        program_id=pl.lit("perikanan-bantuan"),
        recipient_kind=pl.lit("group"),
        status=pl.lit("delivered"),
        phase=pl.Series(["Benih ikan", "Pakan ikan", "Kolam terpal"])[kind],
        quantity=pl.Series([2000.0, 300.0, 2.0])[kind],
        unit=pl.Series(["ekor", "kg", "unit"])[kind],
        amount_idr=pl.Series([4_000_000, 3_600_000, 7_500_000])[kind],
        funding_source=pl.Series(["APBD", "DAK"])[rng.integers(0, 2, size)],
        delivered_on=pl.Series(days, dtype=pl.Date)[rng.integers(0, len(days), size)],
        reference_number=pl.Series([f"523/{n}/BAST/2024" for n in rng.permutation(900)[:size]]),
    )


def vacancies(world: World, period: str) -> pl.DataFrame:
    """Vacancies announced in a month; nobody's identity is in it."""
    rng = world.rng("vacancies", period)
    size = int((120 if world.kind == "city" else 60) * rng.uniform(0.93, 1.07))
    areas = list(reference.areas().values())
    place, posted = rng.integers(0, len(areas), size), rng.integers(0, 20, size)
    low = rng.integers(18, 23, size)
    sex = pl.Series(["female", "male", None, None, None])[rng.integers(0, 5, size)]
    start = date(int(period[:4]), int(period[5:]), 3)
    return pl.DataFrame(
        {
            "person_id": pl.Series([None] * size, dtype=pl.String),
            "family_id": pl.Series([None] * size, dtype=pl.String),
            "employer_name": pl.Series(names.EMPLOYERS)[rng.integers(0, len(names.EMPLOYERS), size)],
            "position": pl.Series(names.POSITIONS)[rng.integers(0, len(names.POSITIONS), size)],
            "openings": rng.integers(1, 12, size),
            "education_min": pl.Series(["primary", "junior_secondary", "senior_secondary"])[rng.integers(0, 3, size)],
            "age_min": low,
            "age_max": low + rng.integers(10, 25, size),
            "sex_required": sex,
            "skills": pl.Series(["Jujur dan teliti", "SIM A", "Menjahit", "Komputer", "Las"])[rng.integers(0, 5, size)],
            "posted_on": [start + timedelta(int(day)) for day in posted],
            "closes_on": [start + timedelta(int(day) + 21) for day in posted],
            "wage_idr": np.round(rng.uniform(1.8, 4.2, size), 1) * 1_000_000,
            "area_code": [areas[n].code for n in place],
            "area_name": [areas[n].name for n in place],
            "district_name": [areas[n].district_name for n in place],
        }
    ).with_columns(pl.col("wage_idr").round(0).cast(pl.Int64))


def budgets(world: World, period: str) -> pl.DataFrame:
    """What each office set aside and spent by the end of a quarter, one row a programme."""
    rng, rows = world.rng("budgets"), []
    spent = {1: 0.12, 2: 0.38, 3: 0.66, 4: 0.95}[int(period[-1])]
    day = month_end(f"{period[:4]}-{int(period[-1]) * 3:02}")
    for number, program in enumerate(reference.programs().values(), 1):
        ceiling = int(rng.integers(8, 120)) * 25_000_000
        realised = round(ceiling * min(spent * float(rng.uniform(0.8, 1.05)), 1))
        code = f"1.{number:02}.02.2.{number % 9 + 1:02}.{number:04}"
        recipients, fund = int(rng.integers(40, 900)), ("APBD", "DAK", "DAU")[number % 3]
        values = (program.opd_id, program.name, code, program.strategy, fund, ceiling, realised, recipients)
        rows.append((None, None, day, *values))
    columns = ("person_id", "family_id", "reported_on", "opd_id", "program_name", "activity_code", "strategy")
    more = ("funding_source", "ceiling_idr", "realised_idr", "recipients")
    frame = pl.DataFrame(rows, schema=[*columns, *more], orient="row")
    return frame.with_columns(pl.col("person_id", "family_id").cast(pl.String))
