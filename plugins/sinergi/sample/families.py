"""Families: where they live, how poor they are, their cards; who moves, who gets a new card, who leaves the city."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from sinergi import reference
from sinergi.sample import attributes, names, numbers

RURAL_DISTRICTS = ("62.71.02", "62.71.05")
RURAL_AREAS = ("62.71.01.1004", "62.71.03.1004", "62.71.04.1001", "62.71.04.1004", "62.71.04.1005")
# People per kelurahan in thousands, by magnitude only: a few big ones in town, many villages of about two.
WEIGHTS = {
    **{"62.71.03.1001": 50, "62.71.03.1002": 48, "62.71.03.1003": 52, "62.71.03.1004": 4},
    **{"62.71.01.1001": 29, "62.71.01.1002": 25, "62.71.01.1003": 33, "62.71.01.1005": 6, "62.71.01.1006": 15},
    **{"62.71.04.1002": 5, "62.71.04.1003": 9, "62.71.04.1006": 4, "62.71.02.1003": 4, "62.71.02.1004": 4},
}
FIRST_NEW_SERIAL = 501  # cards issued instead of another one
_EPOCH = date(1970, 1, 1)


def days(numbers_of_days: np.ndarray, since: date, valid: np.ndarray | None = None) -> pl.Series:
    """Turn numbers of days after `since` into dates; null where not valid."""
    count = pl.Series(np.asarray(numbers_of_days).astype(np.int32) + (since - _EPOCH).days, dtype=pl.Int32)
    dates = count.cast(pl.Date)
    return dates if valid is None else pl.select(pl.when(pl.lit(pl.Series(valid))).then(pl.lit(dates))).to_series()


def make_families(
    rng: np.random.Generator, kind: str, skeleton: pl.DataFrame, named: list[str], poor: int, listed: int
) -> pl.DataFrame:
    """Make one row a family (columns: see `World.families`).

    Args:
        rng: Where chance comes from.
        kind: `palangkaraya` or `city`.
        skeleton: One row a household: first those of the decrees, then the other poor, then the rest.
        named: Area code of each family of the decrees.
        poor: How many other poor families P3KE lists.
        listed: How many of the decrees' families P3KE lists.
    """
    size, codes = len(skeleton), list(reference.areas())
    block = np.repeat([0, 1, 2], [len(named), poor, size - len(named) - poor])
    area = np.concatenate([[codes.index(code) for code in named], _areas(rng, kind, poor, int((block == 2).sum()))])
    low = np.clip(rng.gamma(2.2, 7, size), 1, 40)
    wide = rng.uniform(8, 100, size) if kind == "city" else np.clip(rng.gamma(3, 8, size), 1, 60)
    drawn = np.select([block == 0, block == 1], [rng.uniform(0, 3, size), low], wide)
    percentile = np.ceil(drawn).clip(1, 100).astype(int)
    jump = rng.choice([-1, 0, 1, 3], size, p=[0.1, 0.75, 0.1, 0.05])
    decile = np.ceil(percentile / 10).astype(int)
    poorness = 1 - (percentile - 1) / 99
    in_p3ke = (block == 1) | (np.arange(size) < listed)
    # Nine digits in no order, as P3KE's own ids are: the modulus is prime, so that none repeats.
    p3ke_id = 100_000_000 + (np.cumsum(in_p3ke) * 7_919_317) % 99_999_989
    is_rural = pl.col("area_code").str.head(8).is_in(RURAL_DISTRICTS) | pl.col("area_code").is_in(RURAL_AREAS)
    frame = pl.DataFrame(
        {
            "family_id": np.arange(1, size + 1),
            "area_code": pl.Series(codes)[area],
            "percentile": percentile,
            "decile": decile,
            "dtsen_decile": np.where(block == 0, 1, np.clip(decile + jump, 1, 10)),
            "poorness": poorness,
            "member_count": skeleton["size"],
            "is_decree_family": block == 0,
            "p3ke_id": p3ke_id,
            "rt": rng.integers(1, 25, size),
            "rw": rng.integers(1, 13, size),
            "formed_on": pl.Series([None] * size, dtype=pl.Date),
            **attributes.housing(rng, poorness),
        }
    ).with_columns(
        family_id="F" + pl.col("family_id").cast(pl.String).str.zfill(6),
        p3ke_id=pl.when(pl.lit(pl.Series(in_p3ke))).then(pl.col("p3ke_id").cast(pl.String)),
        rt=pl.col("rt").cast(pl.String).str.zfill(3),
        rw=pl.col("rw").cast(pl.String).str.zfill(3),
        is_rural=is_rural,
        district_no=pl.col("area_code").str.slice(6, 2).cast(pl.Int32),
    )
    return _cards(rng, frame, codes)


def _areas(rng: np.random.Generator, kind: str, poor: int, rest: int) -> np.ndarray:
    weights = np.array([WEIGHTS.get(code, 2.0) for code in reference.areas()])
    flat = np.sqrt(weights) / np.sqrt(weights).sum()
    shares = weights / weights.sum() if kind == "city" else flat
    # Every kelurahan has poor families: half of them go round, the others fall where more people live.
    rounds = np.arange(poor // 2) % len(weights)
    return np.concatenate(
        [rounds, rng.choice(len(weights), poor - len(rounds), p=flat), rng.choice(len(weights), rest, p=shares)]
    )


def _cards(rng: np.random.Generator, families: pl.DataFrame, codes: list[str]) -> pl.DataFrame:
    size = len(families)
    chance = rng.random(size)
    free = ~families["is_decree_family"].to_numpy()
    moved, left = free & (chance < 0.012), free & (chance > 0.012) & (chance < 0.02)
    # Two decreed families get a new card, and stay the same family.
    renewed = moved | (free & (chance > 0.985)) | np.isin(np.arange(size), (1, 12))
    changed_on = days(rng.integers(0, 300, size), date(2024, 1, 2), renewed)
    first = numbers.no_kk(days(rng.integers(0, 5800, size), date(2006, 1, 1)), families["district_no"])
    new_area = pl.Series(codes)[rng.integers(0, len(codes), size)]
    rural = pl.Series(rng.random(size) < 0.4)
    return families.with_columns(
        no_kk=first,
        card_changed_on=changed_on,
        new_no_kk=numbers.no_kk(changed_on.fill_null(date(2024, 1, 2)), families["district_no"], FIRST_NEW_SERIAL),
        moved_on=pl.when(pl.lit(pl.Series(moved))).then(pl.lit(changed_on)),
        new_area_code=pl.when(pl.lit(pl.Series(moved))).then(pl.lit(new_area)),
        left_city_on=days(rng.integers(0, 420, size), date(2023, 11, 10), left),
        address=addresses(rng, families["is_rural"]),
        new_address=pl.when(pl.lit(pl.Series(moved))).then(pl.lit(addresses(rng, rural))),
    ).with_columns(new_no_kk=pl.when(pl.col("card_changed_on").is_not_null()).then("new_no_kk"))


def addresses(rng: np.random.Generator, is_rural: pl.Series) -> pl.Series:
    """Make one street address a family."""
    size = len(is_rural)
    town = pl.Series(names.STREETS)[rng.integers(0, len(names.STREETS), size)]
    village = pl.Series(names.VILLAGE_STREETS)[rng.integers(0, len(names.VILLAGE_STREETS), size)]
    number = pl.Series(rng.integers(1, 180, size)).cast(pl.String)
    frame = pl.DataFrame({"rural": is_rural, "town": town, "village": village, "number": number})
    street = pl.when("rural").then("village").otherwise("town")
    return frame.select(pl.concat_str(pl.lit("Jl. "), street, pl.lit(" No. "), "number")).to_series()
