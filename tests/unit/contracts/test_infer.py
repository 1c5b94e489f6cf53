import shutil
from pathlib import Path

import pytest
import xlsxwriter

from sinergi.contracts import load_contract
from sinergi.contracts.infer import infer
from sinergi.contracts.model import Contract
from sinergi.errors import SinergiError
from sinergi.settings import ROOT

HEADERS = ["No", "Nama Warga", "NIK", "Nomor Kartu", "JK", "Desa/Kel", "Kode", "Tgl Serah", "Nilai Paket", "Ket. Lain"]
KELURAHAN = [("Pahandut", "6271011001"), ("Menteng", "6271031002"), ("Kameloh Baru", "6271041004")]


def rows(count: int = 12) -> list[list[str]]:
    made = []
    for i in range(count):
        name, code = KELURAHAN[i % 3]
        woman = i % 2 == 0
        day = 17 + (40 if woman else 0)
        made.append(
            [str(i + 1), f"WARGA {i}", f"627101{day}0845{i + 1:04}", f"6271011708{15 + i % 5:02}{i + 1:04}",
             "P" if woman else "L", name, code, f"{i + 1:02}/03/2024", f"Rp {100 + i}.000", "-"]
        )  # fmt: skip
    return made


def load(text: str, tmp_path: Path, source_id: str) -> Contract:
    root = tmp_path / "expectations"
    shutil.copytree(ROOT / "expectations" / "entities", root / "entities")
    path = root / f"{source_id}.yml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return load_contract(source_id, root)


def test_a_workbook_never_seen_becomes_a_contract_that_loads(tmp_path: Path) -> None:
    path = tmp_path / "bantuan_baru.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Petunjuk").write(0, 0, "Isi lembar Data")
        sheet = book.add_worksheet("Data")
        sheet.merge_range("A1:J1", "PEMERINTAH KOTA PALANGKA RAYA")
        sheet.merge_range("A2:J2", "DAFTAR PENERIMA BANTUAN TAHUN 2024")
        for y, row in enumerate([HEADERS, *rows()], start=3):
            sheet.write_row(y, 0, row)
    contract = load(infer(path, "pertanian/baru"), tmp_path, "pertanian/baru")
    assert contract.entity == "interventions"
    assert (contract.file.sheet, contract.file.header_row, contract.file.header_rows) == ("Data", 4, 1)
    assert contract.constants == {"program_id": "pertanian-bantuan-tani"}
    assert contract.area_system == "kemendagri"  # told by the names beside the codes
    proposed = {column: headers[0] for column, headers in contract.columns.items()}
    assert proposed == {
        "delivered_on": "Tgl Serah",
        "nik": "NIK",
        "no_kk": "Nomor Kartu",  # by content
        "full_name": "Nama Warga",
        "sex": "JK",
        "area_code": "Kode",  # by content
        "area_name": "Desa/Kel",
        "amount_idr": "Nilai Paket",
    }


def test_a_csv_and_header_rows_in_two_levels(tmp_path: Path) -> None:
    text = "\n".join("|".join(row) for row in [HEADERS, *rows()])
    (tmp_path / "a.csv").write_text(text, encoding="latin-1")
    contract = load(infer(tmp_path / "a.csv"), tmp_path, "dinsos/a")
    assert (contract.file.format, contract.file.delimiter) == ("csv", "|")
    with xlsxwriter.Workbook(tmp_path / "b.xlsx") as book:
        sheet = book.add_worksheet("Isi")
        sheet.write_row(0, 0, ["No", "Penerima", "", "Lokasi", "", "Tanggal", "Nilai"])
        sheet.merge_range("B1:C1", "Penerima")
        sheet.merge_range("D1:E1", "Lokasi")
        sheet.write_row(1, 0, ["", "Nama", "NIK", "Kelurahan", "Alamat", "", ""])
        for y, row in enumerate(rows(), start=2):
            sheet.write_row(y, 0, [row[0], row[1], row[2], row[5], "Jl. A", row[7], row[8]])
    text = infer(tmp_path / "b.xlsx", "dinsos/b")
    (tmp_path / "expectations" / "dinsos" / "b.yml").write_text(text)
    contract = load_contract("dinsos/b", tmp_path / "expectations")
    assert contract.file.header_rows == 2
    assert contract.columns["nik"] == ["Penerima / NIK"]
    assert contract.columns["area_name"] == ["Lokasi / Kelurahan"]


def test_what_holds_no_table_is_refused_in_words(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "c.xlsx") as book:
        book.add_worksheet("Isi").write(0, 0, "halo")
    with pytest.raises(SinergiError):
        infer(tmp_path / "c.xlsx")
