"""Every kind of bad input: a clear reason in the ledger, nothing of it in raw, and the good file beside it goes in."""

import csv
import errno
import os
import threading
import zipfile
from datetime import date

import msoffcrypto.format.ooxml
import pytest
import xlsxwriter
from made_offices import HEADERS, person, sembako_rows, workbook

from sinergi import collect
from sinergi.intake import collect_sender

BETWEEN = "expectation.expect_column_values_to_be_between"
PBI = "dinkes/pbi_jkn"
PBI_HEADERS = ["No Kartu", "NIK", "No KK", "Nama", "Jenis Kelamin", "PISAT", "Kelurahan", "TMT", "Iuran"]


def pbi_rows(count=40):
    for number in range(1, count + 1):
        name, nik, no_kk = person(number)
        yield [f"000{number:010d}", nik, no_kk, name, "L", "1", "Menteng", "2024-01-01", "42000"]


def pbi(path, rows, headers=None, *, delimiter=";", encoding="utf-8"):
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([headers or PBI_HEADERS, *rows])
    return path


def outcome(offices, *, good=40):
    """Take everything in beside a good file; give what became of the other."""
    offices.sembako("baik-2024-02.xlsx", sembako_rows(month=2))
    deliveries = {delivery.file_name: delivery for delivery in offices.run()}
    beside = deliveries.pop("baik-2024-02.xlsx")
    assert beside.status == "accepted"
    assert offices.count("raw.interventions", _delivery_id=beside.delivery_id) == good
    (bad,) = deliveries.values()
    return bad


def held(offices, rule, *words):
    """The other file is held by the rule, whole, and says why in Indonesian."""
    bad = outcome(offices)
    assert (bad.status, bad.rule, bad.rows_accepted) == ("held", rule, 0)
    assert bad.rows_read == bad.rows_quarantined == offices.count("quarantine.rows", delivery_id=bad.delivery_id)
    assert offices.count("raw.interventions", _delivery_id=bad.delivery_id) == 0
    assert offices.count("ops.findings", delivery_id=bad.delivery_id, rule=rule) == 1
    for word in words:
        assert word in bad.reason
    return bad


def test_empty_file(offices):
    offices.path("a.xlsx").touch()
    held(offices, "file.empty", "a.xlsx", "kosong", "kirim ulang")


def test_zero_rows_under_a_header(offices):
    offices.sembako("a.xlsx", [])
    held(offices, "file.no_rows", "judul kolom")


def test_not_a_workbook(offices):
    offices.path("a.xlsx").write_bytes(b"%PDF-1.7 not a workbook")
    held(offices, "file.not_a_workbook", "bukan buku kerja Excel")


def test_truncated_workbook(offices):
    path = workbook(offices.path("a.xlsx"), sembako_rows())
    path.write_bytes(path.read_bytes()[:-2000])
    held(offices, "file.truncated", "terpotong")


def test_password_protected_workbook(offices, tmp_path):
    plain = workbook(tmp_path / "plain.xlsx", sembako_rows())
    with plain.open("rb") as source, offices.path("a.xlsx").open("wb") as target:
        msoffcrypto.format.ooxml.OOXMLFile(source).encrypt("rahasia", target)
    held(offices, "file.encrypted", "kata sandi")


def test_macro_workbook(offices, tmp_path):
    project = tmp_path / "vba.bin"
    project.write_bytes(b"\0" * 64)
    book = xlsxwriter.Workbook(offices.path("a.xlsm"))
    book.add_worksheet("Penerima").write_string(0, 0, "x")
    book.add_vba_project(str(project))
    book.close()
    held(offices, "file.macro", "makro")


def test_workbook_that_unzips_to_gigabytes(offices, tmp_path):
    plain = workbook(tmp_path / "plain.xlsx", sembako_rows(5))
    with (
        zipfile.ZipFile(plain) as old,
        zipfile.ZipFile(offices.path("a.xlsx"), "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for item in old.infolist():
            data = old.read(item)
            if not item.filename.endswith("sheet1.xml"):
                new.writestr(item, data)
                continue
            head, _, tail = data.partition(b"<sheetData>")
            with new.open(item.filename, "w", force_zip64=True) as part:
                part.write(head + b"<sheetData>")
                for _ in range(2048):
                    part.write(b" " * (1 << 20))
                part.write(tail)
    held(offices, "file.too_large", "terlalu besar")


def test_wrong_sheet(offices):
    offices.sembako("a.xlsx", sheet="Rekap")
    held(offices, "file.sheet_missing", "Penerima", "Rekap")


def test_missing_required_column(offices):
    place = HEADERS.index("TGL SALUR")
    rows = [row[:place] + row[place + 1 :] for row in sembako_rows()]
    offices.sembako("a.xlsx", rows, headers=HEADERS[:place] + HEADERS[place + 1 :])
    held(offices, "columns.missing", "Kolom wajib", "TGL SALUR")


def test_duplicated_required_column(offices):
    offices.sembako("a.xlsx", [[*row, "05/01/2024"] for row in sembako_rows()], headers=[*HEADERS, "TGL SALUR"])
    held(offices, "columns.duplicated", "TGL SALUR")


def test_renamed_required_column(offices):
    headers = ["TGL PENYALURAN BANSOS" if header == "TGL SALUR" else header for header in HEADERS]
    offices.sembako("a.xlsx", headers=headers)
    held(offices, "columns.missing", "TGL SALUR", "kontrak")


def test_unknown_columns_are_kept(offices):
    offices.sembako("a.xlsx", [[*row, f"catatan {row[0]}"] for row in sembako_rows()], headers=[*HEADERS, "CATATAN"])
    bad = outcome(offices)
    assert (bad.status, bad.rows_accepted) == ("accepted", 40)
    assert offices.count("ops.findings", delivery_id=bad.delivery_id, rule="columns.unknown") == 1
    extra = offices.sql("select extra ->> 'CATATAN' from raw.interventions where _delivery_id = :id order by 1", id=1)
    assert extra[0][0] == "catatan 1"


def test_csv_in_the_wrong_encoding(offices):
    rows = [[*row[:3], "Jos\u00e9 Andr\u00e9", *row[4:]] for row in pbi_rows()]
    pbi(offices.path("a.csv", PBI), rows, encoding="latin-1")
    held(offices, "file.encoding", "utf-8")


def test_csv_with_the_wrong_delimiter(offices):
    pbi(offices.path("a.csv", PBI), pbi_rows(), delimiter=",")
    held(offices, "file.delimiter", ";")


def test_sheet_full_to_the_last_row(offices):
    with xlsxwriter.Workbook(offices.path("a.xlsx"), {"constant_memory": True}) as book:
        page = book.add_worksheet("Penerima")
        for place, header in enumerate(HEADERS):
            page.write_string(4, place, header)
        for row in range(5, 1_048_576):
            page.write_number(row, 1, row)
    held(offices, "file.too_many_rows", "1048576", "CSV")


def test_row_with_more_cells_than_headers(offices):
    rows = list(pbi_rows())
    rows[4] = [*rows[4], "lebih", "lebih lagi"]
    pbi(offices.path("a.csv", PBI), rows)
    bad = outcome(offices)
    assert (bad.status, bad.rows_read, bad.rows_quarantined) == ("accepted_with_findings", 40, 1)
    (row,) = offices.sql("select row_number, reasons from quarantine.rows")
    assert (row.row_number, row.reasons[0]["rule"]) == (6, "row.extra_cells")
    assert "lebih banyak" in row.reasons[0]["message"]


def test_formulas_and_error_values(offices):
    path = offices.path("a.xlsx")
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Penerima")
        for offset, row in enumerate([HEADERS, *sembako_rows()]):
            for place, value in enumerate(row):
                if value != "":
                    page.write(4 + offset, place, value)
        page.write_formula(9, 9, "=300000*2", None, 600000)
        page.write_formula(10, 9, "=NA()", None, "#N/A")
        page.write_formula(11, 8, "=1/0", None, "#DIV/0!")
    bad = outcome(offices)
    assert (bad.status, bad.rows_read, bad.rows_quarantined) == ("accepted_with_findings", 40, 2)
    rows = offices.sql("select row_number, reasons from quarantine.rows order by 1")
    assert [row.row_number for row in rows] == [11, 12]
    assert all("value.error_cell" in {reason["rule"] for reason in row.reasons} for row in rows)
    assert offices.count("raw.interventions", _row_number=10, amount_idr=600000, _delivery_id=bad.delivery_id) == 1


def test_control_characters_and_nul(offices):
    rows = list(pbi_rows())
    rows[2][3] = "Budi\x00 Saputra"
    rows[3][3] = "Rina\x07 Lestari"
    rows[5][5] = "1\x00"  # neither identity nor name
    pbi(offices.path("a.csv", PBI), rows)
    bad = outcome(offices)
    assert bad.status == "accepted_with_findings"
    found = offices.sql("select row_number, source_row, reasons from quarantine.rows order by 1")
    assert [(row.row_number, row.reasons[0]["rule"]) for row in found][:2] == [
        (4, "value.control_characters"),
        (5, "value.control_characters"),
    ]
    assert found[0].source_row["Nama"] == "Budi␀ Saputra"


def test_file_that_changes_while_it_is_read(offices, monkeypatch):
    path = offices.sembako("a.xlsx")
    whole = path.read_bytes()
    copy = collect._copy

    def still_written(fs, source, *rest):
        done = copy(fs, source, *rest)
        if source.endswith("a.xlsx"):
            path.write_bytes(whole + b"more")
        return done

    monkeypatch.setattr(collect, "_copy", still_written)
    bad = held(offices, "file.changed", "berubah")
    monkeypatch.undo()
    path.write_bytes(whole)
    again = offices.run_one()
    assert (again.delivery_id, again.status, again.rows_accepted) == (bad.delivery_id, "accepted", 40)
    assert offices.count("ops.findings", delivery_id=bad.delivery_id) == 0


def test_file_for_the_wrong_office(offices):
    headers = ["NIK", "Nama", "Jenis Kelamin", "Tanggal Lahir", "Pelatihan", "Tanggal Pelatihan"]
    from sinergi.contracts import load_contract

    other = load_contract("disnaker/lowongan", offices.settings.expectations)
    headers = [names[0] for names in other.columns.values()]
    workbook(offices.path("a.xlsx"), [["x"] * len(headers)] * 5, headers)
    held(offices, "file.wrong_sender", "disnaker/lowongan", "folder")


def test_folder_without_contract(offices):
    workbook(offices.path("a.xlsx", "dinsos/sembakoo"), sembako_rows())
    bad = held(offices, "delivery.no_contract", "dinsos/sembakoo", "dinsos/sembako?")
    assert bad.archive_path is not None


def test_file_in_no_folder_of_a_sender(offices):
    workbook(offices.inbox / "a.xlsx", sembako_rows())
    held(offices, "delivery.no_contract", "tidak mempunyai kontrak")


def test_two_files_for_one_period(offices):
    offices.sembako("kelompok-1.xlsx")
    offices.sembako("kelompok-2.xlsx", sembako_rows(first=300))
    first, second = offices.run()
    assert first.status == "accepted"
    assert (second.status, second.rule, second.rows_quarantined) == ("held", "delivery.second_for_period", 40)
    assert "2024-01" in second.reason and "kelompok-1.xlsx" in second.reason
    assert offices.count("raw.interventions") == 40


def test_ninety_percent_bad_rows(offices):
    rows = sembako_rows()
    for row in rows[:36]:
        row[2] = 6271011501800004
    offices.sembako("a.xlsx", rows)
    bad = held(offices, "table.bad_share", "36 dari 40", "90%")
    assert bad.rows_read == 40


def test_half_the_rows_of_last_month(offices):
    offices.sembako("2024-01.xlsx", sembako_rows(100))
    offices.sembako("2024-02.xlsx", sembako_rows(49, month=2))
    january, february = offices.run()
    assert january.status == "accepted"
    assert (february.status, february.rule) == ("held", "table.collapse")
    assert "49" in february.reason and "100" in february.reason


def test_four_times_the_rows_of_last_month(offices):
    offices.sembako("2024-01.xlsx", sembako_rows(40))
    offices.sembako("2024-02.xlsx", sembako_rows(160, month=2))
    assert [delivery.rule for delivery in offices.run()] == [None, "table.surge"]


def test_no_readable_period(offices):
    rows = sembako_rows()
    for row in rows:
        row[8] = "segera"
    offices.sembako("a.xlsx", rows)
    held(offices, "delivery.period_missing", "TGL SALUR")


def test_disk_full_in_the_archive(offices, monkeypatch):
    offices.sembako("a.xlsx")
    write = collect._copy

    def full(fs, path, *rest):
        if path.endswith("a.xlsx"):
            with collect._writing(offices.settings.archive):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(fs, path, *rest)

    monkeypatch.setattr(collect, "_copy", full)
    bad = held(offices, "archive.failed", "a.xlsx", "No space left")
    assert bad.archive_path is None
    monkeypatch.undo()
    again = offices.run_one()
    assert (again.delivery_id, again.status) == (bad.delivery_id, "accepted")


def test_two_collectors_at_once_enter_a_file_once(offices):
    offices.sembako("a.xlsx")
    collect_sender(offices.engine, offices.settings)
    offices.sembako("b.xlsx", sembako_rows(month=2))
    entered: list[int] = []
    threads = [
        threading.Thread(target=lambda: entered.extend(collect_sender(offices.engine, offices.settings)))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(entered) == 1
    assert offices.count("ops.deliveries") == 2


def found_in(offices, delivery):
    """Give (row, rule, severity) of a delivery's findings."""
    query = "select row_number, rule, severity, message from ops.findings where delivery_id = :id order by 1, 2"
    return offices.sql(query, id=delivery.delivery_id)


def test_help_from_the_future(offices):
    rows = sembako_rows()
    rows[3][8] = f"05/01/{date.today().year + 2}"  # noqa: DTZ011 - two years ahead wherever it runs
    rows[4][8], rows[4][7] = rows[3][8], "Nominasi"
    offices.sembako("a.xlsx", rows)
    bad = outcome(offices)
    assert (bad.status, bad.period, bad.rows_accepted) == ("accepted_with_findings", "2024-01", 39)
    [wrong] = found_in(offices, bad)
    assert (wrong.row_number, wrong.rule, wrong.severity) == (9, "date.future", "critical")
    assert "belum terjadi" in wrong.message and "rencana" in wrong.message


@pytest.mark.parametrize("amount", [-600000, 60_000_000_000])
def test_negative_and_absurd_amounts(offices, amount):
    rows = sembako_rows()
    rows[3][9], rows[4][9] = amount, 5  # a value that cannot be, and one that is only odd for this programme
    offices.sembako("a.xlsx", rows)
    bad = outcome(offices)
    assert bad.rows_accepted == 39
    odd = {(row.row_number, row.rule, row.severity) for row in found_in(offices, bad)}
    assert odd >= {(9, BETWEEN, "critical"), (10, BETWEEN, "warning")}
    [(total,)] = offices.sql(
        "select sum(amount_idr) from raw.interventions where _delivery_id = :id", id=bad.delivery_id
    )
    assert total == 38 * 600000 + 5


def test_a_programme_that_no_seed_knows(offices):
    from sinergi.contracts import load_contract

    contract = load_contract("dpupr/air_jamban", offices.settings.expectations)
    headers = [names[0].partition(" / ") for names in contract.columns.values()]
    groups = [group if inner else "" for group, _, inner in headers]
    names = [inner or group for group, _, inner in headers]
    rows = []
    for number in range(1, 11):
        name, nik, no_kk = person(number)
        values = {"program_id": "Sumur bor" if number == 4 else "Jamban sehat", "full_name": name, "nik": nik}
        values |= {"no_kk": no_kk, "area_name": "Menteng", "delivered_on": "05/02/2024", "amount_idr": 8_500_000}
        rows.append([values.get(column, "") for column in contract.columns])
    workbook(offices.path("a.xlsx", "dpupr/air_jamban"), [names, *rows], groups, sheet="Penerima Manfaat")
    bad = outcome(offices)
    assert (bad.status, bad.rows_read, bad.rows_accepted) == ("accepted_with_findings", 10, 9)
    odd = {(row.rule, row.severity) for row in found_in(offices, bad) if row.row_number == 10}
    assert odd == {("code.unknown", "warning"), ("value.required", "critical")}
    assert offices.sql("select distinct program_id from raw.interventions where _source_id = 'dpupr/air_jamban'") == [
        ("dpupr-jamban",)
    ]


def test_a_withdrawal_of_a_decree(offices):
    headers = ["No", "SK Yang Dicabut", "Nomor SK Pencabutan", "Tanggal SK Pencabutan", "Berlaku Mulai", "Keterangan"]
    rows = [[1, "188.45/300/2024", "188.45/330/2024", "15 November 2024", "", "Keliru menetapkan"]]
    workbook(offices.path("a.xlsx", "setda/pencabutan_sk"), rows, headers, sheet="Pencabutan")
    bad = outcome(offices)
    assert (bad.status, bad.rows_accepted) == ("accepted", 1)
    query = "select withdrawn_number, decreed_on::text, effective_on from raw.decree_withdrawals"
    assert offices.sql(query) == [("188.45/300/2024", "2024-11-15", None)]
