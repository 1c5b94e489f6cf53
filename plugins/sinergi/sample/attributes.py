"""What people and families are like: schooling, work, disability, housing. Poorer means worse housing, not always."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

# attribute -> (codes, shares among the poorest, shares among the richest); countryside shifts are in `housing`.
HOUSING: dict[str, tuple[tuple[str, ...], tuple[float, ...], tuple[float, ...]]] = {
    "house_ownership": (
        ("owned", "rented", "rent_free", "shared", "official", "other"),
        (0.42, 0.2, 0.13, 0.21, 0.0, 0.04),
        (0.78, 0.13, 0.03, 0.02, 0.03, 0.01),
    ),
    "roof_material": (
        ("concrete", "tile", "asbestos_zinc", "wood", "thatch", "other"),
        (0.01, 0.05, 0.6, 0.22, 0.1, 0.02),
        (0.05, 0.33, 0.58, 0.03, 0.0, 0.01),
    ),
    "wall_material": (
        ("masonry", "wood", "bamboo", "zinc", "other"),
        (0.1, 0.8, 0.03, 0.05, 0.02),
        (0.7, 0.29, 0.0, 0.0, 0.01),
    ),
    "floor_material": (
        ("tiled", "cement", "wood", "bamboo", "earth", "other"),
        (0.05, 0.2, 0.66, 0.02, 0.06, 0.01),
        (0.72, 0.18, 0.1, 0.0, 0.0, 0.0),
    ),
    "lighting_source": (
        ("pln_metered", "pln_unmetered", "non_pln", "none"),
        (0.62, 0.2, 0.12, 0.06),
        (0.97, 0.02, 0.01, 0.0),
    ),
    "cooking_fuel": (
        ("electric_gas", "kerosene", "charcoal_wood", "other"),
        (0.52, 0.05, 0.42, 0.01),
        (0.97, 0.01, 0.02, 0.0),
    ),
    "water_source": (
        ("bottled", "piped", "borehole", "protected_well", "unprotected_well", "surface", "rain"),
        (0.12, 0.12, 0.3, 0.12, 0.12, 0.16, 0.06),
        (0.5, 0.28, 0.2, 0.02, 0.0, 0.0, 0.0),
    ),
    "toilet_facility": (
        ("private_septic", "private_no_septic", "shared", "none"),
        (0.25, 0.37, 0.2, 0.18),
        (0.94, 0.05, 0.01, 0.0),
    ),
}
Steps = Sequence[tuple[str, pl.Expr | float]]
DISABILITIES = ("physical", "intellectual", "mental", "visual", "hearing", "speech", "multiple")


def housing(rng: np.random.Generator, poorness: np.ndarray) -> dict[str, pl.Series]:
    """Draw each family's housing.

    Args:
        rng: Where chance comes from.
        poorness: 1 for the poorest families, 0 for the richest.
    """
    drawn = {}
    for name, (codes, poor, rich) in HOUSING.items():
        steps = np.cumsum(np.outer(poorness, poor) + np.outer(1 - poorness, rich), axis=1)
        place = (rng.random(len(poorness))[:, None] > steps[:, :-1]).sum(axis=1)
        drawn[name] = pl.Series(codes)[place]
    drawn["floor_area_m2"] = pl.Series(np.round(18 + 70 * (1 - poorness) + rng.gamma(2, 9, len(poorness)), 0))
    power = np.searchsorted([0.35, 0.62, 0.85, 0.97], (1 - poorness) * 0.55 + rng.random(len(poorness)) * 0.45)
    drawn["electric_power_va"] = pl.Series([450, 900, 1300, 2200, 3500])[power]
    drawn["has_savings"] = pl.Series(rng.random(len(poorness)) > 0.35 + 0.6 * poorness)
    return drawn


def persons(rng: np.random.Generator, people: pl.DataFrame) -> pl.DataFrame:
    """Draw each person's marital status, schooling, work and disability.

    Args:
        rng: Where chance comes from.
        people: `age` (years on 1 January 2024), `sex`, `relationship`, `kind` of household, `is_rural`, `poorness`.
    """
    size = len(people)
    a, b, c, d, e = (pl.lit(pl.Series(rng.random(size))) for _ in range(5))
    age, woman = pl.col("age"), pl.col("sex") == "female"
    relation, rural, poorness = pl.col("relationship"), pl.col("is_rural"), pl.col("poorness")
    has_in_law = (relation == "child_in_law").any().over("household")
    first_child = (relation == "child") & (pl.int_range(pl.len()).over("household", "relationship") == 0)
    marital = (
        pl.when(pl.col("kind").is_in([0, 3]) & relation.is_in(["head", "spouse"]))
        .then(pl.lit("married"))
        .when((relation == "child_in_law") | (first_child & has_in_law))
        .then(pl.lit("married"))
        .when((relation == "head") & (pl.col("kind") == 1))
        .then(pl.when(a < 0.6).then(pl.lit("widowed")).otherwise(pl.lit("divorced")))
        .when(((relation == "head") & (pl.col("kind") == 2)) | (relation == "parent"))
        .then(pl.when(a < 0.85).then(pl.lit("widowed")).otherwise(pl.lit("divorced")))
        .otherwise(pl.lit("single"))
    )
    return (
        people.with_columns(marital_status=marital, education=_education(age, poorness, b))
        .with_columns(
            school_participation=pl.when(pl.col("education").str.starts_with("in_"))
            .then(pl.lit("attending"))
            .when(pl.col("education") == "none")
            .then(pl.lit("never"))
            .otherwise(pl.lit("left"))
        )
        .with_columns(occupation=_occupation(age, woman, rural, poorness, c))
        .with_columns(
            employment_status=_employment(age, d),
            disability=pl.when(e < pl.when(age > 60).then(0.07).otherwise(0.018))
            .then(_pick(DISABILITIES, rng.random(size)))
            .otherwise(pl.lit("none")),
        )
    )


def _pick(codes: tuple[str, ...], chance: np.ndarray) -> pl.Expr:
    return pl.lit(pl.Series(codes)[(chance**1.7 * len(codes)).astype(int)])


def _ladder(chance: pl.Expr, steps: Steps, last: str) -> pl.Expr:
    """Choose the first code whose cumulated share is above the chance."""
    bound: pl.Expr = pl.lit(0.0)
    chosen: Any = pl.when(pl.lit(False)).then(pl.lit(last))
    for code, share in steps:
        bound = bound + share
        chosen = chosen.when(chance < bound).then(pl.lit(code))
    return chosen.otherwise(pl.lit(last))


def _education(age: pl.Expr, poorness: pl.Expr, chance: pl.Expr) -> pl.Expr:
    rich = 1 - poorness
    grown = _ladder(
        chance,
        [
            ("tertiary", 0.02 + rich * 0.33),
            ("senior_secondary", 0.2 + rich * 0.25),
            ("junior_secondary", 0.24 - rich * 0.05),
            ("primary", 0.3 - rich * 0.2),
            ("left_primary", 0.17 - rich * 0.12),
        ],
        "none",
    )
    old = _ladder(chance, [("senior_secondary", 0.08 + rich * 0.3), ("primary", 0.4), ("left_primary", 0.35)], "none")
    return (
        pl.when(age < 6.5)
        .then(pl.lit("none"))
        .when(age < 12.7)
        .then(_ladder(chance, [("in_primary", 0.98)], "none"))
        .when(age < 15.7)
        .then(_ladder(chance, [("in_junior_secondary", 0.9), ("primary", 0.07)], "left_primary"))
        .when(age < 18.7)
        .then(_ladder(chance, [("in_senior_secondary", 0.72), ("junior_secondary", 0.2)], "primary"))
        .when(age < 23)
        .then(_ladder(chance, [("in_tertiary", 0.05 + rich * 0.35), ("senior_secondary", 0.5)], "junior_secondary"))
        .when(age < 62)
        .then(grown)
        .otherwise(old)
    )


def _occupation(age: pl.Expr, woman: pl.Expr, rural: pl.Expr, poorness: pl.Expr, chance: pl.Expr) -> pl.Expr:
    good = (1 - poorness) * 0.3
    country: Steps = [
        ("farmer", 0.36),
        ("fisher", 0.2),
        ("casual_worker", 0.2),
        ("trader", 0.05),
        ("self_employed", 0.05),
    ]
    town: Steps = [("casual_worker", 0.32), ("private_employee", 0.2 + good), ("trader", 0.12), ("self_employed", 0.14)]
    hers: Steps = [
        ("homemaker", 0.55),
        ("trader", 0.12),
        ("casual_worker", 0.1),
        ("farmer", 0.03),
        ("private_employee", 0.08),
    ]
    pupil = pl.col("education").str.starts_with("in_")
    return (
        pl.when(pupil)
        .then(pl.lit("student"))
        .when(age < 17)
        .then(pl.lit("none"))
        .when(age > 68)
        .then(_ladder(chance, [("farmer", 0.15), ("pensioner", 0.05 + good)], "none"))
        .when(woman)
        .then(_ladder(chance, [*hers, ("civil_servant", good / 3)], "none"))
        .when(rural)
        .then(_ladder(chance, [*country, ("private_employee", 0.04)], "none"))
        .otherwise(_ladder(chance, [*town, ("civil_servant", good / 3)], "none"))
    )


def _employment(age: pl.Expr, chance: pl.Expr) -> pl.Expr:
    work = pl.col("occupation")
    seeks = age.is_between(17, 55) & (chance < 0.6)
    return (
        pl.when(work == "none")
        .then(pl.when(seeks).then(pl.lit("job_seeker")).otherwise(pl.lit("not_working")))
        .when(work.is_in(["homemaker", "student", "pensioner"]))
        .then(pl.lit("not_working"))
        .when(work.is_in(["private_employee", "civil_servant"]))
        .then(pl.lit("employee"))
        .when(work == "casual_worker")
        .then(pl.lit("casual_worker"))
        .otherwise(_ladder(chance, [("own_account", 0.7), ("employer_casual", 0.2)], "family_worker"))
    )
