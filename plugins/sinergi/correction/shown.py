"""The rows of a file as its correction workbook shows them, each with a key that ties it to that file and row."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import polars as pl

from sinergi.read import SourceTable

LONGEST = 32_767  # what a cell of a workbook can hold
# What no workbook can hold: control characters, and two that are no characters at all.
_UNWRITABLE = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]"
_SHOWN_AS = "\ufffd"
_BEYOND_15 = r"^(\d{15})\d+$"


@dataclass(frozen=True)
class Shown:
    """All rows of one file, data rows and malformed ones, in the order of their numbers.

    Attributes:
        sha256: of the file.
        cells: columns "0".."n-1" as text; null where blank, and in all of a malformed row.
        row_numbers: the number of each row.
        is_malformed: which rows have no cells of their own.
    """

    sha256: str
    cells: pl.DataFrame
    row_numbers: list[int]
    is_malformed: list[bool]

    def keys(self) -> list[str]:
        """Give each row's key: another file, row or content gives another."""
        joined = self.cells.select(pl.concat_str(pl.all().fill_null(""), separator="\x1f")).to_series()
        return [
            hashlib.blake2b(f"{self.sha256}\x1f{number}\x1f{text}".encode(), digest_size=9).hexdigest()
            for number, text in zip(self.row_numbers, joined, strict=True)
        ]


def tidy(cells: pl.Series) -> pl.Series:
    """Write cells as a workbook holds them, so that what nobody touched compares as equal."""
    text = cells.str.replace_all("\r\n", "\n", literal=True).str.replace_all("\r", "\n", literal=True)
    text = text.str.replace_all(_UNWRITABLE, _SHOWN_AS).str.slice(0, LONGEST).str.strip_chars()
    return text.set((text == "").fill_null(value=False), None)


def show(table: SourceTable, sha256: str) -> Shown:
    """Write every row as its workbook shows it.

    A number that a workbook kept as a number has 15 digits; what follows is shown as a question mark, so that whoever
    types the true last digit, 0 included, changes the cell.
    """
    columns = []
    for name in table.cells.columns:
        column = tidy(table.cells.get_column(name))
        numeric = table.numeric.get(int(name))
        if numeric is not None and numeric.any():
            column = column.str.replace(_BEYOND_15, "${1}?").zip_with(numeric, column)
        columns.append(column.alias(name))
    cells = pl.DataFrame(columns) if columns else pl.DataFrame()
    broken = table.malformed.height
    numbers = np.concatenate([table.row_numbers.to_numpy(), table.malformed["row_number"].to_numpy()]).astype(np.int64)
    is_malformed = np.concatenate([np.zeros(table.cells.height, bool), np.ones(broken, bool)])
    if broken:
        cells = pl.concat([cells, cells.clear(broken)])
        order = np.argsort(numbers, kind="stable")
        cells, numbers, is_malformed = cells[order], numbers[order], is_malformed[order]
    return Shown(sha256, cells, numbers.tolist(), is_malformed.tolist())
