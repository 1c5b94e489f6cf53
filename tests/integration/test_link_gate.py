"""The gate: a run beyond a threshold publishes nothing, says why, and holds the warehouse up until a person looks."""

from datetime import date
from types import SimpleNamespace

import pytest
from made_up import kk, named, nik
from sqlalchemy import text

from sinergi.airflow import tasks
from sinergi.link import LinkHeld, link
from sinergi.linkage import monitors

NORMAL = {
    "identifier_completeness": {"dinsos/sembako": 0.9},
    "records": {"dinsos/sembako": 5_000},
    "people": 5_000,
    "largest_person": 40,
    "doubts_per_person": 0.01,
    "share_of_ids_changed": 0.001,
    "compared_before": 5_000,
}


def helped(full_name, number, day=5):
    given = {"program_id": "dinsos-sembako", "recipient_kind": "person", "delivered_on": date(2024, 3, day)}
    return given | {"full_name": full_name, "nik": nik(number)}


@pytest.mark.parametrize(
    ("figures", "reason"),
    [
        ({"largest_person": 1_001}, "1,001 records"),
        ({"share_of_ids_changed": 0.06}, "6.0% of the records"),
        ({"doubts_per_person": 0.3}, "0.30 pairs in doubt"),
        ({"identifier_completeness": {"dinsos/sembako": 0.6}}, "dinsos/sembako: 60%"),
    ],
)
def test_each_monitor_has_its_threshold(figures, reason):
    assert monitors.beyond(NORMAL, {}) is None and monitors.beyond(NORMAL, NORMAL) is None
    assert reason in monitors.beyond(NORMAL | figures, NORMAL)


def test_what_was_accepted_does_not_hold_again():
    wild = NORMAL | {"largest_person": 4_000, "doubts_per_person": 0.4}
    wild["identifier_completeness"] = {"dinsos/sembako": 0.5}
    assert monitors.beyond(wild, wild) is None
    assert "4,001 records" in monitors.beyond(wild | {"largest_person": 4_001}, wild)


def test_few_records_are_not_judged_by_shares():
    few = NORMAL | {"share_of_ids_changed": 1.0, "doubts_per_person": 1.0, "people": 3, "compared_before": 3}
    assert monitors.beyond(few, {}) is None


def test_a_held_run_changes_nothing_and_an_accepted_one_is_published(made_city, monkeypatch):
    made_city.deliver("dinsos/sembako", "interventions", [helped("Budi", 1)])
    link(made_city.engine, None)
    before = made_city.crosswalk()
    monkeypatch.setattr(monitors, "LARGEST_PERSON", 1)
    made_city.deliver("dinsos/sembako", "interventions", [helped("Budi", 1, day) for day in (6, 7)])
    with pytest.raises(LinkHeld, match=r"3 records.*sinergi link run --accept"):
        link(made_city.engine, None)
    assert made_city.crosswalk() == before
    with made_city.engine.connect() as connection:
        runs = connection.execute(text("select status, reason from linkage.runs order by run_id")).all()
    assert [status for status, _ in runs] == ["published", "held"] and "3 records" in runs[1][1]
    link(made_city.engine, None, accept=True)
    assert len(made_city.crosswalk()) == 2  # by row: the first of either delivery is row 2
    link(made_city.engine, None)  # what a person has accepted holds no later run


def test_in_airflow_the_reason_is_shown_and_nothing_is_tried_again(made_city, settings, monkeypatch):
    from airflow.sdk.exceptions import AirflowFailException

    monkeypatch.setenv("SINERGI_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("SINERGI_HOME", str(settings.home))
    by_hand = {"dag_run": SimpleNamespace(run_type="manual")}
    monkeypatch.setattr("airflow.sdk.get_current_context", lambda: by_hand)
    made_city.deliver("setda/sk_walikota", "decrees", [named("Budi", 1, no_kk=kk(1))])
    assert tasks.link()["people"] == 1
    monkeypatch.setattr(monitors, "LARGEST_PERSON", 1)
    made_city.deliver("dinsos/sembako", "interventions", [helped("Budi", 1)])
    with pytest.raises(AirflowFailException, match=r"BI stays on the last good build.*2 records"):
        tasks.link()


def test_without_scheduler_the_run_says_why_and_leaves_bi_as_it_is(made_city, settings, monkeypatch):
    from sinergi.run import run

    monkeypatch.setattr(monitors, "LARGEST_PERSON", 1)
    made_city.deliver("dinsos/sembako", "interventions", [helped("Budi", 1), helped("Budi", 1, 6)])
    result = run(settings)
    assert len(result["failures"]) == 1 and "2 records" in result["failures"][0]
    assert "build" not in result["seconds"]
