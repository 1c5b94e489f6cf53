from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl
import pytest

from sinergi import findings
from sinergi.conform import Conformed, conform
from sinergi.contracts import load_contract
from sinergi.read import CellError, FileFault

PROGRAM = {"program_id": "dinsos-sembako"}


def rules(conformed: Conformed) -> list[tuple[int | None, str]]:
    return list(conformed.findings.select("row_number", "rule").iter_rows())


def test_rows_have_the_shape_of_the_entity(quick: Callable[..., Conformed]) -> None:
    done = quick("full_name", ["Budi", "Siti"])
    contract = load_contract("dinsos/sembako")
    assert done.rows.columns == ["_row_number", "_sheet", *contract.entity_def.columns, "extra"]
    assert done.rows["_row_number"].to_list() == [5, 6]
    assert done.rows.schema["delivered_on"] == pl.Date
    assert done.rows["delivered_on"].to_list() == [date(2024, 1, 31)] * 2
    assert dict(done.findings.schema) == findings.FINDINGS_SCHEMA
    assert done.headers == {"full_name": "H"}


def test_headers_match_whatever_their_case_and_punctuation(table: Any, contract: Any) -> None:
    made = contract({"full_name": ["Nama Penerima"], "delivered_on": ["Tgl. Salur"]}, constants=PROGRAM)
    done = conform(table(["NAMA_PENERIMA", "tgl salur"], [["Budi", "2024-01-31"]]), made, others={})
    assert done.rows.select("full_name", "delivered_on").row(0) == ("Budi", date(2024, 1, 31))


def test_the_newest_header_wins_and_the_other_is_kept_beside(table: Any, contract: Any) -> None:
    made = contract({"full_name": ["Nama Baru", "Nama"], "delivered_on": ["Tgl"]}, constants=PROGRAM)
    done = conform(table(["No", "Nama", "Nama Baru", "Tgl"], [["1", "Lama", "Baru", "2024-01-31"]]), made, others={})
    assert done.rows["full_name"][0] == "Baru"
    assert done.rows["extra"][0] == '{"Nama":"Lama"}'
    assert done.unknown == ["Nama"]


def test_a_missing_column_is_named_with_the_nearest_header(table: Any, contract: Any) -> None:
    made = contract({"full_name": ["Nama"], "delivered_on": ["Tanggal Salur"]}, constants=PROGRAM)
    with pytest.raises(FileFault) as caught:
        conform(table(["Nama", "Tgl Salur"], [["Budi", "2024-01-31"]]), made, others={})
    assert caught.value.rule == "columns.missing"
    said = findings.message("columns.missing", "en", **caught.value.details)
    assert "“Tanggal Salur”" in said and "Tgl Salur → Tanggal Salur" in said


def test_a_file_of_another_office_is_recognised(table: Any) -> None:
    vacancies = load_contract("disnaker/lowongan")
    headers = [names[0] for names in vacancies.columns.values()]
    with pytest.raises(FileFault) as caught:
        conform(table(headers, [[None] * len(headers)]), load_contract("dinsos/sembako"))
    assert caught.value.rule == "file.wrong_sender"
    assert caught.value.details["other"] == "disnaker/lowongan"


def test_repeated_headers_hold_the_file_only_where_they_matter(table: Any, contract: Any) -> None:
    made = contract({"full_name": ["Nama"], "delivered_on": ["Tgl"]}, constants=PROGRAM)
    row = ["Budi", "2024-01-31", "a", "b"]
    done = conform(table(["Nama", "Tgl", "Ket", "Ket"], [row]), made, others={})
    assert done.rows["extra"][0] == '{"Ket":"a","Ket (2)":"b"}'
    with pytest.raises(FileFault, match=r"columns\.duplicated"):
        conform(table(["Nama", "Tgl", "NAMA", "Ket"], [row]), made, others={})


def test_policies_for_unknown_columns(table: Any, contract: Any) -> None:
    columns = {"full_name": ["Nama"], "delivered_on": ["Tgl"]}
    given = table(["Nama", "Tgl", "Baru"], [["Budi", "2024-01-31", "x"], ["Siti", "2024-01-31", None]])
    kept = conform(given, contract(columns, constants=PROGRAM), others={})
    assert rules(kept) == [(None, "columns.unknown")]
    assert kept.rows["extra"].to_list() == ['{"Baru":"x"}', None]
    discarded = conform(given, contract(columns, constants=PROGRAM, unknown_columns="discard_row"), others={})
    assert rules(discarded) == [(5, "row.unknown_column")]
    with pytest.raises(FileFault, match=r"columns\.not_allowed"):
        conform(given, contract(columns, constants=PROGRAM, unknown_columns="freeze"), others={})


def test_niks(quick: Callable[..., Conformed]) -> None:
    cells = [
        "6271015708450001\u00a0",
        "'6271015708450002",
        "Kosong",
        "6.27101E+15",
        "6271015708450000",
        "123",
        "9" * 16,
    ]
    done = quick("nik", cells, numeric=[False, False, False, False, True, False, False])
    assert done.rows["nik"].to_list() == ["6271015708450001", "6271015708450002", *[None] * 5]
    status = ["valid", "valid", "missing", "unreadable", "unreadable", "unreadable", "placeholder"]
    assert done.rows["nik_status"].to_list() == status
    assert done.rows["nik_source"].to_list() == [None, None, None, "6.27101E+15", "6271015708450000", "123", "9" * 16]
    said = [(7, "nik.missing"), (8, "nik.scientific"), (9, "nik.numeric"), (10, "nik.length"), (11, "nik.placeholder")]
    assert rules(done) == said
    assert done.findings["severity"].to_list() == ["info", "critical", "critical", "warning", "warning"]
    assert "6271015708450000" not in "".join(
        done.findings["value"].drop_nulls().to_list() + done.findings["message"].to_list()
    )


def test_a_family_card_number_is_never_critical(quick: Callable[..., Conformed]) -> None:
    done = quick("no_kk", ["6271011708150000", "0", "6.2E+15"], numeric=[True, False, False])
    assert rules(done) == [(5, "no_kk.numeric"), (6, "no_kk.missing"), (7, "no_kk.scientific")]
    assert "critical" not in done.findings["severity"].to_list()
    assert done.rows["no_kk"].to_list() == [None] * 3


def test_identities_are_compared_with_what_stands_beside(table: Any, contract: Any) -> None:
    columns = {"full_name": ["Nama"], "nik": ["NIK"], "no_kk": ["KK"], "sex": ["JK"], "birth_date": ["Lahir"]}
    made = contract(columns, constants={**PROGRAM, "delivered_on": "2024-01-31"})
    nik, card = "6271015708450001", "6271011708150001"
    rows = [
        ["Siti", nik, card, "P", "17/08/1945"],
        ["Siti Aminah", nik, card, "L", "1945"],
        ["Budi", "6271011708450002", "6271011708450002", "L", "18/08/1945"],
    ]
    done = conform(table(["Nama", "NIK", "KK", "JK", "Lahir"], rows), made, others={})
    assert rules(done) == [
        (5, "nik.shared"),
        (6, "date.year_only"),
        (6, "nik.sex"),
        (6, "nik.shared"),
        (7, "nik.birth_date"),
        (7, "no_kk.same_as_nik"),
    ]
    assert done.rows["birth_year"].to_list() == [1945, 1945, 1945]
    assert done.rows["no_kk_status"].to_list() == ["valid", "valid", "implausible"]


def test_required_values_and_placeholders(quick: Callable[..., Conformed]) -> None:
    done = quick("delivered_on", ["2024-01-31", "-", "1970-01-01", "15 - 20 Nov 2024", "kapan"])
    assert rules(done) == [
        (6, "value.required"),
        (7, "date.placeholder"),
        (7, "value.required"),
        (9, "date.unreadable"),
        (9, "value.required"),
    ]
    assert done.rows["ended_on"].to_list() == [None, None, None, date(2024, 11, 20), None]


def test_error_cells_and_control_characters(table: Any, contract: Any) -> None:
    made = contract(
        {"full_name": ["Nama"], "amount_idr": ["Nilai"]}, constants={**PROGRAM, "delivered_on": "2024-01-31"}
    )
    given = table(
        ["Nama", "Nilai"],
        [["Bu\x00di", "1000"], ["Siti", "#N/A"], ["Ani", None]],
        errors=[CellError(7, 1, "#REF!")],
    )
    done = conform(given, made, others={})
    assert rules(done) == [(5, "value.control_characters"), (6, "value.error_cell"), (7, "value.error_cell")]
    assert done.rows["full_name"][0] == "Budi"


def test_repeats_stay_out_and_the_running_number_does_not_count(table: Any, contract: Any) -> None:
    made = contract({"full_name": ["Nama"], "delivered_on": ["Tgl"]}, constants=PROGRAM)
    rows = [["1", "Budi", "2024-01-31"], ["2", "Siti", "2024-01-31"], ["3", "Budi", "2024-01-31"]]
    done = conform(table(["No.", "Nama", "Tgl"], rows), made, lang="id", others={})
    assert rules(done) == [(7, "row.duplicate")]
    assert "baris 5" in done.findings["message"][0]


def test_areas_and_units(table: Any, contract: Any) -> None:
    made = contract(
        {"full_name": ["Nama"], "area_code": ["Kode"], "area_name": ["Kel"], "address": ["Alamat"], "rt": ["RT"]},
        constants={**PROGRAM, "delivered_on": "2024-01-31"},
        area_system="kemendagri",
    )
    rows = [
        ["A", "6271011001", "Pahandut", "Jl. Mawar RT 9/RW 2", "1"],
        ["B", "6271011001", "Kereng Bangkirai", "Jl. Mawar RT 9/RW 2", None],
        ["C", None, "Luar Kota", None, "x"],
    ]
    done = conform(table(["Nama", "Kode", "Kel", "Alamat", "RT"], rows), made, lang="en", others={})
    assert done.rows["area_code"].to_list() == ["62.71.01.1001", None, None]
    assert done.rows["rt"].to_list() == ["001", "009", None]
    assert done.rows["rw"].to_list() == ["002", "002", None]
    assert rules(done) == [(6, "area.conflict"), (7, "area.unknown"), (7, "number.unreadable")]
    assert "means Pahandut, but the name says Kereng Bangkirai" in done.findings["message"][0]


def test_a_column_may_say_the_programme_and_a_split_takes_the_first_part(table: Any, contract: Any) -> None:
    made = contract({"program_id": ["Jenis"], "delivered_on": ["Tgl"], "sex": ["JK"]}, codes="opd", split={"sex": "/"})
    rows = [["Lansia", "2024-01-31", "Perempuan / Female"], ["Sapi", "2024-01-31", "L"]]
    done = conform(table(["Jenis", "Tgl", "JK"], rows), made, others={})
    assert done.rows["program_id"].to_list() == ["dinsos-lansia", None]
    assert done.rows["sex"].to_list() == ["female", "male"]
    assert rules(done) == [(6, "code.unknown"), (6, "value.required")]


def test_numbers_held_by_the_workbook_are_not_read_as_text(quick: Callable[..., Conformed]) -> None:
    done = quick("weight_kg", ["8.125", "9.125", "8,5"], numeric=[True, False, False])
    assert done.rows["weight_kg"].to_list() == [8.125, None, 8.5]
    assert rules(done) == [(6, "number.ambiguous")]


def test_rows_that_the_reader_could_not_place_are_reported(table: Any, contract: Any) -> None:
    made = contract({"full_name": ["Nama"]}, constants={**PROGRAM, "delivered_on": "2024-01-31"})
    malformed = [(9, "a|b", "row.extra_cells: 4 cells under 3 headers"), (10, '"', "quote not closed")]
    done = conform(table(["Nama"], [["Budi"]], malformed=malformed), made, lang="en", others={})
    assert rules(done) == [(9, "row.extra_cells"), (10, "row.malformed")]
    assert "quote not closed" in done.findings["message"][1]


def test_flags_become_a_list(table: Any, contract: Any) -> None:
    made = contract(
        {"registry_family_id": ["ID"], "area_name": ["Kel"]},
        entity="registry_families",
        flags={"column": "aid_received", "headers": {"Penerima PKH": "pkh", "Penerima BST": "bst"}},
    )
    rows = [["1", "Pahandut", "Ya", "Tidak"], ["2", "Menteng", None, "Kosong"]]
    done = conform(table(["ID", "Kel", "Penerima PKH", "Penerima BST"], rows), made, others={})
    assert done.rows["aid_received"].to_list() == [["pkh"], None]


def test_a_table_without_rows_conforms(quick: Callable[..., Conformed]) -> None:
    done = quick("nik", [])
    assert done.rows.height == 0 and done.findings.height == 0
