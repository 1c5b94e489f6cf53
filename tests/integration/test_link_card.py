"""The card: what each comparison found, joins and walls that no comparison tells, and never a value of a row."""

from datetime import date

import pytest
from made_up import KAMELOH_BARU, nik

from sinergi.link import link
from sinergi.linkage import card, decisions, model, sentences, waterfall, words

PEOPLE = {"full_name": "Siti Aminah", "sex": "female", "birth_date": date(1980, 5, 1), "area_code": KAMELOH_BARU}
HELP = {"program_id": "dinsos-sembako", "recipient_kind": "person", "delivered_on": date(2024, 3, 5)}
VALUES = ("Siti", "Aminah", "SITI", nik(1), nik(2), "1980", KAMELOH_BARU)


def people(made_city):
    link(made_city.engine, None)
    return {key: str(value[0]) for key, value in made_city.crosswalk().items()}


def listed(number, **more):
    return PEOPLE | {"nik": nik(number), "registry_family_id": f"62000000{number}", "dukcapil_match": "matched"} | more


def shows_no_value(found):
    texts = (sentences.words(found), waterfall.page(found), *(str(sentences.steps(pair)) for pair in found["doubts"]))
    return not any(value in text for value in VALUES for text in texts)


def test_every_level_has_its_words():
    for name, levels in model.COMPARISONS.items():
        assert [label for label, _ in levels] == list(words.LEVELS[name])
    assert set(words.LABELS) == {*model.COMPARISONS, "household"}


def test_the_card_of_a_pair_in_doubt_tells_what_was_found_and_what_stands_between(made_city):
    made_city.deliver("p3ke/individu_2022", "registry_people", [listed(1), listed(2)])
    made_city.deliver("dinsos/sembako", "interventions", [HELP | PEOPLE])
    assert len(set(people(made_city).values())) == 3
    first, second = decisions.review(made_city.engine)
    assert first["reason"] == second["reason"] == "fits_two_people"
    found = card.explain(made_city.engine, first["left_person_id"], first["right_person_id"])
    assert {row["person_id"] for row in found["records"]} == {first["left_person_id"], first["right_person_id"]}
    pair = sentences.shown(found)
    assert sum(step.bits for step in sentences.steps(pair)) == pytest.approx(pair["weight"], abs=0.1)
    told = sentences.words(found)
    for sentence in ("Nama: sama", "Tanggal lahir: sama", "Alamat: kelurahan sama", "Tanpa keterangan: NIK"):
        assert sentence in told
    assert "Cocok dengan dua orang yang berbeda" in told and "sinergi link undo" in told
    drawn = waterfall.page(found)
    assert drawn.count("<svg") == len(found["doubts"]) == 1 and "p3ke/individu_2022" in drawn
    assert shows_no_value(found)
    with pytest.raises(decisions.DecisionFault, match="one person already"):
        card.explain(made_city.engine, first["left_person_id"], first["left_person_id"])


def test_the_card_of_two_people_names_their_walls(made_city):
    delivery = made_city.deliver("p3ke/individu_2022", "registry_people", [listed(1), listed(2)])
    pair = people(made_city)
    left, right = pair["p3ke/individu_2022", 2], pair["p3ke/individu_2022", 3]
    found = card.explain(made_city.engine, left, right)
    assert [wall["wall"] for wall in found["walls"]] == ["two_confirmed_niks", "same_snapshot"]
    told = sentences.words(found)
    assert "NIK yang sudah terkonfirmasi dan berbeda" in told and "Daftar: p3ke/individu_2022" in told
    assert shows_no_value(found) and delivery


def test_the_card_of_a_person_tells_what_joined_it_unasked(made_city):
    made_city.deliver("p3ke/individu_2022", "registry_people", [listed(1)])
    made_city.deliver("dinsos/sembako", "interventions", [HELP | PEOPLE | {"nik": nik(1), "full_name": "Siti Amina"}])
    made_city.deliver("disdik/pip", "interventions", [HELP | {"full_name": "Kartini", "nik": nik(7)}])
    before = people(made_city)
    (one,) = {before["p3ke/individu_2022", 2], before["dinsos/sembako", 2]}
    number = decisions.merge(made_city.engine, one, before["disdik/pip", 2], who="Rina", why="one card")
    decisions.approve(made_city.engine, number, who="Yohanes")
    (person,) = set(people(made_city).values())
    found = card.explain(made_city.engine, person)
    assert [join["how"] for join in found["joins"]] == ["same_number", "decision"]
    told = sentences.words(found)
    assert "Digabung tanpa perbandingan: NIK sama" in told and f"keputusan petugas No. {number}" in told
    assert "disetujui Yohanes" in told and "100,00%" not in told
    assert shows_no_value(found)
    decisions.undo(made_city.engine, number, who="Rina", why="two cards")
    assert "diusulkan batal oleh Rina" in sentences.words(card.explain(made_city.engine, person))


def test_a_split_of_rows_that_say_the_same_is_a_wall(made_city):
    row = HELP | {"full_name": "Budi", "nik": nik(3)}
    delivery = made_city.deliver("dinsos/sembako", "interventions", [row, row])
    (person,) = set(people(made_city).values())
    number = decisions.split(made_city.engine, person, [(delivery, 3)], who="Rina", why="x", only=True)
    decisions.approve(made_city.engine, number, who="Yohanes")
    found = card.explain(made_city.engine, *sorted(set(people(made_city).values())))
    assert found["walls"] == [{"wall": "split_by_person", "lists": [], "decision_id": number}]


def test_what_is_not_certain_is_never_written_as_certain():
    assert words.percent(0.999999) == "lebih dari 99,99%" and words.percent(0.95) == "95,00%"
    assert all(0 < words.chance(bits) < 1 for bits in (-200.0, -54.0, 0.0, 54.0, 60.0, 200.0))
    assert words.percent(words.chance(70.0)) == "lebih dari 99,99%"
    assert words.percent(0.00001) == "kurang dari 0,01%" and words.percent(1.0) == "100,00%"


def test_the_waterfall_adds_up_escapes_its_title_and_hatches_what_speaks_against():
    found = [("Sebelum dibandingkan", "", -13.7), ("Nama", "sama", 9.5), ("NIK", "a<b", 8.2)]
    steps = [sentences.Step(*each) for each in found]
    picture = waterfall.waterfall(steps, "x < y")
    assert picture.startswith("<svg") and picture.count(">+4,0<") == 1
    assert "x &lt; y" in picture and "a&lt;b" in picture and "94,12%" in picture
    assert picture.count('fill="url(#against)"') == 1
