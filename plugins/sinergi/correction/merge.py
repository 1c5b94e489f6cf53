"""Read a corrected workbook back and lay its changes over the rows that it corrects.

Only a cell that differs from what the workbook showed counts as changed, so that an old copy of a workbook never undoes
what was corrected since. Rows that cannot be told are set aside and said, never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from sinergi import findings
from sinergi.correction.marker import Marker, words
from sinergi.correction.shown import Shown, show, tidy
from sinergi.read import CellError, FileFault, Limits, SourceTable
from sinergi.read.header import fold
from sinergi.read.table import IGNORED_SCHEMA
from sinergi.read.workbook import read_workbook

NAMED_ROWS = 10  # row numbers in a sentence


@dataclass(frozen=True)
class Line:
    """One line of the workbook: its key, whether its row is to go, and its cells by position in the file."""

    number: int
    key: str | None
    removes: bool
    cells: dict[int, str | None]
    numeric: frozenset[int]
    errors: dict[int, str]

    @property
    def says(self) -> tuple[object, ...]:
        """What the line wants; two lines that want the same are one."""
        return self.removes, tuple(sorted(self.cells.items()))


@dataclass
class Merged:
    """A file's rows with the corrections in them.

    Attributes:
        table: the rows.
        changed: how many cells changed.
        removed: how many rows were taken out.
        notes: findings about lines that could not be used.
    """

    table: SourceTable
    changed: int = 0
    removed: int = 0
    notes: list[pl.DataFrame] = field(default_factory=list)


def read_lines(data: bytes, marker: Marker, table: SourceTable, lang: str) -> list[Line]:
    """Read the lines of a corrected workbook.

    Args:
        data: The workbook.
        marker: Its marker, with the names of its columns.
        table: The file that it corrects, for the headers.
        lang: Language of the reason when it cannot be used.

    Raises:
        FileFault: correction.damaged when sheet or key column is gone.
    """
    said = words(lang)["damaged"]
    try:
        grid = read_workbook(data, marker.names["rows_sheet"], Limits())
    except FileFault:
        raise FileFault("correction.damaged", reason=said["no_rows"]) from None
    headers = [fold(cell or "") for cell in grid.cells.row(0)]
    special = {name: headers.index(marker.names[name]) for name in ("key", "remove") if marker.names[name] in headers}
    if "key" not in special:
        raise FileFault("correction.damaged", reason=said["no_key"])
    own = {headers.index(name) for name in marker.names.values() if name in headers}
    places = {fold(name): at for at, name in enumerate(table.names)}
    data_columns = {at: places[name] for at, name in enumerate(headers) if name in places and at not in own}
    cells = pl.DataFrame([tidy(grid.cells.get_column(name)) for name in grid.cells.columns])
    numeric = {at: grid.numeric[at] for at in data_columns if at in grid.numeric}
    errors: dict[int, dict[int, str]] = {}
    for at, column, text in grid.errors:
        if column in data_columns:
            errors.setdefault(at, {})[data_columns[column]] = text
    lines = []
    for index, row in enumerate(cells.iter_rows()):
        if index == 0 or not any(cell is not None for cell in row):
            continue
        remove = row[special["remove"]] if "remove" in special else None
        lines.append(
            Line(
                number=int(grid.row_numbers[index]),
                key=row[special["key"]],
                removes=(remove or "").casefold() == marker.names["removal"].casefold(),
                cells={position: row[at] for at, position in data_columns.items()},
                numeric=frozenset(data_columns[at] for at, mask in numeric.items() if mask[index]),
                errors=errors.get(index, {}),
            )
        )
    return lines


def merge(base: SourceTable, shown: Shown, lines: list[Line], lang: str) -> Merged:
    """Lay the changes of a workbook over the rows as they stand now.

    Args:
        base: The rows as they stand now.
        shown: The rows as the workbook showed them; the same, unless it was corrected meanwhile.
        lines: The lines of the workbook.
        lang: Language of what is said about lines that cannot be used.
    """
    places = {key: at for at, key in enumerate(shown.keys())}
    extra = [line for line in lines if not line.key]
    altered = [line for line in lines if line.key and line.key not in places]
    by_row: dict[int, list[Line]] = {}
    for line in lines:
        if line.key in places:
            by_row.setdefault(places[str(line.key)], []).append(line)
    repeated = [line for same in by_row.values() if len({line.says for line in same}) > 1 for line in same]
    usable = {at: same[0] for at, same in by_row.items() if len({line.says for line in same}) == 1}
    merged = _applied(base, shown, usable)
    for rule, unused in (
        ("correction.extra_rows", extra),
        ("correction.altered_rows", altered),
        ("correction.repeated_rows", repeated),
    ):
        if unused:
            numbers = ", ".join(str(line.number) for line in unused[:NAMED_ROWS])
            rows = f"{numbers}, …" if len(unused) > NAMED_ROWS else numbers
            merged.notes.append(findings.table_finding(rule, lang, count=len(unused), rows=rows))
            ignored = [(line.number, "unused", _text(line.cells.values())) for line in unused]
            merged.table = _with_ignored(merged.table, ignored)
    return merged


def _applied(base: SourceTable, shown: Shown, usable: dict[int, Line]) -> Merged:
    now = show(base, shown.sha256)  # only for its order: rows and malformed rows by number
    index = {number: at for at, number in enumerate(now.row_numbers)}
    frame = _all_rows(base, now)
    numeric = _all_masks(base, now)
    errors = {(error.row_number, error.position): error.text for error in base.errors}
    before = shown.cells.rows()
    updates: dict[int, tuple[list[int], list[str | None]]] = {}
    gone: set[int] = set()
    for at, line in usable.items():
        number = shown.row_numbers[at]
        if number not in index:  # taken out by an earlier correction
            continue
        if line.removes:
            gone.add(index[number])
            continue
        for position, value in line.cells.items():
            if value == before[at][position]:
                continue
            rows, values = updates.setdefault(position, ([], []))
            rows.append(index[number])
            values.append(value)
            numeric[position, index[number]] = position in line.numeric
            errors.pop((number, position), None)
            if position in line.errors:
                errors[number, position] = line.errors[position]
    frame = frame.with_columns(
        frame.get_column(str(position)).scatter(rows, values) for position, (rows, values) in updates.items()
    )
    filled = frame.select(pl.any_horizontal(pl.all().is_not_null())).to_series().to_numpy() if frame.width else None
    broken = np.array(now.is_malformed, bool)
    if filled is not None:
        broken = broken & ~filled
    kept = np.ones(frame.height, bool)
    kept[list(gone)] = False
    numbers = np.array(now.row_numbers, np.int64)
    chosen = kept & ~broken
    removed = [(int(numbers[at]), "removed", _text(frame.row(at))) for at in sorted(gone)]
    still_broken = pl.Series(numbers[kept & broken], dtype=pl.Int64)
    remaining = set(numbers[chosen].tolist())
    table = SourceTable(
        sheet=base.sheet,
        headers=base.headers,
        cells=frame.filter(pl.Series(chosen)),
        row_numbers=pl.Series("row_number", numbers[chosen], dtype=pl.Int64),
        numeric={at: pl.Series(mask[chosen]) for at, mask in enumerate(numeric) if mask[chosen].any()},
        errors=[CellError(row, at, text) for (row, at), text in sorted(errors.items()) if row in remaining],
        formulas=base.formulas,
        ignored=base.ignored,
        malformed=base.malformed.filter(pl.col("row_number").is_in(still_broken.implode())),
    )
    changed = sum(len(rows) for rows, _ in updates.values())
    return Merged(_with_ignored(table, removed), changed, len(gone))


def _all_rows(base: SourceTable, now: Shown) -> pl.DataFrame:
    """The untouched cells of every row, malformed ones as blanks, in the order of `now`."""
    own = base.cells.with_columns(base.row_numbers.alias("_row"))
    order = pl.DataFrame({"_row": now.row_numbers, "_broken": now.is_malformed}).with_row_index("_at")
    sound = order.filter(~pl.col("_broken")).select("_at").hstack(own)
    return order.select("_at").join(sound, on="_at", how="left", maintain_order="left").drop("_at", "_row")


def _all_masks(base: SourceTable, now: Shown) -> np.ndarray:
    masks = np.zeros((len(base.headers), len(now.row_numbers)), bool)
    sound = ~np.array(now.is_malformed, bool)
    for position, mask in base.numeric.items():
        masks[position, sound] = mask.to_numpy()
    return masks


def _with_ignored(table: SourceTable, rows: list[tuple[int, str, str]]) -> SourceTable:
    if not rows:
        return table
    more = pl.DataFrame(rows, schema=IGNORED_SCHEMA, orient="row")
    return SourceTable(**{**vars(table), "ignored": pl.concat([table.ignored, more])})


def _text(cells: object) -> str:
    return " | ".join(str(cell) for cell in cells if cell is not None)[:1000]  # type: ignore[attr-defined]
