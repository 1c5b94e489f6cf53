"""The load test against a published build: every query of every dashboard runs, as the reader, for every user."""

import pytest
from psycopg import errors

from sinergi.bench import dashboards
from sinergi.dashboards import assets


def test_queries_are_kept_for_every_chart_of_every_dashboard():
    kept = dashboards.queries()
    assert set(kept) == set(assets.dashboards())
    for slug, page in assets.dashboards().items():
        assert {chart["name"] for chart in assets.page_charts(page)} <= set(kept[slug])


def test_each_user_asks_everything_at_least_once(city):
    found = dashboards.measure_dashboards(city.admin, users=3, seconds=0)["dashboards"]
    assert found["queries"] == 3 * sum(map(len, dashboards.queries().values()))
    assert 0 < found["floor"] <= found["value"]
    assert len(found["slowest"]) == 5


def test_a_query_that_fails_fails_the_bench(city, monkeypatch):
    monkeypatch.setattr(dashboards, "queries", lambda: {"one": {"people": "select count(*) from marts.dim_people"}})
    with pytest.raises(errors.InsufficientPrivilege):
        dashboards.measure_dashboards(city.admin, users=2, seconds=0)
