"""Tell a sheet's parts apart: titles, header, data, totals, signature block. What is set aside is listed."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import polars as pl

from sinergi.read import header as head
from sinergi.read import rows
from sinergi.read.faults import FileFault
from sinergi.read.table import IGNORED_SCHEMA, MALFORMED_SCHEMA, CellError, FileSpec, Grid, Limits, SourceTable

_TEXT_LIMIT = 1000


def lay_out(
    grid: Grid, spec: FileSpec, limits: Limits, wanted: Collection[str] = (), footer: Sequence[str] = ()
) -> SourceTable:
    """Split a grid into headers, data rows, ignored rows and malformed rows.

    Raises:
        FileFault: file.no_rows when nothing stands below the header.
    """
    filled = _filled(grid.cells)
    height = int(np.flatnonzero(filled).max(initial=-1)) + 1
    found = head.find(grid, spec, limits.header_search_rows, wanted)
    width = len(found.headers)
    kinds: dict[int, str] = {
        row: "title" if filled[row] else "blank" for row in range(min(found.first, height))
    } | dict.fromkeys(range(found.first, found.stop), "header")
    body = slice(found.stop, height)
    kinds |= rows.classify(grid, found, filled, body, footer)
    keep = np.zeros(grid.cells.height, bool)
    keep[body] = True
    keep[[row for row in kinds if row < len(keep)]] = False
    broken = {row: fault for row, fault in grid.broken.items() if keep[row]} | _extra(grid, keep, width)
    keep[list(broken)] = False
    if not keep.any() and not broken:
        header_row = int(grid.row_numbers[found.first]) if height else None
        raise FileFault("file.no_rows", sheet=grid.sheet, header_row=header_row)
    cells = _fill_merges(grid, keep, found.stop).select(str(position) for position in range(width))
    errors = _errors(grid, keep, width)
    chosen = pl.Series(keep)
    return SourceTable(
        sheet=grid.sheet,
        headers=found.headers,
        cells=cells if keep.all() else _pick(cells, keep, chosen),
        row_numbers=pl.Series("row_number", grid.row_numbers[keep], dtype=pl.Int64),
        numeric={at: pl.Series(mask[keep]) for at, mask in grid.numeric.items() if at < width and mask[keep].any()},
        errors=errors,
        formulas=grid.formulas,
        ignored=_listed(grid, kinds),
        malformed=_malformed(grid, broken),
    )


def _filled(cells: pl.DataFrame) -> np.ndarray:
    """Number of cells that are not blank, per row."""
    if not cells.width:
        return np.zeros(0, np.int64)
    return cells.select(pl.sum_horizontal(pl.all().is_not_null())).to_series().to_numpy()


def _pick(cells: pl.DataFrame, keep: np.ndarray, chosen: pl.Series) -> pl.DataFrame:
    """Take the data rows; one run of them, which is usual, without a copy."""
    where = np.flatnonzero(keep)
    if len(where) and where[-1] - where[0] + 1 == len(where):
        return cells.slice(int(where[0]), len(where))
    return cells.filter(chosen)


def _extra(grid: Grid, keep: np.ndarray, width: int) -> dict[int, tuple[str, str]]:
    """Rows with something to the right of the last header."""
    beyond = [str(position) for position in range(width, grid.cells.width)]
    if not beyond:
        return {}
    over = grid.cells.select(pl.any_horizontal(pl.col(beyond).is_not_null())).to_series().to_numpy() & keep
    found = np.flatnonzero(over)
    texts = row_texts(grid.cells, found)
    return {
        int(row): ("row.extra_cells: more cells than headers", text) for row, text in zip(found, texts, strict=True)
    }


def _fill_merges(grid: Grid, keep: np.ndarray, start: int) -> pl.DataFrame:
    """Give every cell of a merged block in the data its value; cells outside merged blocks stay as they are."""
    blocks = [block for block in grid.merges if block[2] >= start]
    if not blocks:
        return grid.cells
    updates: dict[int, tuple[list[int], list[str]]] = {}
    for top, left, bottom, right in blocks:
        last_row, last_column = min(bottom, grid.cells.height - 1), min(right, grid.cells.width - 1)
        if top < start or left < 0 or not keep[top] or left > last_column:
            continue
        value = grid.cells.item(top, left)
        numeric = grid.numeric.get(left)
        if value is None:
            continue
        for column in range(left, last_column + 1):
            where, values = updates.setdefault(column, ([], []))
            block = [row for row in range(top, last_row + 1) if keep[row]]
            where += block
            values += [value] * len(block)
            if numeric is not None and numeric[top]:
                grid.numeric.setdefault(column, np.zeros(grid.cells.height, bool))[block] = True
    return grid.cells.with_columns(
        grid.cells.get_column(str(column)).scatter(where, values) for column, (where, values) in updates.items()
    )


def _errors(grid: Grid, keep: np.ndarray, width: int) -> list[CellError]:
    return [
        CellError(int(grid.row_numbers[row]), column, text)
        for row, column, text in grid.errors
        if keep[row] and column < width
    ]


def row_texts(cells: pl.DataFrame, where: Sequence[int] | np.ndarray) -> list[str]:
    """The filled cells of each row in one line."""
    picked = cells[list(where)] if len(where) else cells.clear()
    return picked.select(pl.concat_str(pl.all(), separator=" | ", ignore_nulls=True)).to_series().to_list()


def _listed(grid: Grid, kinds: dict[int, str]) -> pl.DataFrame:
    where = sorted(kinds)
    data = {
        "row_number": grid.row_numbers[where] if where else [],
        "kind": [kinds[row] for row in where],
        "text": [text[:_TEXT_LIMIT] for text in row_texts(grid.cells, where)],
    }
    return pl.DataFrame(data, schema=IGNORED_SCHEMA)


def _malformed(grid: Grid, broken: dict[int, tuple[str, str]]) -> pl.DataFrame:
    where = sorted(broken)
    data = {
        "row_number": grid.row_numbers[where] if where else [],
        "text": [broken[row][1][:_TEXT_LIMIT] for row in where],
        "reason": [broken[row][0] for row in where],
    }
    return pl.DataFrame(data, schema=MALFORMED_SCHEMA)
