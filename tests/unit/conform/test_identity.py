from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import numdb
from stdnum.id import nik as stdnum_nik

from sinergi import reference
from sinergi.conform import identity

KNOWN = [p for p in sorted(reference.provinces()) if numdb.get("id/loc").info(p)[0][1]]
ANY = st.text("0123456789", min_size=16, max_size=16)
# Mostly numbers that are nearly right: random digits are almost never a date.
NEAR = st.builds(
    lambda p, k, d, m, y, s: f"{p}{k:04}{d:02}{m:02}{y:02}{s:04}",
    st.sampled_from([*KNOWN, "00", "99"]),
    st.integers(0, 9999),
    st.integers(0, 99),
    st.integers(0, 13),
    st.integers(0, 99),
    st.integers(0, 9999),
)


def outcomes(cells: list[str | None], **options: bool) -> list[str]:
    return identity.parse(pl.Series(cells, dtype=pl.String), None, **options)["outcome"].to_list()


@given(st.lists(ANY | NEAR, min_size=1, max_size=50))
def test_whole_columns_are_judged_as_single_numbers_are(niks: list[str]) -> None:
    for nik, outcome in zip(niks, outcomes(list(niks)), strict=True):
        assert (outcome == "valid") == reference.is_valid_nik(nik)
        assert (outcome == "placeholder") == reference.is_placeholder(nik)
    cards = outcomes(list(niks), family_card=True)
    assert [outcome == "valid" for outcome in cards] == [reference.is_valid_no_kk(nik) for nik in niks]


@given(st.lists(NEAR, min_size=1, max_size=50))
def test_agrees_with_python_stdnum(niks: list[str]) -> None:
    for nik, outcome in zip(niks, outcomes(list(niks)), strict=True):
        # Where we are stricter on purpose: serial 0000, days past 71 (stdnum takes 81 for 1), and placeholders.
        stricter = nik.endswith("0000") or int(nik[6:8]) > 71 or reference.is_placeholder(nik)
        if stricter or nik[:2] not in KNOWN:
            assert outcome != "valid" or stdnum_nik.is_valid(nik)
        else:
            assert (outcome == "valid") == stdnum_nik.is_valid(nik)


@pytest.mark.parametrize(
    ("cell", "outcome", "number"),
    [
        ("6271015708450001", "valid", "6271015708450001"),
        ("6271 0157 0845 0001", "valid", "6271015708450001"),
        ("6271.0157.0845-0001", "valid", "6271015708450001"),
        ("6271018108450001", "implausible", "6271018108450001"),
        ("6.27101E+15", "scientific", None),
        ("6,27101E15", "scientific", None),
        ("0000000000000000", "placeholder", None),
        ("9999999999999999", "placeholder", None),
        ("1234567890123456", "placeholder", None),
        ("6271010000000000", "placeholder", None),
        ("0", "missing", None),
        (None, "missing", None),
        ("627101570845001", "length", None),
        ("62710157084500O1", "length", None),
        ("+627101570845001", "length", None),
    ],
)
def test_outcomes(cell: str | None, outcome: str, number: str | None) -> None:
    assert identity.parse(pl.Series([cell], dtype=pl.String), None).row(0) == (number, outcome)


def test_a_number_cell_has_lost_its_last_digit_and_is_never_padded() -> None:
    parsed = identity.parse(pl.Series(["6271015708450000", "0", "627"]), pl.Series([True, True, True]))
    assert parsed["outcome"].to_list() == ["numeric", "missing", "numeric"]
    assert parsed["number"].to_list() == [None, None, None]


def test_sex_and_birth_date_are_compared_and_the_century_is_the_reported_one() -> None:
    niks = pl.Series(["6271015708150001", "6271015708150001", "6271011708150001", None])
    sex = pl.Series(["female", "male", None, "male"])
    born = pl.Series([date(1915, 8, 17), date(2015, 8, 17), date(2015, 8, 18), date(2015, 8, 18)])
    differ = identity.disagreements(niks, sex, born)
    assert differ["sex"].to_list() == [False, True, False, False]
    assert differ["birth_date"].to_list() == [False, False, True, False]
