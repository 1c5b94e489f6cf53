"""A renamed column: proposed with its evidence, adopted by one approval, and files of before are still read."""

import shutil
from dataclasses import replace

import pytest
from made_offices import HEADERS, SEMBAKO, sembako_rows

from sinergi import drift
from sinergi.contracts import load_contract
from sinergi.settings import ROOT

RENAMED = ["Nama Lengkap Penerima" if header == "NAMA PENERIMA" else header for header in HEADERS]
RENAMED = ["Tgl. Penyaluran Bansos" if header == "TGL SALUR" else header for header in RENAMED]


@pytest.fixture
def settings(settings, tmp_path):
    shutil.copytree(ROOT / "expectations", tmp_path / "expectations")
    return replace(settings, expectations=tmp_path / "expectations")


@pytest.fixture
def held(offices):
    offices.sembako("sembako-januari.xlsx")
    offices.run()
    offices.sembako("sembako-februari.xlsx", sembako_rows(month=2), headers=RENAMED)
    delivery = offices.run_one()
    assert (delivery.status, delivery.rule) == ("held", "columns.missing")
    return delivery


def propose(offices, delivery):
    return drift.propose(offices.engine, offices.settings, delivery.delivery_id)


def approve(offices, delivery, reason="the office renamed it"):
    return drift.approve(offices.engine, offices.settings, delivery.delivery_id, reason, "Tim Data")


def test_proposal_has_names_likeness_and_how_the_rows_would_fare(offices, held):
    proposal = propose(offices, held)
    assert "delivered_on" in {alias.column for alias in proposal.aliases}
    for alias in proposal.aliases:
        assert alias.header in RENAMED and drift.NEAR <= alias.likeness <= 100 and alias.filled == 1
    assert (proposal.rows_read, proposal.rows_accepted, proposal.status) == (40, 40, "accepted")
    assert propose(offices, held) == proposal  # nothing was changed by asking


def test_one_approval_writes_a_dated_contract_and_takes_the_file_in(offices, held):
    path = offices.settings.expectations / f"{SEMBAKO}.yml"
    before, version = path.read_text(), load_contract(SEMBAKO, offices.settings.expectations).version
    delivery = approve(offices, held)
    assert (delivery.status, delivery.rows_accepted) == ("accepted", 40)
    after = load_contract(SEMBAKO, offices.settings.expectations)
    assert after.columns["delivered_on"][0] == "Tgl. Penyaluran Bansos"
    assert delivery.contract_version == after.version != version
    first = path.read_text().splitlines()[0]
    assert "approved by Tim Data: the office renamed it" in first and f"delivery {held.delivery_id}" in first
    (older,) = (path.parent / "superseded").glob("sembako-*.yml")
    assert older.read_text() == before and version in older.name
    changed = set(path.read_text().splitlines()[1:]) ^ set(before.splitlines())
    assert all("Tgl. Penyaluran" in line or "TGL SALUR" in line or "Nama" in line for line in changed)


def test_files_of_before_are_still_read(offices, held):
    approve(offices, held)
    offices.sembako("sembako-maret.xlsx", sembako_rows(month=3))
    assert offices.run_one().status == "accepted"


def test_column_with_nothing_near_is_not_guessed(offices):
    headers = ["Xyz" if header == "TGL SALUR" else header for header in HEADERS]
    offices.sembako("sembako.xlsx", headers=headers)
    delivery = offices.run_one()
    assert delivery.status == "held"
    assert propose(offices, delivery) is None
    with pytest.raises(drift.DriftRefused, match="not held for a column"):
        approve(offices, delivery)


def test_header_that_is_near_and_holds_something_else_shows_in_the_rows(offices):
    headers = ["Tanggal Penyaluran (ket.)" if header == "TGL SALUR" else header for header in HEADERS]
    rows = [[*row[:8], "sudah", row[9]] for row in sembako_rows()]
    offices.sembako("sembako.xlsx", rows, headers=headers)
    proposal = propose(offices, offices.run_one())
    assert proposal.rows_accepted == 0 and proposal.status == "held"


def test_no_reason_no_adoption(offices, held):
    with pytest.raises(drift.DriftRefused, match="Say why"):
        approve(offices, held, " ")
    assert not (offices.settings.expectations / "dinsos" / "superseded").exists()
