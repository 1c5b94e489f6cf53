"""What leaves the city on paper: the mayor's page, open data, lists by name."""

import csv
import hashlib
import io
import json
import zipfile
from datetime import date

import openpyxl
import pytest
from made_roles import FAMILIES, secrets_of
from sqlalchemy import text

from sinergi.database import engine as make_engine
from sinergi.errors import SinergiError
from sinergi.papers import by_name, figures, words
from sinergi.papers.open_data import publish_open_data
from sinergi.papers.report import write_report

FEBRUARY = date(2024, 2, 1)
PURPOSE = "kunjungan anak tidak sekolah"


@pytest.fixture
def engine(city):
    engine = make_engine(city.owner)
    yield engine
    engine.dispose()


def told(content):
    return {secret for family in FAMILIES for secret in secrets_of(family) if secret.lower() in str(content).lower()}


def reads(engine):
    with engine.connect() as connection:
        query = "select asked_by, purpose, opd_id, area_code, rows from access.reads where kind = 'by_name' order by 1"
        return [tuple(row) for row in connection.execute(text(query))]


def test_the_mayors_page_says_what_the_warehouse_says(engine, tmp_path):
    found = figures.collect(engine, FEBRUARY)
    assert (found["now"]["people"], found["now"]["families"], found["unserved"]) == (5, 3, 2)
    helped = {row["strategy"]: (row["helped"], row["families"]) for row in found["coverage"]}
    assert helped == {"reduce_expenditure": (1, 3), "raise_income": (0, 3), "reduce_pockets": (0, 3)}
    assert figures.collect(engine, date(2024, 1, 1))["unserved"] == 3  # the help came in February

    pdf, html = write_report(engine, FEBRUARY, tmp_path)
    assert pdf.name == "laporan-2024-02.pdf" and pdf.read_bytes().startswith(b"%PDF-")
    page = html.read_text()
    for part in (
        "Februari 2024",
        "keadaan pada 29 Februari 2024",
        "<b>5</b>",
        "2</b>",
        "1 dari 3 keluarga",
        "tertutup",
    ):
        assert part in page
    assert page.count("<svg") == 2  # no budget in this city, and no empty chart for it
    assert told(page) == set()


def test_the_page_open_data_and_bi_say_the_same_of_needs(engine, tmp_path):
    with engine.connect() as connection:
        query = """select opd.abbreviation, need_name, needs, unmet from bi.{} join bi.dim_opd as opd using (opd_id)
                   where is_in_force {} and needs is distinct from 0 and unmet is distinct from 0 order by 1, 2"""
        monthly = query.format("rpt_needs_monthly", "and month = '2024-02-01'")
        seen, newest = (connection.execute(text(sql)).all() for sql in (monthly, query.format("rpt_needs", "")))
    found = [tuple(row.values()) for row in figures.collect(engine, FEBRUARY)["offices"]]
    assert sorted(found, key=str) == sorted(map(tuple, seen), key=str) and newest == seen and len(seen) >= 2
    assert {row[2:] for row in found} == {(None, None)}  # in a city of three families every need is a small count
    page = write_report(engine, FEBRUARY, tmp_path)[1].read_text()
    assert '<td class="n">tertutup</td>' in page and "kurang dari" not in page
    needs = publish_open_data(engine, tmp_path)[4]
    assert "kebutuhan" in needs.name
    assert {row["belum_terpenuhi"] for row in csv.DictReader(needs.open(encoding="utf-8"))} == {""}
    assert "marts.rpt_needs" not in figures.OFFICES


def test_a_month_that_is_none_or_not_known_is_said_so(engine, tmp_path):
    with pytest.raises(SinergiError, match="2024-01-01 to 2024-02-01"):
        write_report(engine, date(2030, 1, 1), tmp_path)
    for wrong in ("2024-13", "Juni", "2024-6"):
        with pytest.raises(SinergiError, match="2024-06"):
            figures.month_of(wrong)
    assert list(tmp_path.iterdir()) == []


def test_numbers_and_months_as_the_language_writes_them():
    assert words.full_day(date(2024, 8, 5)) == "5 Agustus 2024" and words.short_month(FEBRUARY) == "Feb 24"
    assert words.number(1234567) == "1.234.567" and words.billions(None) == "–"


def test_open_data_has_no_small_count_no_person_and_its_metadata(engine, tmp_path):
    paths = publish_open_data(engine, tmp_path / "a")
    assert len(paths) == 8
    for path in paths[::2]:
        described = json.loads(path.with_suffix(".metadata.json").read_text())
        assert described["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        rows = list(csv.DictReader(path.open(encoding="utf-8")))
        assert len(rows) == described["jumlah_baris"]
        assert {"judul", "konsep", "produsen_data", "walidata", "frekuensi", "lisensi", "variabel"} <= set(described)
        names = [variable["nama"] for variable in described["variabel"]]
        assert not rows or list(rows[0]) == names
        assert all({"nama", "definisi", "satuan"} == set(variable) for variable in described["variabel"])
    areas = list(csv.DictReader(paths[0].open(encoding="utf-8")))
    assert len(areas) == 60 and {row["jiwa"] for row in areas} <= {"", "0"} | {str(n) for n in range(5, 100)}
    assert any(row["ditutup"] == "ya" for row in areas)
    assert told([path.read_text() for path in paths]) == set()
    again = publish_open_data(engine, tmp_path / "b")
    assert [path.read_bytes() for path in paths] == [path.read_bytes() for path in again]


def test_an_offices_list_has_its_rows_and_columns_its_mark_and_its_record(engine, tmp_path):
    listed = by_name.write_list(engine, "disdik", PURPOSE, tmp_path, "kameloh baru", by="siti")
    assert (listed.families, listed.people) == (1, 2)
    assert reads(engine) == [("siti", PURPOSE, "disdik", "62.71.04.1004", 2)]
    sheet = openpyxl.load_workbook(listed.path)["Daftar"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert "RAHASIA" in rows[1][0] and "siti" in rows[1][0] and f"No. {listed.read_id}" in rows[1][0]
    assert PURPOSE in rows[2][0]
    header, people = rows[by_name.HEADER_ROW], rows[by_name.HEADER_ROW + 1 :]
    assert {"Nama", "Alamat", "Telepon", "Partisipasi Sekolah", "Pendidikan"} <= set(header)
    assert not {"Lantai", "Disabilitas", "Fasilitas BAB"} & set(header)
    assert [row[header.index("Nama")] for row in people] == FAMILIES[2]
    assert told(people) & {*secrets_of(1), *secrets_of(3)} == set()
    parts = zipfile.ZipFile(listed.path)
    assert "&amp;G" in parts.read("xl/worksheets/sheet1.xml").decode()  # the mark on paper
    assert len([name for name in parts.namelist() if name.startswith("xl/media/")]) >= 1
    assert listed.path.stat().st_mode & 0o077 == 0


def test_no_cell_of_a_list_is_a_formula_or_a_link():
    evil = ["=HYPERLINK(1)", "+62", "@here", "http://x.example", "{=1}"]
    content = by_name._workbook(
        "Dinas", "RAHASIA", "tujuan & maksud", {"Daftar": (["full_name"], [[value] for value in evil])}
    )
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Daftar"]
    cells = [row[0] for row in sheet.iter_rows(min_row=by_name.HEADER_ROW + 2)]
    assert [cell.value for cell in cells] == evil
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
    assert {cell.hyperlink for cell in cells} == {None}


@pytest.mark.parametrize(
    ("opd_id", "purpose", "kelurahan", "said"),
    [
        ("disdik", "x", None, "--purpose is too short"),
        ("dishub", PURPOSE, None, "no office 'dishub'; there are"),
        ("disdik", PURPOSE, "Atlantis", "no kelurahan 'Atlantis'; there are"),
    ],
)
def test_a_list_that_cannot_be_is_refused_and_leaves_nothing(engine, tmp_path, opd_id, purpose, kelurahan, said):
    before = reads(engine)
    with pytest.raises(SinergiError, match=said):
        by_name.write_list(engine, opd_id, purpose, tmp_path, kelurahan)
    assert reads(engine) == before and list(tmp_path.iterdir()) == []
