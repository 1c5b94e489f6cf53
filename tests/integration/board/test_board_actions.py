"""What people send and decide on the board: checked at once, kept by hash, recorded, and nothing in another's name."""

import hashlib
import io
from pathlib import Path

import openpyxl
import pytest
from made_board import upload
from made_offices import sembako_rows
from sqlalchemy import text

OFFICER, TEAM = "pengirim_dinsos", "tim_data"


def send(board, who=OFFICER, **what):
    """Send a file and give the page that answers."""
    answer = board.ask(who, "POST", "/uploads", **upload(**what))
    assert answer.status_code == 303, answer.text
    return board.ask(who, "GET", answer.headers["location"])


@pytest.fixture
def recorded(offices):
    """Give the board's record."""

    def rows():
        with offices.engine.connect() as connection:
            query = (
                "select actor, action, source_id, delivery_id, file_name, reason from ops.board_actions order by 1, 2"
            )
            return [tuple(row) for row in connection.execute(text(query))]

    return rows


def test_an_upload_is_checked_at_once_and_left_in_the_inbox_under_its_hash(board, offices, settings):
    what = upload()
    board.ask(OFFICER, "POST", "/uploads", **what)
    page = board.ask(OFFICER, "GET", "/uploads/1").text
    assert "30</strong>" in page
    assert "TGL SALUR" in page
    assert "sedang dibuat" in page
    sha256 = hashlib.sha256(what["files"]["file"][1]).hexdigest()
    folder = Path(settings.inbox) / "dinsos" / "sembako"
    assert (folder / f"{sha256}.xlsx").read_bytes() == what["files"]["file"][1]
    names = {path.name for path in Path(settings.inbox).rglob("*") if path.is_file()}
    assert names == {"sembako-2024-01.xlsx", "sembako-2024-02.xlsx", f"{sha256}.xlsx"}
    (delivery,) = offices.run()
    page = board.ask(OFFICER, "GET", "/uploads/1").text
    assert f"Nomor tanda terima: {delivery.delivery_id}" in page
    shown = board.ask(OFFICER, "GET", f"/deliveries/{delivery.delivery_id}").text
    assert "sembako januari.xlsx" in shown
    assert ".." not in shown


def test_only_checking_sends_nothing(board, offices, recorded):
    page = send(board, action="check").text
    assert "belum dikirim" in page
    assert offices.run() == []
    assert recorded() == [(OFFICER, "check", "dinsos/sembako", None, "sembako januari.xlsx", None)]


def test_the_corrected_workbook_of_an_upload_closes_what_was_found(board, offices):
    page = send(board, rows=[*sembako_rows(39), [*sembako_rows(1, first=40)[0][:8], "lupa", 600000]])
    assert "1</strong> <small>" in page.text
    (first,) = offices.run()
    content = board.ask(OFFICER, "GET", "/uploads/1/workbook").content
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["Perbaikan"]
    headers = [cell.value for cell in sheet[1]]
    sheet.cell(2, 1 + headers.index("TGL SALUR")).value = "20/01/2024"
    corrected = io.BytesIO()
    book.save(corrected)
    page = send(board, content=corrected.getvalue(), name="perbaikan.xlsx").text
    assert "Tidak ada yang perlu diperbaiki" in page
    (second,) = offices.run()
    assert (second.corrects, second.rows_read, second.rows_quarantined) == (first.delivery_id, 40, 0)
    states = board.ask(OFFICER, "GET", f"/deliveries/{first.delivery_id}/states").text
    assert "Sudah diperbaiki dengan" in states
    assert f"No. {second.delivery_id}" in states
    assert "Temuan terbuka" not in states


def test_a_release_and_a_rejection_keep_who_and_why(board, offices, recorded):
    form = {"data": {"decision": "release", "reason": "Dinsos membenarkan: 12 penerima"}}
    assert board.ask(TEAM, "POST", "/deliveries/2/decision", **form).status_code == 303
    page = board.ask("pengamat", "GET", "/deliveries/2").text
    assert "Dilepas" in page
    assert "Dinsos membenarkan: 12 penerima" in page
    assert "oleh tim_data" in page
    assert recorded() == [(TEAM, "release", "dinsos/sembako", 2, None, "Dinsos membenarkan: 12 penerima")]
    assert board.ask(TEAM, "POST", "/deliveries/2/decision", **form).status_code == 409


def test_a_decision_needs_a_reason(board, recorded):
    answer = board.ask(TEAM, "POST", "/deliveries/2/decision", data={"decision": "reject", "reason": "  "})
    assert answer.status_code == 422
    assert recorded() == []


def test_only_whoever_decides_is_shown_the_form(board):
    shown = {
        who: 'name="decision"' in board.ask(who, "GET", "/deliveries/2").text for who in (TEAM, OFFICER, "pengamat")
    }
    assert shown == {TEAM: True, OFFICER: False, "pengamat": False}


def test_a_download_of_whole_rows_is_recorded(board, recorded):
    assert board.ask(OFFICER, "GET", "/deliveries/1/workbook").content.startswith(b"PK")
    assert recorded() == [(OFFICER, "download", "dinsos/sembako", 1, None, None)]


@pytest.mark.parametrize(
    "options",
    [
        {"csrf": False},
        {"csrf": False, "headers": {"X-CSRF-Token": "made.up"}},
        {"headers": {"Sec-Fetch-Site": "cross-site"}},
    ],
    ids=["no token", "made up", "another site"],
)
def test_nothing_is_done_in_a_visitors_name_by_another_site(board, offices, recorded, options):
    form = {"data": {"decision": "reject", "reason": "palsu"}}
    assert board.ask(TEAM, "POST", "/deliveries/2/decision", **form, **options).status_code == 403
    assert board.ask(OFFICER, "POST", "/uploads", **upload(), **options).status_code == 403
    assert recorded() == []
    assert offices.run() == []


def test_a_token_of_another_visitor_is_none(board):
    options = {"csrf": False, "headers": {"X-CSRF-Token": board.token(OFFICER)}}
    form = {"data": {"decision": "reject", "reason": "palsu"}}
    assert board.ask(TEAM, "POST", "/deliveries/2/decision", **form, **options).status_code == 403


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "kosong"),
        (b"%PDF-1.7 list", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "format .xls lama"),
        (b"<html><table></table></html>", "bukan Excel atau CSV"),
        (b"MZ\x90" + bytes(4000), "bukan Excel atau CSV"),
    ],
)
def test_a_file_is_what_its_bytes_are(board, settings, content, said):
    answer = board.ask(OFFICER, "POST", "/uploads", **upload(content=content, name="sembako.xlsx"))
    assert answer.status_code == 415
    assert said in answer.text
    assert list((settings.home / "uploads").iterdir()) == []


def test_a_body_that_is_too_large_is_refused_while_it_comes(board, settings, monkeypatch):
    from sinergi.board import app, uploads

    monkeypatch.setattr(uploads, "MAX_BYTES", 100_000)
    small = type(board)(app.create_app(), board._get_user)

    def endless():
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\n'
        for _ in range(100):
            yield b"0" * 10_000

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = small.ask(OFFICER, "POST", "/uploads", content=endless(), headers=headers)
    assert answer.status_code == 413
    assert not (settings.home / "uploads").exists()
