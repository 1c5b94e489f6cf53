"""The correction workbook as a file: what is in it, what may be changed, and that reading it back loses nothing."""

import io
import json
import re
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import openpyxl
import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sinergi.contracts import load_contract
from sinergi.correction.marker import Marker, marker_in, marker_of, names
from sinergi.correction.merge import merge, read_lines
from sinergi.correction.shown import show
from sinergi.dryrun import beside, dry_run
from sinergi.examine import examine, read_source
from sinergi.settings import Settings
from sinergi.workbook import write_checked

SEMBAKO = "dinsos/sembako"
HEADERS = ["No", "NAMA PENERIMA", "NIK KTP", "NO KK", "TAHAP", "NM KEL", "ALAMAT", "STATUS", "TGL SALUR", "NILAI (Rp)"]
LOST, INJECTED = 6, 7


def row(number, **changed):
    cells = {
        "No": number,
        "NAMA PENERIMA": f"Siti Lestari {'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[number % 26]}",
        "NIK KTP": f"627101150180{number:04d}",
        "NO KK": f"627101100215{number:04d}",
        "TAHAP": "I",
        "NM KEL": "Kameloh Baru",
        "ALAMAT": f"Jl. Damang No. {number}",
        "STATUS": "",
        "TGL SALUR": "07/01/2024",
        "NILAI (Rp)": 600000,
    }
    return list((cells | changed).values())


def deliver(path, rows):
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        page = book.add_worksheet("Penerima")
        page.write_string(0, 0, "DAFTAR PENERIMA BANTUAN SEMBAKO")
        for at, cells in enumerate([HEADERS, *rows]):
            for column, value in enumerate(cells):
                if value != "":
                    page.write(4 + at, column, value)
    return path


@pytest.fixture
def original(tmp_path):
    rows = [row(number) for number in range(1, 21)]
    rows[0][2] = 6271011501850040  # kept as a number
    rows[1][1], rows[1][6], rows[1][9] = "=HYPERLINK(1)", "@SUM(A1)", "+1-1"
    rows[2][4] = "'-2"
    rows[3].append("catatan di luar tabel")
    return deliver(tmp_path / "sembako januari.xlsx", rows)


@pytest.fixture
def report(original):
    return dry_run(Settings.load({}), original, SEMBAKO, workbook=beside(original))


@pytest.fixture
def book(report):
    return openpyxl.load_workbook(report["workbook"])


def cell(book, number, header):
    sheet = book["Perbaikan"]
    headers = [each.value for each in sheet[1]]
    (line,) = [at for at in range(2, sheet.max_row + 1) if sheet.cell(at, 1).value == number]
    return sheet.cell(line, 1 + headers.index(header))


def test_the_first_sheet_tells_what_became_of_the_file_in_plain_words(report, book):
    shown = [str(each.value) for line in book["Ringkasan"] for each in line if each.value is not None]
    assert book.sheetnames[:2] == ["Ringkasan", "Perbaikan"]
    assert shown[0] == "Hasil pemeriksaan kiriman"
    assert "belum dikirim (hasil periksa sendiri)" in shown and "sembako januari.xlsx" in shown
    assert shown[shown.index("Baris dibaca") + 1] == "20"
    assert shown[shown.index("Belum diterima, wajib diperbaiki") + 1] == str(report["rows_quarantined"])
    assert any("NIK tersimpan sebagai angka" in text for text in shown)
    assert any(text.startswith("5. Simpan, lalu taruh berkas ini") for text in shown)


def test_every_cause_is_one_line_with_its_cure(report):
    lost = next(cause for cause in report["causes"] if cause["rule"] == "nik.numeric")
    assert (lost["rows"], lost["header"]) == (1, "NIK KTP")
    assert "ketik ulang NIK" in lost["cure"]


def test_no_cell_carries_a_formula_or_a_link(report):
    with zipfile.ZipFile(report["workbook"]) as parts:
        sheets = [name for name in parts.namelist() if re.match(r"xl/worksheets/sheet\d+\.xml", name)]
        assert sheets
        for name in sheets:
            assert not re.search(rb"<f[ >]|<hyperlink", parts.read(name)), name
        assert not [name for name in parts.namelist() if "vba" in name.lower() or "external" in name.lower()]


def test_what_begins_like_a_formula_stays_text(book):
    assert cell(book, INJECTED, "ALAMAT").value == "@SUM(A1)"
    assert cell(book, INJECTED, "ALAMAT").data_type == "s"
    assert cell(book, INJECTED, "NILAI (Rp)").value == "+1-1"
    assert cell(book, INJECTED, "NAMA PENERIMA").data_type in ("s", "f")  # openpyxl takes any text with = for one
    assert cell(book, INJECTED, "NAMA PENERIMA").number_format == "@"


def test_wrong_cells_are_coloured_and_explained(book):
    wrong, right = cell(book, LOST, "NIK KTP"), cell(book, LOST, "ALAMAT")
    assert wrong.fill.fgColor.rgb != right.fill.fgColor.rgb
    assert right.comment is None
    assert "tersimpan sebagai angka" in wrong.comment.text
    assert "Yang diharapkan: 16 angka" in wrong.comment.text and "Contoh: 6271014501900000" in wrong.comment.text


def test_only_the_senders_own_cells_may_be_changed(book):
    sheet = book["Perbaikan"]
    assert sheet.protection.sheet
    headers = [each.value for each in sheet[1]]
    open_ = {header for at, header in enumerate(headers) if not sheet.cell(2, at + 1).protection.locked}
    assert open_ == {"Hapus baris?", *HEADERS}
    key = sheet.cell(1, len(headers)).column_letter
    assert headers[-1].startswith("Kunci") and sheet.column_dimensions[key].hidden
    assert book["_sinergi"].sheet_state == book["_pilihan"].sheet_state == "veryHidden"
    assert book["Ringkasan"].protection.sheet


def test_a_column_of_choices_offers_them(book):
    sheet = book["Perbaikan"]
    place = cell(book, LOST, "NM KEL").column_letter
    (rule,) = [each for each in sheet.data_validations.dataValidation if str(each.sqref).startswith(place)]
    offered = [line[int(ord(rule.formula1.split("$")[1]) - ord("A"))].value for line in book["_pilihan"]]
    assert "Kameloh Baru" in offered and len([each for each in offered if each]) == 30


def test_a_row_that_could_not_be_read_is_filled_in_by_hand(report, book, original, tmp_path):
    broken = next(each["row_number"] for each in report["findings"] if each["rule"] == "row.extra_cells")
    assert cell(book, broken, "NIK KTP").value is None
    for header, value in zip(HEADERS, row(4), strict=True):
        cell(book, broken, header).value = str(value)
    cell(book, LOST, "NIK KTP").value = "6271011501800001"
    cell(book, INJECTED, "NAMA PENERIMA").value = "Siti Lestari B"
    cell(book, INJECTED, "NILAI (Rp)").value = "600000"
    fixed = tmp_path / "fixed.xlsx"
    book.save(fixed)
    again = dry_run(Settings.load({}), fixed, SEMBAKO, original=original, workbook=beside(fixed))
    assert (again["status"], again["rows_read"], again["rows_accepted"]) == ("accepted", 20, 20)
    assert again["workbook"] is None


def test_a_workbook_alone_cannot_be_checked(report, original):
    alone = dry_run(Settings.load({}), Path(report["workbook"]), SEMBAKO)
    assert (alone["status"], alone["rule"]) == ("held", "correction.needs_original")
    other = dry_run(Settings.load({}), Path(report["workbook"]), "disnaker/pelatihan", original=original)
    assert other["rule"] == "correction.wrong_source"
    mistaken = dry_run(Settings.load({}), Path(report["workbook"]), SEMBAKO, original=Path(report["workbook"]))
    assert mistaken["rule"] == "correction.unknown_delivery"


def test_a_file_without_fault_gets_no_workbook(tmp_path):
    good = deliver(tmp_path / "baik.xlsx", [row(number) for number in range(1, 21)])
    assert dry_run(Settings.load({}), good, SEMBAKO, workbook=beside(good))["workbook"] is None
    assert not beside(good).exists()


def test_a_file_that_cannot_be_read_gets_the_first_sheet_alone(tmp_path):
    headers = [*HEADERS[:8], "Kapan", "NILAI (Rp)"]
    with xlsxwriter.Workbook(tmp_path / "x.xlsx") as made:
        page = made.add_worksheet("Penerima")
        for column, header in enumerate(headers):
            page.write_string(4, column, header)
            page.write_string(5, column, "isi")
    report = dry_run(Settings.load({}), tmp_path / "x.xlsx", SEMBAKO, workbook=tmp_path / "w.xlsx")
    book = openpyxl.load_workbook(report["workbook"])
    assert book.sheetnames == ["Ringkasan"]
    assert any("Kolom wajib" in str(each.value) for line in book["Ringkasan"] for each in line)
    assert marker_of(tmp_path / "w.xlsx") is None


def test_a_workbook_never_takes_the_place_of_another(tmp_path):
    file = tmp_path / "a.xlsx"
    assert beside(file).name == "a-perbaikan.xlsx"
    beside(file).write_bytes(b"")
    assert beside(file).name == "a-perbaikan-2.xlsx"


def test_english_words_where_english_is_spoken(original, tmp_path):
    spoken = Settings.load({"SINERGI_LANG": "en"})
    report = dry_run(spoken, original, SEMBAKO, workbook=tmp_path / "en.xlsx")
    assert openpyxl.load_workbook(report["workbook"]).sheetnames[:2] == ["Summary", "Corrections"]
    assert marker_of(tmp_path / "en.xlsx").names == names("en")


def test_other_workbooks_are_no_corrections(original, tmp_path):
    assert marker_of(original) is None
    assert marker_in(b"PK\x03\x04 nothing") is None
    (tmp_path / "a.csv").write_text("a;b\n")
    assert marker_of(tmp_path / "a.csv") is None


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(max_size=40), min_size=1, max_size=6))
def test_whatever_a_cell_holds_an_untouched_workbook_changes_nothing(tmp_path, texts):
    contract = load_contract("dinkes/pbi_jkn")
    path = tmp_path / "a.csv"
    head = "No Kartu;NIK;No KK;Nama;Jenis Kelamin;PISAT;Kelurahan;TMT;Iuran"
    quoted = ['"' + text.replace('"', '""').replace("\n", " ").replace("\r", " ") + '"' for text in texts]
    lines = [f"{n:013d};627101;;{text};L;1;Menteng;2024-01-01;42000" for n, text in enumerate(quoted, 1)]
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    examined = examine(path, contract, others={})
    if examined.table is None:
        return
    made = io.BytesIO()
    write_checked(examined, "a.csv", "f" * 64, made)
    marker = marker_in(made.getvalue())
    assert marker == Marker("dinkes/pbi_jkn", "f" * 64, names("id"))
    table = read_source(path, contract)
    merged = merge(table, show(table, marker.sha256), read_lines(made.getvalue(), marker, table, "id"), "id")
    assert (merged.changed, merged.removed, merged.notes) == (0, 0, [])
    assert merged.table.cells.equals(table.cells)
    assert merged.table.row_numbers.equals(table.row_numbers)


def test_ten_thousand_rows_are_checked_from_a_cold_start_in_seconds(tmp_path):
    rows = [row(1 + number % 9999) for number in range(10_000)]
    for number in range(0, 10_000, 7):
        rows[number][8] = "kapan-kapan"
    path = deliver(tmp_path / "besar.xlsx", rows)
    started = time.perf_counter()
    command = [sys.executable, "-m", "sinergi.cli", "check", str(path), "--source", SEMBAKO]
    done = subprocess.run([*command, "--json"], capture_output=True, text=True)
    seconds = time.perf_counter() - started
    assert done.stdout, done.stderr
    report = json.loads(done.stdout)
    assert (done.returncode, report["rows_read"]) == (0, 10_000)
    assert Path(report["workbook"]).stat().st_size > 50_000
    assert seconds < 60  # 6 s where nothing else runs; `sinergi bench` measures it beside its floor


def test_findings_about_rows_that_are_no_rows_do_not_break_the_sheet(original, tmp_path):
    contract = load_contract(SEMBAKO)
    examined = examine(original, contract, others={})
    stray = examined.findings.head(1).with_columns(row_number=pl.lit(999, pl.Int64), severity=pl.lit("critical"))
    examined.findings = pl.concat([examined.findings, stray])
    write_checked(examined, original.name, "a" * 64, tmp_path / "w.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "w.xlsx")["Perbaikan"]
    assert 999 not in [sheet.cell(at, 1).value for at in range(2, sheet.max_row + 1)]
