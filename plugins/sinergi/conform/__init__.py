"""Conform a file to its entity: headers to canonical columns, text to typed values, and nothing is guessed.

What cannot be read becomes a finding with its reason. Whole columns at once; no Python per cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import polars as pl

from sinergi import findings
from sinergi.conform import columns, headers, rows
from sinergi.conform.batch import Batch, dtype
from sinergi.contracts import Contract
from sinergi.read import SourceTable

__all__ = ["Conformed", "conform"]

WORTH_A_THREAD = 20_000  # rows


@dataclass(frozen=True)
class Conformed:
    """One file in the shape of its entity.

    Attributes:
        rows: `_row_number`, `_sheet`, every column of the entity, typed, and `extra` (JSON text or null).
        findings: columns as `findings.FINDINGS_SCHEMA`; values are masked already.
        headers: canonical column -> header in this file.
        unknown: headers that the contract does not know.
    """

    rows: pl.DataFrame
    findings: pl.DataFrame
    headers: dict[str, str]
    unknown: list[str]


def conform(
    table: SourceTable,
    contract: Contract,
    *,
    lang: str | None = None,
    others: Mapping[str, Contract] | None = None,
) -> Conformed:
    """Conform one read table to its contract's entity.

    Args:
        table: What `sinergi.read.read` gave.
        contract: The contract of the export.
        lang: Language of the findings; SINERGI_LANG or the contract's where left out.
        others: Contracts that the file may belong to instead; the repository's where left out.

    Raises:
        sinergi.read.FileFault: columns.missing, columns.duplicated, columns.not_allowed or file.wrong_sender.
    """
    placed = headers.place(table.headers, contract, others)
    batch = Batch(table, contract, placed, lang or findings.language(contract.language))
    _fill_columns(batch)
    for name, value in contract.constants.items():
        batch.typed[name] = columns.constant(batch, name, value)
    rows.fill_areas(batch)
    rows.fill_flags(batch)
    extra = rows.keep_unknown(batch)
    for check in (
        rows.check_cells,
        rows.check_identities,
        rows.check_repeats,
        rows.check_required,
        rows.check_future,
        rows.check_malformed,
    ):
        check(batch)
    return Conformed(
        rows=_frame(batch, extra),
        findings=findings.join(batch.found),
        headers={name: table.headers[position] for name, position in placed.columns.items()},
        unknown=[name for name, _ in placed.unknown],
    )


def _fill_columns(batch: Batch) -> None:
    """Type the mapped columns, two at a time: polars works outside Python's lock, and a column needs no other one."""
    if batch.height < WORTH_A_THREAD:
        for name in batch.placed.columns:
            columns.fill(batch, name)
        return
    parts = [replace(batch, found=[]) for _ in batch.placed.columns]  # findings stay in the order of the columns
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(columns.fill, parts, batch.placed.columns))
    batch.found += [found for part in parts for found in part.found]


def _frame(batch: Batch, extra: pl.Series) -> pl.DataFrame:
    def of(values: pl.Series | None, name: str, kind: pl.DataType) -> pl.Series:
        if values is None:
            return pl.Series(name, [None], dtype=kind).new_from_index(0, batch.height)
        return values.cast(kind).alias(name)

    table = batch.table
    sheet = pl.Series("_sheet", [table.sheet], dtype=pl.String).new_from_index(0, batch.height)
    typed = [of(batch.typed.get(column.name), column.name, dtype(column)) for column in batch.contract.entity_def]
    return pl.DataFrame([table.row_numbers.cast(pl.Int64).alias("_row_number"), sheet, *typed, extra.alias("extra")])
