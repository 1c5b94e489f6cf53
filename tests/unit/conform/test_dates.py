from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinergi.conform import dates

DAYS = st.dates(date(1901, 1, 1), date(2100, 12, 31)).filter(lambda day: day != date(1970, 1, 1))
MONTHS = [
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
]


def one(cell: str | None, **options: bool) -> dict[str, object]:
    return dates.parse(pl.Series([cell], dtype=pl.String), **options).row(0, named=True)


@given(DAYS)
def test_every_way_of_writing_a_day_is_the_same_day(day: date) -> None:
    month = MONTHS[day.month - 1]
    written = [
        day.isoformat(),
        f"{day.isoformat()} 00:00:00",
        day.strftime("%d/%m/") + str(day.year),
        f"{day.day}-{day.month}-{day.year}",
        f"{day.day}/{day.month}/{day.year} 0:00:00",
        f"{day.day} {month} {day.year}",
        f"{day.day:02} {month.upper()} {day.year}",
        f"{day.day} {month[:3]} {day.year}",
        f"Senin, {day.day} {month} {day.year}",
    ]
    if date(1928, 1, 1) <= day:
        written.append(str((day - date(1899, 12, 30)).days))
    assert dates.parse(pl.Series(written))["date"].to_list() == [day] * len(written)


@given(DAYS.filter(lambda day: day.year < 2100), st.integers(0, 120))
def test_ranges_have_a_start_and_an_end(start: date, days: int) -> None:
    end = start + timedelta(days=days)
    first, last = MONTHS[start.month - 1][:3], MONTHS[end.month - 1]
    text = f"{start.day} {first} {start.year} - {end.day} {last} {end.year}"
    assert one(text) == {"date": start, "end": end, "year": start.year, "status": "ok"}


@given(st.text(max_size=30))
def test_no_text_is_a_date_by_accident_or_an_error(text: str) -> None:
    answer = one(text)
    assert (answer["status"] == "ok") == (answer["date"] is not None)


@pytest.mark.parametrize(
    ("cell", "start", "end"),
    [
        ("15 - 20 Nov 2024", date(2024, 11, 15), date(2024, 11, 20)),
        ("15-20 November 2024", date(2024, 11, 15), date(2024, 11, 20)),
        ("28 Okt s.d. 2 Nov 2024", date(2024, 10, 28), date(2024, 11, 2)),
        ("28 Des 2023 s/d 3 Jan 2024", date(2023, 12, 28), date(2024, 1, 3)),
        ("01/02/2024 - 03/02/2024", date(2024, 2, 1), date(2024, 2, 3)),
    ],
)
def test_course_dates(cell: str, start: date, end: date) -> None:
    answer = one(cell)
    assert (answer["date"], answer["end"]) == (start, end)
    assert one(cell, ranges=False)["status"] == "unreadable"


@pytest.mark.parametrize(
    "cell",
    ["31/02/1985", "2023-02-29", "01/31/2024", "05/06/24", "tidak ingat", "20 - 15 Nov 2024", "12 Foo 2024",
     "12 Foo - 13 Mei 2024", "Mei 2024", "123456", "2024-13-01"],
)  # fmt: skip
def test_what_cannot_be_read_is_never_guessed(cell: str) -> None:
    assert one(cell) == {"date": None, "end": None, "year": None, "status": "unreadable"}


@pytest.mark.parametrize("cell", ["1970-01-01", "01/01/1970", "1 Januari 1970", "0000-00-00", "00/00/0000", "0"])
def test_placeholders_are_no_dates(cell: str) -> None:
    assert one(cell)["status"] == "placeholder"
    assert one(cell)["date"] is None


def test_a_year_alone_says_something_about_a_birth_only() -> None:
    assert one("1985", years=True) == {"date": None, "end": None, "year": 1985, "status": "year_only"}
    assert one("1985")["status"] == "unreadable"
    assert one(None)["status"] is None
