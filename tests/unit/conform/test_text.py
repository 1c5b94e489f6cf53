import polars as pl
import pytest

from sinergi.conform import text


@pytest.mark.parametrize(
    ("cell", "cleaned"),
    [
        ("  Budi \u00a0", "Budi"),
        ("Jl.\u00a0 Mawar\t 3", "Jl. Mawar 3"),
        ("'6271", "6271"),
        ("a\u200bb\ufeff", "ab"),
        ("Jose\u0301", "José"),
        ("Kosong", None),
        ("kosong\u00a0", None),
        ("NULL", None),
        ("n/a", None),
        ("-", None),
        ("–", None),
        ("  ", None),
        (None, None),
        ("0", "0"),
        ("Na", "Na"),
        ("a\x00b", "ab"),
    ],
)
def test_cleaning(cell: str | None, cleaned: str | None) -> None:
    assert text.clean(pl.Series([cell, "x"], dtype=pl.String)).to_list() == [cleaned, "x"]


def test_control_characters_are_seen() -> None:
    assert text.has_control(pl.Series(["a\x00b", "a\tb", "ab", None])).to_list() == [True, False, False, False]


@pytest.mark.parametrize(
    ("address", "rt", "rw"),
    [
        ("Jl. Mawar No. 3 RT 3/RW 1", "003", "001"),
        ("Jl. Mawar RT/RW 003/001", "003", "001"),
        ("RT.03/01 Gg. Damai", "003", "001"),
        ("Jl. A RT 002 RW 005", "002", "005"),
        ("Jl. A, RW 7", None, "007"),
        ("Jl. RTA Milono 12", None, None),
        ("Jl. A RT 0", None, None),
        (None, None, None),
    ],
)
def test_units_inside_addresses(address: str | None, rt: str | None, rw: str | None) -> None:
    found = text.units_in_address(pl.Series([address], dtype=pl.String))
    assert [series[0] for series in found] == [rt, rw]


def test_units_have_three_digits() -> None:
    given = pl.Series(["1", "RT 02", "003", "0", "12/3", "abc", "5.0", None])
    assert text.pad_unit(given).to_list() == ["001", "002", "003", None, "012", None, "005", None]
