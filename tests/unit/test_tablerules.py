"""Periods, partitions, scopes, volumes and rivals."""

from datetime import date

import polars as pl
import pytest

from sinergi import tablerules
from sinergi.contracts import load_contract
from sinergi.examine import Examination
from sinergi.tablerules import Predecessor


def with_delivery(contract, **changes):
    delivery = contract.delivery.model_copy(update=changes)
    made = contract.model_copy(update={"delivery": delivery})
    return made.bind(contract.source_id, b"", contract.entity_def)


@pytest.mark.parametrize(
    ("every", "period"), [("month", "2024-05"), ("quarter", "2024-Q2"), ("semester", "2024-S1"), ("year", "2024")]
)
def test_period_is_the_most_frequent(every, period):
    contract = with_delivery(load_contract("dinsos/sembako"), every=every)
    days = [date(2024, 5, 3), date(2024, 5, 4), date(2023, 12, 31), None]
    assert tablerules.period_of(pl.DataFrame({"delivered_on": days}), contract) == period


def test_second_half_of_the_year():
    contract = with_delivery(load_contract("dinsos/sembako"), every="semester")
    assert tablerules.period_of(pl.DataFrame({"delivered_on": [date(2024, 7, 1)]}), contract) == "2024-S2"


def test_no_period():
    empty = pl.DataFrame({"delivered_on": [None]}, schema={"delivered_on": pl.Date})
    assert tablerules.period_of(empty, load_contract("dinsos/sembako")) is None


def test_edition_of_a_registry_is_its_period():
    assert tablerules.period_of(pl.DataFrame({"period": ["2023", "2023"]}), load_contract("p3ke/verval_2023")) == "2023"


def test_scopes():
    assert tablerules.scope_of(load_contract("dinsos/sembako"), "ff", "2024-01", None) == "dinsos/sembako|2024-01"
    assert tablerules.scope_of(load_contract("setda/sk_walikota"), "ff", None, None) == "setda/sk_walikota|ff"
    place = "area_code=62.71.04.1004"
    assert tablerules.scope_of(load_contract("kelurahan/muskel"), "ff", None, place) == f"kelurahan/muskel|{place}"
    assert tablerules.scope_of(load_contract("p3ke/verval_2023"), "ff", "2023", None) == "p3ke/verval_2023"


class Read(Examination):
    rows_read = 0  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("rows", "previous", "rule"),
    [
        (49, 100, "table.collapse"),
        (60, 100, None),
        (301, 100, "table.surge"),
        (1, 29, None),
        (100, None, None),
    ],
)
def test_volume(rows, previous, rule):
    contract = load_contract("dinkes/pbi_jkn")
    result = Read(contract, "id")
    Read.rows_read = rows
    tablerules.hold_by_volume(result, None if previous is None else Predecessor(1, "a.xlsx", previous))
    assert [hold.rule for hold in result.holds] == ([rule] if rule else [])


def test_new_events_have_no_usual_number():
    result = Read(load_contract("setda/sk_walikota"), "id")
    Read.rows_read = 1
    tablerules.hold_by_volume(result, Predecessor(1, "a.xlsx", 1000))
    assert not result.holds


def test_overlap_folds_case_and_punctuation():
    rows = pl.DataFrame({"full_name": ["SITI A.", "Budi", "Rina", None]})
    before = pl.DataFrame({"full_name": ["Siti A", "budi", "Tono", "Lina"]})
    assert tablerules.overlap(rows, ["full_name"], before) == 0.5
    assert tablerules.overlap(rows, ["full_name"], before.clear()) == 1.0


def test_identity_of_a_budget_line_is_its_programme():
    entity = load_contract("bapperida/anggaran").entity_def
    rows = pl.DataFrame({"program_name": ["a"], "activity_code": ["1"]})
    assert tablerules.identity_columns(rows, entity) == ["program_name", "activity_code"]
