"""Rules about a file as a whole that Great Expectations cannot know: its period, its size beside the last, a rival."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from sinergi.contracts import Contract
from sinergi.entities import Entity

if TYPE_CHECKING:
    from sinergi.examine import Examination

LEAST_OVERLAP = 0.5  # a correction names mostly the same people as what it corrects
# Who or what a row is about, in the order in which columns are tried; what a correction rarely changes.
IDENTITIES = (
    ("full_name", "group_name"),
    ("head_name",),
    ("employer_name", "position"),
    ("program_name", "activity_code"),
    ("nik",),
)


@dataclass(frozen=True)
class Predecessor:
    """An accepted delivery of the same source."""

    delivery_id: int
    file_name: str
    rows_read: int


def period_of(rows: pl.DataFrame, contract: Contract) -> str | None:
    """Give the most frequent period of the rows: 2024-01, 2024-Q1, 2024-S1 or 2024; None where nothing tells it."""
    name = contract.delivery.period_from
    if name:
        day = pl.col(name)
        year = day.dt.year().cast(pl.String)
        part = {
            "month": day.dt.strftime("%Y-%m"),
            "quarter": pl.concat_str(year, pl.lit("-Q"), day.dt.quarter()),
            "semester": pl.concat_str(year, pl.lit("-S"), (day.dt.quarter() + 1) // 2),
        }.get(contract.delivery.every, year)
        return most_frequent(rows.select(part.alias("period")).to_series())
    if "period" in contract.entity_def.columns:
        return most_frequent(rows["period"])
    return None


def partition_of(rows: pl.DataFrame, contract: Contract) -> str | None:
    """Give the most frequent value of each column of partition_by, as `column=value`."""
    names = contract.delivery.partition_by
    if not names:
        return None
    return ", ".join(f"{name}={most_frequent(rows[name].cast(pl.String)) or '?'}" for name in names)


def most_frequent(values: pl.Series) -> str | None:
    """Give the most frequent value that is not null; of several, the first in order."""
    values = values.drop_nulls()
    if values.is_empty():
        return None
    counts = values.rename("value").value_counts(name="rows").sort(["rows", "value"], descending=[True, False])
    return str(counts["value"][0])


def scope_of(contract: Contract, sha256: str, period: str | None, partition: str | None) -> str:
    """Say what an accepted delivery replaces: everything accepted before under the same scope."""
    mode = contract.delivery.mode
    parts = [contract.source_id]
    if mode == "append":
        parts.append(sha256)
    if mode == "period":
        parts.append(period or "?")
    if partition:
        parts.append(partition)
    return "|".join(parts)


def hold_by_content(result: Examination) -> None:
    """Hold a file by what it says itself: a critical table rule, too many bad rows, no period."""
    from sinergi.examine import Hold

    contract, conformed = result.contract, result.conformed
    assert conformed is not None
    critical = result.findings.filter((pl.col("severity") == "critical") & pl.col("row_number").is_null())
    result.holds += [Hold(rule, message) for rule, message in critical.select("rule", "message").iter_rows()]
    if contract.delivery.mode == "period" and result.period is None:
        name = str(contract.delivery.period_from)
        header = conformed.headers.get(name, contract.entity_def.columns[name].label)
        result.hold("delivery.period_missing", header=header, is_final=True)
    bad, rows = result.rows_read - result.accepted.height, result.rows_read
    limit = contract.row_limits.max_bad_share
    if rows and bad / rows > limit:
        result.hold("table.bad_share", bad=bad, rows=rows, share=f"{bad / rows:.0%}", limit=f"{limit:.0%}")


def hold_by_volume(result: Examination, previous: Predecessor | None) -> None:
    """Hold a file with far fewer or far more rows than the last; new events have no usual number."""
    volume = result.contract.volume
    if previous is None or previous.rows_read < volume.min_rows or result.contract.delivery.mode == "append":
        return
    ratio = result.rows_read / previous.rows_read
    if ratio < volume.min_ratio:
        result.hold("table.collapse", rows=result.rows_read, previous=previous.rows_read)
    elif ratio > volume.max_ratio:
        result.hold("table.surge", rows=result.rows_read, previous=previous.rows_read)


def identity_columns(rows: pl.DataFrame, entity: Entity) -> list[str]:
    """Choose the columns that tell whom the rows are about; empty where none is filled."""
    for names in IDENTITIES:
        filled = [n for n in names if n in entity.columns and rows[n].null_count() < rows.height]
        if filled:
            return filled
    return []


def overlap(rows: pl.DataFrame, names: Collection[str], before: pl.DataFrame) -> float:
    """Give the share of the identities of `before` that `rows` names too; 1 where `before` names nobody."""
    mine, theirs = _identities(rows, names), _identities(before, names)
    if theirs.is_empty():
        return 1.0
    return float(theirs.is_in(mine.implode()).mean() or 0)  # type: ignore[arg-type]


def _identities(rows: pl.DataFrame, names: Collection[str]) -> pl.Series:
    folded = pl.concat_str([pl.col(name).fill_null("") for name in names], separator="|")
    folded = folded.str.to_lowercase().str.replace_all(r"[^\p{L}\d|]", "")
    return rows.select(folded.alias("identity")).to_series().unique()
