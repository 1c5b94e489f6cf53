"""What each comparison finds and weighs, through the real engine: two records among the people of a small town."""

from datetime import date

import polars as pl
import pytest
from made_records import city, persons_in_a_city

from sinergi.linkage import household
from sinergi.linkage.evidence import prepare
from sinergi.linkage.model import COMPARISONS

RARE = "Wirayudha Tantowi"
BASE = {"full_name": RARE, "sex": "male", "birth_date": date(1980, 5, 3), "rt": "001", "rw": "002"}
BASE |= {"address": "Jl. Melati No. 5", "area_code": "62.71.03.1002"}
AGAIN = BASE | {"no_kk": "6271030101200001"}  # says a little more, so that it is a record of its own


def compared(one, other, *more):
    """Give what the comparison of two records found: `bits_<comparison>`, `level_<comparison>` as words."""
    _, found = persons_in_a_city(one, other, *more)
    profile = dict(found.ties.select("record_id", "profile_id").iter_rows())
    left, right = sorted((profile[0], profile[1]))
    rows = found.pairs.filter(pl.col("left") == left, pl.col("right") == right).to_dicts()
    assert len(rows) == 1, "the two were not compared, or joined unasked"
    row = rows[0]
    for name, levels in COMPARISONS.items():
        place = row[f"level_{name}"]
        row[f"level_{name}"] = None if place is None else levels[place][0]
    return row


def test_a_frequent_name_weighs_less_than_a_rare_one():
    spelled = prepare(city()).filter(pl.col("is_person") & (pl.col("name") == pl.col("sorted_name")))
    names = spelled.group_by("sorted_name").agg(pl.len(), pl.col("full_name").first()).sort("len", "sorted_name")
    frequent = names.row(-1, named=True)
    assert frequent["len"] > 10
    rare = compared(BASE, AGAIN)
    often = compared(BASE | {"full_name": frequent["full_name"]}, AGAIN | {"full_name": frequent["full_name"]})
    assert rare["level_name"] == often["level_name"] == "same"
    assert rare["bits_name"] > often["bits_name"] + 2 > 2
    assert rare["weight"] > often["weight"] + 2


@pytest.mark.parametrize(
    ("born", "year", "level"),
    [
        (date(1980, 5, 3), 1980, "same day"),
        (date(1980, 3, 5), 1980, "day and month swapped"),
        (date(1980, 5, 8), 1980, "one digit"),
        (date(1980, 5, 21), 1980, "one part differs"),
        (date(1992, 5, 3), 1992, "day and month same"),
        (None, 1980, "year, the rest unknown"),
        (date(1980, 11, 28), 1980, "same year"),
        (date(1951, 11, 28), 1951, "different"),
        (None, None, None),
    ],
)
def test_a_birth_date_may_be_swapped_partial_or_a_year(born, year, level):
    found = compared(BASE, AGAIN | {"birth_date": born, "birth_year": year})
    assert found["level_born"] == level
    speaks_for = level in (
        "same day",
        "day and month swapped",
        "one digit",
        "one part differs",
        "year, the rest unknown",
    )
    assert (found["bits_born"] > 0) == speaks_for
    assert (found["bits_born"] < 0) == (not speaks_for and level is not None)


def test_the_surer_a_birth_date_the_more_it_weighs():
    def bits(**born):
        return compared(BASE, AGAIN | born)["bits_born"]

    same, swapped = bits(), bits(birth_date=date(1980, 3, 5))
    year, other = bits(birth_date=None, birth_year=1980), bits(birth_date=date(1951, 11, 28), birth_year=1951)
    assert same > year > 0 > other and swapped > 0


def test_the_nearer_the_homes_the_more_they_weigh():
    def home(**more):
        found = compared(BASE | {"nik": "6271030305800001"}, BASE | {"nik": "6271030305800002"} | more)
        return found["level_home"], found["bits_home"]

    found = [
        home(),
        home(rt="007"),
        home(address="Jl. Melatti No. 5", rt="007"),
        home(address="Jl. Garuda 17"),
        home(address="Jl. Garuda 17", rt="007"),
        home(address="Jl. Garuda 17", rt="007", area_code="62.71.01.1001"),
    ]
    assert [level for level, _ in found] == [label for label, _ in COMPARISONS["home"]]
    bits = [weight for _, weight in found]
    assert bits[0] > bits[1] > 0 > bits[5]
    assert (
        max(bits[2], bits[3]) < bits[4]
    )  # another door of one street or RT is a neighbour's; far off it may be unknown


def test_another_sex_speaks_against():
    same, other = (compared(BASE, AGAIN | {"sex": sex}) for sex in ("male", "female"))
    assert same["bits_sex"] > 0 > other["bits_sex"]


def test_a_parent_who_is_head_of_the_family_speaks_for_and_another_against():
    child = {"full_name": "Andika Tantowi", "birth_date": date(2020, 2, 2), "area_code": BASE["area_code"]}
    head = BASE | {"group_key": "reg:dtsen:9", "relationship": "head", "source_id": "dtsen/anggota", "layer": 3}
    listed = child | {"group_key": "reg:dtsen:9", "relationship": "child", "source_id": "dtsen/anggota", "layer": 3}
    weighed = child | {"source_id": "dinkes/stunting"}
    own = compared(listed, weighed | {"parent_name": RARE}, head)
    other = compared(listed, weighed | {"parent_name": "Kusumawardani"}, head)
    assert own["level_parent"] == "named as head or spouse" and own["bits_parent"] > 0 > other["bits_parent"]


def family(source, wife, born):
    group = {"source_id": source, "group_key": f"reg:{source}:1", "layer": 3}
    return (
        BASE | group | {"relationship": "head"},
        BASE | group | {"full_name": wife, "sex": "female", "birth_date": born, "relationship": "spouse"},
    )


@pytest.mark.parametrize(
    ("wife", "born", "bits"),
    [
        ("Kusumawardani Salampak", date(1984, 1, 9), household.SAME_HOUSEHOLD),
        ("Retnaningtyas Bungai", date(1991, 8, 30), household.OTHER_HOUSEHOLD),
    ],
)
def test_the_household_is_evidence_both_ways(wife, born, bits):
    husband, first = family("dtsen/anggota", "Kusumawardani Salampak", date(1984, 1, 9))
    again, second = family("p3ke/individu_2022", wife, born)
    assert household.OTHER_HOUSEHOLD < 0 < household.SAME_HOUSEHOLD
    assert compared(husband, again, first, second)["household"] == bits
