"""The gate: a run beyond a threshold publishes nothing, says why, and holds the warehouse up until a person looks."""

from datetime import date
from types import SimpleNamespace

import pytest
from made_up import kk, named, nik
from sqlalchemy import text

from sinergi.airflow import tasks
from sinergi.link import LinkHeld, link
from sinergi.linkage import monitors

WEIGHTS = {"-5": 100, "0": 100, "10": 1_800, "30": 2_000}
NORMAL = {
    "identifier_completeness": {column: {"dinsos/sembako": 0.9} for column in monitors.IDENTIFIERS},
    "records": {"dinsos/sembako": 10_000},
    "people": 5_000,
    "largest_person": 40,
    "most_people_merged": 2,
    "edges_by_weight": WEIGHTS,
    "doubts_per_person": 0.01,
    "share_of_ids_changed": 0.001,
    "share_of_family_ids_changed": 0.001,
    "compared_before": 10_000,
    "known_before": 0.99,
}


def complete(column, share):
    return {"identifier_completeness": NORMAL["identifier_completeness"] | {column: {"dinsos/sembako": share}}}


def helped(full_name, number, day=5):
    given = {"program_id": "dinsos-sembako", "recipient_kind": "person", "delivered_on": date(2024, 3, day)}
    return given | {"full_name": full_name, "nik": nik(number)}


@pytest.mark.parametrize(
    ("figures", "reason"),
    [
        ({"largest_person": 1_001}, "1,001 records"),
        ({"most_people_merged": 13}, "13 people of before would be one"),
        ({"share_of_ids_changed": 0.06}, "6.0% of the records known before would change their person"),
        ({"share_of_family_ids_changed": 0.06}, "6.0% of the records known before would change their family"),
        ({"doubts_per_person": 0.3}, "0.30 pairs in doubt"),
        ({"edges_by_weight": WEIGHTS | {"10": 800, "-5": 1_100}}, "25% of the pairs have other weights"),
        ({"people": 4_400}, "-12%"),
        ({"people": 5_600}, "5,600 people, 5,000 before"),
        (complete("nik", 0.6), "dinsos/sembako: 60% of its records have a usable NIK, 90%"),
        (complete("born", 0.6), "60% of its records have a birth date"),
        (complete("no_kk", 0.6), "60% of its records have a card number"),
    ],
)
def test_each_monitor_has_its_threshold(figures, reason):
    assert monitors.beyond(NORMAL, {}) is None and monitors.beyond(NORMAL, NORMAL) is None
    assert reason in monitors.beyond(NORMAL | figures, NORMAL)


def test_what_was_accepted_does_not_hold_again():
    wild = NORMAL | {"largest_person": 4_000, "doubts_per_person": 0.4} | complete("nik", 0.5)
    assert monitors.beyond(wild, wild) is None
    assert "4,001 records" in monitors.beyond(wild | {"largest_person": 4_001}, wild)


def test_few_records_are_not_judged_by_shares():
    few = NORMAL | {"share_of_ids_changed": 1.0, "doubts_per_person": 1.0, "people": 3, "compared_before": 3}
    assert monitors.beyond(few, NORMAL) is None


def test_a_day_of_many_new_records_may_change_weights_and_people():
    filling = NORMAL | {"known_before": 0.5, "people": 8_000, "edges_by_weight": {"30": 9_000}}
    assert monitors.beyond(filling, NORMAL) is None


def test_monitors_of_an_older_engine_hold_nothing():
    older = {"identifier_completeness": {"dinsos/sembako": 0.9, "nik": 0.9}, "people": 4_000}
    assert monitors.beyond(NORMAL, older) is None


def test_a_run_measures_what_it_is_judged_by(made_city):
    rows = [helped("Budi", 1), helped("Kartini", 2), {**helped("Sari", 3), "birth_date": date(1980, 5, 1)}]
    made_city.deliver("dinsos/sembako", "interventions", rows)
    link(made_city.engine, None)
    made_city.deliver("dinsos/sembako", "interventions", [helped("Budi", 1, 6)])
    found = link(made_city.engine, None)["monitors"]
    assert found["identifier_completeness"] == {
        "nik": {"dinsos/sembako": 1.0}, "born": {"dinsos/sembako": 0.25}, "no_kk": {"dinsos/sembako": 0.0}
    }  # fmt: skip
    assert (found["people"], found["largest_person"], found["most_people_merged"]) == (3, 2, 1)
    assert (found["compared_before"], found["known_before"]) == (3, 0.75)
    assert (found["share_of_ids_changed"], found["share_of_family_ids_changed"]) == (0.0, 0.0)


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
