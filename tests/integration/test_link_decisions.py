"""Decisions on PostgreSQL: two people decide, reruns obey, a split stays split, and undo takes it back."""

from datetime import date

import pytest
from made_up import KAMELOH_BARU, nik

from sinergi.link import link
from sinergi.linkage import card, decisions


def helped(full_name, number):
    day = {"program_id": "dinsos-sembako", "recipient_kind": "person", "delivered_on": date(2024, 3, 5)}
    return day | {"full_name": full_name, "nik": nik(number) if number else None, "area_code": KAMELOH_BARU}


def people(made_city):
    link(made_city.engine, None)
    return {key: str(value[0]) for key, value in made_city.crosswalk().items()}


def test_merge_needs_a_second_person_and_outlives_reruns_and_undo(made_city):
    made_city.deliver("dinsos/sembako", "interventions", [helped("Budi", 1), helped("Kartini", 2)])
    before = people(made_city)
    budi, kartini = before["dinsos/sembako", 2], before["dinsos/sembako", 3]
    number = decisions.merge(made_city.engine, budi, kartini, who="Rina", why="seen")
    assert len(set(people(made_city).values())) == 2
    with pytest.raises(decisions.DecisionFault, match="second person"):
        decisions.approve(made_city.engine, number, who="rina")
    decisions.approve(made_city.engine, number, who="Yohanes")
    for _ in range(2):
        assert len(set(people(made_city).values())) == 1
    assert (
        card.explain(made_city.engine, people(made_city)["dinsos/sembako", 2])["decisions"][0]["decision_id"] == number
    )
    assert decisions.undo(made_city.engine, number, who="Rina", why="mistake")
    assert len(set(people(made_city).values())) == 1  # until a second person agrees
    with pytest.raises(decisions.DecisionFault, match="second person"):
        decisions.approve(made_city.engine, number, who=" RINA ")
    assert decisions.approve(made_city.engine, number, who="Sari") == "undo"
    assert len(set(people(made_city).values())) == 2


def test_a_split_stays_split_when_the_file_comes_again(made_city):
    rows = [helped("Budi Santoso", 1), helped("Budi Santosa", 1)]
    first = made_city.deliver("dinsos/sembako", "interventions", rows)
    person = set(people(made_city).values())
    assert len(person) == 1
    number = decisions.split(made_city.engine, person.pop(), [(first, 3)], who="Rina", why="his brother")
    decisions.approve(made_city.engine, number, who="Yohanes")
    assert len(set(people(made_city).values())) == 2
    made_city.deliver("dinsos/sembako", "interventions", rows, replaces=first)
    assert len(set(people(made_city).values())) == 2


@pytest.mark.parametrize("person", ["nonsense", "00000000-0000-0000-0000-000000000000"])
def test_a_decision_about_an_unknown_id_is_refused(made_city, person):
    made_city.deliver("dinsos/sembako", "interventions", [helped("Budi", 1)])
    known = people(made_city)["dinsos/sembako", 2]
    with pytest.raises(decisions.DecisionFault, match="sinergi link review"):
        decisions.merge(made_city.engine, person, known, who="Rina", why="x")


def test_an_old_id_is_followed_to_what_it_has_become(made_city):
    made_city.deliver("dinsos/sembako", "interventions", [helped("Budi", 1), helped("Kartini", 2)])
    before = people(made_city)
    budi, kartini = before["dinsos/sembako", 2], before["dinsos/sembako", 3]
    number = decisions.merge(made_city.engine, budi, kartini, who="Rina", why="seen")
    decisions.approve(made_city.engine, number, who="Yohanes")
    left = set(people(made_city).values()).pop()
    gone = kartini if left == budi else budi
    with pytest.raises(decisions.DecisionFault, match=left):
        card.explain(made_city.engine, gone)
    assert card.explain(made_city.engine, left)["history"][0]["old_id"] == gone


def test_a_decision_is_taken_once(made_city):
    made_city.deliver("dinsos/sembako", "interventions", [helped("Budi", 1), helped("Kartini", 2)])
    before = people(made_city)
    number = decisions.merge(made_city.engine, *sorted(set(before.values())), who="Rina", why="seen")
    with pytest.raises(decisions.DecisionFault, match="who decides"):
        decisions.undo(made_city.engine, number, who=" ", why="x")
    with pytest.raises(decisions.DecisionFault, match="who decides"):
        decisions.approve(made_city.engine, number, who=" ")
    decisions.approve(made_city.engine, number, who="Yohanes")
    with pytest.raises(decisions.DecisionFault, match="approved already"):
        decisions.approve(made_city.engine, number, who="Sari")
    decisions.undo(made_city.engine, number, who="Rina", why="mistake")
    with pytest.raises(decisions.DecisionFault, match=f"sinergi link approve {number}"):
        decisions.undo(made_city.engine, number, who="Sari", why="mistake")
    decisions.approve(made_city.engine, number, who="Sari")
    for again in (
        lambda: decisions.undo(made_city.engine, number, who="Rina", why="again"),
        lambda: decisions.approve(made_city.engine, number, who="Yohanes"),
    ):
        with pytest.raises(decisions.DecisionFault, match="undone already"):
            again()
    with pytest.raises(decisions.DecisionFault, match="no decision 99"):
        decisions.approve(made_city.engine, 99, who="Sari")


def test_what_nobody_has_approved_is_withdrawn_by_one(made_city):
    made_city.deliver("dinsos/sembako", "interventions", [helped("Budi", 1), helped("Kartini", 2)])
    number = decisions.merge(made_city.engine, *sorted(set(people(made_city).values())), who="Rina", why="seen")
    assert not decisions.undo(made_city.engine, number, who="Rina", why="mistyped")
    with pytest.raises(decisions.DecisionFault, match="withdrawn by Rina"):
        decisions.approve(made_city.engine, number, who="Sari")


def approved(made_city, number):
    decisions.approve(made_city.engine, number, who="Yohanes")
    return people(made_city)


def test_the_later_decision_wins_and_its_undo_gives_the_earlier_its_way(made_city):
    delivery = made_city.deliver("dinsos/sembako", "interventions", [helped("Budi", 1), helped("Kartini", 2)])
    first = decisions.merge(made_city.engine, *sorted(set(people(made_city).values())), who="Rina", why="seen")
    (person,) = set(approved(made_city, first).values())
    second = decisions.split(made_city.engine, person, [(delivery, 3)], who="Rina", why="they are two")
    two = set(approved(made_city, second).values())
    assert len(two) == 2
    third = decisions.merge(made_city.engine, *sorted(two), who="Rina", why="one, after all")
    assert len(set(approved(made_city, third).values())) == 1
    for number, left in ((third, 2), (second, 1), (first, 2)):
        decisions.undo(made_city.engine, number, who="Rina", why="step back")
        assert len(set(approved(made_city, number).values())) == left


def test_a_split_of_what_is_not_there_or_says_the_same_is_refused(made_city):
    delivery = made_city.deliver("dinsos/sembako", "interventions", [helped("Budi", 1), helped("Budi", 1)])
    person = set(people(made_city).values()).pop()
    with pytest.raises(decisions.DecisionFault, match="row 9 is no record"):
        decisions.split(made_city.engine, person, [(delivery, 9)], who="Rina", why="x")
    with pytest.raises(decisions.DecisionFault, match="--only"):
        decisions.split(made_city.engine, person, [(delivery, 3)], who="Rina", why="x")


def test_rows_that_say_the_same_stay_two_people_when_the_file_comes_again(made_city):
    rows = [helped("Budi", 1), helped("Kartini", 2), helped("Budi", 1)]
    first = made_city.deliver("dinsos/sembako", "interventions", rows)
    person = people(made_city)["dinsos/sembako", 2]
    number = decisions.split(made_city.engine, person, [(first, 4)], who="Rina", why="x", only=True)
    before = approved(made_city, number)
    assert len(set(before.values())) == 3
    second = made_city.deliver("dinsos/sembako", "interventions", [rows[1], rows[0], rows[2]], replaces=first)
    after = people(made_city)  # the two Budi stand in rows 3 and 4 now
    assert [after["dinsos/sembako", row] for row in (2, 3, 4)] == [before["dinsos/sembako", row] for row in (3, 2, 4)]
    made_city.deliver("dinsos/sembako", "interventions", [*rows, helped("Sari", 3)], replaces=second)
    assert len(set(people(made_city).values())) == 4


def test_a_split_follows_its_row_through_a_correction(made_city):
    rows = [helped("Budi Santoso", 1), helped("Budi Santosa", 1)]
    first = made_city.deliver("dinsos/sembako", "interventions", rows)
    (person,) = set(people(made_city).values())
    number = decisions.split(made_city.engine, person, [(first, 3)], who="Rina", why="his brother")
    before = approved(made_city, number)
    rows[1] = helped("Budi Santosoh", 1)  # says what neither row has said
    second = made_city.deliver("dinsos/sembako", "interventions", rows, replaces=first, corrects=True)
    assert people(made_city) == before
    made_city.deliver("dinsos/sembako", "interventions", rows[::-1], replaces=second)
    after = people(made_city)
    assert [after["dinsos/sembako", row] for row in (3, 2)] == [before["dinsos/sembako", row] for row in (2, 3)]


def test_a_decision_that_finds_no_row_says_so(made_city):
    first = made_city.deliver("dinsos/sembako", "interventions", [helped("Budi", 1), helped("Kartini", 2)])
    number = decisions.merge(made_city.engine, *sorted(set(people(made_city).values())), who="Rina", why="seen")
    approved(made_city, number)
    made_city.deliver("dinsos/sembako", "interventions", [helped("Budi", 1), helped("Sari", 3)], replaces=first)
    told = [warning for warning in link(made_city.engine, None)["warnings"] if warning["kind"] == "decision_lost"]
    assert [warning["subject"] for warning in told] == [str(number)]
    assert f"sinergi link undo {number}" in told[0]["message"]
    assert len(set(people(made_city).values())) == 2
