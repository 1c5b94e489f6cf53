"""NIK and No. KK, made as the registry makes them: place, date, serial."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

CITY = "6271"
# Places where newcomers were first registered: valid regency and district codes, most from Kalimantan and Java.
ELSEWHERE = (
    *("620101", "620301", "621101", "620201", "621001", "630301", "637101", "630105", "610101", "647201", "640101"),
    *("357801", "350901", "337401", "317101", "327301", "352601", "517101", "127101", "121201", "731401"),
)
_KK_FIRST_SERIAL = 101  # keeps card numbers apart from the NIK of who was born on the day of issue


def _number(place: pl.Expr, day: pl.Expr, date_column: str, first_serial: int) -> pl.Expr:
    head = pl.concat_str(place, day.cast(pl.String).str.zfill(2), pl.col(date_column).dt.strftime("%m%y"))
    serial = pl.int_range(pl.len()).over(head) + first_serial
    return pl.concat_str(head, serial.cast(pl.String).str.zfill(4))


def nik(rng: np.random.Generator, people: pl.DataFrame) -> pl.Series:
    """Make each person's NIK: PPKKCC of first registration, DDMMYY (a woman's day + 40), serial.

    Args:
        rng: Where chance comes from.
        people: `birth_date`, `sex`, `district_no` (1 to 5: the city's district where the family lives).
    """
    size = len(people)
    born_here = rng.random(size) < np.where(people["birth_date"] > date(2004, 1, 1), 0.95, 0.8)
    other_district = rng.random(size) < 0.2
    district = np.where(other_district, rng.integers(1, 6, size), people["district_no"].to_numpy())
    places = pl.Series([f"{CITY}{n:02}" for n in range(1, 6)] + list(ELSEWHERE))
    place = places[np.where(born_here, district - 1, 5 + rng.integers(0, len(ELSEWHERE), size))]
    day = pl.col("birth_date").dt.day().cast(pl.Int32) + pl.when(pl.col("sex") == "female").then(40).otherwise(0)
    return people.with_columns(place=place).select(_number(pl.col("place"), day, "birth_date", 1)).to_series()


def no_kk(issued_on: pl.Series, district_no: pl.Series, first_serial: int = _KK_FIRST_SERIAL) -> pl.Series:
    """Make each family's card number: PPKKCC, DDMMYY of issue, serial."""
    frame = pl.DataFrame({"issued_on": issued_on, "district_no": district_no})
    place = pl.lit(CITY) + pl.col("district_no").cast(pl.String).str.zfill(2)
    day = pl.col("issued_on").dt.day().cast(pl.Int32)
    return frame.select(_number(place, day, "issued_on", first_serial)).to_series()
