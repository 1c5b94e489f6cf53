"""Find the header rows: where the contract says, or near it when a title row was added or taken away."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from sinergi.read.table import FileSpec, Grid

Rows = list[list[str | None]]


@dataclass(frozen=True)
class Header:
    """The header rows `first` to `stop` (exclusive), their raw cells, and one joined header per column."""

    first: int
    stop: int
    raw: Rows
    headers: list[str]


def fold(text: str) -> str:
    """Fold whitespace, no-break spaces and line breaks among them, into single spaces."""
    return " ".join(text.split())


def key(text: str) -> str:
    """What two spellings of one header share."""
    return fold(text).casefold()


def find(grid: Grid, spec: FileSpec, search_rows: int, wanted: Collection[str]) -> Header:
    """Choose the header rows; the declared ones unless others nearby hold more of the wanted headers."""
    declared = int(np.searchsorted(grid.row_numbers, spec.header_row))
    reach = min(max(search_rows, declared + 1) + spec.header_rows, grid.cells.height)
    top: Rows = [list(row) for row in grid.cells.head(reach).rows()]
    starts = [first for first in range(len(top)) if any(top[first])]
    keys = {key(header) for header in wanted}
    best = declared if declared in starts else None
    if keys:
        scores = {first: _score(grid, top, first, spec.header_rows, keys) for first in starts}
        most = max(scores.values(), default=0)
        if most:
            tied = [first for first in starts if scores[first] == most]
            best = min(tied, key=lambda first: abs(first - declared))
    elif best is None or _title_like(top, best):
        best = next((first for first in starts if not _title_like(top, first)), best)
    if best is None:
        best = starts[0] if starts else 0
    return _at(grid, top, best, spec.header_rows)


def _score(grid: Grid, top: Rows, first: int, count: int, keys: set[str]) -> int:
    return len({key(header) for header in _at(grid, top, first, count).headers} & keys)


def _title_like(top: Rows, row: int) -> bool:
    """Whether the row is too bare to be the header of what follows it."""
    widest = max((sum(cell is not None for cell in each) for each in top), default=0)
    cells = [cell for cell in top[row] if cell is not None]
    return len(set(cells)) * 2 < widest or all(_number(cell) for cell in cells)


def _number(text: str) -> bool:
    return text.strip().strip("().").replace(".", "", 1).isdigit()


def _at(grid: Grid, top: Rows, first: int, count: int) -> Header:
    raw = [list(row) for row in top[first : first + count]]
    _spread(grid, raw, first)
    joined = []
    for levels in zip(*raw, strict=True):
        parts: list[str] = []
        for level in levels:
            text = fold(level) if level else ""
            # A vertically merged header says the same on each level.
            if text and (not parts or parts[-1] != text):
                parts.append(text)
        joined.append(" / ".join(parts))
    while joined and not joined[-1]:
        joined.pop()
    return Header(first, first + len(raw), raw, joined)


def _spread(grid: Grid, raw: Rows, first: int) -> None:
    """Let a header that spans columns or rows stand over each of them."""
    merged = False
    for up, left, down, right in grid.merges:
        if not (first <= up < first + len(raw)) or left < 0 or left >= len(raw[0]):
            continue
        merged = True
        value = raw[up - first][left]
        for row in range(up, min(down, first + len(raw) - 1) + 1):
            for column in range(left, min(right, len(raw[0]) - 1) + 1):
                raw[row - first][column] = value
    if merged:
        return
    for level, cells in enumerate(raw[:-1]):
        # Not merged, only left blank: the group to the left goes on while both have headers below.
        below = raw[level + 1]
        for column in range(1, len(cells)):
            if cells[column] is None and cells[column - 1] and below[column] and below[column - 1]:
                cells[column] = cells[column - 1]
