"""A tiny sample of a few rows and files, a database that took it in perfectly, and one thing wrong at a time."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from psycopg import Connection

from sinergi import database, ledger, rawtables, tolerance
from sinergi.agreement import agreement
from sinergi.errors import SinergiError
from sinergi.evaluate import evaluate
from sinergi.linkage.store import SQL
from sinergi.sample.knowable import REPORTED
from sinergi.sample.reports import KEPT

FILE = ("dinsos/sembako", "2024-01 Sembako.xlsx")
PEOPLE = {2: ("P1", "F1"), 3: ("P1", "F1"), 4: ("P2", "F1"), 5: ("P3", "F2")}
AREA = "62.71.04.1004"
# What reports are made of besides the help: file, then row -> whose it is and what it says.
DECREED = {"decree_number": "1", "decreed_on": date(2024, 1, 2), "action": "named", "area_code": AREA}
GRADUATED = DECREED | {"decree_number": "2", "decreed_on": date(2024, 12, 10), "action": "graduated"}
SEEN, DISCUSSED = {"enumerated_on": date(2023, 10, 9)}, {"deliberated_on": date(2023, 12, 4), "outcome": "confirmed"}
OTHERS: dict[str, tuple[str, int, dict[int, tuple[str, str, dict[str, Any]]]]] = {
    "decrees": (
        "setda/sk_walikota",
        3,
        {
            2: ("P1", "F1", DECREED),
            3: ("P2", "F1", DECREED),
            4: ("P3", "F2", DECREED),
            5: ("P3", "F2", GRADUATED),
        },
    ),
    "enumerations": ("kelurahan/pendataan", 4, {2: ("P1", "F1", SEEN), 3: ("P3", "F2", SEEN)}),
    "deliberations": ("kelurahan/muskel", 5, {2: ("P1", "F1", DISCUSSED)}),
}


def write_known(folder: Path) -> None:
    """Write what a perfect reader would know of the rows: help in January, and OTHERS."""
    help_ = {"program_id": "dinsos-sembako", "delivered_on": date(2024, 1, 5)}
    said = {entity: (source, number, rows) for entity, (source, number, rows) in OTHERS.items()}
    said["interventions"] = (FILE[0], 1, {row: (*who, help_) for row, who in PEOPLE.items()})
    columns = ("source_id", "file_name", "row_number", "delivery", "person_id", "family_id", *REPORTED)
    types = dict.fromkeys(columns, pl.String) | {"row_number": pl.Int64, "delivery": pl.Int64, "amount_idr": pl.Int64}
    types |= dict.fromkeys((name for name in columns if name.endswith(("_on", "_date"))), pl.Date)
    types |= dict.fromkeys(("ceiling_idr", "realised_idr", "recipients"), pl.Int64)
    folder.mkdir()
    for entity in KEPT:
        source, number, rows = said.get(entity, ("", 0, {}))
        place = {"source_id": source, "file_name": FILE[1] if source == FILE[0] else f"{entity}.xlsx"}
        made = [
            {**place, "row_number": row, "delivery": number, "person_id": person, "family_id": family, **values}
            for row, (person, family, values) in rows.items()
        ]
        pl.DataFrame(made, schema=types).write_parquet(folder / f"{entity}.parquet")


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    truth = tmp_path / "truth"
    truth.mkdir()
    rows = [(*FILE, "Penerima", row, f"r{row}", "accepted", None) for row in PEOPLE]
    rows += [(*FILE, "Penerima", 6, "r6", "quarantined", "nik.numeric"), (*FILE, "Penerima", 1, None, "ignored", None)]
    columns = ["source_id", "file_name", "sheet", "row_number", "record_id", "fate", "rule"]
    pl.DataFrame(rows, schema=columns, orient="row").write_csv(truth / "rows.csv")
    records = [(*FILE, "Penerima", row, f"r{row}", *who) for row, who in PEOPLE.items()]
    pl.DataFrame(records, schema=[*columns[:5], "person_id", "family_id"], orient="row").write_csv(
        truth / "records.csv"
    )
    counts = {"rows_read": [5, 5], "rows_accepted": [4, 0], "rows_quarantined": [1, 5]}
    deliveries = {"source_id": [FILE[0]] * 2, "file_name": [FILE[1], "half.xlsx"], "status": ["accepted", "held"]}
    pl.DataFrame(deliveries | counts).write_csv(truth / "deliveries.csv")
    headcount = {}
    for month in range(1, 13):
        counts = {"people": 3, "families": 2, "entered": 3 * (month == 1), "left": 0}
        if month == 12:
            counts = {"people": 2, "families": 1, "entered": 0, "left": 1}
        headcount[f"2024-{month:02}"] = {**counts, "areas": {AREA: counts}}
    figures = {
        "headcount": headcount,
        "interventions": {"dinsos-sembako": {"2024-01": 4}},
        "rows": {"interventions": 4},
        "deliberated_families": {"confirmed": 1},
        "enumerated_families": 2,
        "assisted_families": ["F1", "F2"],
        **{"decreed_families": 2, "graduated_families": 1, "removed_families": 0},
        "reports": {},
    }
    write_known(truth / "known")
    (truth / "figures.json").write_text(json.dumps(figures))
    return tmp_path


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    engine = database.engine(database_url)
    ledger.upgrade(engine)
    rawtables.ensure(engine)
    engine.dispose()
    with database.connect(database_url, autocommit=True) as connection:
        connection.execute((SQL / "schema.sql").read_text().encode())
        for name, status, counts in ((FILE[1], "accepted_with_findings", (5, 4, 1)), ("half.xlsx", "held", (5, 0, 5))):
            connection.execute(
                "insert into ops.deliveries (source_id, sender_id, entity, file_name, inbox_path, status, rows_read,"
                " rows_accepted, rows_quarantined) values (%s, 'dinsos', 'interventions', %s, '', %s, %s, %s, %s)",
                (FILE[0], name, status, *counts),
            )
        for row, (person, family) in PEOPLE.items():
            connection.execute(
                "insert into raw.interventions (program_id, delivered_on, nik_status, nik_source, _delivery_id,"
                " _source_id, _row_number) values ('dinsos-sembako', '2024-01-05', %s, %s, 1, %s, %s)",
                (*(("placeholder", "0" * 16) if row > 3 else ("valid", None)), FILE[0], row),
            )
            connection.execute(
                "insert into linkage.crosswalk values (%s, 1, %s, md5(%s)::uuid, md5(%s)::uuid, 'nik', 1)",
                (FILE[0], row, person, family),
            )
        for entity, (source, number, rows) in OTHERS.items():
            connection.execute(
                "insert into ops.deliveries (source_id, sender_id, entity, file_name, inbox_path, status)"
                " values (%s, 'x', %s, %s, '', 'accepted')",
                (source, entity, f"{entity}.xlsx"),
            )
            for row, (person, family, _) in rows.items():
                connection.execute(
                    "insert into linkage.crosswalk values (%s, %s, %s, md5(%s)::uuid, md5(%s)::uuid, 'nik', 1)",
                    (source, number, row, person, family),
                )
        connection.execute(
            "insert into quarantine.rows (delivery_id, row_number, source_row, reasons) values (1, 6, '{}', %s)",
            ('[{"rule": "nik.numeric", "column": "nik", "message": "x"}]',),
        )
        connection.execute("insert into quarantine.ignored_rows (delivery_id, row_number, kind) values (1, 1, 'title')")
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.rpt_headcount as select month::date as month, '62.71.04.1004' as area_code,"
            " case when month < '2024-12-01' then 3 else 2 end as people,"
            " case when month < '2024-12-01' then 2 else 1 end as families,"
            " case when month = '2024-01-01' then 3 else 0 end as entered,"
            """ case when month = '2024-12-01' then 1 else 0 end as "left" """
            "from generate_series(timestamp '2024-01-01', '2024-12-01', interval '1 month') as month"
        )
        connection.execute(
            "create view marts.fct_interventions as select program_id, delivered_on from raw.interventions"
        )
        connection.execute(
            "create table marts.fct_family_stages as select * from (values"
            " (1, 'enumerated', ''), (2, 'enumerated', ''), (1, 'deliberated', 'confirmed'), (1, 'decreed', ''),"
            " (2, 'decreed', ''), (1, 'assisted', 'a'), (1, 'assisted', 'b'), (2, 'assisted', ''), (2, 'graduated', '')"
            ") as event (family_id, stage, detail)"
        )
        yield connection


def wrong(figures: list[dict]) -> list[str]:
    return [figure["figure"] for figure in figures if not figure["ok"]]


def test_a_warehouse_that_tells_the_truth_is_ok(connection: Connection, database_url: str, sample: Path) -> None:
    result = evaluate(database_url, sample)
    assert result["ok"], result
    assert result["person"]["precision"] == result["person"]["recall"] == result["person"]["f1"] == 1.0
    assert result["person"]["records"] == 4
    assert result["rows"]["fates"] == {"accepted": 4, "ignored": 1, "quarantined": 1}
    assert result["deliveries"]["expected"] == 2
    json.dumps(result)


def test_a_row_with_another_fate_is_named(connection: Connection, database_url: str, sample: Path) -> None:
    connection.execute("delete from quarantine.rows")
    result = evaluate(database_url, sample)
    assert not result["ok"]
    assert result["rows"]["mismatched"] == 1
    row = result["rows"]["mismatches"][0]
    assert (row["source_id"], row["file_name"], row["row"]) == (*FILE, 6)
    assert (row["expected"], row["rule"], row["actual"]) == ("quarantined", "nik.numeric", None)


def test_a_title_taken_for_data_is_a_mismatch(connection: Connection, database_url: str, sample: Path) -> None:
    connection.execute("update quarantine.ignored_rows set row_number = 99")
    assert evaluate(database_url, sample)["ok"]
    connection.execute(
        "insert into quarantine.rows (delivery_id, row_number, source_row, reasons) values (1, 1, '{}', '[]')"
    )
    assert evaluate(database_url, sample)["rows"]["mismatched"] == 1


def test_a_row_quarantined_by_another_rule_is_counted(connection: Connection, database_url: str, sample: Path) -> None:
    connection.execute("""update quarantine.rows set reasons = '[{"rule": "nik.scientific"}]'""")
    rows = evaluate(database_url, sample)["rows"]
    assert (rows["mismatched"], rows["quarantined_by_another_rule"]) == (0, 1)


def test_a_file_that_should_have_been_held_is_named(connection: Connection, database_url: str, sample: Path) -> None:
    connection.execute("update ops.deliveries set status = 'accepted' where file_name = 'half.xlsx'")
    result = evaluate(database_url, sample)
    assert not result["ok"]
    assert [line["file_name"] for line in result["deliveries"]["mismatches"]] == ["half.xlsx"]


def test_a_wrong_headcount_is_named_for_the_area_and_the_city(
    connection: Connection, database_url: str, sample: Path
) -> None:
    connection.execute("update marts.rpt_headcount set people = 4 where month = '2024-01-01'")
    figures = wrong(evaluate(database_url, sample)["figures"])
    assert figures == ["headcount/2024-01/people/62.71.04.1004", "headcount/2024-01/people/city"]


@pytest.mark.parametrize("stage", ["enumerated", "assisted", "graduated"])
def test_a_report_that_errs_is_wrong_whether_or_not_linking_has_a_part_in_it(
    connection: Connection, database_url: str, sample: Path, stage: str
) -> None:
    connection.execute("delete from marts.fct_family_stages where family_id = 2 and stage = %s", (stage,))
    result = evaluate(database_url, sample)
    assert wrong(result["figures"]) == [f"stages/{stage}"]
    assert not result["ok"]


def test_a_row_tied_to_another_family_moves_what_must_be_shown(
    connection: Connection, database_url: str, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stray = "update linkage.crosswalk set person_id = md5('P9')::uuid, family_id = md5('F9')::uuid"
    connection.execute(f"{stray} where delivery_id = 1 and row_number = 5".encode())
    result = evaluate(database_url, sample)
    figure = next(each for each in result["figures"] if each["figure"] == "stages/assisted")
    assert (figure["expected"], figure["as_linked"], figure["actual"]) == (2, 1, 2)
    assert (figure["by_linking"], figure["ok"], result["ok"]) == (True, False, False)
    # The report follows linking, and linking is within its bound.
    connection.execute("delete from marts.fct_family_stages where family_id = 2 and stage = 'assisted'")
    assert evaluate(database_url, sample)["ok"]
    monkeypatch.setattr(tolerance, "ROWS", 0)
    result = evaluate(database_url, sample)
    assert wrong(result["figures"]) == ["stages/assisted"]
    assert not result["ok"]


def test_whom_a_decree_names_may_not_be_mistaken(connection: Connection, database_url: str, sample: Path) -> None:
    connection.execute("update linkage.crosswalk set person_id = md5('P2')::uuid where delivery_id = 3")
    connection.execute("update marts.rpt_headcount set people = 1")
    result = evaluate(database_url, sample)
    january = next(each for each in result["figures"] if each["figure"] == "headcount/2024-01/people/city")
    assert (january["expected"], january["as_linked"], january["actual"], january["ok"]) == (3, 1, 1, False)
    assert january["bound"] == 0


def test_people_merged_by_a_placeholder_are_counted(connection: Connection, database_url: str, sample: Path) -> None:
    connection.execute("update linkage.crosswalk set person_id = md5('P2')::uuid where row_number = 5")
    result = evaluate(database_url, sample)
    assert result["placeholder_merges"] == 1
    assert not result["ok"]
    assert result["person"]["precision"] == 0.5
    assert [fault.split(" is ")[0] for fault in result["short"]] == ["person precision", "person f1"]
    assert result["person"]["recall"] == 1.0


def test_a_folder_without_truth_is_refused(tmp_path: Path) -> None:
    for name in ("figures.json", "known"):
        with pytest.raises(SinergiError, match=f"{name}.*sinergi sample"):
            evaluate("postgresql://nowhere", tmp_path)
        (tmp_path / "truth").mkdir(exist_ok=True)
        (tmp_path / "truth" / name).touch()


def brute_force(records: list[tuple[str, str]]) -> tuple[float, float]:
    pairs = list(itertools.combinations(records, 2))
    same = [(a[0] == b[0], a[1] == b[1]) for a, b in pairs]
    hits = sum(true and found for true, found in same)
    return hits / max(sum(found for _, found in same), 1), hits / max(sum(true for true, _ in same), 1)


@pytest.mark.parametrize("seed", range(8))
def test_counting_gives_the_same_as_looking_at_every_pair(seed: int) -> None:
    chance = random.Random(seed)
    records = [(f"t{chance.randrange(12)}", f"f{chance.randrange(15)}") for _ in range(80)]
    frame = pl.DataFrame(records, schema=["truth", "found"], orient="row").with_row_index("record")
    result = agreement(frame.with_columns(pl.col("record").cast(pl.String)))
    precision, recall = brute_force(records)
    assert result["precision"] == pytest.approx(precision, abs=1e-6)
    assert result["recall"] == pytest.approx(recall, abs=1e-6)


def test_what_is_not_found_stands_alone_and_what_has_no_truth_is_left_out() -> None:
    frame = pl.DataFrame(
        {"record": ["1", "2", "3"], "truth": ["a", "a", None], "found": [None, None, "x"]},
        schema_overrides={"found": str},
    )
    result = agreement(frame)
    assert (result["records"], result["precision"], result["recall"]) == (2, 1.0, 0.0)
    assert result["bcubed"] == {"precision": 1.0, "recall": 0.5, "f1": 0.666667}
