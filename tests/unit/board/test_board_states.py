"""A month of a source is judged by its contract's day and by what came."""

from datetime import date

import pytest

from sinergi.board import grid, states
from sinergi.board.states import Arrival, Cell
from sinergi.board.words import Words, _all
from sinergi.contracts import load_contracts

CONTRACTS = load_contracts()
SEMBAKO, LANSIA = CONTRACTS["dinsos/sembako"], CONTRACTS["dinsos/bansos_lansia_disabilitas"]
TODAY = date(2024, 6, 12)


def arrival(number=1, period="2024-04", status="accepted", day=date(2024, 5, 8), source_id="dinsos/sembako", **rows):
    return Arrival(number, source_id, period, status, day, **rows)


def judged(*arrivals, month="2024-04", contract=SEMBAKO, since="2024-01", today=TODAY):
    cell = states.cell_of(contract, month, arrivals, since=since, today=today)
    return cell and cell.state


def test_a_monthly_file_is_due_on_its_day_of_the_month_after():
    assert states.due_on(SEMBAKO, "2024-12") == date(2025, 1, 10)


def test_a_quarterly_file_is_due_after_the_last_month_of_its_quarter_alone():
    assert [states.due_on(LANSIA, month) for month in ("2024-01", "2024-02", "2024-03")] == [
        None,
        None,
        date(2024, 4, 15),
    ]


@pytest.mark.parametrize(
    ("status", "day", "state"),
    [
        ("accepted", date(2024, 5, 10), "on_time"),
        ("accepted", date(2024, 5, 11), "late"),
        ("accepted_with_findings", date(2024, 5, 8), "findings"),
        ("held", date(2024, 5, 8), "held"),
        ("received", date(2024, 5, 8), "received"),
        ("superseded", date(2024, 5, 8), "on_time"),
        ("rejected", date(2024, 5, 8), "missing"),
        ("duplicate", date(2024, 5, 8), "missing"),
    ],
)
def test_the_state_of_a_month(status, day, state):
    assert judged(arrival(status=status, day=day)) == state


def test_nothing_is_missing_before_its_day_nor_before_the_first_file():
    assert judged(month="2024-05", today=date(2024, 6, 10)) == "waiting"
    assert judged(month="2024-05", today=date(2024, 6, 11)) == "missing"
    assert judged(month="2023-12", since="2024-01") is None


def test_a_correction_after_the_day_does_not_make_a_file_late():
    first = arrival(1, status="superseded", day=date(2024, 5, 8))
    assert judged(first, arrival(2, day=date(2024, 5, 30))) == "on_time"


def test_of_new_events_there_may_be_none():
    assert judged(contract=CONTRACTS["setda/sk_walikota"]) is None


@pytest.mark.parametrize(
    ("period", "month"),
    [("2024-04", "2024-04"), ("2024-Q2", "2024-06"), ("2024-S1", "2024-06"), ("2024", "2024-12"), (None, "2024-04")],
)
def test_a_delivery_stands_under_the_last_month_of_its_period(period, month):
    assert states.month_of(arrival(period=period), "month") == month


def test_a_sender_shows_the_worst_of_its_sources():
    cell = states.worst([Cell("on_time", rows_read=5), None, Cell("held", True, rows_read=2)])
    assert (cell.state, cell.is_late, cell.rows_read) == ("held", True, 7)


def test_the_grid_ends_with_the_last_month_that_is_over_unless_the_ledger_is_of_the_past():
    assert states.last_month("2024-04", TODAY) == "2024-05"
    assert states.last_month(None, TODAY) == "2024-05"
    assert states.last_month("2023-12", TODAY) == "2023-12"


def test_what_changed_compares_with_the_period_before():
    came = [arrival(1, "2024-03", rows_read=100), arrival(2, "2024-04", "held", rows_read=40)]
    months = states.window("2024-04", 4)
    lines = grid.sources({"dinsos/sembako": SEMBAKO}, came, months, TODAY)
    (change,) = grid.changes(lines, months)
    assert (change.now.state, change.before.state, round(change.share, 2)) == ("held", "late", -0.6)
    assert change.is_notable


def keys(words):
    return {
        (key, *below) for key, value in words.items() for below in (keys(value) if isinstance(value, dict) else [()])
    }


def test_both_languages_have_the_same_words_for_every_state():
    said = _all()
    assert keys(said["id"]) == keys(said["en"])
    assert set(said["id"]["states"]) == set(states.STATES)


def test_numbers_days_and_periods_in_both_languages():
    own, english = Words("id"), Words("en")
    assert (own.number(1234), english.number(1234)) == ("1.234", "1,234")
    assert (own.period("2024-Q1"), english.period("2024-03")) == ("Triwulan 1 2024", "March 2024")
    assert own.day(date(2024, 8, 1)) == "1 Agustus 2024"
    assert own.share(-0.03) == "−3 %"
