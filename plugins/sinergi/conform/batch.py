"""One file on its way to its entity: source cells cleaned once, typed columns, and what was found on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from sinergi import findings
from sinergi.clock import today
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
    today: date = field(default_factory=today)
    typed: dict[str, pl.Series] = field(default_factory=dict)
    found: list[pl.DataFrame] = field(default_factory=list)
    _cleaned: dict[int, pl.Series] = field(default_factory=dict)
    _distinct: dict[int, pl.DataFrame | None] = field(default_factory=dict)

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
        return self._split(cells, name)

    def _split(self, cells: pl.Series, name: str) -> pl.Series:
        separator = self.contract.split.get(name)
        return cells if separator is None else text.clean(cells.str.split(separator).list.first())

    def clean_at(self, position: int) -> pl.Series:
        """Give the cleaned cells of a position; error cells are null."""
        if position not in self._cleaned:
            distinct = self._distinct_at(position)
            if distinct is None:
                self._cleaned[position] = _clean(self.table.cells.to_series(position))
            else:
                self._cleaned[position] = self._spread(position, distinct.select("_raw", "_clean"))["_clean"]
        return self._cleaned[position]

    def parse(self, name: str, parse: Callable[[pl.Series], pl.DataFrame]) -> pl.DataFrame:
        """Parse the cleaned cells of a mapped column, each distinct text once where that is cheaper."""
        position = self.placed.columns[name]
        distinct = self._distinct_at(position)
        if distinct is None:
            return parse(self.clean(name))
        answers = parse(self._split(distinct["_clean"], name))
        return self._spread(position, distinct.select("_raw").hstack(answers))

    def _distinct_at(self, position: int) -> pl.DataFrame | None:
        """Give the distinct texts of a position beside their cleaned form; None where there are too many."""
        if position not in self._distinct:
            cells = self.table.cells.to_series(position)
            found = None
            if cells.n_unique() <= len(cells) // 2:
                raw = cells.unique()
                found = pl.DataFrame({"_raw": raw, "_clean": _clean(raw)})
            self._distinct[position] = found
        return self._distinct[position]

    def _spread(self, position: int, answers: pl.DataFrame) -> pl.DataFrame:
        cells = self.table.cells.to_series(position).alias("_raw").to_frame()
        return cells.join(answers, on="_raw", how="left", maintain_order="left", nulls_equal=True).drop("_raw")

    def any_raw(self, name: str, test: Callable[[pl.Series], pl.Series]) -> bool:
        """Tell whether any cell passes a test, looking at each distinct text once where that is cheaper."""
        distinct = self._distinct_at(self.placed.columns[name])
        return bool(test(self.raw(name) if distinct is None else distinct["_raw"]).any())

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
        made = findings.make(
            rule,
            rows,
            name,
            values,
            personal=self.column(name).is_personal,
            lang=self.lang,
            **chosen,  # type: ignore[arg-type]
        )
        self.found.append(made)


def _clean(cells: pl.Series) -> pl.Series:
    cells = text.clean(cells)
    broken = cells.str.starts_with("#").fill_null(value=False)
    return cells.set(broken & cells.is_in(text.SPREADSHEET_ERRORS), None) if broken.any() else cells
