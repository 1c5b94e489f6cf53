"""Deliveries linked one by one, in any order, end as if all had been linked at once; ids that change are on record."""

import random

import pytest
from sqlalchemy import text

from sinergi.link import link
from sinergi.linkage.trial import trial
from sinergi.settings import Settings

SOURCES = ("dinsos/sembako", "dinkes/pbi_jkn", "dinkes/stunting", "disdik/pip", "disnaker/pelatihan")
SAID = ("full_name", "sex", "birth_date", "birth_year", "nik", "nik_status", "area_code", "rt", "rw", "address")


@pytest.fixture(scope="module")
def lists():
    """Rows of each source's list, spoiled as offices spoil them."""
    records = trial("palangkaraya", 11, 1_500)
    rows = {source: records.filter(source_id=source).select(SAID).to_dicts() for source in SOURCES}
    assert min(map(len, rows.values())) > 20
    return rows


def people(made_city):
    """Give (source, row) -> person of every record that names one."""
    with made_city.engine.connect() as connection:
        query = "select source_id, row_number, person_id::text from linkage.crosswalk where person_id is not null"
        return {(row[0], row[1]): row[2] for row in connection.execute(text(query))}


def groups(known):
    """Give the records of each person, whatever the person is called."""
    found = {}
    for record, person in known.items():
        found.setdefault(person, set()).add(record)
    return {frozenset(records) for records in found.values()}


def deliver(made_city, source, rows):
    help_of_all = {"program_id": "dinsos-sembako", "recipient_kind": "person"}
    made_city.deliver(source, "interventions", [help_of_all | row for row in rows])


def forget(made_city):
    with made_city.engine.begin() as connection:
        connection.execute(text("drop schema linkage cascade"))
        connection.execute(text("delete from raw.interventions"))
        connection.execute(text("truncate ops.deliveries cascade"))


def test_one_by_one_in_any_order_is_all_at_once(made_city, lists):
    settings = Settings.load({})
    for source in SOURCES:
        deliver(made_city, source, lists[source])
    link(made_city.engine, settings)
    at_once = groups(people(made_city))
    assert 0 < sum(len(group) > 1 for group in at_once) < len(at_once)
    for seed in (1, 2):
        forget(made_city)
        order = random.Random(seed).sample(SOURCES, len(SOURCES))
        before = {}
        for source in order:
            deliver(made_city, source, lists[source])
            link(made_city.engine, settings)
            now = people(made_city)
            with made_city.engine.connect() as connection:
                history = connection.execute(text("select old_id::text, new_id::text from linkage.id_history"))
                told = {old for old, _ in history}
            changed = {before[record] for record in before if now[record] != before[record]}
            assert changed <= told, order
            before = now
        assert groups(before) == at_once, order
