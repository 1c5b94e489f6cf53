"""NIK and No. KK, whole columns at once. What they must look like stands in `sinergi.reference`."""

from __future__ import annotations

import polars as pl

from sinergi import reference

_SCIENTIFIC = r"^\d+(?:[.,]\d+)?[eE]\+?\d+$"
_SERIES = ["1234567890123456", "0123456789012345"]
_ALL_ONES = 1111111111111111
# Status of a NIK or No. KK by what is reported about it.
STATUS = {
    "missing": "missing",
    "numeric": "unreadable",
    "scientific": "unreadable",
    "length": "unreadable",
    "placeholder": "placeholder",
    "implausible": "implausible",
    "valid": "valid",
}


def parse(cells: pl.Series, numeric: pl.Series | None, *, family_card: bool = False) -> pl.DataFrame:
    """Judge cleaned identity numbers.

    Args:
        cells: Cleaned text.
        numeric: Which cells the workbook held as numbers, whose 16th digit is therefore lost.
        family_card: No. KK, whose date is the day of issue, without + 40 for women.

    Returns:
        number (16 digits, null unless valid or implausible) and outcome, a key of `STATUS`.
    """
    frame = cells.alias("raw").to_frame()
    is_number = pl.lit(value=False)
    if numeric is not None:
        frame = frame.with_columns(numeric.alias("numeric"))
        is_number = pl.col("numeric")
    spaced = (cells.str.len_bytes() != 16).fill_null(value=False)
    if spaced.any():
        where = spaced.arg_true()
        cells = cells.scatter(where, cells.gather(where).str.replace_all(r"[ .-]", ""))
    frame = frame.with_columns(cells.alias("t"))
    t = pl.col("t")
    # Faster than a pattern: 16 bytes that are an integer, without a sign.
    integer = t.cast(pl.Int64, strict=False)
    sixteen = (t.str.len_bytes() == 16) & ((integer >= 10**15) | ((integer >= 0) & t.str.starts_with("0")))
    frame = frame.with_columns(pl.when(sixteen).then(integer).alias("n"))
    zeros = scientific = pl.lit(value=False)
    if frame["n"].null_count():
        zeros = (t.str.len_bytes() < 16) & t.str.contains(r"^0*$")
        scientific = pl.col("raw").str.contains(_SCIENTIFIC)
    n = pl.col("n")
    placeholder = (n % _ALL_ONES == 0) | (n % 10**10 == 0) | t.is_in(_SERIES)
    valid = plausible(n, 31 if family_card else 71)
    frame = frame.with_columns(
        pl.when(t.is_null() | zeros)
        .then(pl.lit("missing"))
        .when(is_number)
        .then(pl.lit("numeric"))
        .when(scientific)
        .then(pl.lit("scientific"))
        .when(n.is_null())
        .then(pl.lit("length"))
        .when(placeholder)
        .then(pl.lit("placeholder"))
        .when(valid)
        .then(pl.lit("valid"))
        .otherwise(pl.lit("implausible"))
        .alias("outcome")
    )
    kept = pl.col("outcome").is_in(["valid", "implausible"])
    return frame.select(pl.when(kept).then(t).alias("number"), "outcome")


def plausible(n: pl.Expr, last_day: int) -> pl.Expr:
    """Whether 16 digits, as an integer, are a possible NIK: `reference.is_valid_nik` for whole columns."""
    provinces = [int(code) for code in sorted(reference.provinces())]
    day, month, year, serial = day_of(n), month_of(n), year_of(n), n % 10_000
    days = pl.when(day > 40).then(day - 40).otherwise(day)
    february = pl.when(year % 4 == 0).then(29).otherwise(28)  # 00 is 2000, a leap year, or 1900, which is none
    longest = pl.when(month == 2).then(february).when(month.is_in([4, 6, 9, 11])).then(30).otherwise(31)
    return (
        (n // 10**14).is_in(provinces)
        & month.is_between(1, 12)
        & day.is_between(1, last_day)
        & days.is_between(1, longest)
        & (serial > 0)
    )


def day_of(n: pl.Expr) -> pl.Expr:
    """Give the two digits of the day, still with a woman's + 40."""
    return n // 10**8 % 100


def month_of(n: pl.Expr) -> pl.Expr:
    """Give the two digits of the month."""
    return n // 10**6 % 100


def year_of(n: pl.Expr) -> pl.Expr:
    """Give the two digits of the year; the century is not in the number."""
    return n // 10**4 % 100


def disagreements(numbers: pl.Series, sex: pl.Series | None, birth_date: pl.Series | None) -> pl.DataFrame:
    """Compare valid NIKs with the sex and birth date reported beside them.

    The number has two digits of the year only, so that the reported date decides the century.

    Returns:
        sex and birth_date: true where both sides say something and they differ.
    """
    frame = pl.DataFrame({"n": numbers.cast(pl.Int64)})
    n, no = pl.col("n"), pl.lit(value=False)
    checks = {"sex": no, "birth_date": no}
    if sex is not None:
        frame = frame.with_columns(sex.alias("sex_"))
        checks["sex"] = pl.col("sex_").is_in(["female", "male"]) & ((pl.col("sex_") == "female") != (day_of(n) > 40))
    if birth_date is not None:
        frame = frame.with_columns(birth_date.alias("born"))
        born = pl.col("born").dt
        day = pl.when(day_of(n) > 40).then(day_of(n) - 40).otherwise(day_of(n))
        same = (born.day() == day) & (born.month() == month_of(n)) & (born.year() % 100 == year_of(n))
        checks["birth_date"] = ~same
    return frame.select(**{name: check.fill_null(value=False) for name, check in checks.items()})
