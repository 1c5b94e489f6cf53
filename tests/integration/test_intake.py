"""A file from the inbox to raw, quarantine and the ledger, on a real PostgreSQL."""

import dataclasses
import shutil
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from made_offices import HEADERS, SEMBAKO, sembako_rows, workbook

from sinergi import check, intake
from sinergi.collecting import arrival_order
from sinergi.sources import InboxFile


def accounted_for(offices):
    """Rows in the tables are those that the ledger counts."""
    for row in offices.sql("select * from ops.deliveries"):
        assert row.rows_read == row.rows_accepted + row.rows_quarantined
        assert offices.count("quarantine.rows", delivery_id=row.delivery_id) == row.rows_quarantined
        assert offices.count("quarantine.ignored_rows", delivery_id=row.delivery_id) == row.rows_ignored
        if row.status.startswith("accepted"):
            assert offices.count(f"raw.{row.entity}", _delivery_id=row.delivery_id) == row.rows_accepted


def test_good_file_is_accepted_with_types_and_lineage(offices):
    offices.sembako("sembako-2024-01.xlsx")
    delivery = offices.run_one()
    assert (delivery.status, delivery.rows_read, delivery.rows_accepted) == ("accepted", 40, 40)
    assert (delivery.period, delivery.scope, delivery.entity) == ("2024-01", f"{SEMBAKO}|2024-01", "interventions")
    row = offices.sql("select * from raw.interventions order by _row_number")[0]
    assert (row.full_name, row.amount_idr, row.area_code) == ("Budi Saputra A", Decimal(600000), "62.71.04.1004")
    assert (row._row_number, row._sheet, row._source_id, row.nik_status) == (6, "Penerima", SEMBAKO, "valid")
    assert delivery.archive_path.startswith(delivery.sha256[:2])
    accounted_for(offices)


def test_one_bad_row_never_fails_a_file(offices):
    rows = sembako_rows()
    rows[3][2] = 6271011501800004  # NIK as a number
    rows[5][9] = 5_000_000_000  # absurd, by Great Expectations
    rows[7][8] = "1970-01-01"  # required, and a placeholder
    offices.sembako("a.xlsx", [*rows, ["", "JUMLAH", "", "", "", "", "", "", "", 1]])
    delivery = offices.run_one()
    assert (delivery.status, delivery.rows_read, delivery.rows_quarantined) == ("accepted_with_findings", 40, 3)
    found = offices.sql("select row_number, source_row, reasons from quarantine.rows order by row_number")
    assert [row.row_number for row in found] == [9, 11, 13]
    assert [row.reasons[0]["rule"] for row in found] == [
        "nik.numeric",
        "expectation.expect_column_values_to_be_between",
        "value.required",
    ]
    assert found[1].source_row["NILAI (Rp)"] == "5000000000"
    assert delivery.rows_ignored >= 2  # title and total
    accounted_for(offices)


def test_findings_are_masked(offices):
    rows = sembako_rows()
    rows[0][2] = "627101150180"  # too short
    offices.sembako("a.xlsx", rows)
    offices.run_one()
    (finding,) = offices.sql("select * from ops.findings where rule = 'nik.length'")
    assert finding.value == "********0180"
    assert "627101150180" not in finding.message


def test_same_bytes_change_nothing(offices):
    first = offices.sembako("a.xlsx")
    offices.run_one()
    offices.path("copy.xlsx").write_bytes(first.read_bytes())
    copy = offices.run_one()
    assert (copy.status, copy.rows_read) == ("duplicate", 0)
    assert "nomor 1" in copy.reason
    offices.arrive(first)  # touched: neither new nor a duplicate
    assert offices.run() == []
    assert offices.count("ops.deliveries") == 2
    assert offices.count("raw.interventions") == 40


def test_correction_replaces_its_period_and_nothing_else(offices):
    offices.sembako("januari.xlsx")
    offices.sembako("februari.xlsx", sembako_rows(month=2))
    offices.run()
    corrected = sembako_rows(42)
    corrected[0][9] = 700000
    offices.sembako("januari-perbaikan.xlsx", corrected)
    delivery = offices.run_one()
    old = offices.sql("select status, superseded_by from ops.deliveries where delivery_id = 1")[0]
    assert (old.status, old.superseded_by) == ("superseded", delivery.delivery_id)
    counts = dict(offices.sql("select _delivery_id, count(*) from raw.interventions group by 1")).values()
    assert sorted(counts) == [40, 42]
    assert offices.count("raw.interventions", amount_idr=700000) == 1


def test_snapshot_of_one_place_replaces_only_that_place(offices):
    contract = intake.load_contracts(offices.settings.expectations)["kelurahan/muskel"]
    headers = [names[0] for names in contract.columns.values()]
    values = {
        "area_code": "62.71.04.1004",
        "area_name": "Kameloh Baru",
        "deliberated_on": "2023-12-05",
        "minutes_number": "BA/1",
        "head_name": "Siti",
        "household_no": "1",
    }

    def deliver(name, place, families):
        outcome = {"outcome": "Ditetapkan"}
        rows = [
            [(values | place | outcome | {"head_name": f"Siti {n}"}).get(column, "") for column in contract.columns]
            for n in families
        ]
        path = offices.path(name, "kelurahan/muskel")
        sheet = (contract.file.sheet or "Hasil").strip("/")
        workbook(path, rows, headers, sheet=sheet, above=contract.file.header_row - 1)
        offices.arrive(path)

    deliver("kameloh.xlsx", {}, "abcdefghij")
    deliver("marang.xlsx", {"area_code": "62.71.02.1001", "area_name": "Marang"}, "klmnopqrst")
    assert [d.partition for d in offices.run()] == ["area_code=62.71.04.1004", "area_code=62.71.02.1001"]
    deliver("kameloh-baru.xlsx", {}, "abcdefghijk")
    offices.run()
    found = dict(offices.sql("select area_code, count(*) from raw.deliberations group by 1"))
    assert found == {"62.71.04.1004": 11, "62.71.02.1001": 10}


def test_rerun_of_a_settled_delivery_changes_nothing(offices):
    offices.sembako("a.xlsx")
    delivery = offices.run_one()
    assert intake.intake(offices.engine, offices.settings, delivery.delivery_id) == delivery


def test_two_intakes_of_one_delivery_at_once_load_it_once(offices):
    offices.sembako("a.xlsx")
    (delivery_id,) = intake.collect_sender(offices.engine, offices.settings)
    with ThreadPoolExecutor(3) as pool:
        results = list(pool.map(lambda _: intake.intake(offices.engine, offices.settings, delivery_id), range(3)))
    assert {result.status for result in results} == {"accepted"}
    assert offices.count("raw.interventions") == 40


def test_sender_collects_only_its_own(offices):
    offices.sembako("a.xlsx")
    assert intake.collect_sender(offices.engine, offices.settings, "disnaker") == []
    assert len(intake.collect_sender(offices.engine, offices.settings, "dinsos")) == 1


def test_mended_contract_opens_a_held_delivery_again(offices, tmp_path):
    folder = tmp_path / "expectations"
    shutil.copytree(offices.settings.expectations, folder)
    offices.settings = dataclasses.replace(offices.settings, expectations=folder)
    headers = ["Nama Warga" if header == "NAMA PENERIMA" else header for header in HEADERS]
    headers = ["Tanggal Serah" if header == "TGL SALUR" else header for header in headers]
    offices.sembako("a.xlsx", headers=headers)
    assert offices.run_one().rule == "columns.missing"
    assert offices.run() == []
    contract = folder / "dinsos" / "sembako.yml"
    contract.write_text(
        contract.read_text()
        .replace("[NAMA PENERIMA,", "[Nama Warga, NAMA PENERIMA,")
        .replace("[TGL SALUR,", "[Tanggal Serah, TGL SALUR,")
    )
    assert offices.run_one().status == "accepted"


def test_corrections_come_after_originals_and_periods_in_order():
    names = ["sembako 2024-02.xlsx", "sembako 2024-01-perbaikan.xlsx", "sembako 2024-01.xlsx"]
    files = [InboxFile(name, SEMBAKO, name, 1, None, None) for name in names]
    assert [file.file_name for file in sorted(files, key=arrival_order)] == names[::-1]


def test_results_of_great_expectations_are_stored_without_values_and_shown(offices):
    rows = sembako_rows()
    rows[3][9] = 10
    offices.sembako("a.xlsx", rows)
    offices.run_one()
    ((result,),) = offices.sql("select result from ops.validations")
    assert not result["success"]
    index = check.build_docs(offices.settings, offices.engine)
    site = index.parent
    assert (site / "dinsos__sembako.html").is_file()
    (page,) = (site / "validations" / "dinsos__sembako").rglob("*.html")
    shown = page.read_text()
    assert "amount_idr" in shown and "Siti" not in shown
    assert (site / "expectations" / "disnaker__lowongan.html").is_file()


@pytest.mark.parametrize("lang, word", [("id", "sama persis"), ("en", "is the same")])
def test_reasons_in_both_languages(offices, lang, word):
    offices.settings = dataclasses.replace(offices.settings, lang=lang)
    first = offices.sembako("a.xlsx")
    offices.path("b.xlsx").write_bytes(first.read_bytes())
    assert word in offices.run()[-1].reason
