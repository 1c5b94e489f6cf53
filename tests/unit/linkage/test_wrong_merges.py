"""Records that look like one person's and are two people's: each was once merged, or could have been."""

import time
from datetime import date

import polars as pl
import pytest
from made_records import nik, persons, persons_in_a_city, records

from sinergi.linkage.evidence import prepare
from sinergi.linkage.families import find_families

BORN = date(1980, 1, 1)
HOME = {"rt": "003", "rw": "001", "address": "Jl. Betang No. 7"}
FAR = {"rt": "009", "rw": "002", "address": "Jl. Garuda No. 112"}


def test_namesakes_born_on_one_day_have_numbers_that_follow_each_other():
    """NIK serials count up, so that two numbers one digit apart are no typo where both are attested."""
    first = {"full_name": "Siti Aminah", "birth_date": BORN, "nik": nik(1, BORN), "is_matched": True, **HOME}
    second = {"full_name": "Siti Aminah", "birth_date": BORN, "nik": nik(2, BORN), "is_matched": True, **FAR}
    senders = [{"source_id": source} for source in ("p3ke/individu_2022", "dtsen/anggota", "dinkes/pbi_jkn")]
    who, _, _ = persons(records(*(first | each for each in senders), *(second | each for each in senders[:2])))
    assert len(set(who[:3])) == len(set(who[3:])) == 1 and who[0] != who[3]
    # The second known by one source alone, at another door: still two people.
    who, _, _ = persons(records(*(first | each for each in senders), second | senders[0]))
    assert who[0] != who[3]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Muhammad Al Fatih", "Muhammad Al Ghifari"),
        ("Nur Al Hidayah", "Nur Al Jannah"),
        ("Riska B Simanjuntak", "Riska B Hutagalung"),
        ("Ahmad bin Saleh", "Ahmad bin Rusli"),
    ],
)
def test_children_born_on_one_day_under_names_that_begin_alike(one, other):
    child = {"birth_date": date(2020, 1, 1), "sex": "male", "source_id": "dinkes/stunting"}
    who, _ = persons_in_a_city(child | {"full_name": one} | HOME, child | {"full_name": other} | FAR)
    assert who[0] != who[1]


def test_children_of_two_mothers():
    child = {"full_name": "Putri", "birth_date": date(2020, 1, 1), "sex": "female", "source_id": "dinkes/stunting"}
    who, _, _ = persons(records(child | {"parent_name": "Rusmiati"}, child | {"parent_name": "Kartini Dewi"}))
    assert who[0] != who[1]


def test_two_rows_of_one_list_without_a_number_at_two_doors():
    row = {"full_name": "Siti Aminah", "birth_date": BORN, "sex": "female", "source_id": "kelurahan/pendataan"}
    one = row | HOME | {"snapshot": "s", "group_key": "hh:kelurahan:1", "no_kk": "6271030101200001"}
    other = row | FAR | {"snapshot": "s", "group_key": "hh:kelurahan:2", "no_kk": "6271030101200002"}
    who, _, _ = persons(records(one, other))
    assert who[0] != who[1]
    # A person listed twice, both rows saying the same, is one person.
    who, _, _ = persons(records(one, one))
    assert who[0] == who[1]


def test_one_number_of_a_head_and_a_child_in_one_list():
    row = {"nik": nik(1), "source_id": "dtsen/anggota", "snapshot": "s", "group_key": "reg:dtsen:1"}
    head = row | {"full_name": "Budi Santoso", "birth_date": date(1980, 5, 1), "sex": "male", "relationship": "head"}
    child = row | {"full_name": "Budi Santosa", "birth_date": date(2005, 8, 17), "sex": "male"}
    who, found, _ = persons(records(head, child))
    assert who[0] != who[1]
    assert found.profiles["is_conflict"].all()


def test_a_row_without_a_name_takes_no_side_in_a_dispute():
    row = {"nik": nik(1), "source_id": "dinsos/sembako"}
    who, _, _ = persons(
        records(row | {"full_name": "Budi Santoso"}, row | {"full_name": "Kartini Dewi Lestari"}, row | {})
    )
    assert len(set(who)) == 3


def test_names_that_share_one_word_are_two_under_one_number():
    row = {"nik": nik(1), "source_id": "dinsos/sembako"}
    who, _ = persons_in_a_city(row | {"full_name": "Siti Aminah"}, row | {"full_name": "Aminah Rahmah"})
    assert who[0] != who[1]


def test_father_and_son_of_one_name_in_two_editions_of_one_family():
    row = {"full_name": "Ahmad", "sex": "male", "group_key": "reg:p3ke:7", **HOME}
    father = row | {"birth_date": date(1960, 2, 3), "nik": nik(1, date(1960, 2, 3)), "relationship": "head"}
    son = row | {"birth_date": date(1990, 6, 7), "nik": nik(2, date(1990, 6, 7))}
    who, _, _ = persons(
        records(
            father | {"source_id": "p3ke/individu_2022", "snapshot": "a"},
            son | {"source_id": "p3ke/verval_2023", "snapshot": "b"},
        )
    )
    assert who[0] != who[1]


def test_a_parent_named_after_the_child():
    """Dayak teknonyms (Bapa Yanto: father of Yanto) name the parent; the child has the rest of the name."""
    row = {"group_key": "reg:p3ke:7", **HOME}
    who, _ = persons_in_a_city(
        row | {"full_name": "Bapa Yanto", "relationship": "head", "snapshot": "a"},
        row | {"full_name": "Yanto", "snapshot": "b"},
    )
    assert who[0] != who[1]


def test_a_list_with_two_heads_welds_no_families():
    heads = (("Budi Santoso", 1), ("Yohanes Tambun", 2))
    born = {1: date(1970, 5, 1), 2: date(1975, 6, 2)}
    people = {
        name: {"full_name": name, "nik": nik(n, born[n]), "birth_date": born[n], "relationship": "head"}
        for name, n in heads
    }
    others = [("Rusmiati", 3), ("Kartini", 4)]
    wives = [
        {"full_name": name, "nik": nik(n, BORN), "birth_date": BORN, "relationship": "spouse"} for name, n in others
    ]
    p3ke = {"source_id": "p3ke/individu_2022", "snapshot": "p", "group_key": "reg:p3ke:1"}
    field = {"source_id": "kelurahan/pendataan", "snapshot": "k", "group_key": "hh:kelurahan:9"}
    both = {"source_id": "dtsen/anggota", "snapshot": "d", "group_key": "reg:dtsen:5"}
    frame = records(
        *(each | p3ke for each in (people["Budi Santoso"], wives[0])),
        *(each | field for each in (people["Yohanes Tambun"], wives[1])),
        *(each | both for each in people.values()),
    )
    _, found, prepared = persons(frame)
    families, findings = find_families(prepared, found.ties)
    of = dict(families.select("record_id", "family").iter_rows())
    assert of[0] == of[1] != of[2] == of[3]
    assert "two_heads" in findings["rule"].to_list()


def test_a_number_under_very_many_names_is_seen_at_once():
    letters = "bcdfghjklmnprstvwz"
    names = [f"{a}a{b}u{c}i {b}o{c}e{a}a" for a in letters for b in letters for c in letters][:4_000]
    started = time.process_time()
    who, found, _ = persons(records(*({"full_name": name, "nik": nik(1)} for name in names)))
    assert found.worn == [nik(1)] and len(set(who)) == len(names)
    assert time.process_time() - started < 20


def test_a_family_number_that_is_a_kelurahan_is_nobodys_family():
    row = {"source_id": "p3ke/individu_2022", "snapshot": "s", "group_key": "reg:p3ke:6271031002"}
    letters = "bcdfghjklmnprstvwz"
    names = [f"{a}a{b}u{c}i" for a in letters for b in letters for c in letters][:2_000]
    rows = (row | {"full_name": name, "relationship": "head" if n % 2 else "child"} for n, name in enumerate(names))
    started = time.process_time()
    _, found, _ = persons(records(*rows))
    assert found.profiles["elders"].null_count() == len(found.profiles)
    assert time.process_time() - started < 20


def test_the_date_inside_a_mistyped_number_speaks_where_no_birth_date_is_known():
    born = date(1975, 8, 9)
    known = {"full_name": "Yohanes Tambun", "birth_date": born, "sex": "male"}
    typed = {"full_name": "Yohanes Tambun", "nik": "6271020908750042", "area_code": None}
    other = {"full_name": "Yohanes Tambun", "nik": "6271021107610042", "area_code": None}
    weights = {}
    for name, row in (("typed", typed), ("other", other)):
        _, found, _ = persons(records(known, row))
        weights[name] = found.pairs["bits_born"].to_list()
    assert weights["typed"] and weights["typed"][0] > 5
    assert not weights["other"] or weights["other"][0] <= 0


def test_twins_in_lists_that_may_repeat_a_person():
    twin = {"birth_date": date(2013, 5, 9), "sex": "female", "no_kk": "6271030612160102", **HOME}
    twin |= {"source_id": "dinkes/pbi_jkn", "relationship": "child"}
    who, found = persons_in_a_city(twin | {"full_name": "Yulita"}, twin | {"full_name": "Veronika Pratama"})
    assert who[0] != who[1] and "other_name" in found.review["reason"].to_list()
    who, _ = persons_in_a_city(twin | {"full_name": "Putu Sudarma"}, twin | {"full_name": "Putu Yuliani"})
    assert who[0] != who[1]
    # Numbers of twins follow each other.
    numbers = [twin | {"nik": nik(n, date(2013, 5, 9))} for n in (1, 2)]
    who, _ = persons_in_a_city(
        numbers[0] | {"full_name": "Tarigansari Ambarwulan"}, numbers[1] | {"full_name": "Yohanesputra Ambarwulan"}
    )
    assert who[0] != who[1]


def test_first_words_shared_on_one_birth_day_with_numbers_that_follow_each_other():
    """Serials count up, so that two children entered on one day differ by a digit: the names must tell more."""
    one, other = ({"birth_date": BORN, "sex": "male", "nik": nik(n, BORN)} for n in (1, 2))
    who, found = persons_in_a_city(one | {"full_name": "Budi Saputra"}, other | {"full_name": "Budi Wijaya"})
    assert who[0] != who[1] and "other_name" in found.review["reason"].to_list()
    # A slip of the name beside a slip of the number still joins.
    who, _ = persons_in_a_city(one | {"full_name": "Budi Saputra"}, other | {"full_name": "Budi Saputro"})
    assert who[0] == who[1]


def test_a_file_of_two_rows_is_a_part_of_a_kelurahan_and_no_town_of_two():
    """Numbers follow each other and the first word is shared: alone in a database they are no likelier one person."""
    rows = ({"full_name": "Budi Saputra", "nik": nik(1)}, {"full_name": "Budi Wijaya", "nik": nik(2)})
    who, alone, _ = persons(records(*rows))
    _, among = persons_in_a_city(*rows)
    pair = among.ties.filter(pl.col("record_id") < 2)["profile_id"].implode()
    of_town = among.pairs.filter(pl.col("left").is_in(pair) & pl.col("right").is_in(pair))
    assert who[0] != who[1]
    assert alone.pairs["weight"].item() - of_town["weight"].item() < 3
    # A name that two of two have is not everybody's: with the birth date it still joins them.
    known = {"full_name": "Rusmiati Toendan", "birth_date": BORN}
    who, found, _ = persons(records(known | {"nik": nik(1, BORN)}, known))
    assert who[0] == who[1] and found.pairs["bits_name"].item() > 5


def test_prepare_reads_the_patronym_as_the_parent():
    frame = prepare(records({"full_name": "Ahmad bin H. Saleh"}, {"full_name": "Rini", "parent_name": "Wagiyem"}))
    assert frame.select("name", "parent").rows() == [("AHMAD", "SALEH"), ("RINI", "WAGIYEM")]
