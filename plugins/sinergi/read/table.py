"""What a reader hands on: text cells that still know their row, and everything that was set aside."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import polars as pl

IGNORED_SCHEMA = {"row_number": pl.Int64, "kind": pl.String, "text": pl.String}
MALFORMED_SCHEMA = {"row_number": pl.Int64, "text": pl.String, "reason": pl.String}
IGNORED_KINDS = ("blank", "title", "header", "number_row", "total", "footer", "removed", "unused")
Mask = np.ndarray


class FileSpec(Protocol):
    """The part of a contract's `file` that reading needs."""

    format: str
    sheet: str | None
    header_row: int
    header_rows: int
    delimiter: str
    encoding: str


@dataclass(frozen=True)
class Limits:
    """Bounds on what one file may cost. A file beyond them is refused, never half read."""

    max_file_bytes: int = 1 << 30
    max_inflated_bytes: int = 768 << 20
    max_rows: int = 400_000
    max_csv_rows: int = 5_000_000
    max_cells: int = 40_000_000
    header_search_rows: int = 30


@dataclass(frozen=True)
class CellError:
    """One cell whose value is an error of the spreadsheet, such as #N/A."""

    row_number: int
    position: int
    text: str


@dataclass(frozen=True)
class SourceTable:
    """One sheet or file as text.

    Attributes:
        sheet: the sheet's name; None for CSV.
        headers: one per column, header rows joined with " / ", whitespace folded; "" where there is none.
        cells: columns "0".."n-1", all String, as in the file; blank is null. Only data rows.
        row_numbers: for each row of `cells`, the number that Excel or an editor shows.
        numeric: column position -> true where the workbook cell was a number, and no date.
        errors: cells of `cells` that hold a spreadsheet error.
        formulas: number of formula cells in the sheet; their stored results are what was read.
        ignored: rows that are no data, with their kind and text.
        malformed: rows that were read but have no place in `cells`; `reason` begins with the rule and a colon.
    """

    sheet: str | None
    headers: list[str]
    cells: pl.DataFrame
    row_numbers: pl.Series
    numeric: dict[int, pl.Series]
    errors: list[CellError]
    formulas: int
    ignored: pl.DataFrame
    malformed: pl.DataFrame

    @property
    def rows_read(self) -> int:
        """Rows that must end up accepted or quarantined."""
        return self.cells.height + self.malformed.height

    @property
    def names(self) -> list[str]:
        """One name per column, also where there is no header or one that stands twice."""
        found: list[str] = []
        for position, header in enumerate(self.headers, 1):
            name = header or f"kolom {position}"
            found.append(f"{name} ({position})" if name in found else name)
        return found


@dataclass
class Grid:
    """A sheet or file before anything in it is told apart; every index counts rows of `cells` from 0."""

    sheet: str | None
    cells: pl.DataFrame
    row_numbers: np.ndarray
    numeric: dict[int, Mask] = field(default_factory=dict)
    errors: list[tuple[int, int, str]] = field(default_factory=list)
    formulas: int = 0
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    broken: dict[int, tuple[str, str]] = field(default_factory=dict)
