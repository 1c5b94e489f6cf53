"""What the kelurahan listed, what the Muskel decided, whom the mayor's decrees named and let go: clean rows."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from sinergi.sample.attributes import HOUSING
from sinergi.sample.script import DECREES, GRADUATION_REASON, SEEN_OTHERWISE, Decree

if TYPE_CHECKING:
    from sinergi.sample.world import World

MONTHS = tuple(f"2024-{month:02}" for month in range(1, 13))
FIRST_VISIT, VISIT_DAYS = date(2023, 10, 9), 45
MUSKEL = date(2023, 12, 4)
_REASONS = {
    "confirmed": ("Memenuhi kriteria", "Disepakati peserta musyawarah", "Tidak punya penghasilan tetap"),
    "rejected": (
        "Memiliki penghasilan tetap",
        "Sudah menerima PKH",
        "Memiliki rumah layak huni",
        "Ada anak yang bekerja",
    ),
    "deceased": ("Meninggal dunia",),
    "moved": ("Pindah domisili", "Tidak lagi tinggal di kelurahan"),
}
PERSON_COLUMNS = ("nik", "no_kk", "full_name", "sex", "birth_date", "relationship", "area_code", "area_name")
PLACE_COLUMNS = ("district_name", "address", "rt", "rw")


@dataclass(frozen=True)
class Story:
    """Three frames with the entities' canonical columns, `person_id` and `family_id`.

    Args:
        enumerations: One row a person on a kelurahan's field list.
        deliberations: One row a family that a Muskel spoke of; `person_id` is its head.
        decrees: One row a person and action of a decree.
    """

    enumerations: pl.DataFrame = field(repr=False)
    deliberations: pl.DataFrame = field(repr=False)
    decrees: pl.DataFrame = field(repr=False)

    def in_force(self, on: date) -> pl.DataFrame:
        """Return who is extremely poor in force on a day: `person_id`, `family_id`, `area_code`."""
        events = self.decrees.filter(pl.coalesce("effective_on", "decreed_on") <= on)
        last = events.sort("decreed_on", maintain_order=True).group_by("person_id", maintain_order=True).last()
        return last.filter(pl.col("action") == "named").select("person_id", "family_id", "area_code")

    def spells(self) -> pl.DataFrame:
        """Return one row a family and spell in force: `family_id`, `start`, `end` (null: still in force)."""
        day = pl.coalesce("effective_on", "decreed_on")
        whole = self.decrees.filter(pl.col("is_whole_family")).with_columns(day=day)
        events = whole.group_by("family_id", "day", "action").agg().sort("family_id", "day")
        return (
            events.with_columns(end=pl.col("day").shift(-1).over("family_id"))
            .filter(pl.col("action") == "named")
            .select("family_id", start="day", end="end")
        )


def month_end(month: str) -> date:
    """Return the last day of a month `YYYY-MM`."""
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, calendar.monthrange(year, number)[1])


def build_story(world: World) -> Story:
    """Write down the script's events as the clean rows of the three entities."""
    rng = world.rng("story")
    listed = world.families.filter(pl.col("household_no").is_not_null()).sort("area_code", "household_no")
    visits = pl.Series([FIRST_VISIT + timedelta(int(day)) for day in rng.integers(0, VISIT_DAYS, len(listed))])
    visited = listed.select("family_id", enumerated_on=visits).with_columns(
        monthly_spending_idr=pl.Series(rng.integers(160, 420, len(listed)) * 1000)
        + pl.when(pl.lit(listed["outcome"] == "rejected")).then(int(rng.integers(100, 500)) * 1000).otherwise(0),
        proposal=pl.when(
            pl.lit(pl.Series((listed["outcome"] == "rejected").to_numpy() & (rng.random(len(listed)) < 0.4)))
        )
        .then(pl.lit("not_listed"))
        .otherwise(pl.lit("listed")),
    )
    members = world.people.filter(
        pl.coalesce(pl.when(pl.col("split_on") > FIRST_VISIT).then("old_family_id"), "family_id").is_in(
            listed["family_id"].implode()
        )
    )
    return Story(
        _enumerations(world, members, visited),
        _deliberations(world, members, listed, rng),
        pl.concat([_decree(world, decree) for decree in DECREES]),
    )


def _enumerations(world: World, members: pl.DataFrame, visited: pl.DataFrame) -> pl.DataFrame:
    areas = sorted(world.families["area_code"].unique())
    names = dict(zip(areas, world.people["full_name"].head(5000).sample(len(areas), seed=world.seed + 1), strict=True))
    return (
        world.people_at(date(2023, 11, 25), members)
        .join(visited, on="family_id", maintain_order="left")
        .filter(pl.col("birth_date") <= pl.col("enumerated_on"))
        .with_columns(
            pl.col("household_no").cast(pl.String),
            enumerator_name=pl.col("area_code").replace_strict(names),
            has_identity_papers=pl.col("nik").is_not_null(),
        )
        .with_columns(_seen(world))
        .sort("area_code", pl.col("household_no").cast(pl.Int64), "position")
        .select(
            *("person_id", "family_id", "household_no", "enumerated_on", "enumerator_name"),
            *PERSON_COLUMNS,
            *PLACE_COLUMNS,
            *("marital_status", "education", "school_participation", "occupation", "employment_status", "disability"),
            *("has_identity_papers", "phone", "monthly_spending_idr", "house_ownership", "roof_material"),
            *("wall_material", "floor_material", "lighting_source", "cooking_fuel", "water_source"),
            *("toilet_facility", "proposal"),
        )
    )


def _seen(world: World) -> list[pl.Expr]:
    """What the enumerators saw where the registries say something else."""
    ids, seen = world.families["family_id"], []
    for place, name, (first, second) in SEEN_OTHERWISE:
        there = (pl.col("family_id") == ids[place]) & ((pl.col("relationship") == "head") | pl.lit(name in HOUSING))
        other = pl.when(pl.col(name) == first).then(pl.lit(second)).otherwise(pl.lit(first))
        seen.append(pl.when(there).then(other).otherwise(name).alias(name))
    return seen


def _deliberations(world: World, members: pl.DataFrame, listed: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    areas = sorted(world.families["area_code"].unique())
    days = dict(zip(areas, (MUSKEL + timedelta(int(day)) for day in rng.integers(0, 11, len(areas))), strict=True))
    number = {area: f"{place:03}/BA-MUSKEL/XII/2023" for place, area in enumerate(areas, 1)}
    reasons = [str(rng.choice(_REASONS[outcome])) for outcome in listed["outcome"]]
    at = world.people_at(date(2023, 11, 25), members)
    heads = at.filter(pl.col("relationship") == "head").join(
        listed.select("family_id", reason=pl.Series(reasons)), on="family_id", maintain_order="right"
    )
    area = pl.col("area_code")
    return heads.select(
        *("person_id", "family_id"),
        minutes_number=area.replace_strict(number),
        deliberated_on=area.replace_strict(days, return_dtype=pl.Date),
        household_no=pl.col("household_no").cast(pl.String),
        no_kk="no_kk",
        head_name="full_name",
        head_nik="nik",
        area_code="area_code",
        area_name="area_name",
        district_name="district_name",
        address="address",
        rt="rt",
        rw="rw",
        member_count=pl.col("family_id").replace_strict(dict(at.group_by("family_id").len().iter_rows())),
        outcome="outcome",
        reason="reason",
    )


def _decree(world: World, decree: Decree) -> pl.DataFrame:
    ids = world.families["family_id"]
    parts = []
    rows: list[tuple[str, int, str | None, str | None]] = [("named", place, None, None) for place in decree.named]
    rows += [("graduated", place, GRADUATION_REASON, None) for place in decree.graduated]
    rows += [("removed", *removal) for removal in decree.removed]
    for action, place, reason, member in rows:
        people = world.people.filter(pl.col("family_id") == ids[place])
        # Whoever dies or leaves stands in the decree that lets them go, with the last address.
        on = decree.decreed_on if action == "named" else date(2024, 1, 24)
        people = world.people_at(on, people)
        card = world.families_at(decree.decreed_on).filter(pl.col("family_id") == ids[place])["no_kk"]
        if member:
            people = people.filter(pl.col("relationship") == member)
        elif action != "named":  # a member who was removed alone before does not leave a second time
            gone = world.people.filter(pl.col("died_on") < decree.decreed_on)["person_id"]
            if len(rest := people.filter(~pl.col("person_id").is_in(gone.implode()))):
                people = rest
        parts.append(
            people.sort("position").select(
                *("person_id", "family_id"),
                decree_number=pl.lit(decree.number),
                decreed_on=pl.lit(decree.decreed_on),
                action=pl.lit(action),
                effective_on=pl.lit(decree.effective_on, pl.Date),
                household_no=pl.lit(str(place + 1)),
                nik="nik",
                no_kk=pl.lit(card[0]) if len(card) else pl.col("no_kk"),
                full_name="full_name",
                sex="sex",
                birth_date="birth_date",
                relationship="relationship",
                area_code="area_code",
                area_name="area_name",
                district_name="district_name",
                address="address",
                rt="rt",
                rw="rw",
                reason=pl.lit(reason, pl.String),
                is_whole_family=pl.lit(member is None),
            )
        )
    return pl.concat(parts)
