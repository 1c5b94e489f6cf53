"""The database itself says what it holds: every relation and column of bi, in Bahasa Indonesia first."""

from sinergi import comments
from sinergi.database import connect
from sinergi.dictionary import label, labels

SAID = """
select relname, attname, coalesce(col_description(c.oid, attnum), ''), coalesce(obj_description(c.oid), '')
from pg_class c join pg_attribute on attrelid = c.oid
where relnamespace = 'bi'::regnamespace and attnum > 0 and not attisdropped
"""


def said(city):
    with connect(city.logins["test_reader"]) as connection:
        return connection.execute(SAID).fetchall()


def test_every_relation_and_column_of_bi_has_its_indonesian_name_as_comment(city, city_settings):
    named = labels(city_settings)
    rows = said(city)
    assert len(rows) > 150
    for relation, column, on_column, on_relation in rows:
        assert on_relation.startswith(f"{named['relations'][relation]}. One row"), relation
        assert on_column.startswith(f"{label(named, relation, column)}. "), (relation, column)
        assert len(on_column) > len(named["columns"][column]) + 4, (relation, column)


def test_what_is_said_is_what_is_there(city, city_settings):
    there = {(relation, column) for relation, column, *_ in said(city)}
    assert {names for kind, names, _ in comments.sentences(city_settings) if kind == "column"} == there
