"""The skeleton of families: who lives together, how old, related how. Whole columns at a time."""

from __future__ import annotations

import numpy as np
import polars as pl

# Kinds of household and their shares.
KINDS = ("couple", "single_parent", "elder_alone", "elder_couple", "alone")
SHARES = (0.74, 0.12, 0.06, 0.05, 0.03)
# Order inside the family, as lists are written. `newborn` is a child born after the registries of 2022.
SLOTS = ("head", "spouse", "child", "newborn", "child_in_law", "grandchild", "parent", "sibling", "other_relative")
YOUNGEST = 1.6  # years on 1 January 2024: everybody but the newborn was alive in mid-2022


def draw(rng: np.random.Generator, size: int) -> pl.DataFrame:
    """Draw `size` households, one row each: ages on 1 January 2024 and how many of each slot."""
    kind = rng.choice(len(KINDS), size, p=SHARES)
    couple, parent, elder, pair, alone = (kind == number for number in range(len(KINDS)))
    age = np.select(
        [couple, parent, elder | pair],
        [rng.triangular(22, 38, 66, size), rng.triangular(27, 40, 58, size), rng.triangular(62, 66, 88, size)],
        rng.triangular(19, 28, 50, size),
    )
    female = np.select([parent, elder, alone], [rng.random(size) < p for p in (0.85, 0.65, 0.3)], False)
    married = couple | pair
    wife = np.clip(age - rng.normal(3.5, 3, size), np.maximum(19, age - 14), age + 5)
    mother = np.where(married, wife, np.where(female, age, np.maximum(age - 3, 26)))
    newborn = couple & (mother > 20) & (mother < 39) & (rng.random(size) < 0.06)
    newborn_age = np.where(newborn, rng.uniform(-0.6, 1.4, size), np.nan)

    # Children stand in strata of at least two years, so that siblings are never born within months of each other.
    low = np.maximum(np.where(newborn, newborn_age + 1.2, YOUNGEST), np.maximum(mother - 43, YOUNGEST))
    high = np.minimum(np.minimum(mother, age) - 18, 27)
    wanted = np.select([couple, parent], [rng.poisson(2.4, size), 1 + rng.poisson(1.2, size)], 0)
    children = np.clip(np.minimum(wanted, np.floor((high - low) / 2)), 0, 7).astype(int)
    children = np.where(parent, np.maximum(children, 1), children)
    oldest = np.where(children > 0, high - rng.random(size) * 0.2, 0.0)
    grown = (children > 0) & (high >= 22) & (age >= 44)
    in_law = grown & (rng.random(size) < 0.12)
    grandchild = grown & (rng.random(size) < 0.16) & (oldest > 20.5)
    return pl.DataFrame(
        {
            "kind": kind,
            "head_age": age,
            "head_female": female,
            "married": married,
            "wife_age": wife,
            "newborn_age": newborn_age,
            "low": low,
            "high": high,
            "head": np.ones(size, int),
            "spouse": married.astype(int),
            "child": children,
            "newborn": newborn.astype(int),
            "child_in_law": in_law.astype(int),
            "grandchild": grandchild.astype(int),
            "parent": ((age < 55) & (rng.random(size) < 0.05)).astype(int),
            "sibling": ((age < 50) & (rng.random(size) < 0.02)).astype(int),
            "other_relative": (rng.random(size) < 0.02).astype(int),
        }
    ).with_columns(size=pl.sum_horizontal(SLOTS), settled=pl.sum_horizontal(SLOTS) - pl.col("newborn"))


def fill(rng: np.random.Generator, target: int, count: str) -> pl.DataFrame:
    """Draw households until exactly `target` people live in them.

    Args:
        rng: Where chance comes from.
        target: How many people.
        count: The column that counts them: `size`, or `settled` (without the newborn).
    """
    if target <= 0:
        return draw(rng, 1).clear()
    households = draw(rng, int(target / 2.6) + 20)
    households = households.filter(pl.col(count).cum_sum() <= target)
    while left := target - int(households[count].sum()):
        # The last few places go to elderly people who live alone, in households of one or two.
        pool = draw(rng, 400).filter((pl.col(count) <= min(left, 2)) & (pl.col("newborn") == 0))
        households = pl.concat([households, pool.head(1)])
    return households


def shaped(rng: np.random.Generator, sizes: list[int]) -> pl.DataFrame:
    """Draw one household of each size, without newborn, grown children or relatives; every third is a couple's."""
    pool = draw(rng, 6000).filter(pl.sum_horizontal("newborn", "child_in_law", "grandchild", "sibling") == 0)
    pool = pool.filter(pl.sum_horizontal("parent", "other_relative") == 0, pl.col("high") < 24)
    chosen = []
    for number, size in enumerate(sizes):
        fitting = pool.filter(pl.col("size") == size)
        if size > 2:
            fitting = fitting.filter(pl.col("child") > 0, pl.col("head_age") < 48, pl.col("married") | (number % 3 > 0))
        chosen.append(fitting[number : number + 1])
    return pl.concat(chosen)


def members(rng: np.random.Generator, households: pl.DataFrame) -> pl.DataFrame:
    """Unfold households into people: `household` (row number), `slot`, `relationship`, `age`, `female`, `is_twin`."""
    index = np.arange(len(households))
    parts = []
    for order, slot in enumerate(SLOTS):
        household = np.repeat(index, households[slot].to_numpy())
        parts.append(pl.DataFrame({"household": household, "slot": np.full(len(household), order)}))
    rows = pl.concat(parts).sort("household", "slot", maintain_order=True)
    rows = rows.with_columns(number=pl.int_range(pl.len()).over("household", "slot"))
    rows = rows.with_columns(households[rows["household"]].drop("size", "settled"))
    size = len(rows)
    slot = np.array(SLOTS, dtype=object)[rows["slot"].to_numpy()]
    column = {name: rows[name].to_numpy() for name in rows.columns}
    chance = rng.random(size)

    # The oldest child is the first: its stratum is the highest one.
    stratum = (column["high"] - column["low"]) / np.maximum(column["child"], 1)
    has_grown = (column["number"] == 0) & (column["child_in_law"] + column["grandchild"] > 0)
    child_age = column["high"] - (column["number"] + np.where(has_grown, 0, chance * 0.5)) * stratum
    is_twin = (slot == "child") & (column["number"] > 0) & (rng.random(size) < 0.015)
    child_age = np.where(is_twin, np.roll(child_age, 1), child_age)
    oldest = column["high"]
    age = np.select(
        [slot == name for name in SLOTS],
        [
            column["head_age"],
            column["wife_age"],
            child_age,
            column["newborn_age"],
            np.maximum(oldest + rng.normal(0, 2, size), 19),
            YOUNGEST + chance * np.maximum(oldest - 19.5 - YOUNGEST, 0.1) * 0.8,
            column["head_age"] + 19 + chance * 13,
            np.maximum(column["head_age"] - 10 + chance * 16, 8),
            8 + chance * 50,
        ],
    )
    female = rng.random(size) < np.where(slot == "parent", 0.7, 0.49)
    female = np.select([slot == "head", slot == "spouse"], [column["head_female"], True], female)
    return rows.select("household", "slot").with_columns(
        relationship=pl.Series(slot).replace({"newborn": "child"}),
        age=pl.Series(age),
        female=pl.Series(female),
        is_twin=pl.Series(is_twin),
        kind=rows["kind"],
    )
