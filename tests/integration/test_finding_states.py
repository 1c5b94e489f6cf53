"""Findings that close, stay, open again or are dropped, over the deliveries that follow one another."""

import pytest
from made_corrections import Corrections
from made_offices import person, sembako_rows

from sinergi import ledger, punctuality
from sinergi.decisions import reject

PLACEHOLDER, NAMELESS = 10, 12  # rows of the file


def spoilt(*, placeholder=True, nameless=True, first=1):
    rows = sembako_rows(40, first=first)
    if placeholder:
        rows[4][2] = "9999999999999999"
    if nameless:
        rows[6][1] = "-"
    return rows


def states(offices, delivery_id=None, rule=None):
    """Give (rule, state) of the serious findings, in their order."""
    query = """select rule, state from ops.finding_states where severity <> 'info'
               and delivery_id = coalesce(:id, delivery_id) and rule = coalesce(:rule, rule) order by finding_id"""
    return [tuple(row) for row in offices.sql(query, id=delivery_id, rule=rule)]


def states_of(offices, delivery, rule="nik.placeholder"):
    return [state for _, state in states(offices, delivery.delivery_id, rule)]


@pytest.fixture
def first(offices):
    offices.sembako("sembako.xlsx", spoilt())
    return offices.run_one()


def test_finding_is_open_until_something_replaces_its_delivery(offices, first):
    assert {state for _, state in states(offices)} == {"open"}
    (row,) = offices.sql("select * from ops.finding_states where rule = 'nik.placeholder'")
    assert row.opened_at == first.finished_at
    assert (row.reopened_at, row.closed_at, row.closed_by_delivery_id) == (None, None, None)


def test_correction_workbook_closes_what_it_corrects_and_carries_the_rest(offices, first, tmp_path):
    book = Corrections.of(offices, first.delivery_id, tmp_path)
    book.fix(NAMELESS, "NAMA PENERIMA", "Dewi Lestari A").send(offices)
    second = offices.run_one()
    assert states_of(offices, first) == ["carried"]
    assert states_of(offices, second) == ["open"]
    closed = offices.sql(
        """select * from ops.finding_states where delivery_id = :id and state = 'closed' and severity <> 'info'""",
        id=first.delivery_id,
    )
    assert closed and all(row.row_number == NAMELESS for row in closed)
    assert {(row.closed_by_delivery_id, row.closed_at) for row in closed} == {(second.delivery_id, second.finished_at)}
    book.fix(PLACEHOLDER, "NIK KTP", person(5)[1]).send(offices, "sembako-perbaikan-2.xlsx")
    third = offices.run_one()
    assert third.status == "accepted"
    assert {state for _, state in states(offices)} == {"carried", "closed"}  # nothing is open
    (last,) = offices.sql(
        "select * from ops.finding_states where delivery_id = :id and rule = 'nik.placeholder'", id=second.delivery_id
    )
    assert (last.opened_at, last.closed_at) == (first.finished_at, third.finished_at)  # since it was first found


def test_row_that_moved_in_a_new_file_is_known_again(offices, first):
    moved = spoilt(nameless=False)
    offices.sembako("sembako-2.xlsx", moved[1:] + moved[:1])  # every row one higher
    second = offices.run_one()
    assert states_of(offices, first) == ["carried"]
    assert states_of(offices, second) == ["open"]
    assert "closed" in {state for _, state in states(offices, first.delivery_id)}


def test_what_is_wrong_again_is_reopened(offices, first):
    offices.sembako("sembako-2.xlsx", spoilt(placeholder=False, nameless=False))
    second = offices.run_one()
    assert states_of(offices, first) == ["closed"]
    offices.sembako("sembako-3.xlsx", spoilt(nameless=False))
    third = offices.run_one()
    (row,) = offices.sql(
        "select * from ops.finding_states where delivery_id = :id and severity <> 'info'", id=third.delivery_id
    )
    assert (row.rule, row.state) == ("nik.placeholder", "reopened")
    assert (row.opened_at, row.reopened_at) == (first.finished_at, third.finished_at)
    assert states_of(offices, first) == ["closed"]
    assert second.status == "accepted"


def test_held_file_closes_nothing_and_is_closed_by_what_is_let_in(offices, first):
    offices.sembako("sembako-2.xlsx", sembako_rows(3))  # collapsed: held
    held = offices.run_one()
    assert held.status == "held"
    assert states_of(offices, first) == ["open"]
    offices.sembako("sembako-3.xlsx", spoilt(placeholder=False, nameless=False))
    offices.run_one()
    assert {state for _, state in states(offices)} == {"closed"}


def test_rejected_file_takes_its_findings_with_it(offices, first):
    offices.sembako("sembako-2.xlsx", sembako_rows(3))
    held = offices.run_one()
    reject(offices.engine, offices.settings, held.delivery_id, "sent by mistake", by="data team")
    assert {state for _, state in states(offices, held.delivery_id)} == {"rejected"}
    assert states_of(offices, first) == ["open"]


def test_two_rows_about_one_person_are_two_findings(offices):
    rows = spoilt(nameless=False)
    twice = [*rows, [41, *rows[4][1:5], "Kameloh Baru", "Jl. Lain No. 1", *rows[4][7:]]]
    offices.sembako("sembako.xlsx", twice)
    first = offices.run_one()
    assert states_of(offices, first) == ["open", "open"]
    offices.sembako("sembako-2.xlsx", rows)
    second = offices.run_one()
    assert sorted(states_of(offices, first)) == ["carried", "closed"]
    assert states_of(offices, second) == ["open"]


def test_months_are_judged_as_the_board_judges_them(offices, first):
    ledger.upgrade(offices.engine)
    assert punctuality.refresh(offices.engine, offices.settings) == offices.count("ops.due_months")
    (month,) = offices.sql("select * from ops.due_months where source_id = 'dinsos/sembako' and month = '2024-01'")
    assert (month.state, month.delivery_ids, month.is_late) == ("findings", [first.delivery_id], False)
    assert f"{month.due_on}" == "2024-02-10"
