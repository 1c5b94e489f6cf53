import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinergi.conform import numbers


def one(cell: str | None, kind: str = "amount") -> tuple[float | None, str | None]:
    return numbers.parse(pl.Series([cell], dtype=pl.String), kind).row(0)  # type: ignore[return-value]


def indonesian(value: int) -> str:
    return f"{value:,}".replace(",", ".")


@given(st.integers(0, 10**13))
def test_every_way_of_writing_rupiah_is_the_same_amount(value: int) -> None:
    written = [
        str(value), indonesian(value), f"Rp {indonesian(value)}", f"Rp{indonesian(value)},00", f"{indonesian(value)},-",
        f"Rp. {indonesian(value)},-", f"{value}.00", f"{value},00", f"IDR {value}",
    ]  # fmt: skip
    if value >= 1_000_000:
        written += [f"{value:,}", f"{value:,}.00"]
    assert numbers.parse(pl.Series(written), "amount")["number"].to_list() == [float(value)] * len(written)


@given(st.decimals(-9999, 9999, places=2))
def test_decimals_by_comma_or_point(value: object) -> None:
    assert one(str(value), "decimal") == (float(str(value)), "ok")
    assert one(str(value).replace(".", ","), "decimal") == (float(str(value)), "ok")


@given(st.text(max_size=20))
def test_no_text_is_a_number_by_accident_or_an_error(text: str) -> None:
    number, status = one(text, "decimal")
    assert (number is not None) == (status == "ok")


@pytest.mark.parametrize(
    ("cell", "kind"),
    [("1,500", "amount"), ("1,500", "integer"), ("1,500", "decimal"), ("1.500", "decimal"), ("12.345", "decimal")],
)
def test_two_readings_are_no_reading(cell: str, kind: str) -> None:
    assert one(cell, kind) == (None, "ambiguous")


@pytest.mark.parametrize(
    ("cell", "kind", "number"),
    [
        ("1.500", "amount", 1500.0),
        ("1.500", "integer", 1500.0),
        ("0,125", "decimal", 0.125),
        ("1234,567", "decimal", 1234.567),
        ("12,5 kg", "decimal", 12.5),
        ("(1.000)", "amount", -1000.0),
        ("-Rp 5.000", "amount", -5000.0),
        ("2.0", "integer", 2.0),
    ],
)
def test_clear_readings(cell: str, kind: str, number: float) -> None:
    assert one(cell, kind) == (number, "ok")


@pytest.mark.parametrize("cell", ["sesuai RAB", "1.5.0", "1,5E+06", "5-6", "12,5,1", "Rp"])
def test_what_is_no_number(cell: str) -> None:
    assert one(cell) == (None, "unreadable")


def test_halves_are_no_counts_and_cells_that_are_numbers_are_taken_as_they_are() -> None:
    assert one("1,5", "integer") == (None, "unreadable")
    assert numbers.cast(pl.Series(["1.5", "1500.123"]), "amount")["number"].to_list() == [1.5, 1500.12]
    assert numbers.cast(pl.Series(["1.234"]), "decimal")["status"].to_list() == ["ok"]
