"""Read dates as offices write them: real dates, Excel serials, dd/mm/yyyy, `27 Oktober 2022`, ranges, years alone."""

from __future__ import annotations

import polars as pl

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari january jan",
            "februari february pebruari feb peb",
            "maret march mar mrt",
            "april apr",
            "mei may",
            "juni june jun",
            "juli july jul",
            "agustus august agu ags agt agst aug",
            "september sept sep",
            "oktober october okt oct",
            "november nopember nov nop",
            "desember december des dec",
        ),
        start=1,
    )
    for name in names.split()
}
STATUSES = ("ok", "year_only", "placeholder", "unreadable")
_PLACEHOLDERS = ["1970-01-01", "1900-01-01", "1900-01-00", "1899-12-30", "1899-12-31"]
_TIME = r"(?:[T ]\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?Z?)?"
_TO = r"\s*(?:-|–|—|s\.?\s?/?d\.?|sampai(?: dengan)?|hingga)\s*"
_DAY = r"^(?:(?:senin|selasa|rabu|kamis|jum'?at|sabtu|minggu)\s*,?\s*)?"
_ISO = rf"^(\d{{4}})[-/](\d{{1,2}})[-/](\d{{1,2}}){_TIME}$"
_DMY = rf"^(\d{{1,2}})[/.-](\d{{1,2}})[/.-](\d{{4}}){_TIME}$"
_WORDS = rf"{_DAY}(\d{{1,2}})[ -]*([a-z]+)[., -]*(\d{{4}}){_TIME}$"
_WORD_RANGE = rf"{_DAY}(\d{{1,2}})(?: ?([a-z]+))??(?: (\d{{4}}))?{_TO}(\d{{1,2}}) ?([a-z]+)\.? (\d{{4}})$"
_DMY_RANGE = rf"^(\d{{1,2}})[/.-](\d{{1,2}})[/.-](\d{{4}}){_TO}(\d{{1,2}})[/.-](\d{{1,2}})[/.-](\d{{4}})$"
_ZERO = r"^0+([-/. ]0+)*( 0+:0+(:0+)?)?$"


def parse(cells: pl.Series, *, ranges: bool = True, years: bool = False) -> pl.DataFrame:
    """Parse cleaned, distinct texts.

    Args:
        cells: Cleaned text.
        ranges: Whether `15 - 20 Nov 2024` is two dates; a birth date is never one.
        years: Whether a year alone says something (a birth year does, a delivery's does not).

    Returns:
        date, end (of a range), year, and status: ok, year_only, placeholder or unreadable; all null for null.
    """
    cells = cells.str.to_lowercase()
    day = _usual(cells)
    end = pl.Series([None], dtype=pl.Date).new_from_index(0, len(cells))
    odd = (day.is_null() & cells.is_not_null()).arg_true()
    if len(odd):
        found = _unusual(cells.gather(odd), ranges=ranges)
        day, end = day.scatter(odd, found["date"]), end.scatter(odd, found["end"])
    frame = pl.DataFrame({"t": cells, "date": day, "end": end})
    t = pl.col("t")
    placeholder = t.str.contains(_ZERO) | pl.col("date").cast(pl.String).is_in(_PLACEHOLDERS)
    year = t.str.extract(r"^((?:19|20)\d\d)(?:-00-00)?$", 1).cast(pl.Int64)
    alone = year.is_not_null() & pl.col("date").is_null()
    frame = frame.with_columns(
        pl.when(t.is_null())
        .then(None)
        .when(placeholder.fill_null(value=False))
        .then(pl.lit("placeholder"))
        .when(pl.col("date").is_not_null())
        .then(pl.lit("ok"))
        .when(alone & pl.lit(years))
        .then(pl.lit("year_only"))
        .otherwise(pl.lit("unreadable"))
        .alias("status"),
        year.alias("_alone"),
    )
    ok = pl.col("status") == "ok"
    return frame.select(
        pl.when(ok).then("date").alias("date"),
        pl.when(ok).then("end").alias("end"),
        pl.when(ok)
        .then(pl.col("date").dt.year().cast(pl.Int64))
        .when(pl.col("status") == "year_only")
        .then("_alone")
        .alias("year"),
        "status",
    )


def _usual(cells: pl.Series) -> pl.Series:
    """Read the two forms that most cells have, without the patterns of all others."""
    t = pl.col("t")
    forms = [
        pl.when(t.str.contains(pattern)).then(t).str.to_date(form, strict=False)
        for pattern, form in ((r"^\d\d/\d\d/\d{4}$", "%d/%m/%Y"), (r"^\d{4}-\d\d-\d\d$", "%Y-%m-%d"))
    ]
    return cells.alias("t").to_frame().select(pl.coalesce(forms)).to_series()


def _unusual(cells: pl.Series, *, ranges: bool) -> pl.DataFrame:
    """Read every other form, and ranges."""
    t = pl.col("t")
    iso, dmy, words = t.str.extract_groups(_ISO), t.str.extract_groups(_DMY), t.str.extract_groups(_WORDS)
    candidates = [
        _date(_group(iso, 1), _group(iso, 2), _group(iso, 3)),
        _date(_group(dmy, 3), _group(dmy, 2), _group(dmy, 1)),
        _date(_group(words, 3), _month(words, 2), _group(words, 1)),
        _serial(t),
    ]
    columns = {"date": pl.coalesce(candidates), "end": pl.lit(None, pl.Date)}
    if ranges:
        w, d = t.str.extract_groups(_WORD_RANGE), t.str.extract_groups(_DMY_RANGE)
        end_year, end_month = _group(w, 6), _month(w, 5)
        month, year = pl.coalesce(_month(w, 2), end_month), pl.coalesce(_group(w, 3), end_year)
        # A misspelt month must not be taken for the end's month.
        month = pl.when(w.struct.field("2").is_null() | _month(w, 2).is_not_null()).then(month)
        start = pl.coalesce(_date(year, month, _group(w, 1)), _date(_group(d, 3), _group(d, 2), _group(d, 1)))
        end = pl.coalesce(_date(end_year, end_month, _group(w, 4)), _date(_group(d, 6), _group(d, 5), _group(d, 4)))
        fits = start <= end
        columns["date"] = pl.coalesce(columns["date"], pl.when(fits).then(start))
        columns["end"] = pl.when(fits).then(end)
    return cells.alias("t").to_frame().select(**columns)


def _group(groups: pl.Expr, number: int) -> pl.Expr:
    return groups.struct.field(str(number)).cast(pl.Int32, strict=False)


def _month(groups: pl.Expr, number: int) -> pl.Expr:
    return groups.struct.field(str(number)).replace_strict(MONTHS, default=None, return_dtype=pl.Int32)


def _date(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    # pl.date raises on a day that does not exist; a text that does not parse is null instead.
    text = pl.format("{}-{}-{}", year, month, day)
    return text.str.to_date("%Y-%m-%d", strict=False)


def _serial(t: pl.Expr) -> pl.Expr:
    # Excel counts days from 1899-12-30 (its 1900 had a 29 February); 5 digits are the years 1927 to 2118.
    serial = t.str.extract(r"^(\d{5})(?:\.\d+)?$", 1).cast(pl.Int32)
    inside = serial.is_between(10000, 80000)
    return pl.when(inside).then(pl.lit("1899-12-30").str.to_date() + pl.duration(days=serial)).cast(pl.Date)
