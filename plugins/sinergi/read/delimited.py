"""CSV into a grid: polars for what is sound, line by line for the rest, so that no line is lost or swallowed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

import numpy as np
import polars as pl

from sinergi.read import header as head
from sinergi.read.encoding import to_utf8
from sinergi.read.faults import FileFault
from sinergi.read.guard import looks_like
from sinergi.read.lines import Lines, Record
from sinergi.read.table import FileSpec, Grid, Limits

CANDIDATES = (",", ";", "|", "\t")
ERRORS = ("#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NUM!", "#NAME?", "#NULL!")
_NAMES = {"\t": "tab"}


def read_delimited(data: bytes, spec: FileSpec, limits: Limits, wanted: Collection[str] = ()) -> Grid:
    """Read a delimited text.

    Raises:
        FileFault: file.encoding, file.delimiter, file.too_many_rows, file.no_rows.
    """
    kind = looks_like(data)
    if kind not in ("text", "binary", "xml"):
        raise FileFault("file.encoding", encoding=spec.encoding, seems=kind)
    text = to_utf8(data, spec.encoding)
    if not text or text.isspace():
        raise FileFault("file.empty", size=len(data))
    _check_delimiter(text, spec.delimiter)
    lines = Lines(text, spec.delimiter)
    if len(lines) > limits.max_csv_rows:
        raise FileFault("file.too_many_rows", rows=len(lines), limit=limits.max_csv_rows)
    first, width = _body(lines, spec, limits, wanted)
    return _grid(lines, first, width)


def _check_delimiter(text: bytes, declared: str) -> None:
    """Fault when another delimiter cuts the first lines evenly and the declared one does not cut their header."""
    sample = [line for line in text[:200_000].decode(errors="replace").split("\n")[:60] if line.strip()]
    usual = {}
    for candidate in {*CANDIDATES, declared}:
        count, share = Counter(line.count(candidate) for line in sample).most_common(1)[0]
        usual[candidate] = count if share * 2 >= len(sample) else 0
    seems = max(CANDIDATES, key=lambda candidate: usual[candidate])
    if seems == declared or usual[seems] <= usual[declared]:
        return
    likely = next(line for line in sample if line.count(seems) == usual[seems])
    if declared not in likely:
        raise FileFault("file.delimiter", delimiter=_NAMES.get(declared, declared), seems=_NAMES.get(seems, seems))


def _body(lines: Lines, spec: FileSpec, limits: Limits, wanted: Collection[str]) -> tuple[int, int]:
    """Line on which data begins, and the number of headers."""
    reach = max(limits.header_search_rows, spec.header_row) + spec.header_rows
    records: list[Record] = []
    line = 0
    while line < min(reach, len(lines)):
        record = lines.parse(line, int(lines.cells[line]))
        records.append(record)
        line += record.lines
    found = head.find(_records_grid(records), spec, limits.header_search_rows, wanted)
    if found.stop == 0:
        raise FileFault("file.no_rows", header_row=spec.header_row)
    last = records[found.stop - 1]
    return last.line + last.lines, len(found.headers)


def _records_grid(records: list[Record]) -> Grid:
    width = max((len(record.cells) for record in records), default=0)
    return Grid(None, _frame(records, width), np.array([record.line + 1 for record in records], np.int64))


def _frame(records: list[Record], width: int) -> pl.DataFrame:
    padded = [(record.cells + [""] * width)[:width] for record in records]
    schema = {str(position): pl.String for position in range(width)}
    return _blank_to_null(pl.DataFrame(padded, schema=schema, orient="row"))


def _grid(lines: Lines, first: int, width: int) -> Grid:
    above: list[Record] = []
    line = 0
    while line < first:
        above.append(lines.parse(line, int(lines.cells[line])))
        line += above[-1].lines
    troubled = list(lines.troubled(first, width))
    taken = np.zeros(len(lines), bool)
    taken[:first] = True
    for record in troubled:
        taken[record.line : record.line + record.lines] = True
    sound = _parse_sound(lines, taken, first, width)
    records = above + troubled
    columns = max([width, *(len(record.cells) for record in above)])
    sound = sound.with_columns(pl.lit(None, pl.String).alias(str(at)) for at in range(width, columns))
    numbers = np.flatnonzero(~taken) + 1
    cells = pl.concat([_frame(above, columns), sound]) if not troubled else pl.concat([_frame(records, columns), sound])
    numbers = np.concatenate([[record.line + 1 for record in records], numbers]).astype(np.int64)
    if troubled:
        order = np.argsort(numbers, kind="stable")
        cells, numbers = cells[order], numbers[order]
    rows = {int(number): row for row, number in enumerate(numbers)} if troubled else {}
    broken = {rows[record.line + 1]: (record.reason, record.text) for record in troubled if record.reason}
    grid = Grid(None, cells, numbers, broken=broken)
    if b"#" in lines.text:
        grid.errors = _errors(cells)
    return grid


def _parse_sound(lines: Lines, taken: np.ndarray, first: int, width: int) -> pl.DataFrame:
    """Parse all sound lines at once; runs of them are cut out around the troubled ones."""
    schema = {str(position): pl.String for position in range(width)}
    edges = np.flatnonzero(np.diff(np.concatenate([[True], taken, [True]]).astype(np.int8)))
    runs = edges.reshape(-1, 2)
    if not len(runs):
        return pl.DataFrame(schema=schema)
    view = memoryview(lines.text)
    pieces = [view[lines.starts[start] : lines.ends[stop - 1]] for start, stop in runs.tolist()]
    body = b"\n".join(pieces) if len(pieces) > 1 else bytes(pieces[0])
    try:
        frame = pl.read_csv(
            body,
            separator=lines.delimiter,
            has_header=False,
            schema=schema,
            quote_char='"' if lines.quoted else None,
        )
    except pl.exceptions.PolarsError as error:
        # Its text quotes the rows, and no personal value may stand in an error.
        raise FileFault("file.unreadable", reason=type(error).__name__) from None
    expected = int((~taken).sum())
    if frame.height != expected:
        raise FileFault("file.unreadable", reason=f"{frame.height} rows parsed from {expected} lines")
    return _blank_to_null(frame)


def _blank_to_null(frame: pl.DataFrame) -> pl.DataFrame:
    column = pl.all()
    return frame.with_columns(pl.when(column.str.strip_chars() != "").then(column))


def _errors(cells: pl.DataFrame) -> list[tuple[int, int, str]]:
    found = []
    for position, column in enumerate(cells.iter_columns()):
        hits = column.str.strip_chars().is_in(ERRORS).fill_null(value=False)
        found += [(row, position, column[row].strip()) for row in np.flatnonzero(hits.to_numpy()).tolist()]
    return sorted(found)
