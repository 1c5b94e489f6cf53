"""People and families from records: bad input merges nobody, order leaves no trace, decisions bind."""

from datetime import date

import polars as pl
import pytest
from made_records import nik, persons, records

from sinergi.linkage import blocking, model
from sinergi.linkage.decided import Apart, Decided
from sinergi.linkage.evidence import prepare, profiles
from sinergi.linkage.families import find_families
from sinergi.linkage.people import find_people


def test_all_nik_equal_in_a_file():
    names = ("Budi Santoso", "Kartini Dewi", "Rusmiati", "Yohanes Tambun", "Wagiyem", "Parlindungan", "Sahay Bungai")
    who, found, _ = persons(records(*({"full_name": name, "nik": nik(1)} for name in names)))
    assert len(set(who)) == len(names) and found.worn == [nik(1)]


def test_one_name_ten_thousand_times_is_split_or_told_never_cut():
    rows = [
        {"full_name": "Siti Aminah", "rt": f"{n % 40:03d}", "rw": "001", "address": f"Jl. A No. {n}"}
        for n in range(10_000)
    ]
    who, _, prepared = persons(records(*rows))
    assert len(set(who)) == 10_000
    bare, found, _ = persons(records(*({"full_name": "Siti Aminah"} for _ in range(10_000))))
    assert len(set(bare)) == 10_000 and found.told == [
        {"key": "name_area", "blocks": 1, "profiles": 10_000, "largest": 10_000}
    ]
    folded, _ = profiles(prepared)
    keyed, told = blocking.add_keys(folded.with_columns(tokens=pl.col("sorted_name").str.split(" ")))
    for key in blocking.KEYS:
        sizes = keyed.drop_nulls(f"key_{key}").group_by(f"key_{key}").len()["len"]
        assert sizes.is_empty() or sizes.max() <= blocking.CAP
    same_door = [
        {
            "full_name": "Siti Aminah",
            "address": "Jl. A No. 1",
            "rt": "001",
            "rw": "001",
            "parent_name": "X" + "ab" * (n + 1),
        }
        for n in range(400)
    ]
    keyed, told = blocking.add_keys(profiles(prepare(records(*same_door)))[0])
    assert {row["key"] for row in told} >= {"name_area", "place_word"} and all(row["profiles"] == 400 for row in told)


def test_a_source_without_birth_dates_links_by_name_and_door():
    home = {"full_name": "Rusmiati Toendan", "rt": "003", "rw": "001", "address": "Jl. Betang No. 7"}
    who, _, _ = persons(
        records(home | {"nik": nik(4), "birth_date": date(1980, 5, 1)}, home, {"full_name": "Rusmiati Toendan"})
    )
    assert who[0] == who[1] != who[2]


def test_a_family_of_three_hundred_is_a_number_typed_for_everyone():
    card = {"no_kk": "6271030101200001", "group_key": "reg:dtsen:1", "snapshot": "s", "source_id": "dtsen/anggota"}
    rows = [card | {"full_name": f"Anak {chr(65 + n % 26)}{chr(97 + n // 26)}o", "nik": nik(n + 1)} for n in range(300)]
    frame = records(*rows)
    who, found, prepared = persons(frame)
    families, findings = find_families(prepared, found.ties)
    assert len(set(who)) == 300 and families["family"].is_null().all()
    assert findings["rule"].to_list() == ["crowded_card"]


def test_namesakes_of_two_cities_stay_apart():
    row = {"full_name": "Ahmad Fauzi", "birth_date": date(1990, 3, 4)}
    who, _, _ = persons(
        records(
            row | {"nik": nik(1, date(1990, 3, 4))}, row | {"nik": "6371010403900007", "area_code": "63.71.01.1001"}
        )
    )
    assert who[0] != who[1]


def test_twins_and_a_shared_placeholder():
    twin = {
        "birth_date": date(2015, 2, 3),
        "no_kk": "6271030101200001",
        "group_key": "g",
        "snapshot": "s",
        "address": "Jl. B No. 2",
    }
    bad = {"nik": "1111111111111111", "nik_status": "placeholder"}
    who, _, _ = persons(records(twin | bad | {"full_name": "Rini Lestari"}, twin | bad | {"full_name": "Rina Lestari"}))
    assert who[0] != who[1]


def test_a_matched_number_one_slip_away_from_a_better_attested_one_is_no_wall():
    born, right = date(1972, 5, 26), "6271042605720001"
    typed = "2671042605720001"  # the first two digits swapped, and still marked as matched with Dukcapil
    same = {"full_name": "Bagus", "sex": "male", "birth_date": born, "relationship": "head", "is_matched": True}
    rows = (
        same | {"nik": right, "source_id": "p3ke/individu_2022", "snapshot": "a", "group_key": "reg:p3ke:7"},
        same | {"nik": right, "source_id": "p3ke/keluarga_2022", "snapshot": "b", "group_key": "reg:p3ke:7"},
        same | {"nik": typed, "source_id": "p3ke/verval_2023", "snapshot": "c", "group_key": "reg:p3ke:7"},
    )
    who, found, _ = persons(records(*rows))
    assert len(set(who)) == 1
    assert set(found.profiles["wall"].drop_nulls()) == {right}
    # Without the slip the flag holds: two numbers of two people.
    other, _, _ = persons(records(*rows[:2], rows[2] | {"nik": "6271042605720944"}))
    assert other[0] == other[1] != other[2]


def test_a_match_is_believed_where_the_number_carries_the_birth_date():
    head = {"full_name": "Bagus", "relationship": "head", "is_matched": True, "group_key": "reg:p3ke:7"}
    _, found, _ = persons(records(head | {"nik": "6271042605720001", "source_id": "p3ke/keluarga_2022"}))
    assert found.profiles["wall"].to_list() == [None]


def test_a_slip_is_evidence_and_two_confirmed_numbers_are_a_wall():
    born = date(1975, 8, 9)
    home = {
        "full_name": "Yohanes Tambun",
        "birth_date": born,
        "sex": "male",
        "rt": "003",
        "rw": "001",
        "address": "Jl. Betang No. 7",
    }
    right, slip = nik(1, born), nik(7, born)
    who, _, _ = persons(records(home | {"nik": right, "is_matched": True}, home | {"nik": slip}))
    assert who[0] == who[1]
    who, _, _ = persons(records(home | {"nik": right, "is_matched": True}, home | {"nik": slip, "is_matched": True}))
    assert who[0] != who[1]


def test_shuffled_deliveries_give_the_same_people():
    from sinergi.linkage.trial import trial

    frame = trial("palangkaraya", 5, 1500)

    def partition(shuffled):
        found = find_people(prepare(shuffled), model.load())
        groups = found.ties.group_by("person").agg(pl.col("record_id").sort())["record_id"].to_list()
        return {tuple(group) for group in groups}

    whole = partition(frame)
    assert partition(frame.sample(fraction=1.0, shuffle=True, seed=3)) == whole


def test_decisions_bind_through_reruns():
    one = {
        "full_name": "Markus Sahabu",
        "birth_date": date(1990, 3, 4),
        "rt": "001",
        "rw": "001",
        "address": "Jl. A No. 5",
    }
    other = {"full_name": "Wagiyem", "birth_date": date(1970, 1, 9)}
    frame = records(one, one | {"full_name": "Marcus Sahabu"}, other)
    who, _, _ = persons(frame)
    assert who[0] == who[1] != who[2]
    both = Decided([frozenset({0, 2})], [Apart(1, frozenset({0}), frozenset({1}))])
    who, _, _ = persons(frame, lambda people: both)
    assert who[0] == who[2] != who[1]


@pytest.mark.parametrize("content", ["{", '{"version": 1}', '{"version": 9}', ""])
def test_a_half_written_model_is_refused_with_the_cure(tmp_path, content):
    path = tmp_path / "model.json"
    path.write_text(content)
    with pytest.raises(model.ModelFault, match="sinergi link train"):
        model.load(path)
