"""A header that changed: proposed to the data team alone, adopted by one button, on record."""

import shutil
from dataclasses import replace

import pytest
from made_offices import HEADERS, sembako_rows
from sqlalchemy import text

from sinergi.settings import ROOT

RENAMED = ["Tgl. Penyaluran Bansos" if header == "TGL SALUR" else header for header in HEADERS]
FORM = {"data": {"decision": "approve", "reason": "Dinsos mengganti judulnya"}}


@pytest.fixture
def settings(settings, tmp_path, monkeypatch):
    shutil.copytree(ROOT / "expectations", tmp_path / "expectations")
    monkeypatch.setenv("SINERGI_EXPECTATIONS", str(tmp_path / "expectations"))
    return replace(settings, expectations=tmp_path / "expectations")


@pytest.fixture
def held(board, offices):
    offices.sembako("sembako-2024-03.xlsx", sembako_rows(month=3), headers=RENAMED)
    delivery = offices.run_one()
    assert (delivery.status, delivery.rule) == ("held", "columns.missing")
    return delivery.delivery_id


def test_the_proposal_is_shown_with_its_evidence_to_whoever_decides(board, held):
    page = board.ask("tim_data", "GET", f"/deliveries/{held}").text
    assert "Tgl. Penyaluran Bansos" in page
    assert 'value="approve"' in page
    assert "40 dari 40 baris" in page
    assert 'value="approve"' not in board.ask("pengirim_dinsos", "GET", f"/deliveries/{held}").text


def test_one_button_adopts_it_and_takes_the_file_in(board, offices, held):
    assert board.ask("pengirim_dinsos", "POST", f"/deliveries/{held}/decision", **FORM).status_code == 403
    assert board.ask("tim_data", "POST", f"/deliveries/{held}/decision", **FORM).status_code == 303
    assert "40 = 40 + 0" in board.ask("pengirim_dinsos", "GET", f"/deliveries/{held}").text
    with offices.engine.connect() as connection:
        done = connection.execute(text("select actor, action, delivery_id, reason from ops.board_actions")).all()
    assert done == [("tim_data", "approve", held, "Dinsos mengganti judulnya")]


def test_where_nothing_is_proposed_nothing_is_approved(board):
    assert 'value="approve"' not in board.ask("tim_data", "GET", "/deliveries/2").text
    assert board.ask("tim_data", "POST", "/deliveries/2/decision", **FORM).status_code == 409
