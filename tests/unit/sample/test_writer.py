"""Files that any reader opens: types of cells, merged headers, hidden sheets, titles, totals, signatures."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from rapidfuzz.distance import JaroWinkler

from sinergi.contracts import load_contracts
from sinergi.read import read
from sinergi.sample import Export
from sinergi.sample.writer import write
from sinergi.sample.xlsx import Body, Kind, Sheet, column_letter, write_workbook

NIK = "6271014506790001"


def export(source_id: str, rows: int = 40, meta: dict[str, Any] | None = None, **values: Any) -> Export:
    entity = load_contracts()[source_id].entity_def
    types = {"date": pl.Date, "integer": pl.Int64, "amount": pl.Int64, "decimal": pl.Float64, "boolean": pl.Boolean}
    columns = {
        column.name: pl.Series([values.get(column.name)] * rows, dtype=types.get(column.type, pl.String))
        for column in entity
        if not column.derived and column.type != "list"
    }
    frame = pl.DataFrame(
        {
            **{name: [f"{source_id}:{n}" for n in range(rows)] for name in ("record_id", "mess_key")},
            **{name: pl.Series([None] * rows, dtype=pl.String) for name in ("person_id", "family_id")},
            **columns,
        }
    )
    if "reference_number" in frame.columns:  # no two rows alike
        frame = frame.with_columns(reference_number=pl.int_range(pl.len()).cast(pl.String))
    if "aid_received" in entity.columns:
        frame = frame.with_columns(aid_received=pl.lit(["pkh"]))
    suffix = load_contracts()[source_id].file.format
    return Export(source_id, f"berkas.{suffix}", "2024-03", "original", date(2024, 4, 8), frame, meta or {})


def sembako(rows: int = 40, **meta: Any) -> Export:
    names = {"nik": NIK, "full_name": "Yanto & Anak <1>", "area_name": "Menteng", "status": "delivered"}
    return export(
        *("dinsos/sembako", rows, {"protect": True, **meta}),
        **{**names, "delivered_on": date(2024, 3, 5), "amount_idr": 200_000},
    )


def test_a_workbook_opens_with_its_types_merges_and_hidden_sheets(tmp_path: Path) -> None:
    cells = pl.DataFrame({"0": ["a & b", None], "1": ["45356", "x"], "2": [NIK, NIK], "3": ["#N/A", "\u00e9 <"]})
    kinds = {"1": pl.Series([2, 0]), "2": Kind.NUMBER, "3": pl.Series([3, 0])}
    path = tmp_path / "a.xlsx"
    body = [Body(cells, kinds), Body(cells[:1], {})]
    main = Sheet("Data & 1", [["JUDUL"], [], ["A", "B"]], body, [["JUMLAH", 5]], ["A1:D1"], blank_rows=100, width=4)
    write_workbook(path, [main, Sheet("Pilihan", [["Ya"]], hidden=True)])
    book = openpyxl.load_workbook(path)
    assert [(sheet.title, sheet.sheet_state) for sheet in book] == [("Data & 1", "visible"), ("Pilihan", "hidden")]
    sheet = book["Data & 1"]
    assert [cell.value for cell in sheet[4]] == ["a & b", sheet["B4"].value, int(NIK), "#N/A"]
    assert sheet["B4"].value.date() == date(2024, 3, 5)
    assert sheet["C4"].data_type == "n" and sheet["D4"].data_type == "e"
    assert [cell.value for cell in sheet[5]] == [None, "x", int(NIK), "\u00e9 <"]
    assert sheet["B6"].value == "45356"
    assert [str(merged) for merged in sheet.merged_cells.ranges] == ["A1:D1"]
    assert sheet["A7"].value == "JUMLAH" and sheet.max_row == 107


def test_column_letters() -> None:
    assert [column_letter(n) for n in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


def test_what_stands_around_the_data_is_expected_as_ignored(tmp_path: Path) -> None:
    made, contract = sembako(), load_contracts()["dinsos/sembako"]
    fates, delivery = write(made, tmp_path / made.file_name, 1)
    table = read(tmp_path / made.file_name, contract.file)
    assert (
        table.ignored.select("row_number", "kind").rows()
        == fates.filter(pl.col("fate") == "ignored").select("row_number", "rule").rows()
    )
    assert set(table.ignored["kind"]) == {"title", "blank", "header", "total", "footer"}
    assert (delivery.rows_read, delivery.rows_accepted, delivery.rows_quarantined) == (40, 40, 0)
    assert table.row_numbers.to_list() == fates.filter(pl.col("fate") == "accepted")["row_number"].to_list()
    sheets = openpyxl.load_workbook(tmp_path / made.file_name).sheetnames
    assert sheets == ["Penerima", "REKAP"]


def test_older_headers_are_the_second_of_the_contract(tmp_path: Path) -> None:
    made = sembako(old_headers=("full_name", "area_name"))
    write(made, tmp_path / made.file_name, 1)
    table = read(tmp_path / made.file_name, load_contracts()["dinsos/sembako"].file)
    headers = load_contracts()["dinsos/sembako"].columns
    assert {headers["full_name"][1], headers["area_name"][1], headers["nik"][0]} <= set(table.headers)


def test_three_header_rows_with_merges(tmp_path: Path) -> None:
    place = {
        "area_code": "62.71.03.1002",
        "area_name": "Menteng",
        "full_name": "Ester",
        "registry_family_id": "123456789",
    }
    made = export("p3ke/verval_2023", **place)
    write(made, tmp_path / made.file_name, 1)
    contract = load_contracts()["p3ke/verval_2023"]
    table = read(tmp_path / made.file_name, contract.file)
    assert contract.flags is not None
    assert set(contract.flags.headers) <= set(table.headers)
    assert {headers[0] for headers in contract.columns.values()} <= set(table.headers)
    assert table.row_numbers[0] == 4


def test_a_held_file_has_no_accepted_row(tmp_path: Path) -> None:
    made = sembako(held="table.collapse")
    fates, delivery = write(made, tmp_path / made.file_name, 1)
    assert set(fates["fate"]) == {"held", "ignored"}
    assert (delivery.status, delivery.reason, delivery.rows_quarantined) == ("held", "table.collapse", 40)


def test_each_row_is_in_the_system_that_the_contract_declares(tmp_path: Path) -> None:
    place = {
        "area_code": "62.71.01.1001",
        "area_name": "Pahandut",
        "full_name": "Ester",
        "delivered_on": date(2024, 3, 5),
    }
    for source_id, code in (("dpupr/air_jamban", "6271010004"), ("disdukcapil/dokumen", "6271011001")):
        made = export(source_id, meta={"protect": True}, **place)
        write(made, tmp_path / made.file_name, 1)
        table = read(tmp_path / made.file_name, load_contracts()[source_id].file)
        assert code in table.cells.row(3)


@pytest.mark.parametrize("source_id", ["dtsen/keluarga_v3", "dinkes/pbi_jkn"])
def test_broken_lines_are_expected_where_they_stand(tmp_path: Path, source_id: str) -> None:
    place = {"area_code": "62.71.01.1001", "area_name": "Pahandut", "full_name": "Ester", "head_name": "Ester"}
    made = export(source_id, 9000, registry_family_id=NIK, delivered_on=date(2024, 3, 5), **place)
    fates, delivery = write(made, tmp_path / made.file_name, 1)
    table = read(tmp_path / made.file_name, load_contracts()[source_id].file)
    broken = fates.filter(pl.col("rule").is_in(["row.malformed", "row.extra_cells"]))
    assert broken.height > 3
    assert table.malformed["row_number"].to_list() == broken["row_number"].to_list()
    assert table.rows_read == delivery.rows_read


@pytest.mark.parametrize(("source_id", "is_shouted"), [("dinsos/sembako", True), ("kelurahan/pendataan", False)])
def test_names_take_their_slips_in_capitals_too(tmp_path: Path, source_id: str, is_shouted: bool) -> None:
    """Sheets that shout once had no slip at all: slips were looked for in small letters."""
    name = "Rusmini Hidayat"
    path = tmp_path / "berkas.xlsx"
    write(export(source_id, 2_000, full_name=name, nik=NIK, area_name="Menteng"), path, 1)
    cells = [
        str(cell) for row in openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True) for cell in row
    ]
    slips = {cell for cell in cells if JaroWinkler.similarity(cell.upper(), name.upper()) > 0.9} - {name, name.upper()}
    assert len(slips) > 20
    assert all(cell == cell.upper() for cell in slips) == is_shouted
