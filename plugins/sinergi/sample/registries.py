"""The national registries' files (P3KE, DTSEN) as clean frames."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from sinergi.sample.world import World

P3KE_DAY = date(2022, 7, 15)
UNUSED = ("mother_name", "father_name", "phone", "is_twin", "is_newborn")


def _chance(world: World, purpose: str, size: int) -> pl.Series:
    return pl.Series(world.rng(purpose).random(size))


def _aid(world: World, purpose: str, size: int, shares: dict[str, float]) -> pl.Expr:
    flags = [
        pl.when(pl.lit(_chance(world, f"{purpose}/{code}", size) < share)).then(pl.lit(code))
        for code, share in shares.items()
    ]
    return pl.concat_list(flags).list.drop_nulls()


def _listed(world: World) -> pl.DataFrame:
    """Return the people of the families that P3KE lists."""
    families = world.families.filter(pl.col("p3ke_id").is_not_null())["family_id"].implode()
    return world.people.filter(pl.coalesce("old_family_id", "family_id").is_in(families))


def _registered(world: World, purpose: str, on: date, people: pl.DataFrame) -> pl.DataFrame:
    """Return who of `people` lives where, with what the registries say of each person and family."""
    people = world.people_at(on, people.drop(*UNUSED)).sort("family_id", "position", maintain_order=True)
    match = _chance(world, f"{purpose}/match", len(people))
    damp = pl.col("water_source").is_in(["unprotected_well", "surface", "rain"]) | pl.col("toilet_facility").is_in(
        ["shared", "none"]
    )
    is_small = pl.col("birth_date") > date(on.year - 5, on.month, 1)
    return people.with_columns(
        registry_member_no=pl.int_range(1, pl.len() + 1).over("family_id").cast(pl.String),
        dukcapil_match=pl.when(pl.lit(match < 0.791))
        .then(pl.lit("matched"))
        .when(pl.lit(match < 0.992))
        .then(pl.lit("unmatched")),
        is_stunting_risk=(is_small & damp).any().over("family_id"),
        member_count=pl.len().over("family_id").cast(pl.Int64),
        welfare_percentile=pl.col("percentile"),
    )


def _families(people: pl.DataFrame) -> pl.DataFrame:
    return people.filter(pl.col("relationship") == "head").with_columns(
        head_name="full_name",
        head_nik="nik",
        head_sex="sex",
        head_birth_date="birth_date",
        head_occupation="occupation",
        head_education="education",
    )


def p3ke_families(world: World) -> pl.DataFrame:
    """P3KE 2022, one row a family."""
    people = _registered(world, "p3ke", P3KE_DAY, _listed(world))
    rows = _families(people)
    shares = {"bpnt": 0.3, "bpum": 0.06, "bst": 0.2, "pkh": 0.28, "sembako": 0.35}
    return rows.with_columns(
        registry_family_id="p3ke_id",
        period=pl.lit("2022"),
        welfare_decile="decile",
        no_kk=pl.lit(None, pl.String),
        aid_received=_aid(world, "p3ke/keluarga", len(rows), shares),
    )


def p3ke_people(world: World) -> pl.DataFrame:
    """P3KE 2022, one row a person."""
    people = _registered(world, "p3ke", P3KE_DAY, _listed(world))
    shares = {"bpnt": 0.3, "bpum": 0.03, "bst": 0.2, "pkh": 0.28, "sembako": 0.35}
    return people.with_columns(
        registry_family_id="p3ke_id",
        period=pl.lit("2022"),
        welfare_decile="decile",
        no_kk=pl.lit(None, pl.String),
        aid_received=_aid(world, "p3ke/individu", len(people), shares),
    )


def p3ke_verification(world: World) -> pl.DataFrame:
    """P3KE 2023 after the field visits: the same people; who died or left is said so, not taken off."""
    people = _registered(world, "verval", P3KE_DAY, _listed(world))
    left = world.families.select("family_id", "left_city_on", "outcome")
    people = people.drop("outcome").join(left, on="family_id", how="left", maintain_order="left")
    size = len(people)
    has_card = _chance(world, "verval/kk", size) < 0.08
    double = _chance(world, "verval/priority", size) < 0.12
    dead, gone = pl.col("died_on") < date(2023, 11, 1), pl.col("left_city_on") < date(2023, 11, 30)
    poor = (pl.col("outcome") == "confirmed") | (pl.col("percentile") <= 2)
    shares = {"bpnt": 0.2, "bst": 0.1, "pkh": 0.28, "sembako": 0.35, "prakerja": 0.03, "kur": 0.02, "pip": 0.12}
    shares |= {"jkn_kis": 0.55, "bsps": 0.02, "bpjs_pbi": 0.2, "rtlh": 0.02, "blt_dd": 0.05, "jambanisasi": 0.02}
    shares |= {"beasiswa_miskin": 0.01, "air_bersih": 0.04, "listrik": 0.03, "padat_karya": 0.02, "pelatihan": 0.02}
    return people.with_columns(
        registry_family_id="p3ke_id",
        period=pl.lit("2023"),
        welfare_decile=pl.col("decile").clip(1, 4),
        no_kk=pl.when(pl.lit(has_card)).then("no_kk"),
        corrected_name=pl.lit(None, pl.String),
        corrected_nik=pl.lit(None, pl.String),
        verification_priority=pl.when(pl.lit(double)).then(pl.lit("NIK Duplikat")).otherwise(pl.lit("Normal")),
        is_verified_poor=poor & ~dead.fill_null(False) & ~gone.fill_null(False),
        verification_note=pl.when(dead).then(pl.lit("Meninggal")).when(gone).then(pl.lit("Pindah")),
        aid_received=_aid(world, "verval", size, shares),
    )


def _dtsen(world: World, period: str) -> pl.DataFrame:
    on = date(int(period[:4]), int(period[-1]) * 3, 28)
    people = _registered(world, f"dtsen/{period}", on, world.people)
    # The registry misses a family here and there.
    keep = world.families.select("family_id").filter(_chance(world, "dtsen/known", len(world.families)) < 0.985)
    people = people.join(keep, on="family_id", how="semi", maintain_order="left")
    return people.with_columns(
        registry_family_id="no_kk", period=pl.lit(period), welfare_decile="dtsen_decile", welfare_percentile=None
    )


def dtsen_families(world: World, period: str) -> pl.DataFrame:
    """DTSEN V3, one row a family, known by its card number."""
    rows = _families(_dtsen(world, period))
    shares = {"pbi_nas": 0.35, "pbi_pemda": 0.2}
    return rows.with_columns(
        aid_received=_aid(world, f"dtsen/keluarga/{period}", len(rows), shares),
        floor_area_m2=pl.col("floor_area_m2").cast(pl.Float64),
    )


def dtsen_people(world: World, period: str) -> pl.DataFrame:
    """DTSEN, one row a person; some who got a card of their own still stand on their parents' card as well."""
    people = _dtsen(world, period)
    on = date(int(period[:4]), int(period[-1]) * 3, 28)
    movers = world.people.filter(pl.col("split_on") <= on)
    movers = movers.filter(_chance(world, "dtsen/twice", len(movers)) < 0.3).with_columns(
        family_id="old_family_id", relationship="old_relationship", split_on=pl.lit(None, pl.Date)
    )
    twice = world.people_at(on, movers.drop(*UNUSED)).with_columns(
        registry_family_id="no_kk",
        registry_member_no=(pl.col("position") - 10).cast(pl.String),
        period=pl.lit(period),
        welfare_decile="dtsen_decile",
    )
    people = pl.concat([people, twice], how="diagonal_relaxed").sort("family_id", maintain_order=True)
    shares = {"pbi_nas": 0.35, "pbi_pemda": 0.2}
    return people.with_columns(aid_received=_aid(world, f"dtsen/anggota/{period}", len(people), shares))
