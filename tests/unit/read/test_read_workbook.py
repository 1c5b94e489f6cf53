from __future__ import annotations

import datetime
from pathlib import Path

import openpyxl
import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_files import HEADERS, Spec, book, people

from sinergi.read import FileFault, Limits, read
from sinergi.read.evidence import column_index, letters


def kinds(table) -> dict[int, str]:
    return dict(table.ignored.select("row_number", "kind").rows())


def test_numeric_nik_cell_is_known_to_be_numeric(tmp_path):
    rows = [HEADERS, *people(3)]
    rows[2][1] = 6271011200020001
    table = read(book(tmp_path / "a.xlsx", rows), Spec())
    assert table.cells["1"].to_list() == ["6271011200010001", "6271011200020001", "6271011200030001"]
    assert table.numeric[1].to_list() == [False, True, False]
    assert table.numeric[0].all() and 2 not in table.numeric
    assert table.row_numbers.to_list() == [2, 3, 4]


def test_numbers_dates_and_booleans_are_shown_plainly(tmp_path):
    def more(workbook, sheet):
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        stamp = workbook.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        sheet.write_datetime(1, 0, datetime.date(2024, 1, 31), day)
        sheet.write_datetime(1, 1, datetime.datetime(2024, 1, 31, 13, 4), stamp)  # noqa: DTZ001
        sheet.write_string(1, 2, "2024-01-31 00:00:00")

    rows = [["a", "b", "c", "d", "e", "f", "g"], [None, None, None, 1500000, 0.1, True, 45322]]
    table = read(book(tmp_path / "a.xlsx", rows, more), Spec())
    expected = ("2024-01-31", "2024-01-31 13:04:00", "2024-01-31 00:00:00", "1500000", "0.1", "true", "45322")
    assert table.cells.row(0) == expected
    assert sorted(table.numeric) == [3, 4, 6]


def test_error_cells_and_formulas(tmp_path):
    def more(workbook, sheet):
        sheet.write_formula(2, 4, "=1/0", value="#DIV/0!")
        sheet.write_formula(3, 4, "=VLOOKUP(1,A:B,2)", value="#N/A")
        sheet.write_formula(4, 4, "=1+1", value=2)
        sheet.write_formula(4, 2, '="Siti"', value="Siti")

    table = read(book(tmp_path / "a.xlsx", [HEADERS, *people(4)], more), Spec())
    assert [(e.row_number, e.position, e.text) for e in table.errors] == [(3, 4, "#DIV/0!"), (4, 4, "#N/A")]
    assert table.formulas == 4
    assert table.cells["4"].to_list() == ["200001", "#DIV/0!", "#N/A", "2"]
    assert table.cells["2"][3] == "Siti"
    assert table.numeric[4].to_list() == [True, False, False, True]


def test_title_number_row_total_and_signature_are_set_aside_and_listed(tmp_path):
    rows = [
        ["DAFTAR PENERIMA BANTUAN"],
        ["KOTA PALANGKA RAYA"],
        [],
        HEADERS,
        [1, 2, 3, 4, 5],
        *people(4),
        [],
        *people(6)[4:],
        ["JUMLAH", None, None, None, 1200021],
        [],
        [None, "Mengetahui,", None, "Palangka Raya, 31 Januari 2024"],
        [None, "Kepala Dinas Sosial", None, "Yang membuat,"],
        [],
        [None, "Drs. Contoh Nama, M.Si"],
        [None, "NIP. 19700101 199003 1 001"],
    ]
    table = read(book(tmp_path / "a.xlsx", rows), Spec(header_row=4))
    assert table.headers == HEADERS
    assert table.row_numbers.to_list() == [6, 7, 8, 9, 11, 12]
    assert kinds(table) == {
        1: "title", 2: "title", 3: "blank", 4: "header", 5: "number_row", 10: "blank", 13: "total", 14: "blank",
        15: "footer", 16: "footer", 17: "blank", 18: "footer", 19: "footer",
    }  # fmt: skip
    assert table.malformed.is_empty()


def test_a_person_called_total_is_a_person(tmp_path):
    rows = [HEADERS[1:], *(each[1:] for each in people(5))]
    rows[2][1] = "Total"
    rows[3] = ["Jumlah", "Total", "Menteng", None]
    rows[4] = ["6271011200990001", "Kepala Keluarga", None, None]
    rows[5] = [None, "Total", "Langkai", 100]
    table = read(book(tmp_path / "a.xlsx", rows), Spec())
    assert table.cells.height == 5
    assert kinds(table) == {1: "header"}


def test_sparse_rows_at_the_end_are_kept_when_they_are_numbered_or_identified(tmp_path):
    rows = [HEADERS, *people(4), [5, None, "Kepala Keluarga"], [6, None, "Budi", "Lurah"]]
    table = read(book(tmp_path / "a.xlsx", rows), Spec())
    assert table.row_numbers.to_list() == [2, 3, 4, 5, 6, 7]


def test_extra_title_row_does_not_hold_a_file(tmp_path):
    rows = [["DAFTAR"], ["Bulan Januari"], ["tambahan"], HEADERS, *people(3)]
    path = book(tmp_path / "a.xlsx", rows)
    for declared in (1, 2, 3, 4, 6):
        table = read(path, Spec(header_row=declared), wanted={"nik", "NAMA ", "Kelurahan"})
        assert (table.headers, table.row_numbers.to_list()) == (HEADERS, [5, 6, 7]), declared
    assert read(path, Spec(header_row=3)).headers == HEADERS


def test_header_rows_are_joined_over_merged_cells(tmp_path):
    def more(_, sheet):
        sheet.merge_range(0, 0, 2, 0, "No")
        sheet.merge_range(0, 1, 0, 3, "Intervensi")
        sheet.merge_range(1, 1, 1, 2, "APBN")
        sheet.write(1, 3, "APBD")
        for column, text in enumerate(["PKH", "BPNT\n Sembako", "RTLH"], 1):
            sheet.write(2, column, text)

    path = book(tmp_path / "a.xlsx", [[], [], [], [1, "Ya", "Tidak", "Ya"]], more)
    table = read(path, Spec(header_rows=3))
    assert table.headers == [
        "No", "Intervensi / APBN / PKH", "Intervensi / APBN / BPNT Sembako", "Intervensi / APBD / RTLH",
    ]  # fmt: skip
    assert table.row_numbers.to_list() == [4]


def test_merged_data_fills_its_block_and_nothing_else(tmp_path):
    def more(_, sheet):
        sheet.merge_range(1, 0, 3, 0, "6271011200000001")

    rows = [["No KK", "Nama"], [None, "A"], [None, "B"], [None, "C"], [None, "D"], ["9", "E"]]
    table = read(book(tmp_path / "a.xlsx", rows, more), Spec())
    assert table.cells["0"].to_list() == ["6271011200000001"] * 3 + [None, "9"]


def test_sheet_by_name_or_pattern_and_hidden_only_by_name(tmp_path):
    path = tmp_path / "a.xlsx"
    workbook = xlsxwriter.Workbook(path)
    for name in ("Petunjuk", "Rahasia Penerima", "Data  Penerima 2024"):
        sheet = workbook.add_worksheet(name)
        sheet.write_row(0, 0, ["Nama", "Lembar"])
        sheet.write_row(1, 0, ["x", name])
    workbook.get_worksheet_by_name("Rahasia Penerima").hide()
    workbook.close()
    assert read(path, Spec(sheet="data penerima 2024")).sheet == "Data  Penerima 2024"
    assert read(path, Spec(sheet="/penerima/")).cells["1"][0] == "Data  Penerima 2024"
    assert read(path, Spec(sheet="Rahasia Penerima")).cells["1"][0] == "Rahasia Penerima"
    assert read(path, Spec()).sheet == "Petunjuk"


def test_wrong_sheet_lists_the_sheets_there_are(tmp_path):
    path = book(tmp_path / "a.xlsx", [HEADERS, *people(2)], name="Sheet1")
    with pytest.raises(FileFault) as fault:
        read(path, Spec(sheet="Penerima"))
    assert (fault.value.rule, fault.value.details["sheets"]) == ("file.sheet_missing", "Sheet1")
    assert "Sheet1" in str(fault.value)


def test_blank_tail_is_no_rows_and_cheap(tmp_path):
    def more(workbook, sheet):
        border = workbook.add_format({"border": 1})
        for row in range(6, 33846):
            for column in range(5):
                sheet.write_blank(row, column, None, border)

    table = read(book(tmp_path / "a.xlsx", [HEADERS, *people(5)], more), Spec())
    assert table.cells.height == 5
    assert table.ignored.height == 1


def test_whitespace_tail_is_blank(tmp_path):
    rows = [HEADERS, *people(3), *[["  ", "\u00a0", " ", "", None]] * 20]
    table = read(book(tmp_path / "a.xlsx", rows), Spec())
    assert (table.cells.height, table.ignored.height) == (3, 1)


def test_table_that_does_not_begin_in_a1(tmp_path):
    rows = [[], [], [None, None, *HEADERS], *([None, None, *row] for row in people(3))]
    table = read(book(tmp_path / "a.xlsx", rows), Spec(header_row=3))
    assert (table.headers, table.row_numbers.to_list()) == (HEADERS, [4, 5, 6])
    assert table.numeric[4].all()


def test_row_with_more_cells_than_headers(tmp_path):
    rows = [HEADERS, *people(3)]
    rows[2] += [None, "catatan di luar tabel"]
    rows[3] += ["  "]
    table = read(book(tmp_path / "a.xlsx", rows), Spec())
    assert table.row_numbers.to_list() == [2, 4]
    assert table.malformed["row_number"].to_list() == [3]
    assert table.malformed["reason"][0].startswith("row.extra_cells: ")
    assert "catatan di luar tabel" in table.malformed["text"][0]
    assert table.rows_read == 3


def test_repeated_header_of_a_printed_page(tmp_path):
    rows = [HEADERS, *people(3), HEADERS, *people(6)[3:]]
    table = read(book(tmp_path / "a.xlsx", rows), Spec())
    assert table.row_numbers.to_list() == [2, 3, 4, 6, 7, 8]
    assert kinds(table) == {1: "header", 5: "header"}


def test_contract_footer_patterns(tmp_path):
    rows = [HEADERS, *people(3), ["*) data sementara"], *people(5)[3:]]
    table = read(book(tmp_path / "a.xlsx", rows), Spec(), footer=[r"^\*\) data sementara"])
    assert kinds(table) == {1: "header", 5: "footer"}


def _rewritten(path: Path, tmp_path: Path, change) -> Path:
    import zipfile

    other = tmp_path / "other.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, change(part) if name.endswith("sheet1.xml") else part)
    return other


def test_other_writers_spellings_of_the_same_sheet(tmp_path):
    import re

    rows = [HEADERS, *people(4)]
    path = book(tmp_path / "a.xlsx", rows)
    plain = read(path, Spec())
    spellings = {
        "no addresses": lambda xml: re.sub(rb' r="[A-Z]+\d+"', b"", xml),
        "no row numbers": lambda xml: re.sub(rb'<row r="\d+"', b"<row", re.sub(rb' r="[A-Z]+\d+"', b"", xml)),
        "type first": lambda xml: re.sub(rb'<c r="(\w+)" t="s">', rb'<c t="s" r="\1">', xml),
        "type before style": lambda xml: re.sub(rb'<c r="(\w+)" t="s">', rb'<c r="\1" t="s" s="0">', xml),
        "t=n": lambda xml: re.sub(rb'<c r="(\w+)"><v>', rb'<c r="\1" t="n"><v>', xml),
    }
    for name, change in spellings.items():
        table = read(_rewritten(path, tmp_path, change), Spec())
        assert table.cells.equals(plain.cells), name
        assert {k: v.to_list() for k, v in table.numeric.items()} == {0: [True] * 4, 4: [True] * 4}, name
        assert table.row_numbers.equals(plain.row_numbers), name


def test_inline_strings_as_openpyxl_writes_them(tmp_path):
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet("Data")
    for row in [HEADERS, *people(3)]:
        sheet.append(row)
    workbook.save(tmp_path / "a.xlsx")
    table = read(tmp_path / "a.xlsx", Spec())
    assert table.cells["2"].to_list() == ["Orang 1", "Orang 2", "Orang 3"]
    assert sorted(table.numeric) == [0, 4]


def test_sheet_wider_than_z(tmp_path):
    rows = [[f"H{n}" for n in range(60)], [n if n % 2 else str(n) for n in range(60)]]
    table = read(book(tmp_path / "a.xlsx", rows), Spec())
    assert table.cells.row(0) == tuple(str(n) for n in range(60))
    assert sorted(table.numeric) == list(range(1, 60, 2))


def test_column_letters():
    assert [letters(n) for n in (0, 25, 26, 701, 702, 16383)] == [b"A", b"Z", b"AA", b"ZZ", b"AAA", b"XFD"]
    assert all(column_index(letters(n)) == n for n in range(0, 16384, 7))


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), min_size=1, max_size=12).filter(
    lambda text: text.strip() != "" and "_x" not in text
)
CELL = st.one_of(st.none(), TEXT.map(lambda text: f"k{text}"), st.integers(-(10**15), 10**15))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CELL, min_size=4, max_size=4), min_size=1, max_size=12), st.integers(0, 3))
def test_any_table_is_read_back_with_its_row_numbers(tmp_path, rows, above):
    full = [["judul"]] * above + [["Alpha", "Beta", "Gamma", "Delta"], *rows]
    path = book(tmp_path / "p.xlsx", full)
    kept = [(above + 2 + n, row) for n, row in enumerate(rows) if any(cell is not None for cell in row)]
    spec = Spec(header_row=above + 1)
    if not kept:
        with pytest.raises(FileFault, match="no_rows"):
            read(path, spec, wanted={"Alpha", "Delta"})
        return
    table = read(path, spec, wanted={"Alpha", "Delta"})
    got = list(zip(table.row_numbers.to_list(), table.cells.rows(), strict=True))
    assert got == [(n, tuple(None if cell is None else str(cell) for cell in row)) for n, row in kept]
    for position in range(4):
        numbers = [isinstance(row[position], int) for _, row in kept]
        mask = table.numeric.get(position, pl.Series([False] * len(kept)))
        assert mask.to_list() == numbers


def test_row_limit_is_configurable(tmp_path):
    path = book(tmp_path / "a.xlsx", [HEADERS, *people(20)])
    with pytest.raises(FileFault) as fault:
        read(path, Spec(), limits=Limits(max_rows=10))
    assert fault.value.rule == "file.too_many_rows"
    assert fault.value.details["rows"] == 21
