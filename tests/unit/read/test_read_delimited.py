from __future__ import annotations

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_files import Spec

from sinergi.read import FileFault, read
from sinergi.read.lines import Lines

CSV = Spec(format="csv", delimiter="|")


def write(path, text: str, encoding: str = "utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


@pytest.fixture
def file(tmp_path):
    return tmp_path / "a.csv"


def test_plain_file(file):
    table = read(write(file, "No|NIK|Nama\r\n1|6271|Siti\r\n2||Budi\r\n"), CSV)
    assert table.headers == ["No", "NIK", "Nama"]
    assert table.cells.rows() == [("1", "6271", "Siti"), ("2", None, "Budi")]
    assert (table.row_numbers.to_list(), table.sheet, table.numeric) == ([2, 3], None, {})


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_declared_encoding(file, encoding):
    text = "Nama|Alamat\nJosé|Jl.\u00a0Anggrek\n"
    table = read(write(file, text, encoding), Spec(format="csv", delimiter="|", encoding=encoding))
    assert (table.headers, table.cells.rows()) == (["Nama", "Alamat"], [("José", "Jl.\u00a0Anggrek")])


def test_byte_order_mark_under_plain_utf8(file):
    assert read(write(file, "Nama|NIK\na|1\n", "utf-8-sig"), CSV).headers == ["Nama", "NIK"]


@pytest.mark.parametrize(
    ("written", "declared", "seems"),
    [
        ("latin-1", "utf-8", "latin-1"),
        ("utf-8", "latin-1", "utf-8"),
        ("utf-16", "utf-8", "utf-16"),
        ("utf-16-le", "latin-1", "utf-16-le"),
        ("utf-8", "utf-16", "utf-8"),
        ("cp1252", "utf-8", "cp1252"),
    ],
)
def test_csv_in_the_wrong_encoding(file, written, declared, seems):
    text = "Nama|Alamat\nJosé|Jl. Anggrek\n" if written != "cp1252" else "Nama|Alamat\nAndré’s|x\n"
    with pytest.raises(FileFault) as fault:
        read(write(file, text, written), Spec(format="csv", delimiter="|", encoding=declared))
    assert (fault.value.rule, fault.value.details["seems"]) == ("file.encoding", seems)


@pytest.mark.parametrize(("written", "declared"), [(";", ","), ("|", ";"), (",", "|"), ("\t", ",")])
def test_csv_with_the_wrong_delimiter(file, written, declared):
    rows = ["No;NIK;Nama;Nilai", *(f"{n};6271;Siti;1{'.' if written == ',' else ','}5" for n in range(9))]
    with pytest.raises(FileFault) as fault:
        read(write(file, "\n".join(rows).replace(";", written)), Spec(format="csv", delimiter=declared))
    assert fault.value.rule == "file.delimiter"
    assert fault.value.details["seems"] == {"\t": "tab"}.get(written, written)


def test_commas_in_values_do_not_look_like_a_delimiter(file):
    rows = ["No;Nama", *(f'{n};"Siti, S.Pd, M.Pd"' for n in range(9))]
    assert read(write(file, "\n".join(rows)), Spec(format="csv", delimiter=";")).cells.height == 9


def test_malformed_lines_are_captured_and_swallow_nobody(file):
    lines = [
        "No|NIK|Nama",
        "1|a|Siti",
        '2|"b|Budi',
        "3|c|Ani",
        "4|d",
        "5|e|Edi|lebih",
        '6|"f|Fitri',
        "7|g|Gita",
        "8|h|Heri",
    ]
    table = read(write(file, "\n".join(lines)), CSV)
    assert table.cells.rows() == [("1", "a", "Siti"), ("3", "c", "Ani"), ("7", "g", "Gita"), ("8", "h", "Heri")]
    assert table.row_numbers.to_list() == [2, 4, 8, 9]
    assert table.malformed["row_number"].to_list() == [3, 5, 6, 7]
    assert table.malformed["text"].to_list() == ['2|"b|Budi', "4|d", "5|e|Edi|lebih", '6|"f|Fitri']
    reasons = [reason.split(":")[0] for reason in table.malformed["reason"]]
    assert reasons == ["row.malformed", "row.malformed", "row.extra_cells", "row.malformed"]
    assert "EOF inside string" in table.malformed["reason"][0]
    assert table.rows_read == 8


def test_unclosed_quote_on_the_last_line(file):
    table = read(write(file, 'No|Nama\n1|Siti\n2|"Budi\n'), CSV)
    assert (table.cells.height, table.malformed["row_number"].to_list()) == (1, [3])


def test_quoted_line_breaks_keep_line_numbers(file):
    text = 'No|Alamat|Nama\n1|"Jl. Mawar\nRT 01\n"|Siti\n2|x|Budi\n\n3|"a|""b"""|Ani\n'
    table = read(write(file, text), CSV)
    assert table.cells.rows() == [("1", "Jl. Mawar\nRT 01\n", "Siti"), ("2", "x", "Budi"), ("3", 'a|"b"', "Ani")]
    assert table.row_numbers.to_list() == [2, 5, 7]
    assert table.ignored.rows()[1] == (6, "blank", "")


def test_quotes_inside_a_cell_are_text(file):
    table = read(write(file, 'No|Nama\n1|Siti "Ica" A\n2|"Budi" B\n3|Ani\n'), CSV)
    assert table.cells["1"].to_list() == ['Siti "Ica" A', '"Budi" B', "Ani"]


def test_extra_blank_cells_are_nothing(file):
    table = read(write(file, "No|Nama|\n1|Siti||\n2|Budi|\n3|Ani\n"), CSV)
    assert (table.headers, table.cells["1"].to_list()) == (["No", "Nama"], ["Siti", "Budi", "Ani"])


def test_titles_totals_and_footers_in_csv(file):
    body = "".join(f"{n}|6271|Orang|{n}000\n" for n in range(1, 6))
    tail = "JUMLAH|||15000\n|||\n\nMengetahui,\nKepala Dinas\nNIP. 1\n"
    text = f"DAFTAR PENERIMA\n\nNo|NIK|Nama|Nilai\n1|2|3|4\n{body}{tail}"
    table = read(write(file, text), Spec(format="csv", delimiter="|", header_row=3))
    assert table.row_numbers.to_list() == [5, 6, 7, 8, 9]
    kinds = dict(table.ignored.select("row_number", "kind").rows())
    assert kinds == {
        1: "title", 2: "blank", 3: "header", 4: "number_row", 10: "total",
        11: "blank", 12: "blank", 13: "footer", 14: "footer", 15: "footer",
    }  # fmt: skip
    assert table.malformed.is_empty()


def test_nul_and_control_characters_are_kept_for_conform_to_report(file):
    table = read(write(file, "No|Nama\n1|Si\x00ti\n2|Bu\x07di\n3|Ani\n"), CSV)
    assert table.cells["1"].to_list() == ["Si\x00ti", "Bu\x07di", "Ani"]


def test_excel_errors_in_csv(file):
    table = read(write(file, "No|Nama\n1|#N/A\n2|#1 Budi\n"), CSV)
    assert [(e.row_number, e.position, e.text) for e in table.errors] == [(2, 1, "#N/A")]


def test_moved_header_is_found(file):
    table = read(write(file, "Judul\nNo|NIK|Nama\n1|2|x\n"), CSV, wanted={"NIK", "Nama"})
    assert (table.headers, table.row_numbers.to_list()) == (["No", "NIK", "Nama"], [3])


def test_lines_after_an_old_mac(file):
    assert read(write(file, "No|Nama\r1|a\r2|b\r"), CSV).row_numbers.to_list() == [2, 3]


CELL = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\x00\x1a\x1c\x1d\x1e\x1f\ufeff", exclude_categories=["Cs"]),
    max_size=8,
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=10),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.sampled_from([",", ";", "|", "\t"]),
)
def test_any_table_is_read_back_with_its_line_numbers(file, rows, quoting, delimiter):
    # The key keeps rows full, the last cell keeps line breaks inside a record that needs them.
    full = [("Kunci", "Satu", "Dua", "Tiga", "Akhir"), *((f"k{n}", *row, "z") for n, row in enumerate(rows))]
    out = io.StringIO(newline="")
    numbers = []
    for row in full:
        numbers.append(out.getvalue().count("\n") + 1)
        csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator="\n").writerow(row)
    file.write_bytes(out.getvalue().encode())
    table = read(file, Spec(format="csv", delimiter=delimiter), wanted={"Kunci", "Akhir"})
    whole = [(n, tuple(c if c.strip() else None for c in row)) for n, row in zip(numbers, full, strict=True)][1:]
    got = list(zip(table.row_numbers.to_list(), table.cells.rows(), strict=True))
    assert table.rows_read >= len(whole)
    if table.malformed.is_empty():
        assert got == whole
    else:
        # A line break in a cell can make a line that would be a record by itself; then both are reported, never joined.
        assert delimiter * 1 in "".join(cell for row in rows for cell in row)


def test_lines_are_counted_outside_quotes():
    lines = Lines(b'a|b\n"x|y"|c\n"open|z\n', "|")
    assert lines.cells.tolist()[:2] == [2, 2]
    assert lines.sound_quotes.tolist() == [True, True, False]
