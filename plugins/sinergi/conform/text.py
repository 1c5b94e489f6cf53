"""Clean text: what is invisible goes, what stands for nothing becomes null. Vectorised over whole columns."""

from __future__ import annotations

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
_UNITS = (
    r"(?i)\bRT(?:\s*/\s*RW)?[\s.:]*0*(\d{1,3})\b"
    r"(?:(?:\s*/\s*(?:RW[\s.:]*)?|[\s,]*RW[\s.:]*)0*(\d{1,3})\b)?"
)
_RW = r"(?i)\bRW[\s.:]*0*(\d{1,3})\b"
_LONGEST = max(len(word.encode()) for word in NOTHING)


def clean(cells: pl.Series) -> pl.Series:
    """Normalise to NFC, drop invisible characters and a leading apostrophe, fold spaces; Kosong and its like go."""
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
    short = cells.filter(length <= _LONGEST).unique().drop_nulls()
    words = short.filter(short.str.to_lowercase().is_in(list(NOTHING)))
    if len(words):
        empty = empty | cells.is_in(words.implode())
    if empty.any():
        cells = cells.set(empty.fill_null(value=False), None)
    return cells


def has_control(cells: pl.Series) -> pl.Series:
    """Tell which cells hold NUL or another control character."""
    return cells.str.contains(CONTROL).fill_null(value=False)


def parse_unit(cells: pl.Series) -> pl.DataFrame:
    """Read cleaned RT or RW.

    Returns:
        unit (three digits) and unreadable: true where there is something else than a number; 0 is none.
    """
    unit = pad_unit(cells)
    odd = cells.is_not_null() & unit.is_null() & ~cells.str.contains(r"^0+$")
    return pl.DataFrame({"unit": unit, "unreadable": odd})


def pad_unit(cells: pl.Series) -> pl.Series:
    """Write RT or RW with three digits; 0 is none. What is no number of at most three digits becomes null."""
    digits = cells.str.extract(r"(?i)^(?:R[TW]|RUKUN \w+)?[\s.:]*0*(\d{1,3})(?:\.0)?(?:\s*/\s*\d{1,3})?$", 1)
    return _three_digits(digits)


def units_in_address(addresses: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Find RT and RW inside addresses such as `Jl. Mawar RT 3/RW 1`, `RT/RW 003/001` and `RT.03/01`."""
    groups = addresses.str.extract_groups(_UNITS)
    rt, rw = groups.struct.field("1"), groups.struct.field("2")
    alone = addresses.is_not_null() & rw.is_null()
    if alone.any():
        rw = rw.scatter(alone.arg_true(), addresses.filter(alone).str.extract(_RW, 1))
    return _three_digits(rt), _three_digits(rw)


def _three_digits(digits: pl.Series) -> pl.Series:
    return digits.set((digits == "0").fill_null(value=False), None).str.zfill(3)
