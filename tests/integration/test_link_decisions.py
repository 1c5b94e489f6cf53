"""Decisions on PostgreSQL: two people decide, reruns obey, a split stays split, and undo takes it back."""

from datetime import date

import pytest
from made_up import KAMELOH_BARU, MadeUp, nik

from sinergi.database import engine as make_engine
from sinergi.link import link
from sinergi.linkage import card, decisions


@pytest.fixture
def city(database_url):
    engine = make_engine(database_url)
    yield MadeUp(engine)
    engine.dispose()


def helped(full_name, number):
    day = {"program_id": "dinsos-sembako", "recipient_kind": "person", "delivered_on": date(2024, 3, 5)}
    return day | {"full_name": full_name, "nik": nik(number), "area_code": KAMELOH_BARU}


def people(city):
    link(city.engine, None)
    return {key: str(value[0]) for key, value in city.crosswalk().items()}


def test_merge_needs_a_second_person_and_outlives_reruns_and_undo(city):
    city.deliver("dinsos/sembako", "interventions", [helped("Budi", 1), helped("Kartini", 2)])
    before = people(city)
    budi, kartini = before["dinsos/sembako", 2], before["dinsos/sembako", 3]
    number = decisions.merge(city.engine, budi, kartini, who="Rina", why="seen")
    assert len(set(people(city).values())) == 2
    with pytest.raises(decisions.DecisionFault, match="second person"):
        decisions.approve(city.engine, number, who="rina")
    decisions.approve(city.engine, number, who="Yohanes")
    for _ in range(2):
        assert len(set(people(city).values())) == 1
    assert card.explain(city.engine, people(city)["dinsos/sembako", 2])["decisions"][0]["decision_id"] == number
    decisions.undo(city.engine, number, who="Rina", why="mistake")
    assert len(set(people(city).values())) == 2


def test_a_split_stays_split_when_the_file_comes_again(city):
    rows = [helped("Budi Santoso", 1), helped("Budi Santosa", 1)]
    first = city.deliver("dinsos/sembako", "interventions", rows)
    person = set(people(city).values())
    assert len(person) == 1
    number = decisions.split(city.engine, person.pop(), [(first, 3)], who="Rina", why="his brother")
    decisions.approve(city.engine, number, who="Yohanes")
    assert len(set(people(city).values())) == 2
    city.deliver("dinsos/sembako", "interventions", rows, replaces=first)
    assert len(set(people(city).values())) == 2


@pytest.mark.parametrize("person", ["nonsense", "00000000-0000-0000-0000-000000000000"])
def test_a_decision_about_an_unknown_id_is_refused(city, person):
    city.deliver("dinsos/sembako", "interventions", [helped("Budi", 1)])
    known = people(city)["dinsos/sembako", 2]
    with pytest.raises(decisions.DecisionFault, match="sinergi link review"):
        decisions.merge(city.engine, person, known, who="Rina", why="x")


def test_the_waterfall_adds_up():
    picture = card.waterfall({"name": 9.5, "born": 11.2, "nik": -3.0}, 4.0, "x < y")
    assert picture.startswith("<svg") and "+4.0" in picture and "x &lt; y" in picture
