"""A correction workbook leaves, is corrected and comes back: what closes, what stays, what is refused, each by name."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from made_corrections import Corrections
from made_offices import SEMBAKO, person, sembako_rows
from typer.testing import CliRunner

from sinergi import intake
from sinergi.cli import app
from sinergi.dryrun import dry_run

LOST, PLACEHOLDER, ABSURD, NAMELESS = 9, 10, 11, 12  # rows of the file


def spoilt(count=40):
    """Rows with four things wrong: three rows that are refused, one that is noted."""
    rows = sembako_rows(count)
    rows[3][2] = 6271011501850040  # kept as a number
    rows[4][2] = "9999999999999999"
    rows[5][9] = 5_000_000_000
    rows[6][1] = "-"
    return rows


@pytest.fixture
def delivered(offices):
    """One delivery that is accepted with findings."""
    offices.sembako("sembako.xlsx", spoilt())
    return offices.run_one()


@pytest.fixture
def book(offices, delivered, tmp_path):
    """Its correction workbook."""
    return Corrections.of(offices, delivered.delivery_id, tmp_path)


def fix_all(book):
    """Correct everything that is wrong."""
    book.fix(LOST, "NIK KTP", person(4)[1]).fix(PLACEHOLDER, "NIK KTP", person(5)[1])
    return book.fix(ABSURD, "NILAI (Rp)", "600000").fix(NAMELESS, "NAMA PENERIMA", "Dewi Lestari A")


def serious(offices, delivery):
    query = "select rule from ops.findings where delivery_id = :id and severity <> 'info' order by finding_id"
    return [row.rule for row in offices.sql(query, id=delivery.delivery_id)]


def standing(offices, delivery_id):
    return offices.sql("select status, superseded_by from ops.deliveries where delivery_id = :id", id=delivery_id)[0]


def test_corrected_workbook_closes_every_finding_and_replaces_the_delivery(offices, delivered, book):
    assert (delivered.status, delivered.rows_accepted) == ("accepted_with_findings", 37)
    fix_all(book).send(offices)
    corrected = offices.run_one()
    assert (corrected.status, corrected.rows_read, corrected.rows_accepted) == ("accepted", 40, 40)
    assert (corrected.corrects, corrected.period) == (delivered.delivery_id, "2024-01")
    assert serious(offices, corrected) == []
    assert standing(offices, delivered.delivery_id) == ("superseded", corrected.delivery_id)
    rows = offices.sql("select * from raw.interventions order by _row_number")
    assert [row._delivery_id for row in rows] == [corrected.delivery_id] * 40
    assert rows[3].nik == person(4)[1] and rows[6].full_name == "Dewi Lestari A"
    assert [row._row_number for row in rows] == list(range(6, 46))  # rows keep their numbers


def test_workbook_holds_only_the_rows_to_correct(book):
    assert book.rows == [LOST, PLACEHOLDER, ABSURD, NAMELESS]
    assert book.headers[3:-1] == [
        *("No", "NAMA PENERIMA", "NIK KTP", "NO KK", "TAHAP", "NM KEL", "ALAMAT", "STATUS", "TGL SALUR", "NILAI (Rp)")
    ]
    assert book.cell(LOST, "NIK KTP").value == "627101150185004?"  # the digit that Excel lost is asked for


def test_partial_correction_closes_what_it_corrects_and_keeps_the_rest(offices, delivered, book):
    book.fix(LOST, "NIK KTP", person(4)[1]).send(offices)
    corrected = offices.run_one()
    assert (corrected.status, corrected.rows_read, corrected.rows_accepted) == ("accepted_with_findings", 40, 38)
    assert "nik.numeric" not in serious(offices, corrected)
    assert "nik.placeholder" in serious(offices, corrected)
    assert "expectation.expect_column_values_to_not_be_null" in serious(offices, corrected)
    assert standing(offices, delivered.delivery_id).status == "superseded"


def test_same_workbook_corrected_further_goes_on_from_there(offices, delivered, book):
    book.fix(LOST, "NIK KTP", person(4)[1]).send(offices)
    first = offices.run_one()
    fix_all(book).send(offices, "sembako-perbaikan-2.xlsx")
    second = offices.run_one()
    assert (second.status, second.rows_accepted, second.corrects) == ("accepted", 40, first.delivery_id)
    assert standing(offices, first.delivery_id) == ("superseded", second.delivery_id)


def test_old_copy_of_a_workbook_undoes_nothing(offices, delivered, book, tmp_path):
    old = Corrections.of(offices, delivered.delivery_id, tmp_path, "salinan.xlsx")
    fix_all(book).send(offices)
    offices.run_one()
    old.fix(ABSURD, "ALAMAT", "Jl. Damang No. 66").send(offices, "salinan-perbaikan.xlsx")
    delivery = offices.run_one()
    assert (delivery.status, delivery.rows_accepted) == ("accepted", 40)
    row = offices.sql("select address, amount_idr from raw.interventions where _row_number = 11")[0]
    assert (row.address, row.amount_idr) == ("Jl. Damang No. 66", 600000)


def test_workbook_of_a_correction_corrects_the_rest(offices, delivered, book, tmp_path):
    book.fix(LOST, "NIK KTP", person(4)[1]).send(offices)
    first = offices.run_one()
    rest = Corrections.of(offices, first.delivery_id, tmp_path, "sisa.xlsx")
    assert rest.rows == [PLACEHOLDER, ABSURD, NAMELESS]
    rest.fix(PLACEHOLDER, "NIK KTP", person(5)[1]).fix(ABSURD, "NILAI (Rp)", 600000)
    rest.fix(NAMELESS, "NAMA PENERIMA", "Dewi Lestari A").send(offices, "sisa-perbaikan.xlsx")
    assert offices.run_one().status == "accepted"


def test_row_marked_for_removal_goes_and_is_listed(offices, book):
    fix_all(book).fix(NAMELESS, "Hapus baris?", "Hapus").send(offices)
    delivery = offices.run_one()
    assert (delivery.status, delivery.rows_read, delivery.rows_accepted) == ("accepted", 39, 39)
    listed = offices.sql("select row_number, text from quarantine.ignored_rows where kind = 'removed'")
    assert [row.row_number for row in listed] == [NAMELESS]


def test_row_deleted_from_the_sheet_stays_as_it_was(offices, book):
    fix_all(book)
    book.sheet.delete_rows(book.line(NAMELESS))
    book.send(offices)
    delivery = offices.run_one()
    assert (delivery.status, delivery.rows_read, delivery.rows_quarantined) == ("accepted_with_findings", 40, 1)
    (row,) = offices.sql("select row_number from quarantine.rows where delivery_id = :id", id=delivery.delivery_id)
    assert row.row_number == NAMELESS


def test_added_row_is_said_and_listed_and_nothing_else_suffers(offices, book):
    fix_all(book)
    for column, value in enumerate(["", "", "", "41", "Orang Baru", person(41)[1]], start=1):
        book.sheet.cell(6, column).value = value or None
    book.send(offices)
    delivery = offices.run_one()
    assert (delivery.status, delivery.rows_accepted) == ("accepted_with_findings", 40)
    (finding,) = offices.sql("select message from ops.findings where rule = 'correction.extra_rows'")
    assert "1 baris tambahan" in finding.message and "(baris 6)" in finding.message
    assert offices.count("quarantine.ignored_rows", delivery_id=delivery.delivery_id, kind="unused") == 1
    assert offices.count("raw.interventions", full_name="Orang Baru") == 0


def test_altered_key_takes_its_row_out_of_the_correction(offices, book):
    fix_all(book).fix(NAMELESS, "Kunci (jangan diubah)", "0" * 18).send(offices)
    delivery = offices.run_one()
    assert (delivery.status, delivery.rows_quarantined) == ("accepted_with_findings", 1)
    assert "correction.altered_rows" in serious(offices, delivery)


def test_row_copied_inside_the_workbook_is_not_guessed(offices, book):
    fix_all(book)
    line = book.line(NAMELESS)
    for cell in list(book.sheet[line]):
        book.sheet.cell(line + 1, cell.column).value = cell.value
    book.sheet.cell(line + 1, 1 + book.headers.index("NAMA PENERIMA")).value = "Dewi Lestari B"
    book.send(offices)
    delivery = offices.run_one()
    assert "correction.repeated_rows" in serious(offices, delivery)
    assert (delivery.rows_accepted, delivery.rows_quarantined) == (39, 1)


def test_workbook_without_its_key_column_is_held(offices, delivered, book):
    book.sheet.delete_cols(len(book.headers))
    book.send(offices)
    assert offices.run_one().rule == "correction.damaged"
    assert standing(offices, delivered.delivery_id).status == "accepted_with_findings"


def test_workbook_without_its_sheet_is_held(offices, book):
    del book.book["Perbaikan"]
    book.send(offices)
    assert offices.run_one().rule == "correction.damaged"


def test_workbook_sent_back_untouched_says_so(offices, delivered, book):
    book.send(offices)
    delivery = offices.run_one()
    assert delivery.status == "duplicate" and "Tidak ada sel yang berubah" in delivery.reason
    assert standing(offices, delivered.delivery_id).status == "accepted_with_findings"


def test_workbook_of_a_replaced_delivery_is_held_and_names_the_newer(offices, delivered, book):
    rows = sembako_rows(42)
    offices.sembako("sembako-lengkap.xlsx", rows)
    newer = offices.run_one()
    fix_all(book).send(offices)
    delivery = offices.run_one()
    assert (delivery.status, delivery.rule) == ("held", "correction.superseded")
    assert f"kiriman nomor {newer.delivery_id}," in delivery.reason
    assert offices.count("raw.interventions") == 42


def test_workbook_of_another_sender_is_held_and_shows_nothing(offices, delivered, book):
    fix_all(book).send(offices, source_id="disnaker/pelatihan")
    delivery = offices.run_one()
    assert (delivery.status, delivery.rule, delivery.rows_read) == ("held", "correction.wrong_source", 0)
    assert SEMBAKO in delivery.reason and "Lestari" not in delivery.reason
    assert offices.count("quarantine.rows", delivery_id=delivery.delivery_id) == 0


def test_workbook_of_a_file_that_never_came_is_held(offices, delivered, book):
    hidden = book.book["_sinergi"]
    for row in hidden.iter_rows():
        if row[0].value == "sha256":
            row[1].value = "0" * 64
    fix_all(book).send(offices)
    assert offices.run_one().rule == "correction.unknown_delivery"


def test_held_file_is_let_in_by_its_correction(offices, tmp_path):
    rows = sembako_rows()
    for row in rows[:30]:
        row[8] = "kapan-kapan"
    offices.sembako("sembako.xlsx", rows)
    held = offices.run_one()
    assert (held.status, held.rule) == ("held", "table.bad_share")
    book = Corrections.of(offices, held.delivery_id, tmp_path)
    assert len(book.rows) == 30
    for row in book.rows:
        book.fix(row, "TGL SALUR", "07/01/2024")
    book.send(offices)
    delivery = offices.run_one()
    assert (delivery.status, delivery.rows_accepted) == ("accepted", 40)
    assert standing(offices, held.delivery_id) == ("superseded", delivery.delivery_id)


def test_rejected_file_stays_rejected(offices, tmp_path):
    from sinergi import decisions

    rows = sembako_rows()
    for row in rows[:30]:
        row[8] = "kapan-kapan"
    offices.sembako("sembako.xlsx", rows)
    held = offices.run_one()
    book = Corrections.of(offices, held.delivery_id, tmp_path)
    decisions.reject(offices.engine, offices.settings, held.delivery_id, "salah kirim", "tim")
    book.fix(book.rows[0], "TGL SALUR", "07/01/2024").send(offices)
    assert offices.run_one().rule == "correction.rejected"


def test_two_corrections_at_once_both_count(offices, delivered, book, tmp_path):
    other = Corrections.of(offices, delivered.delivery_id, tmp_path, "lain.xlsx")
    book.fix(LOST, "NIK KTP", person(4)[1]).fix(PLACEHOLDER, "NIK KTP", person(5)[1]).send(offices)
    other.fix(ABSURD, "NILAI (Rp)", "600000").fix(NAMELESS, "NAMA PENERIMA", "Dewi Lestari A")
    other.send(offices, "lain-perbaikan.xlsx")
    ids = intake.collect_sender(offices.engine, offices.settings)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda each: intake.intake(offices.engine, offices.settings, each), ids))
    live = offices.sql("select * from ops.deliveries where status like 'accepted%'")
    assert [(row.status, row.rows_accepted) for row in live] == [("accepted", 40)]
    assert offices.count("raw.interventions") == 40


def test_an_upload_is_checked_over_its_delivery_before_anything_is_stored(offices, delivered, book, tmp_path):
    fix_all(book).book.save(tmp_path / "unggahan.xlsx")
    report = dry_run(offices.settings, tmp_path / "unggahan.xlsx", SEMBAKO, engine=offices.engine)
    assert (report["status"], report["rows_read"], report["rows_accepted"]) == ("accepted", 40, 40)
    assert offices.count("ops.deliveries") == 1
    assert standing(offices, delivered.delivery_id).status == "accepted_with_findings"
    elsewhere = dry_run(offices.settings, tmp_path / "unggahan.xlsx", "disnaker/pelatihan", engine=offices.engine)
    assert (elsewhere["status"], elsewhere["rule"]) == ("held", "correction.wrong_source")


def test_rows_of_a_csv_are_corrected_in_a_workbook_too(offices, tmp_path):
    pbi = "dinkes/pbi_jkn"
    lines = [f"{n:013d};{person(n)[1]};;{person(n)[0]};L;1;Kameloh Baru;2024-01-01;42000" for n in range(1, 41)]
    lines[1] = lines[1].replace("2024-01-01", "belum tahu")
    lines[2] = lines[2].replace(";L;1;", ';"L;1;')  # a quote that never ends
    path = offices.path("pbi.csv", pbi)
    path.write_text("\n".join(["No Kartu;NIK;No KK;Nama;Jenis Kelamin;PISAT;Kelurahan;TMT;Iuran", *lines]) + "\n")
    offices.arrive(path)
    delivery = offices.run_one()
    assert (delivery.status, delivery.rows_quarantined) == ("accepted_with_findings", 2)
    book = Corrections.of(offices, delivery.delivery_id, tmp_path)
    assert book.rows == [3, 4]
    book.fix(3, "TMT", "01/01/2024")
    values = ["0000000000003", person(3)[1], None, person(3)[0], "L", "1", "Kameloh Baru", "01/01/2024", "42000"]
    for header, value in zip(book.headers[3:-1], values, strict=True):
        book.fix(4, header, value)
    book.send(offices, "pbi-perbaikan.xlsx", pbi)
    corrected = offices.run_one()
    assert (corrected.status, corrected.rows_read, corrected.rows_accepted) == ("accepted", 40, 40)


def test_command_writes_the_workbook_of_a_delivery(offices, delivered, tmp_path, monkeypatch):
    monkeypatch.setenv("SINERGI_ARCHIVE", str(offices.settings.archive))
    monkeypatch.setenv("SINERGI_DATABASE_URL", str(offices.settings.database_url))
    out = tmp_path / "w.xlsx"
    done = CliRunner().invoke(app, ["workbook", str(delivered.delivery_id), "--out", str(out)])
    assert (done.exit_code, Corrections(out).rows) == (0, [LOST, PLACEHOLDER, ABSURD, NAMELESS])
    unknown = CliRunner().invoke(app, ["workbook", "999", "--out", str(out)])
    assert unknown.exit_code == 1 and "no delivery 999" in unknown.output
