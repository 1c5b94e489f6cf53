"""Clean text: what is invisible goes, what stands for nothing becomes null. Vectorised over whole columns."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

# What senders write where they have nothing to write. 0 is a value except in identity numbers and dates.
NOTHING = frozenset(
    [
        *("kosong", "(kosong)", "null", "(null)", "<null>", "n/a", "none", "nan", "nil", "blank", "(blank)"),
        *("-", "--", "---", "–", "—", "-/-", ".", "..", "...", "?", "??", "_"),
    ]
)
SPREADSHEET_ERRORS = ["#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"]
CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
_ODD = r"[^ -~]|  |^['`]"
_SPACES = r"[\s\u00a0\u2000-\u200a\u202f\u205f\u3000]+"
_INVISIBLE = r"[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]|" + CONTROL
_LONGEST = max(map(len, NOTHING)) + 1


def clean(cells: pl.Series, *, nothing: bool = True) -> pl.Series:
    """Normalise to NFC, drop invisible characters and a leading apostrophe, fold spaces; nothing becomes null.

    Args:
        cells: Text as in the file.
        nothing: Whether words such as Kosong, - and NULL become null too.
    """
    cells = cells.str.strip_chars()
    odd = cells.str.contains(_ODD).fill_null(value=False)
    if odd.any():
        where = odd.arg_true()
        tidy = (
            cells.gather(where)
            .str.normalize("NFC")
            .str.replace_all(_INVISIBLE, "")
            .str.replace_all(_SPACES, " ")
            .str.strip_chars(" ")
            .str.replace(r"^['`’]+\s*", "")
        )
        cells = tidy if len(where) == len(cells) else cells.scatter(where, tidy)
    length = cells.str.len_bytes()
    empty = length == 0
    if nothing:
        short = cells.filter(length <= _LONGEST * 3).unique().drop_nulls()
        words = short.filter(short.str.to_lowercase().is_in(list(NOTHING)))
        if len(words):
            empty = empty | cells.is_in(words.implode())
    if empty.any():
        cells = cells.set(empty.fill_null(value=False), None)
    return cells


def has_control(cells: pl.Series) -> pl.Series:
    """Tell which cells hold NUL or another control character."""
    return cells.str.contains(CONTROL).fill_null(value=False)


def per_distinct(cells: pl.Series, parse: Callable[[pl.Series], pl.DataFrame]) -> pl.DataFrame:
    """Parse each distinct value once and give the result a row per cell; null stays null."""
    distinct = cells.unique().drop_nulls()
    if len(distinct) > len(cells) // 2:
        return parse(cells)
    parsed = parse(distinct).with_columns(distinct.alias("_key"))
    return cells.alias("_key").to_frame().join(parsed, on="_key", how="left", maintain_order="left").drop("_key")


def pad_unit(cells: pl.Series) -> pl.Series:
    """Write RT or RW with three digits; 0 is none. What is no number of at most three digits becomes null."""
    digits = cells.str.extract(r"(?i)^(?:R[TW]|RUKUN \w+)?[\s.:]*0*(\d{1,3})(?:\.0)?(?:\s*/\s*\d{1,3})?$", 1)
    return digits.set((digits == "0").fill_null(value=False), None).str.zfill(3)


def units_in_address(addresses: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Find RT and RW inside addresses such as `Jl. Mawar RT 3/RW 1`, `RT/RW 003/001` and `RT.03/01`."""
    pair = addresses.str.extract_groups(r"(?i)\bRT\s*/\s*RW[\s.:]*(\d{1,3})\s*/\s*(\d{1,3})\b")
    slash = addresses.str.extract(r"(?i)\bRT[\s.:]*\d{1,3}\s*/\s*(\d{1,3})\b", 1)
    rt = pair.struct.field("1").fill_null(addresses.str.extract(r"(?i)\bRT[\s.:]*(\d{1,3})\b", 1))
    rw = pair.struct.field("2").fill_null(addresses.str.extract(r"(?i)\bRW[\s.:]*(\d{1,3})\b", 1)).fill_null(slash)
    return pad_unit(rt), pad_unit(rw)
