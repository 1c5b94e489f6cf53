"""Release and reject: written down, carried out, and the same after every rerun."""

import pytest
from made_offices import sembako_rows

from sinergi import decisions
from sinergi.intake import intake


@pytest.fixture
def held(offices):
    """A delivery held for its many bad rows."""
    rows = sembako_rows()
    for row in rows[:30]:
        row[2] = 6271011501800004
    offices.sembako("a.xlsx", rows)
    delivery = offices.run_one()
    assert (delivery.status, delivery.rule) == ("held", "table.bad_share")
    return delivery


def test_release_lets_in_the_good_rows(offices, held):
    result = decisions.release(offices.engine, offices.settings, held.delivery_id, "daftar sudah dicek", "rina")
    assert (result.status, result.rows_accepted, result.rows_quarantined) == ("accepted_with_findings", 10, 30)
    assert (result.rule, result.reason) == (None, "daftar sudah dicek")
    assert offices.count("raw.interventions") == 10
    assert offices.count("quarantine.rows") == 30
    assert offices.count("ops.findings", rule="table.bad_share") == 1
    ((decided_by, decision, reason),) = offices.sql("select decided_by, decision, reason from ops.decisions")
    assert (decided_by, decision, reason) == ("rina", "release", "daftar sudah dicek")


def test_released_stays_released_when_run_again(offices, held):
    released = decisions.release(offices.engine, offices.settings, held.delivery_id, "dicek")
    assert intake(offices.engine, offices.settings, held.delivery_id) == released
    with offices.engine.begin() as connection:  # as if the rerun had been interrupted
        connection.exec_driver_sql("update ops.deliveries set status = 'received'")
    again = intake(offices.engine, offices.settings, held.delivery_id)
    assert (again.status, again.rows_accepted) == ("accepted_with_findings", 10)
    assert offices.count("raw.interventions") == 10


def test_rejected_stays_rejected(offices, held):
    rejected = decisions.reject(offices.engine, offices.settings, held.delivery_id, "salah kirim")
    assert (rejected.status, rejected.reason) == ("rejected", "salah kirim")
    assert intake(offices.engine, offices.settings, held.delivery_id).status == "rejected"
    assert offices.run() == []
    offices.path("salinan.xlsx").write_bytes((offices.inbox / "dinsos/sembako/a.xlsx").read_bytes())
    assert offices.run_one().status == "duplicate"
    assert offices.count("raw.interventions") == 0


def test_rejected_while_it_was_interrupted_stays_rejected(offices, held):
    decisions.reject(offices.engine, offices.settings, held.delivery_id, "salah kirim")
    with offices.engine.begin() as connection:
        connection.exec_driver_sql("update ops.deliveries set status = 'received'")
    assert intake(offices.engine, offices.settings, held.delivery_id).status == "rejected"


def test_released_second_file_replaces_the_first(offices):
    offices.sembako("a.xlsx")
    offices.sembako("b.xlsx", sembako_rows(first=300))
    _, second = offices.run()
    result = decisions.release(offices.engine, offices.settings, second.delivery_id, "daftar baru")
    assert result.rows_accepted == 40
    assert offices.sql("select status from ops.deliveries order by delivery_id")[0][0] == "superseded"
    assert offices.count("raw.interventions") == 40


def test_what_could_not_be_read_cannot_be_released(offices):
    offices.path("a.xlsx").write_bytes(b"%PDF-1.7")
    held = offices.run_one()
    result = decisions.release(offices.engine, offices.settings, held.delivery_id, "coba")
    assert (result.status, result.rule) == ("held", "file.not_a_workbook")


def test_only_a_held_delivery_and_only_with_a_reason(offices, held):
    with pytest.raises(decisions.DecisionRefused, match="--reason"):
        decisions.release(offices.engine, offices.settings, held.delivery_id, "  ")
    decisions.reject(offices.engine, offices.settings, held.delivery_id, "salah")
    with pytest.raises(decisions.DecisionRefused, match="rejected"):
        decisions.release(offices.engine, offices.settings, held.delivery_id, "jadi")
    with pytest.raises(decisions.SinergiError, match="no delivery 99"):
        decisions.release(offices.engine, offices.settings, 99, "x")
    assert offices.count("ops.decisions") == 1
