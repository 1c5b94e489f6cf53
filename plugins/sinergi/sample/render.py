"""Clean values into the words and figures of one export, mess included: dates, rupiah, codes, kelurahan."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import numpy as np
import polars as pl

from sinergi import reference
from sinergi.sample.draws import Mask, edit, one_of
from sinergi.sample.layouts import Layout, labels
from sinergi.sample.mess import UNREADABLE, Cells, Draft
from sinergi.sample.xlsx import Kind
from sinergi.settings import Settings

MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
SHORT = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")
_SERIAL_ZERO = date(1899, 12, 30)
_FORMATS = {"iso": "%Y-%m-%d", "dmy": "%d/%m/%Y", "dmy_dash": "%d-%m-%Y", "stamp": "%d/%m/%Y 0:00:00"}


def _styles(draft: Draft, name: str, shares: dict[str, float]) -> dict[str, Mask]:
    drawn = draft.draws.pick(f"{name} style", shares)
    drawn = np.minimum(drawn, len(shares) - 1)
    return {style: drawn == place for place, style in enumerate(shares)}


def _named(days: pl.Series, months: tuple[str, ...], year: bool = True) -> pl.Series:
    month = one_of(months, days.dt.month().to_numpy().astype(np.int64) - 1)
    text = days.dt.day().cast(pl.String) + " " + month
    return text + " " + days.dt.year().cast(pl.String) if year else text


def dates(draft: Draft, layout: Layout, name: str, days: pl.Series, required: bool, earliest: date | None) -> Cells:
    """Write dates in the styles of the export; a year alone only stands for a birth date.

    Before `earliest`, the contract's critical bound, lies what a mistyped year gives.
    """
    is_birth = name.endswith("birth_date")
    styles = layout.birth if is_birth and layout.birth else layout.dates
    kinds = ("date_missing", "date_1970", "date_unreadable", "birth_year_only", "date_typo")
    has = days.is_not_null().to_numpy()
    rows = {kind: mask & has for kind, mask in draft.pick(name, *kinds).items()}
    rows["birth_year_only"] &= is_birth
    rows["date_typo"] &= earliest is not None
    days = edit(days, rows["date_typo"], lambda old, _: old.dt.offset_by("-10y"))
    days = edit(days, rows["date_1970"], lambda old, _: pl.Series([date(1970, 1, 1)] * len(old), dtype=pl.Date))
    cells = Cells(pl.Series([None] * len(days), dtype=pl.String))
    ends = draft.frame["ended_on"] if "range" in styles else None
    if ends is not None:  # a wrong first day stands alone
        ends = edit(ends, rows["date_1970"] | rows["date_typo"], lambda _, __: None)
    for style, mask in _styles(draft, name, styles).items():
        cells = _dated(cells, style, mask & has, days, ends)
        if ends is not None:  # only a range says when it ended
            draft.lose("ended_on", mask & (style != "range"))
    text = cells.text
    years = days.dt.year().cast(pl.String)
    unreadable = one_of(UNREADABLE, draft.draws.below(f"{name} words", len(UNREADABLE)))
    nothing = draft.words_for_nothing(name)
    text = edit(text, rows["birth_year_only"], lambda _, at: years.gather(at))
    text = edit(text, rows["date_unreadable"], lambda _, at: unreadable.gather(at))
    text = edit(text, ~has | rows["date_missing"], lambda _, at: nothing.gather(at))
    wrong = ("date_missing", "date_1970", "date_unreadable", "birth_year_only")
    draft.lose(name, np.logical_or.reduce([rows[kind] for kind in wrong]))
    plain = ~has | rows["date_missing"] | rows["date_unreadable"] | rows["birth_year_only"]
    if required:
        draft.expect(~has | rows["date_missing"] | rows["date_unreadable"] | rows["date_1970"], "value.required")
    if earliest is not None:
        draft.expect(rows["date_typo"] & ~rows["date_1970"], "expectation.expect_column_values_to_be_between")
    return Cells(text, cells.kind).with_kind(plain, Kind.TEXT)


def _dated(cells: Cells, style: str, mask: Mask, days: pl.Series, ends: pl.Series | None) -> Cells:
    if style in ("excel", "serial"):
        serial = (days - _SERIAL_ZERO).dt.total_days().cast(pl.String)
        filled = Cells(edit(cells.text, mask, lambda _, at: serial.gather(at)), cells.kind)
        return filled.with_kind(mask, Kind.DATE if style == "excel" else Kind.NUMBER)

    def write(_: pl.Series, at: Mask) -> pl.Series:
        chosen = days.gather(at)
        if style == "long":
            return _named(chosen, MONTHS)
        if style == "range" and ends is not None:
            return _ranges(chosen, ends.gather(at))
        return chosen.dt.strftime(_FORMATS[style])

    return Cells(edit(cells.text, mask, write), cells.kind)


def _ranges(start: pl.Series, end: pl.Series) -> pl.Series:
    """Write `15 - 20 Nov 2024`; one day alone where nothing follows it."""
    end = end.zip_with(end.is_not_null(), start)
    whole, first = _named(end, SHORT), _named(start, SHORT, year=False)
    same_year = start.dt.year() == end.dt.year()
    same_month = same_year & (start.dt.month() == end.dt.month())
    first = first.zip_with(same_year, _named(start, SHORT))
    first = start.dt.day().cast(pl.String).zip_with(same_month, first)
    return whole.zip_with(end <= start, first + " - " + whole)


def amounts(draft: Draft, layout: Layout, name: str, values: pl.Series, required: bool, bounded: bool) -> Cells:
    """Write rupiah: numbers, `Rp 1.500.000,00`, `1.500.000`; a negative one breaks a bound."""
    rows = draft.pick(name, "amount_missing", "amount_unreadable", "amount_absurd")
    has = values.is_not_null().to_numpy()
    absurd = rows["amount_absurd"] & has & bounded
    values = edit(values, absurd, lambda old, _: -old)
    digits = values.cast(pl.String)
    text = digits
    numeric = np.zeros(len(values), bool)
    for style, mask in _styles(draft, name, layout.amounts).items():
        numeric |= mask if style == "number" else False
        if style != "number":
            text = edit(text, mask & ~absurd, lambda old, _, s=style: _rupiah(old, s))  # type: ignore[misc]
    nothing = draft.words_for_nothing(name)
    text = edit(text, rows["amount_unreadable"] & has, lambda _, __: "sesuai RAB")
    text = edit(text, ~has | rows["amount_missing"], lambda _, at: nothing.gather(at))
    draft.lose(name, rows["amount_unreadable"] | rows["amount_missing"])
    numeric = (numeric | absurd) & has & ~rows["amount_missing"] & ~rows["amount_unreadable"]
    if required:
        draft.expect(~has | rows["amount_missing"] | rows["amount_unreadable"], "value.required")
    draft.expect(absurd, "expectation.expect_column_values_to_be_between")
    return Cells(text).with_kind(numeric & (not draft.is_csv), Kind.NUMBER)


def _rupiah(digits: pl.Series, style: str) -> pl.Series:
    grouped = digits.str.reverse().str.replace_all(r"(\d{3})", "$1.").str.reverse().str.strip_chars_start(".")
    return {"dotted": grouped, "rp": "Rp " + grouped, "rp_cents": "Rp " + grouped + ",00"}[style]


def numbers(draft: Draft, layout: Layout, name: str, values: pl.Series) -> Cells:
    """Write counts and measures."""
    missing = draft.pick(name, "number_missing")["number_missing"] | values.is_null().to_numpy()
    draft.lose(name, missing)
    text = values.cast(pl.String).str.strip_suffix(".0")
    if layout.numbers == "comma":
        text = text.str.replace(".", ",", literal=True)
    nothing = draft.words_for_nothing(name)
    text = edit(text, missing, lambda _, at: nothing.gather(at))
    as_number = layout.numbers == "number" and not draft.is_csv
    return Cells(text).with_kind(~missing & as_number, Kind.NUMBER)


def codes(draft: Draft, source_id: str, name: str, values: pl.Series, required: bool) -> Cells:
    """Write our codes in the words of the source; an unknown word costs the value, and the row where it is required."""
    words = labels(source_id, name)
    values = values.cast(pl.String)
    first = values.replace_strict({code: own[0] for code, own in words.items()}, default=None, return_dtype=pl.String)
    second = values.replace_strict({code: own[-1] for code, own in words.items()}, default=None, return_dtype=pl.String)
    text = edit(first, draft.draws.chance(f"{name} word") > 0.85, lambda _, at: second.gather(at))
    rows = draft.pick(name, "code_missing", "code_unknown")
    has = text.is_not_null().to_numpy()
    nothing = draft.words_for_nothing(name)
    text = edit(text, rows["code_unknown"] & has, lambda _, __: "Tidak Tahu")
    text = edit(text, ~has | rows["code_missing"], lambda _, at: nothing.gather(at))
    if required:
        draft.expect(~has | rows["code_missing"] | rows["code_unknown"], "value.required")
    return Cells(text)


def area_codes(draft: Draft, layout: Layout, values: pl.Series, system: str | None, required: bool) -> Cells:
    """Write the kelurahan's code in the declared system; another place's code contradicts the name."""
    listed = list(reference.areas().values())
    digits = {area.code: area.bps_code if system == "bps" else area.code.replace(".", "") for area in listed}
    after = {area.code: listed[(place + 7) % len(listed)].code for place, area in enumerate(listed)}
    rows = draft.pick("area_code", "area_conflict", "area_missing")
    has = values.is_not_null().to_numpy()
    values = edit(values, rows["area_conflict"] & has, lambda old, _: old.replace_strict(after))
    text = values.replace_strict(digits, default=None, return_dtype=pl.String)
    nothing = draft.words_for_nothing("area_code")
    text = edit(text, ~has | rows["area_missing"], lambda _, at: nothing.gather(at))
    if required:
        nameless = rows["area_missing"] & ~_named_area(draft)
        draft.expect((rows["area_conflict"] & _named_area(draft) & has) | nameless, "value.required")
    as_number = (layout.codes_as == "number") & has & ~rows["area_missing"]
    return Cells(text).with_kind(as_number & (not draft.is_csv), Kind.NUMBER)


def _named_area(draft: Draft) -> Mask:
    """Which rows say a kelurahan's name that can be resolved."""
    lost = draft.pick("area_name", "area_unknown")["area_unknown"]
    return draft.frame["area_name"].is_not_null().to_numpy() & ~lost


def area_names(draft: Draft, layout: Layout, values: pl.Series) -> Cells:
    """Write the kelurahan's name: plain, under an alias, behind Kel., with underscores; now and then an unknown one."""
    text = values
    for style, mask in _styles(draft, "area_name", layout.area).items():
        if style == "alias":
            text = edit(text, mask, lambda old, _: old.replace(_aliases()))
        elif style == "prefixed":
            text = edit(text, mask, lambda old, _: "Kel. " + old)
        elif style == "underscored":
            text = edit(text, mask, lambda old, _: old.str.replace_all(" ", "_", literal=True))
    lost = draft.pick("area_name", "area_unknown")["area_unknown"]
    return Cells(edit(text, lost, lambda _, __: "Luar Kota"))


@lru_cache(maxsize=1)
def _aliases() -> dict[str, str]:
    """One other name of each kelurahan that has any."""
    seed = Settings.load().dbt_project / "seeds" / "area_aliases.csv"
    rows = pl.read_csv(seed).reverse().iter_rows(named=True)
    return {reference.areas()[row["area_code"]].name: row["alias"] for row in rows}


def plain(draft: Draft, name: str, values: pl.Series, required: bool) -> Cells:
    """Write any other text."""
    nothing = draft.words_for_nothing(name)
    empty = values.is_null().to_numpy()
    if required:
        draft.expect(empty, "value.required")
    return Cells(edit(values, empty, lambda _, at: nothing.gather(at)))
