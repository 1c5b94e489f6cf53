"""Whom a finding's row is about, so that it is known again when the corrected file has the row in another place."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl
from sqlalchemy import Connection, text

from sinergi.tablerules import IDENTITIES

if TYPE_CHECKING:
    from sinergi.examine import Examination

WHO = (*IDENTITIES, ("no_kk",))  # the first that is filled, and that the finding is not about


def with_row_keys(examination: Examination) -> pl.DataFrame:
    """Give the findings of a file with `row_key`: null for what is about no row, or about a row that names nobody.

    The column that a finding is about is left out: correcting it must not make another row of it. Rows that name the
    same people are told apart by their order when findings are compared (`ops.finding_states`).

    Args:
        examination: What is known about the file.
    """
    found, conformed = examination.findings, examination.conformed
    if conformed is None or found.is_empty():
        return found.with_columns(row_key=pl.lit(None, pl.String))
    groups = [names for names in WHO if any(name in conformed.rows.columns for name in names)]
    wanted = sorted({name for names in groups for name in names if name in conformed.rows.columns})
    rows = conformed.rows.select(pl.col("_row_number").cast(pl.Int64).alias("row_number"), *wanted)
    beside = found.select("row_number", "column_name").join(rows, on="row_number", how="left", maintain_order="left")
    keys = [_key(row, groups) if row["row_number"] is not None else None for row in beside.iter_rows(named=True)]
    return found.with_columns(pl.Series("row_key", keys, dtype=pl.String))


def carry_row_keys(connection: Connection, delivery_id: int, base_id: int) -> None:
    """Let the findings of a corrected delivery keep the keys of its base: a correction workbook keeps row numbers.

    Args:
        connection: Inside the transaction that publishes the delivery.
        delivery_id: The delivery that corrects.
        base_id: What it corrects.
    """
    query = """
        update ops.findings as own set row_key = before.row_key from ops.findings as before
        where own.delivery_id = :own and before.delivery_id = :base and own.row_number = before.row_number
            and own.rule = before.rule and own.column_name is not distinct from before.column_name
    """
    connection.execute(text(query), {"own": delivery_id, "base": base_id})


def _key(row: dict[str, object], groups: Sequence[tuple[str, ...]]) -> str | None:
    for names in groups:
        values = [str(row[name]) for name in names if row.get(name) is not None]
        if values and row["column_name"] not in names:
            folded = "|".join("".join(sign for sign in value.casefold() if sign.isalnum()) for value in values)
            return hashlib.sha256(folded.encode()).hexdigest()[:32]
    return None
