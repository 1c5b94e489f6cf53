"""Rows in words that are known get their person at once, and it is the one that linking everything gives them."""

from datetime import date

import made_lists
import pytest
from made_up import KAMELOH_BARU, MENTENG, kk, named, nik
from sqlalchemy import text

from sinergi.link import link, link_known
from sinergi.linkage import decisions, recognise
from sinergi.linkage.recognise import Recognised

SOURCES = made_lists.sources(("dinsos/sembako", "dinkes/pbi_jkn", "dinkes/stunting"), (*made_lists.SAID, "no_kk"))
HELP = {"program_id": "dinsos-sembako", "recipient_kind": "person", "area_code": KAMELOH_BARU}


def help_for(full_name, number=None, *, on=date(2024, 2, 10), **more):
    return {**HELP, "full_name": full_name, "nik": nik(number) if number else None, "delivered_on": on, **more}


def rows_of(made_city, delivery_id):
    """Give the row number -> (person, family, method, probability) of a delivery, as the crosswalk has it."""
    with made_city.engine.connect() as connection:
        query = "select row_number, person_id, family_id, method, probability from linkage.crosswalk"
        found = connection.execute(text(f"{query} where delivery_id = {delivery_id}")).all()
    return {row[0]: tuple(row[1:]) for row in found}


def known_of(made_city, delivery_id):
    return {number: row for number, row in rows_of(made_city, delivery_id).items() if row[2] != "waiting"}


@pytest.fixture(scope="module")
def lists():
    return made_lists.rows_of(SOURCES, 7)


def deliver(made_city, source, rows, **more):
    entity, base, _ = SOURCES[source]
    return made_city.deliver(source, entity, [base | row | more for row in rows])


@pytest.mark.parametrize("last", SOURCES)
def test_who_is_known_is_who_linking_everything_says(made_city, lists, settings, monkeypatch, last):
    monkeypatch.setattr(recognise, "MOST_WAITING", 1.0)  # a registry's families are all new
    day = {"delivered_on": date(2024, 3, 1)} if SOURCES[last][0] == "interventions" else {}
    for source in SOURCES:
        if source != last:
            deliver(made_city, source, lists[source])
    if day:
        deliver(made_city, last, lists[last][::2], **day)
    link(made_city.engine, settings)
    delivery = deliver(made_city, last, lists[last], **({"delivered_on": date(2024, 4, 1)} if day else {}))
    recognised = link_known(made_city.engine)
    assert recognised is not None
    assert recognised.known + recognised.waiting == len(lists[last])
    known = known_of(made_city, delivery)
    assert len(known) == recognised.known
    # Half of the rows came a month before; a new registry numbers its families anew, and whose are not known waits.
    assert len(known) > 0.3 * len(lists[last]) if day else len(known) < len(lists[last])
    link(made_city.engine, settings, accept=True)  # the gate sees that many more rows have come than on any day
    settled = rows_of(made_city, delivery)
    # How sure a link is depends on what is frequent, and is weighed anew; whose a row is stays.
    assert {number: settled[number][:2] for number in known} == {number: row[:2] for number, row in known.items()}
    assert "waiting" not in {row[2] for row in settled.values()}
    assert link_known(made_city.engine) == Recognised(0, 0)


def test_the_first_day_the_replaced_and_the_held_wait_for_linking(made_city, settings):
    rows = [named("Siti Aminah", 1), named("Budi Santoso", 2)]
    first = made_city.deliver("setda/sk_walikota", "decrees", rows)
    assert link_known(made_city.engine) is None
    link(made_city.engine, settings)
    made_city.deliver("dinsos/sembako", "interventions", [help_for("Siti Aminah", 1)])
    assert link_known(made_city.engine) == Recognised(1, 0)
    made_city.deliver("setda/sk_walikota", "decrees", rows, replaces=first)
    assert link_known(made_city.engine) is None
    link(made_city.engine, settings)
    made_city.deliver("dinsos/sembako", "interventions", [help_for("Siti Aminah", 1, amount_idr=5)])
    with made_city.engine.begin() as connection:
        connection.execute(text("insert into linkage.runs (status, figures) values ('held', '{}')"))
    assert link_known(made_city.engine) is None


def test_a_list_of_strangers_waits_whole(made_city, settings):
    made_city.deliver("dinsos/sembako", "interventions", [help_for("Siti Aminah", 1)])
    link(made_city.engine, settings)
    strangers = [help_for(name, number) for number, name in enumerate(("Agus", "Rina", "Dewi"), start=5)]
    delivery = made_city.deliver("dinsos/sembako", "interventions", [help_for("Siti Aminah", 1), *strangers])
    assert link_known(made_city.engine) is None
    assert rows_of(made_city, delivery) == {}


@pytest.fixture
def waits(made_city, settings, monkeypatch):
    """Link what is before, take in what comes, and give the row numbers (from 2) that wait."""
    monkeypatch.setattr(recognise, "MOST_WAITING", 1.0)

    def waits(before, after, entity="interventions", source="dinsos/sembako", decide=None):
        for number, rows in enumerate(before):
            made_city.deliver(
                "dinsos/sembako" if number else "setda/sk_walikota", "interventions" if number else "decrees", rows
            )
        link(made_city.engine, settings)
        if decide:
            decide()
            link(made_city.engine, settings)
        delivery = made_city.deliver(source, entity, after)
        assert link_known(made_city.engine) is not None
        return {number for number, row in rows_of(made_city, delivery).items() if row[2] == "waiting"}

    return waits


HOME = {"rt": "001", "rw": "002", "address": "Jl. Bangau No. 5"}


def test_a_bare_name_is_nobody_known(waits):
    bare = help_for("Siti Aminah", area_code=None)
    assert waits([[named("Siti Aminah", 1)], [bare]], [bare, help_for("Siti Aminah", 1)]) == {2}


def test_without_a_number_the_same_door_is_the_same_person(waits):
    at_home = help_for("Siti Aminah", birth_date=date(1980, 5, 1), **HOME)
    elsewhere = at_home | {"address": "Jl. Merpati No. 9"}
    assert waits([[named("Budi", 2)], [at_home]], [at_home, elsewhere]) == {3}


def test_another_kelurahan_or_spelling_waits(waits):
    before = help_for("Siti Aminah", 1)
    after = [before, before | {"area_code": MENTENG}, before | {"full_name": "Sity Aminah"}]
    assert waits([[named("Budi", 2)], [before]], after) == {3, 4}


def test_a_card_that_nobody_has_shown_waits(waits):
    with_card = help_for("Siti Aminah", 1, no_kk=kk(1))
    assert waits(
        [[named("Budi", 2)], [with_card]], [with_card, with_card | {"no_kk": kk(2)}, help_for("Siti Aminah", 1)]
    ) == {3}


def test_who_stands_in_two_families_at_once_waits(waits):
    """Help before and after both lists goes to the nearest; exactly between them linking everything decides."""
    lists = [help_for("Siti Aminah", 1, no_kk=kk(card), on=date(2024, month, 15)) for card, month in ((1, 1), (2, 3))]
    others = [
        help_for(name, number, no_kk=kk(card), on=date(2024, 1, 15))
        for number, (name, card) in enumerate((("Agus", 1), ("Rina", 1), ("Dewi", 2), ("Joko", 2)), start=5)
    ]
    after = [help_for("Siti Aminah", 1, on=on) for on in (date(2024, 1, 20), date(2024, 2, 14), date(2024, 3, 20))]
    assert waits([[named("Budi", 2)], lists + others], after) <= {3}


def test_what_people_have_decided_of_waits(made_city, waits):
    one, other = help_for("Siti Aminah", 1), help_for("Sity Aminah", 1)

    def split():
        rows = made_city.crosswalk()
        person = str(rows["dinsos/sembako", 2][0])
        with made_city.engine.connect() as connection:
            query = "select delivery_id from linkage.crosswalk where source_id = 'dinsos/sembako' limit 1"
            delivery = connection.execute(text(query)).scalar_one()
        number = decisions.split(made_city.engine, person, [(delivery, 3)], who="Rina", why="x")
        decisions.approve(made_city.engine, number, who="Yohanes")

    assert waits([[named("Budi", 2)], [one, other]], [one, other, help_for("Agus", 9)], decide=split) == {2, 3, 4}


def test_a_number_typed_for_everybody_waits(waits):
    names = ("Agus", "Rina Dewi", "Joko Susilo", "Kartini", "Maria Ulfah", "Hendra", "Yulia", "Bambang")
    crowd = [help_for(name, 7) for name in names]
    assert waits([[named("Budi", 2)], [*crowd, help_for("Siti", 1)]], [help_for("Agus", 7), help_for("Siti", 1)]) == {2}


def test_two_rows_of_one_list_are_two_people(waits):
    """A decree with one NIK under two spellings: whose it is, linking everything finds out."""
    both = [named("Siti Aminah", 1), named("Sity Aminah", 1, household="2")]
    known = [help_for("Siti Aminah", 1), help_for("Sity Aminah", 1)]
    assert waits([[named("Budi", 2)], known], both, "decrees", "setda/sk_walikota") == {2, 3}


def test_a_group_is_nobody_and_does_not_wait(waits):
    group = help_for("Kelompok Tani Maju", 1) | {"recipient_kind": "group"}
    assert waits([[named("Budi", 2)], [help_for("Siti", 1)]], [group]) == set()
