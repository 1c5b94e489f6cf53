"""From what comparisons found to weights in bits: the model's, less for frequent values."""

from __future__ import annotations

import math
from typing import Any

import polars as pl

from sinergi.linkage import model as models

# People of a small kelurahan. Fewer than that are a part of one: a name that two of three have is not two thirds'.
SMALLEST_PLACE = 1_000


def most_of_frequency(model: dict[str, Any]) -> float:
    """Return the bits that the rarest value may add to a level."""
    return max(math.log2(_u(model, key) / models.RAREST) for key in models.FREQUENT)


def weigh(found: pl.DataFrame, profiles: pl.DataFrame, model: dict[str, Any], prior: float) -> pl.DataFrame:
    """Give each compared pair its weight.

    Args:
        found: `left, right` (profile ids) and for each comparison `level_<name>`: the place of its level in
            `model.COMPARISONS`, null where nothing is known.
        profiles: All profiles, whose values tell what is frequent.
        model: As `model.load` returns it.
        prior: Probability that two profiles, taken at random, are one person.

    Returns:
        `left, right`, `weight` (bits, the prior's included), `bits_<comparison>`: what each comparison adds to it, and
        the levels as found.
    """
    pairs = found
    for column in sorted(set(models.FREQUENT.values())):
        share = _shares(profiles, column).select(left="profile_id", **{f"share_{column}": "share"})
        pairs = pairs.join(share, on="left", how="left", maintain_order="left")
    bits = [_bits(name, model).alias(f"bits_{name}") for name in models.COMPARISONS]
    names = [f"bits_{name}" for name in models.COMPARISONS]
    total = pl.sum_horizontal(names) + math.log2(prior / (1 - prior))
    levels = [f"level_{name}" for name in models.COMPARISONS]
    return pairs.with_columns(*bits).select("left", "right", total.alias("weight"), *names, *levels)


def _shares(profiles: pl.DataFrame, column: str) -> pl.DataFrame:
    """Return `profile_id, share`: of the people, as far as they are known, who have the profile's value.

    People are counted and not profiles: whom twelve lists spell in five ways is one.
    """
    people = profiles.select("sure", column).drop_nulls().unique()
    share = (pl.len() / max(len(people), SMALLEST_PLACE)).clip(lower_bound=models.RAREST)
    return profiles.select("profile_id", column).join(people.group_by(column).agg(share=share), on=column)


def _bits(name: str, model: dict[str, Any]) -> pl.Expr:
    level = pl.col(f"level_{name}")
    bits = pl.lit(0.0)
    for place, (label, _) in enumerate(models.COMPARISONS[name]):
        worth = pl.lit(models.bits(model, name, label))
        if column := models.FREQUENT.get((name, label)):
            worth = worth + (_u(model, (name, label)) / pl.col(f"share_{column}")).log(2)
        bits = pl.when(level == place).then(worth).otherwise(bits)
    return bits


def _u(model: dict[str, Any], key: tuple[str, str]) -> float:
    comparison, label = key
    return float(model["comparisons"][comparison][label]["u"])
