"""One file on its way to its entity: source cells cleaned once, typed columns, and what was found on the way."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from sinergi import findings
from sinergi.conform import text
from sinergi.conform.headers import Placed
from sinergi.contracts import Contract
from sinergi.entities import Column
from sinergi.read import SourceTable

DTYPES: dict[str, pl.DataType] = {
    "date": pl.Date(),
    "integer": pl.Int64(),
    "decimal": pl.Float64(),
    "amount": pl.Float64(),
    "boolean": pl.Boolean(),
    "list": pl.List(pl.String()),
}


def dtype(column: Column) -> pl.DataType:
    """Give the type that a column has in a conformed frame."""
    return DTYPES.get(column.type, pl.String())


@dataclass
class Batch:
    """The state of one conform run."""

    table: SourceTable
    contract: Contract
    placed: Placed
    lang: str
    typed: dict[str, pl.Series] = field(default_factory=dict)
    found: list[pl.DataFrame] = field(default_factory=list)
    _cleaned: dict[int, pl.Series] = field(default_factory=dict)

    @property
    def height(self) -> int:
        """Number of data rows."""
        return self.table.cells.height

    def column(self, name: str) -> Column:
        """Give a column of the entity."""
        return self.contract.entity_def.columns[name]

    def raw(self, name: str) -> pl.Series:
        """Give the cells of a mapped column as in the file."""
        return self.table.cells.to_series(self.placed.columns[name])

    def numeric(self, name: str) -> pl.Series | None:
        """Tell which cells of a mapped column the workbook held as numbers."""
        return self.table.numeric.get(self.placed.columns[name])

    def clean(self, name: str) -> pl.Series:
        """Give the cleaned cells of a mapped column; with `split`, only what stands before the separator."""
        cells = self.clean_at(self.placed.columns[name])
        separator = self.contract.split.get(name)
        if separator is None:
            return cells
        return text.clean(cells.str.split(separator).list.first())

    def clean_at(self, position: int) -> pl.Series:
        """Give the cleaned cells of a position; error cells are null."""
        if position not in self._cleaned:
            cells = text.clean(self.table.cells.to_series(position))
            broken = cells.str.starts_with("#").fill_null(value=False)
            if broken.any():
                cells = cells.set(broken & cells.is_in(text.SPREADSHEET_ERRORS), None)
            self._cleaned[position] = cells
        return self._cleaned[position]

    def header(self, name: str) -> str:
        """Give the header under which the sender knows a column, else its label."""
        position = self.placed.columns.get(name)
        return self.table.headers[position] if position is not None else self.column(name).label

    def report(self, rule: str, where: pl.Series, name: str, **blanks: object) -> None:
        """Report a rule for the rows where a mask is true, with the column's cell as the sender wrote it."""
        where = where.fill_null(value=False)
        if not where.any():
            return
        rows = self.table.row_numbers.filter(where)
        values = self.raw(name).filter(where).str.strip_chars() if name in self.placed.columns else None
        chosen = {key: blank.filter(where) if isinstance(blank, pl.Series) else blank for key, blank in blanks.items()}
        chosen.setdefault("header", self.header(name))
        self.found.append(
            findings.make(rule, rows, name, values, personal=self.column(name).is_personal, lang=self.lang, **chosen)
        )
