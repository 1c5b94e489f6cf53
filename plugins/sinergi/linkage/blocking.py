"""Which profiles are compared: those that share a key. A key that too many share is split, and what is left is told."""

from __future__ import annotations

import polars as pl

CAP = 40  # profiles that share one key; 780 pairs. At 150 the city has twice the pairs and the same links
KEYS = (
    "nik",
    "birth_word",
    "birth_area",
    "name_area",
    "name_year",
    "card_word",
    "place_word",
    "door",
    "list_word",
    "swap_word",
    "birth_street",
    "birth_first",
    "birth_last",
    "birth_initials",
    "name_street",
)
# What splits a crowded key further, in this order.
SPLITTERS = ("sex", "born_year", "place", "street")


def add_keys(profiles: pl.DataFrame, cap: int = CAP) -> tuple[pl.DataFrame, list[dict[str, object]]]:
    """Add a column `key_<name>` for each of KEYS: a number that stands for a text, since numbers join faster.

    Two texts of one number would cost one more comparison. polars promises the same numbers within one version.

    Returns:
        The profiles, and one row (`key`, `blocks`, `profiles`, `largest`) for each key with blocks that no splitter
        brought under the cap: those are left out of this key, and counted.
    """
    longest = pl.element().sort_by(pl.element().str.len_chars(), descending=True, maintain_order=True).first()
    word = pl.col("sound").str.split(" ").list.eval(longest).list.first()
    words = pl.col("name").str.split(" ")
    initials = pl.col("sound").str.split(" ").list.eval(pl.element().str.head(1)).list.sort().list.join("")
    swapped = pl.concat_str(
        pl.col("born").str.head(4), pl.col("born").str.slice(8, 2), pl.col("born").str.slice(5, 2), separator="-"
    )
    born = pl.col("born")
    ordered = pl.min_horizontal(born, swapped)  # a date and its swapped twin share it
    birth = pl.coalesce("born_short", "born_nik")  # the date inside the NIK stands in where no other is known
    keys = {
        "nik": pl.col("nik"),
        "birth_word": pl.concat_str(birth, word, separator="|"),
        "birth_area": pl.concat_str(birth, "area_code", separator="|"),
        "name_area": pl.concat_str("sound", "area_code", separator="|"),
        "name_year": pl.concat_str("sound", "born_year", separator="|"),
        "card_word": pl.concat_str("no_kk", word, separator="|"),
        "place_word": pl.concat_str("place", word, separator="|"),
        "door": pl.concat_str("place", "street", separator="|"),
        "list_word": pl.concat_str(pl.col("groups").list.first(), word, separator="|"),
        "birth_street": pl.concat_str(birth, "street", separator="|"),
        "birth_first": pl.concat_str(birth, words.list.first(), separator="|"),
        "birth_last": pl.concat_str(birth, words.list.last(), separator="|"),
        "birth_initials": pl.concat_str(birth, initials, separator="|"),
        "name_street": pl.concat_str("sound", "street", separator="|"),
        "swap_word": pl.concat_str(pl.when(swapped != born).then(ordered), word, separator="|"),
    }
    frame = profiles.with_columns(
        **{f"key_{name}": _number(key) for name, key in keys.items()},
        born_swapped=swapped,
    )
    told: list[dict[str, object]] = []
    for name in KEYS:
        column, left = _capped(frame, f"key_{name}", cap)
        frame = frame.with_columns(column)
        if len(left):
            told.append({"key": name, "blocks": len(left), "profiles": left.sum(), "largest": left.max()})
    return frame, told


def _capped(frame: pl.DataFrame, key: str, cap: int) -> tuple[pl.Series, pl.Series]:
    """Split the blocks of a key that more than `cap` profiles share; empty the key where no splitter will do.

    Returns:
        The key, and the sizes of the blocks that are left out.
    """
    crowded = frame.select(pl.col(key).is_not_null() & (pl.len().over(key) > cap)).to_series()
    size = pl.len().over("key")
    finer = frame.filter(crowded).select(*SPLITTERS, key=key)
    for splitter in SPLITTERS:
        part = _number(pl.concat_str(pl.lit(f"{splitter} "), pl.col(splitter).cast(pl.String).fill_null("?")))
        finer = finer.with_columns(key=pl.when(size > cap).then(pl.col("key") ^ part).otherwise("key"))
    left = finer.filter(size > cap).group_by("key").len()["len"]
    within = finer.select(pl.when(size <= cap).then("key")).to_series()
    return frame[key].scatter(crowded.arg_true(), within), left


def _number(text: pl.Expr) -> pl.Expr:
    """Return a number that fits a signed one of 64 bits, as databases have them; null of null."""
    return pl.when(text.is_not_null()).then((text.hash() // 2).cast(pl.Int64))


def with_rivals(keyed: pl.DataFrame) -> pl.DataFrame:
    """Empty the keys under which nobody is to be compared, and keep the profiles that still have one.

    A key is compared where profiles of two sure clusters share it, unless all are confirmed under numbers of their own.
    """
    is_shared = {
        column: (pl.col("sure").min().over(column) < pl.col("sure").max().over(column))
        & ((pl.col("wall").null_count().over(column) > 0) | pl.col("is_conflict").any().over(column))
        for column in (f"key_{key}" for key in KEYS)
    }
    return _kept(keyed, is_shared)


def near_new(keyed: pl.DataFrame) -> pl.DataFrame:
    """Empty the keys that no new profile (`is_new`) has, and keep the profiles that still have one."""
    return _kept(keyed, {column: pl.col("is_new").any().over(column) for column in (f"key_{key}" for key in KEYS)})


def _kept(keyed: pl.DataFrame, conditions: dict[str, pl.Expr]) -> pl.DataFrame:
    emptied = keyed.with_columns(pl.when(holds).then(column).alias(column) for column, holds in conditions.items())
    return emptied.filter(pl.any_horizontal(pl.col(list(conditions)).is_not_null()))
