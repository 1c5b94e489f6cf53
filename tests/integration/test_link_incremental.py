"""Deliveries linked one by one, in any order, end as if all had been linked at once; ids that change are on record.

Registries with families, field lists, help, a file that takes another's place, and a decision are among them.
"""

import random

import made_lists
import pytest
from sqlalchemy import text

from sinergi.link import link
from sinergi.linkage import decisions

SOURCES = made_lists.sources(("dinsos/sembako", "dinkes/pbi_jkn", "dinkes/stunting", "disdik/pip"))
REPLACED = "dinkes/pbi_jkn"


@pytest.fixture(scope="module")
def lists():
    """Rows of each source's list, spoiled as offices spoil them."""
    rows = made_lists.rows_of(SOURCES, 11)
    assert min(map(len, rows.values())) > 20
    return rows


def tied(made_city, unit):
    """Give (source, row) -> id of every record that has one."""
    with made_city.engine.connect() as connection:
        query = f"select source_id, row_number, {unit}_id::text from linkage.crosswalk where {unit}_id is not null"
        return {(row[0], row[1]): row[2] for row in connection.execute(text(query))}


def groups(known):
    """Give the records of each unit, whatever it is called."""
    found = {}
    for record, unit in known.items():
        found.setdefault(unit, set()).add(record)
    return {frozenset(records) for records in found.values()}


def deliver(made_city, source, rows, replaces=None):
    entity, base, _ = SOURCES[source]
    return made_city.deliver(source, entity, [base | row for row in rows], replaces=replaces, period=None)


def forget(made_city):
    with made_city.engine.begin() as connection:
        connection.execute(text("drop schema linkage cascade"))
        for entity in {entity for entity, _, _ in SOURCES.values()}:
            connection.execute(text(f"delete from raw.{entity}"))
        connection.execute(text("truncate ops.deliveries cascade"))


def decide(made_city):
    """Join two people of one list whom nothing else joins: rows 2 and 3 of the registry."""
    people = tied(made_city, "person")
    pair = (people["p3ke/individu_2022", 2], people["p3ke/individu_2022", 3])
    decisions.approve(made_city.engine, decisions.merge(made_city.engine, *pair, who="Rina", why="x"), who="Yohanes")


def test_one_by_one_in_any_order_is_all_at_once(made_city, lists, settings):
    for source in SOURCES:
        deliver(made_city, source, lists[source])
    link(made_city.engine, settings)
    decide(made_city)
    link(made_city.engine, None)  # all compared anew
    at_once = {unit: groups(tied(made_city, unit)) for unit in ("person", "family")}
    assert 0 < sum(len(group) > 1 for group in at_once["person"]) < len(at_once["person"])
    assert sum(len(group) > 2 for group in at_once["family"]) > 100
    for seed in (1, 2):
        forget(made_city)
        order = random.Random(seed).sample(list(SOURCES), len(SOURCES))
        before, half = {"person": {}, "family": {}}, None
        for source in order:
            # Half of one list comes first, its rows in another order, and the whole takes its place at the end.
            rows = lists[source][: len(lists[source]) // 2][::-1] if source == REPLACED else lists[source]
            delivery = deliver(made_city, source, rows)
            half = delivery if source == REPLACED else half
            before = follow(made_city, settings, before, order)
            if source == "p3ke/individu_2022":
                decide(made_city)
        deliver(made_city, REPLACED, lists[REPLACED], replaces=half)
        follow(made_city, settings, {"person": {}, "family": {}}, order)
        for unit in ("person", "family"):
            assert groups(tied(made_city, unit)) == at_once[unit], (unit, order)


def follow(made_city, settings, before, order):
    """Link what has come; every person that lost a record and every id that is gone is on record."""
    link(made_city.engine, settings)
    now = {unit: tied(made_city, unit) for unit in ("person", "family")}
    with made_city.engine.connect() as connection:
        told = set(connection.execute(text("select old_id::text from linkage.id_history")).scalars())
    lost = {id for record, id in before["person"].items() if now["person"][record] != id}
    # A family that goes on may lose who only follows: a row of help goes to the family of the list nearest in time.
    gone = set(before["family"].values()) - set(now["family"].values())
    assert lost <= told and gone <= told, order
    return now
