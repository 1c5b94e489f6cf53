"""The script: which families the mayor's decrees name, when they leave, and who else stands on the field lists.

69 people in force at the end of January 2024, 34 of them in Kameloh Baru, and fewer at the end of every month after.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

KAMELOH_BARU = "62.71.04.1004"
# (area, members) of each family of the first decree; its place in this list is its number in the decree, from 1.
DECREE_FAMILIES = (
    *((KAMELOH_BARU, size) for size in (5, 4, 4, 3, 4, 2, 1, 5, 3, 3)),
    *(("62.71.01.1005", 4), ("62.71.01.1004", 3), ("62.71.04.1001", 5), ("62.71.04.1005", 2), ("62.71.04.1003", 1)),
    *(("62.71.03.1004", 3), ("62.71.02.1001", 4), ("62.71.02.1006", 4), ("62.71.05.1004", 2), ("62.71.05.1001", 3)),
    *(("62.71.01.1006", 1), ("62.71.04.1003", 3)),
)
# Named only by the amending decree; no kelurahan had listed it.
EXTRA_FAMILIES = (("62.71.04.1006", 2),)
UNSERVED = (6, 18)  # nobody helps these
HELPED_TWICE = (9, 15)  # both adults fetch the same help
# What the kelurahan saw otherwise than the registries say (family, attribute, what it wrote; the second where the
# registries say the first). Attributes of people are the head's.
SEEN_OTHERWISE = (
    *((1, "floor_material", ("earth", "wood")), (4, "water_source", ("rain", "borehole"))),
    *((9, "lighting_source", ("none", "pln_metered")), (11, "house_ownership", ("rented", "owned"))),
    *((7, "occupation", ("casual_worker", "trader")), (2, "marital_status", ("widowed", "divorced"))),
)


@dataclass(frozen=True)
class Decree:
    """One attachment: per action, the families (places in the list above) and why."""

    number: str
    decreed_on: date
    effective_on: date | None
    named: tuple[int, ...] = ()
    graduated: tuple[int, ...] = ()
    removed: tuple[tuple[int, str, str | None], ...] = ()  # family, reason, relationship of a single member or None


def _graduation(number: int, day: date, effective: date | None, families: tuple[int, ...], *removed: tuple) -> Decree:
    return Decree(f"188.45/{number}/2024", day, effective, graduated=families, removed=removed)


DECREES = (
    Decree("188.45/24/2024", date(2024, 1, 24), date(2024, 1, 24), named=tuple(range(len(DECREE_FAMILIES)))),
    _graduation(61, date(2024, 2, 26), None, (3,)),
    _graduation(97, date(2024, 3, 25), date(2024, 3, 31), (11,), (12, "Meninggal dunia", "spouse")),
    _graduation(131, date(2024, 4, 29), None, (0,)),
    _graduation(168, date(2024, 5, 27), date(2024, 5, 31), (19,), (13, "Tidak ditemukan di alamat", None)),
    _graduation(203, date(2024, 6, 26), None, (7,)),
    Decree(
        "188.45/237/2024",
        date(2024, 7, 24),
        date(2024, 7, 25),
        named=(13, 22),
        graduated=(1, 21),
        removed=((16, "Pindah ke luar kota", None),),
    ),
    _graduation(271, date(2024, 8, 28), None, (4,)),
    _graduation(299, date(2024, 9, 25), date(2024, 9, 30), (17,)),
    _graduation(334, date(2024, 10, 28), None, (8,), (14, "Meninggal dunia", None)),
    _graduation(371, date(2024, 11, 27), None, (10,)),
    _graduation(408, date(2024, 12, 23), date(2024, 12, 31), (15, 20)),
)
GRADUATION_REASON = "Pendapatan di atas garis kemiskinan ekstrem"
# (family, relationship, day): deaths that a decree records.
DEATHS = ((12, "spouse", date(2024, 3, 9)), (14, "head", date(2024, 10, 2)))
LEFT_CITY = ((16, date(2024, 7, 2)),)


def choose(rng: np.random.Generator, families: pl.DataFrame, people: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Choose the families that each kelurahan lists and what the Muskel finds; let the script's deaths happen.

    Returns:
        families with `decree_no`, `household_no` (on the field list) and `outcome`, null elsewhere; people.
    """
    ids = families["family_id"].to_list()
    named = {ids[place]: place + 1 for place in range(len(DECREE_FAMILIES) + len(EXTRA_FAMILIES))}
    alone = set(people.filter(pl.len().over("family_id") == 1, pl.col("died_on").is_null())["family_id"])
    free = families.filter(
        ~pl.col("is_decree_family"),
        pl.col("formed_on").is_null() & pl.col("moved_on").is_null() & pl.col("left_city_on").is_null(),
        ~pl.col("family_id").is_in(people.filter(pl.col("died_on").is_not_null())["family_id"].implode()),
    ).sort("percentile", "family_id")
    pools = {str(key[0]): list(frame["family_id"]) for key, frame in free.group_by("area_code")}
    outcomes: dict[str, str] = {}
    numbers: dict[str, int] = {}
    for place, area in enumerate(sorted(families["area_code"].unique())):
        listed = [ids[n] for n, (where, _) in enumerate(DECREE_FAMILIES) if where == area]
        others = pools.get(area, [])[: int(rng.integers(8, 12)) if len(listed) < 5 else 5]
        outcomes |= dict.fromkeys(listed, "confirmed") | dict.fromkeys(others, "rejected")
        if place % 4 == 1 and others:
            outcomes[others[-1]] = "moved"
        if gone := [family for family in others[:-1] if family in alone][:1]:
            outcomes[gone[0]] = "deceased"
        if place in (13, 27) and others:  # confirmed, and yet not in the decree
            outcomes[others[0]] = "confirmed"
        shuffled = [(listed + others)[n] for n in rng.permutation(len(listed) + len(others))]
        numbers |= {family: number for number, family in enumerate(shuffled, 1)}
    key = pl.col("family_id")
    families = families.with_columns(
        decree_no=key.replace_strict(named, default=None, return_dtype=pl.Int64),
        household_no=key.replace_strict(numbers, default=None, return_dtype=pl.Int64),
        outcome=key.replace_strict(outcomes, default=None, return_dtype=pl.String),
    )
    gone_on = {ids[place]: day for place, day in LEFT_CITY}
    gone_on |= {family: date(2023, 11, 27) for family, outcome in outcomes.items() if outcome == "moved"}
    left = key.replace_strict(gone_on, default=None, return_dtype=pl.Date)
    died = pl.col("died_on")
    for place, relation, day in DEATHS:
        died = pl.when((key == ids[place]) & (pl.col("relationship") == relation)).then(pl.lit(day)).otherwise(died)
    deceased = [family for family, outcome in outcomes.items() if outcome == "deceased"]
    died = pl.when(key.is_in(deceased)).then(pl.lit(date(2023, 11, 28))).otherwise(died)
    return families.with_columns(left_city_on=pl.coalesce(left, "left_city_on")), people.with_columns(died_on=died)
