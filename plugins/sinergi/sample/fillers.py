"""Columns that offices have and our entities do not keep: running numbers, ages, photos, choices."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from sinergi.sample import Export
from sinergi.sample.draws import one_of
from sinergi.sample.mess import Cells, Draft
from sinergi.sample.xlsx import Kind

BANDS = {4: "Usia < 5 tahun", 12: "6 - 12", 15: "13 - 15", 18: "16 - 18", 59: "19 - 59", 200: "60+"}
P3KE_DAY = date(2022, 7, 15)


def fill(rule: str, draft: Draft, export: Export, start: int) -> Cells:
    """Fill a column by its rule in the layout; text without = stands in every row."""
    size = draft.frame.height
    name, _, given = rule.removeprefix("=").partition(":")
    number = Kind.TEXT if draft.is_csv else Kind.NUMBER
    if not rule.startswith("="):
        return Cells(pl.Series([rule]).new_from_index(0, size))
    if name == "blank":
        return Cells(pl.Series([None] * size, dtype=pl.String))
    if name == "row":
        return Cells(pl.int_range(start + 1, start + size + 1, eager=True).cast(pl.String), number)
    if name == "choice":
        words = given.split("|")
        return Cells(one_of(words, draft.draws.below(rule, len(words))))
    if name == "range":
        low, high = map(int, given.split("-"))
        return Cells(pl.Series(draft.draws.below(rule, high - low + 1) + low).cast(pl.String), number)
    if name == "digits":
        digits = pl.Series(draft.draws.below(rule, 10 ** int(given))).cast(pl.String)
        return Cells(digits.str.zfill(int(given)))
    if name == "age":
        return Cells(_age(draft, export.received_on).cast(pl.String), number)
    if name == "aged":
        low, high = map(int, given.split("-"))
        inside = _age(draft, P3KE_DAY).is_between(low, high).fill_null(value=False)
        return Cells(pl.Series(np.where(inside.to_numpy(), "Ya", "Tidak")))
    if name == "band":
        age = _age(draft, export.received_on).fill_null(30).to_numpy()
        return Cells(one_of(list(BANDS.values()), np.searchsorted(list(BANDS), age)))
    if name == "measured":
        return Cells(_measured(draft.frame))
    raise ValueError(f"no filler {rule!r}")


def _age(draft: Draft, on: date) -> pl.Series:
    born = draft.frame["birth_date"]
    return ((pl.Series([on]).new_from_index(0, len(born)) - born).dt.total_days() / 365.25).floor().cast(pl.Int64)


def _measured(frame: pl.DataFrame) -> pl.Series:
    """Write the age on the day of measurement as e-PPGBM does: `1 Tahun - 11 Bulan - 27 Hari`."""
    days = (frame["delivered_on"] - frame["birth_date"]).dt.total_days()
    years, rest = days // 365, days % 365
    months, left = rest // 30, rest % 30
    words = zip((years, months.clip(0, 11), left), (" Tahun - ", " Bulan - ", " Hari"), strict=True)
    parts = [number.cast(pl.String) + word for number, word in words]
    return parts[0] + parts[1] + parts[2]
