"""People: names, identity numbers, parents; children who leave their parents' card for one of their own."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from sinergi.sample import attributes, households, names, numbers
from sinergi.sample.families import FIRST_NEW_SERIAL, days

DAY_ZERO = date(2024, 1, 1)


def make_people(rng: np.random.Generator, skeleton: pl.DataFrame, families: pl.DataFrame) -> pl.DataFrame:
    """Make one row a person (columns: see `World.people`), in the order of families and of members in them."""
    members = households.members(rng, skeleton)
    size, family = len(members), members["household"]
    frame = members.with_columns(
        person_id=pl.lit("P") + pl.int_range(1, size + 1).cast(pl.String).str.zfill(7),
        family_id=families["family_id"][family],
        area_is_rural=families["is_rural"][family],
        poorness=families["poorness"][family],
        district_no=families["district_no"][family],
        is_decree=families["is_decree_family"][family],
        sex=pl.when("female").then(pl.lit("female")).otherwise(pl.lit("male")),
        position=pl.int_range(1, pl.len() + 1).over("household"),
        is_newborn=members["slot"] == households.SLOTS.index("newborn"),
        birth_date=days(-np.round(members["age"].to_numpy() * 365.25) - 1, DAY_ZERO),
    ).rename({"area_is_rural": "is_rural"})
    frame = attributes.persons(rng, frame)
    ethnicity = rng.choice(len(names.ETHNICITIES), len(families), p=names.ETHNICITY_SHARES)[family.to_numpy()]
    outsider = np.isin(frame["relationship"].to_numpy(), ("spouse", "child_in_law")) & (rng.random(size) < 0.25)
    other = rng.choice(len(names.ETHNICITIES), size, p=names.ETHNICITY_SHARES)
    frame = frame.with_columns(
        full_name=names.full_names(rng, np.where(outsider, other, ethnicity), frame["female"].to_numpy()),
        nik=numbers.nik(rng, frame),
        died_on=_deaths(rng, frame),
        phone=_phones(rng, frame),
    )
    # Babies and a few of the poorest have no NIK yet; everybody in the decrees has one.
    missing = rng.random(size) < np.where(frame["is_newborn"], 0.25, 0.012)
    frame = frame.with_columns(
        nik=pl.when(pl.lit(pl.Series(missing)) & ~pl.col("is_decree")).then(None).otherwise("nik")
    )
    return _parents(frame)


def _deaths(rng: np.random.Generator, people: pl.DataFrame) -> pl.Series:
    """Let some of the old die, but no head who leaves a family behind; nobody of the decrees (the story's matter)."""
    age, relation = people["age"].to_numpy(), people["relationship"].to_numpy()
    alone = (people["kind"] == households.KINDS.index("elder_alone")).to_numpy()
    may = (alone & (relation == "head")) | (relation == "parent") | ((relation == "spouse") & (age > 62))
    # A head alone with nobody else on the card.
    single = people.select(pl.len().over("family_id") == 1).to_series().to_numpy()
    may &= (relation != "head") | single
    dies = may & (rng.random(len(people)) < 0.06) & ~people["is_decree"].to_numpy()
    return days(rng.integers(0, 600, len(people)), date(2022, 12, 1), dies)


def _phones(rng: np.random.Generator, people: pl.DataFrame) -> pl.Series:
    size = len(people)
    prefix = pl.Series(["0812", "0813", "0821", "0822", "0852", "0853", "0857", "0895"])[rng.integers(0, 8, size)]
    number = pl.Series(rng.integers(10_000_000, 99_999_999, size)).cast(pl.String)
    has = pl.Series((people["age"].to_numpy() > 17) & (rng.random(size) < 0.65))
    return pl.select(pl.when(pl.lit(has)).then(pl.lit(prefix + number))).to_series()


def _parents(people: pl.DataFrame) -> pl.DataFrame:
    """Give children the names of the head and the spouse."""
    heads = people.filter(pl.col("relationship") == "head").select("household", head_name="full_name", head_sex="sex")
    spouses = people.filter(pl.col("relationship") == "spouse").select("household", spouse_name="full_name")
    named = people.join(heads, on="household", how="left", maintain_order="left").join(
        spouses, on="household", how="left", maintain_order="left"
    )
    is_child = pl.col("relationship") == "child"
    hers = pl.when(pl.col("head_sex") == "female").then("head_name").otherwise("spouse_name")
    his = pl.when(pl.col("head_sex") == "male").then("head_name")
    return named.with_columns(mother_name=pl.when(is_child).then(hers), father_name=pl.when(is_child).then(his)).drop(
        "head_name", "head_sex", "spouse_name"
    )


def split(rng: np.random.Generator, families: pl.DataFrame, people: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Let some married children leave, with spouse and child, for a card of their own; they keep their person ids."""
    leavers = people.filter(pl.col("relationship").is_in(["child_in_law", "grandchild"]) & ~pl.col("is_decree"))
    parents = leavers.filter(pl.col("relationship") == "child_in_law")["household"].unique().sort()
    parents = parents.filter(pl.Series(rng.random(len(parents)) < 0.5))
    first = people.filter(pl.col("relationship") == "child").group_by("household").agg(pl.col("person_id").first())
    chosen = pl.DataFrame({"household": parents}).join(first, on="household", maintain_order="left")
    chosen = chosen.with_columns(
        split_on=days(rng.integers(0, 480, len(chosen)), date(2023, 2, 1)),
        new_family_id=pl.lit("F") + (pl.int_range(pl.len()) + len(families) + 1).cast(pl.String).str.zfill(6),
    ).rename({"person_id": "heir"})
    moved = people.join(chosen, on="household", how="left", maintain_order="left")
    goes = pl.col("heir").is_not_null() & (
        (pl.col("person_id") == pl.col("heir")) | pl.col("relationship").is_in(["child_in_law", "grandchild"])
    )
    roles = {"child": "head", "child_in_law": "spouse", "grandchild": "child"}
    people = moved.with_columns(
        old_family_id=pl.when(goes).then("family_id"),
        old_relationship=pl.when(goes).then("relationship"),
        split_on=pl.when(goes).then("split_on"),
        family_id=pl.when(goes).then("new_family_id").otherwise("family_id"),
        relationship=pl.when(goes).then(pl.col("relationship").replace(roles)).otherwise("relationship"),
        position=pl.when(goes).then(pl.col("position") + 20).otherwise("position"),
    )
    counts = people.group_by("family_id").agg(pl.len().cast(pl.Int64).alias("member_count"))
    source = families[chosen["household"]]
    new = source.with_columns(
        family_id=chosen["new_family_id"],
        formed_on=chosen["split_on"],
        no_kk=numbers.no_kk(chosen["split_on"], source["district_no"], FIRST_NEW_SERIAL + 200),
        p3ke_id=pl.lit(None, pl.String),
        **{name: pl.lit(None, families.schema[name]) for name in ("new_no_kk", "card_changed_on", "moved_on")},
        **{name: pl.lit(None, families.schema[name]) for name in ("new_area_code", "new_address", "left_city_on")},
    )
    families = (
        pl.concat([families, new]).drop("member_count").join(counts, on="family_id", how="left", maintain_order="left")
    )
    dropped = ("household", "slot", "age", "female", "kind", "is_rural", "poorness", "district_no", "is_decree")
    return families, people.drop(*dropped, "heir", "new_family_id")
