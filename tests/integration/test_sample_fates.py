"""Every file of a reduced sample, read, conformed and checked: each row becomes what the truth says, no row else."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from sinergi.check import check
from sinergi.conform import conform
from sinergi.contracts import load_contracts
from sinergi.contracts.model import Contract
from sinergi.read import SourceTable, read
from sinergi.sample import build_world
from sinergi.sample.exports import exports
from sinergi.sample.files import write_export

PEOPLE, SEED = 2500, 11


def _headers(contract: Contract) -> list[str]:
    flags = list(contract.flags.headers) if contract.flags else []
    return [header for headers in contract.columns.values() for header in headers] + flags


def _become(path: Path, contract: Contract) -> tuple[SourceTable, pl.DataFrame]:
    """Give each row that was read with the critical rules that it breaks."""
    table = read(path, contract.file, wanted=_headers(contract), footer=contract.ignore.footer)
    conformed = conform(table, contract)
    findings = pl.concat([conformed.findings, check(conformed, contract)])
    critical = findings.filter(pl.col("severity") == "critical", pl.col("row_number").is_not_null())
    rules = critical.group_by("row_number").agg(pl.col("rule").unique().sort())
    rows = pl.concat([table.row_numbers.alias("row_number").to_frame(), table.malformed.select("row_number")])
    return table, rows.join(rules.rename({"rule": "rules"}), on="row_number", how="left")


@pytest.mark.timeout(600)
def test_every_row_becomes_what_the_truth_says(tmp_path: Path) -> None:
    contracts = load_contracts()
    wrong, rules, sources = [], Counter[str](), set()
    for export in exports(build_world("palangkaraya", SEED, PEOPLE)):
        folder = tmp_path / export.source_id
        folder.mkdir(parents=True, exist_ok=True)
        fates, delivery = write_export(export, folder, SEED)
        if delivery.status != "accepted":
            continue
        contract = contracts[export.source_id]
        table, found = _become(folder / export.file_name, contract)
        expected = fates.filter(pl.col("fate") != "ignored")
        both = expected.join(found.with_columns(was_read=True), on="row_number", how="full", coalesce=True)
        bad = both.filter(
            pl.col("fate").is_null()
            | pl.col("was_read").is_null()
            | ((pl.col("fate") == "accepted") != pl.col("rules").is_null())
            | (
                (pl.col("fate") == "quarantined")
                & ~pl.col("rules").list.contains(pl.col("rule")).fill_null(value=False)
            )
        )
        wrong += [(export.source_id, export.file_name, *row) for row in bad.rows()]
        ignored = fates.filter(pl.col("fate") == "ignored").select("row_number", "rule").rows()
        if ignored != table.ignored.select("row_number", "kind").rows():
            wrong.append((export.source_id, export.file_name, "ignored rows differ"))
        rules.update(expected["rule"].drop_nulls())
        sources.add(export.source_id)
    assert wrong == []
    assert sources == set(contracts) - {"setda/pencabutan_sk"}  # no decree of the story is withdrawn
    # The sample shows each of these at least once.
    assert {"nik.numeric", "nik.scientific", "value.required", "row.duplicate", "value.error_cell"} <= set(rules)
    assert {"row.malformed", "row.extra_cells"} <= set(rules)
