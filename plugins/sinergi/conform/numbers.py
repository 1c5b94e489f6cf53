"""Read numbers as Indonesians write them (1.500.000,00), others only where they cannot mean anything else."""

from __future__ import annotations

import polars as pl

_UNIT = r"(?i)\s*(?:kg|cm|m2|m²|va|watt|orang|jiwa|unit|paket|%)\.?$"
_BOTH_COMMA = r"^\d{1,3}(?:\.\d{3})+,\d+$"  # 1.500.000,00
_BOTH_POINT = r"^\d{1,3}(?:,\d{3})+\.\d+$"  # 1,500,000.00
_POINTS = r"^[1-9]\d{0,2}(?:\.\d{3}){2,}$"  # 1.500.000
_COMMAS = r"^[1-9]\d{0,2}(?:,\d{3}){2,}$"  # 1,500,000
_ONE_POINT = r"^[1-9]\d{0,2}\.\d{3}$"  # 1.500: thousands in rupiah and counts, unclear in measures
_ONE_COMMA = r"^[1-9]\d{0,2},\d{3}$"  # 1,500: thousands in English, a fraction in Indonesian
_DECIMAL_COMMA = r"^\d+,\d+$"
_DECIMAL_POINT = r"^\d+\.\d+$"
_PLAIN = r"^\d+$"


def parse(cells: pl.Series, kind: str) -> pl.DataFrame:
    """Parse cleaned, distinct texts.

    Args:
        cells: Cleaned text.
        kind: integer, decimal or amount; it decides what a single point before three digits means.

    Returns:
        number (Float64) and status: ok, ambiguous or unreadable; both null for null.
    """
    text = cells.str.replace(r"(?i)^(-?)\s*(?:rp|idr)\.?\s*", "${1}").str.replace(_UNIT, "")
    text = text.str.replace(r"[,.]-+$", "").str.replace_all(" ", "")
    negative = text.str.contains(r"^-\d|^\(\d.*\)$")
    frame = pl.DataFrame(
        {"t": text.str.strip_chars("-()").set(text.str.contains(r"\d-|--").fill_null(value=False), "?")}
    )
    t = pl.col("t")
    no_points, no_commas = t.str.replace_all(".", "", literal=True), t.str.replace_all(",", "", literal=True)
    ambiguous = t.str.contains(_ONE_COMMA)
    thousands = t.str.contains(_POINTS)
    if kind == "decimal":
        ambiguous = ambiguous | t.str.contains(_ONE_POINT)
    else:
        thousands = thousands | t.str.contains(_ONE_POINT)
    digits = (
        pl.when(ambiguous)
        .then(None)
        .when(thousands)
        .then(no_points)
        .when(t.str.contains(_COMMAS) | t.str.contains(_BOTH_POINT))
        .then(no_commas)
        .when(t.str.contains(_BOTH_COMMA) | t.str.contains(_DECIMAL_COMMA))
        .then(no_points.str.replace(",", ".", literal=True))
        .when(t.str.contains(_PLAIN) | t.str.contains(_DECIMAL_POINT))
        .then(t)
    )
    frame = frame.with_columns(digits.cast(pl.Float64, strict=False).alias("number"), ambiguous.alias("ambiguous"))
    frame = frame.with_columns(negative.alias("negative"))
    number = pl.when("negative").then(-pl.col("number")).otherwise(pl.col("number"))
    return _finish(frame.with_columns(number.alias("number"), cells.is_not_null().alias("given")), kind)


def cast(cells: pl.Series, kind: str) -> pl.DataFrame:
    """Read cells that the workbook itself held as numbers; same columns as `parse`."""
    number = cells.cast(pl.Float64, strict=False)
    frame = pl.DataFrame({"number": number, "given": cells.is_not_null()}).with_columns(ambiguous=pl.lit(value=False))
    return _finish(frame, kind)


def _finish(frame: pl.DataFrame, kind: str) -> pl.DataFrame:
    number = pl.col("number")
    if kind == "integer":
        number = pl.when(number == number.round(0)).then(number)
    elif kind == "amount":
        number = number.round(2)
    return frame.select(
        number.alias("number"),
        pl.when(~pl.col("given"))
        .then(None)
        .when(number.is_not_null())
        .then(pl.lit("ok"))
        .when("ambiguous")
        .then(pl.lit("ambiguous"))
        .otherwise(pl.lit("unreadable"))
        .alias("status"),
    )
