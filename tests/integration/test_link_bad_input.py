"""Bad input on PostgreSQL: nothing is merged wrongly, and what was wrong is on record."""

import pytest
from made_up import KAMELOH_BARU, kk, named, nik
from sqlalchemy import text

from sinergi.link import link
from sinergi.linkage import model

BANJARMASIN = "63.71.01.1001"


def findings(made_city):
    with made_city.engine.connect() as connection:
        query = "select rule, row_number from linkage.findings order by rule, row_number"
        return [tuple(row) for row in connection.execute(text(query))]


def test_decrees_of_two_cities_in_one_inbox_share_numbers_and_nothing_else(made_city):
    ours = [named("Budi Santoso", 1, relationship="head"), named("Rusmiati", 2)]
    theirs = [
        named("Ahmad Fauzi", None, nik="6371010506850001", area_code=BANJARMASIN, relationship="head"),
        named("Siti Rahmah", None, area_code=BANJARMASIN),
    ]
    made_city.deliver("setda/sk_walikota", "decrees", ours)
    first = link(made_city.engine, None)
    before = made_city.crosswalk()
    made_city.deliver("setda/sk_walikota", "decrees", [*ours, *theirs])
    second = link(made_city.engine, None)
    assert (first["people"], first["families"]) == (2, 1) and (second["people"], second["families"]) == (4, 2)
    rows = made_city.crosswalk()
    assert all(rows[key][:2] == value[:2] for key, value in before.items())
    assert rows["setda/sk_walikota", 4][1] == rows["setda/sk_walikota", 5][1] != rows["setda/sk_walikota", 2][1]


def test_namesakes_of_two_cities_without_numbers_stay_two_people(made_city):
    same = {"household": "7", "no_kk": None}
    made_city.deliver("setda/sk_walikota", "decrees", [named("Siti Aminah", **same)])
    made_city.deliver("setda/sk_walikota", "decrees", [named("Siti Aminah", area_code=BANJARMASIN, **same)])
    assert link(made_city.engine, None)["people"] == 2


def test_one_nik_for_a_whole_file_is_a_finding_of_each_row_and_joins_nobody(made_city):
    names = ("Budi Santoso", "Kartini Dewi", "Rusmiati", "Yohanes Tambun", "Wagiyem", "Parlindungan", "Sahay Bungai")
    made_city.deliver(
        "setda/sk_walikota", "decrees", [named(name, 1, household=str(n)) for n, name in enumerate(names)]
    )
    figures = link(made_city.engine, None)
    assert figures["people"] == len(names) and figures["numbers_of_nobody"] == 1
    assert [row for rule, row in findings(made_city) if rule == "nik_of_nobody"] == list(range(2, 2 + len(names)))


def test_a_card_of_three_hundred_is_a_finding_and_no_family(made_city):
    members = [
        {
            "registry_family_id": kk(1),
            "no_kk": kk(1),
            "full_name": f"Anak {chr(65 + n % 26)}{chr(97 + n // 26)}o",
            "nik": nik(n + 1),
            "area_code": KAMELOH_BARU,
        }
        for n in range(300)
    ]
    made_city.deliver("dtsen/anggota", "registry_people", members)
    assert link(made_city.engine, None)["people"] == 300
    assert {family for _, family, _ in made_city.crosswalk().values()} == {None}
    assert [rule for rule, _ in findings(made_city)] == ["crowded_card"]


def test_a_half_written_model_stops_the_run_and_leaves_the_links(made_city, tmp_path, monkeypatch):
    made_city.deliver("setda/sk_walikota", "decrees", [named("Budi Santoso", 1)])
    link(made_city.engine, None)
    before = made_city.crosswalk()
    half = tmp_path / "model.json"
    half.write_text(model.MODEL.read_text()[:500])
    monkeypatch.setattr(model.load, "__defaults__", (half,))
    made_city.deliver("setda/sk_walikota", "decrees", [named("Budi Santoso", 1), named("Rusmiati", 2)])
    with pytest.raises(model.ModelFault, match="half-written"):
        link(made_city.engine, None)
    assert made_city.crosswalk() == before
