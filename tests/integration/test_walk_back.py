"""Every query of docs/walk-back.md runs as it stands, and finds what it says."""

import re

import pytest

from sinergi.database import connect
from sinergi.settings import ROOT

QUERIES = re.findall(r"`(select w\.\* [^`]+)`", (ROOT / "docs" / "walk-back.md").read_text())
FOUND = {"fct_decree_spells", "fct_interventions", "rpt_needs", "xwalk_people"}  # what the tests' city has rows of


@pytest.fixture(scope="module")
def owner(city):
    with connect(city.owner, autocommit=True) as connection:
        yield connection


def test_every_report_has_its_way_back():
    assert len(QUERIES) > 8
    assert {match for query in QUERIES for match in re.findall(r"from (?:marts|raw)\.(\w+)", query)} >= FOUND


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_leads_to_file_and_row(owner, query):
    assert owner.execute(re.sub(r"'\.\.\.'", "null", query)).fetchall() == [] or "..." not in query
    everything = query.partition(" where ")[0]
    rows = owner.execute(everything).fetchall()
    assert rows or not any(f"marts.{name} " in query for name in FOUND)
    for row in rows:
        source_id, file_name, *_, row_number, stands_in, content = row
        assert "/" in source_id and file_name and row_number > 1 and stands_in.startswith("raw.") and content
