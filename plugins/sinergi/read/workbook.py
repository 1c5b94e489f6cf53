"""XLSX into a grid: fastexcel (calamine) reads the values as text while the XML tells what each cell was."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from typing import cast
from xml.etree import ElementTree

import fastexcel
import numpy as np
import polars as pl

from sinergi.read.evidence import Evidence, Scan, last_row_number, plain
from sinergi.read.faults import FileFault
from sinergi.read.guard import Parts
from sinergi.read.table import Grid, Limits

_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_REL_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_PARSED_BESIDE = ("xl/styles.xml",)  # what calamine inflates too, so it must be checked as well
_SMALL = 4 << 20
_DATE = r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
_NO_DATE = "1899-12-31 "  # how a time of day is shown by calamine: the day before Excel's first


@dataclass(frozen=True)
class Sheet:
    """A worksheet as the workbook lists it."""

    name: str
    part: str
    hidden: bool


def sheets(parts: Parts) -> list[Sheet]:
    """List the worksheets in the order of their tabs.

    Raises:
        FileFault: file.unreadable when the list cannot be parsed.
    """
    workbook = _parse(parts, "xl/workbook.xml")
    relations = _parse(parts, "xl/_rels/workbook.xml.rels")
    targets = {
        each.get("Id"): _resolve(each.get("Target", ""))
        for each in relations
        if each.get("Type", "").endswith("/worksheet")
    }
    listed = (each for each in workbook.iter() if each.tag.rpartition("}")[2] == "sheet")
    found = []
    for each in listed:
        part = targets.get(each.get(_REL) or each.get(_REL_STRICT))
        if part:
            found.append(Sheet(each.get("name", ""), part, each.get("state", "visible") != "visible"))
    return found


def _parse(parts: Parts, name: str) -> ElementTree.Element:
    part = parts.get(name) or b"<none/>"
    if b"<!DOCTYPE" in part or len(part) > _SMALL:
        raise FileFault("file.unreadable", reason=f"{name}: more than a list of sheets")
    try:
        return ElementTree.fromstring(part)  # noqa: S314 - small, and without a DTD there are no entities to expand
    except (ElementTree.ParseError, LookupError, ValueError):  # the last two: an encoding that there is not
        raise FileFault("file.unreadable", reason=f"{name}: no XML") from None


def _resolve(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"xl/{target.removeprefix('./')}"


def _folded(name: str) -> str:
    return "".join(name.split()).casefold()


def choose(listed: list[Sheet], declared: str | None) -> Sheet:
    """Pick the sheet that the contract names; a hidden one only by its full name.

    Raises:
        FileFault: file.sheet_missing, with the visible sheets that there are.
    """
    visible = [sheet for sheet in listed if not sheet.hidden]
    if declared is None:
        chosen = visible[:1]
    elif len(declared) > 2 and declared.startswith("/") and declared.endswith("/"):
        pattern = re.compile(declared[1:-1], re.IGNORECASE)
        chosen = [sheet for sheet in visible if pattern.search(" ".join(sheet.name.split()))]
    else:
        chosen = [sheet for sheet in [*visible, *listed] if _folded(sheet.name) == _folded(declared)]
    if not chosen:
        raise FileFault("file.sheet_missing", sheet=declared, sheets=", ".join(sheet.name for sheet in visible))
    return chosen[0]


def read_workbook(data: bytes, declared_sheet: str | None, limits: Limits) -> Grid:
    """Read one sheet of an XLSX workbook.

    Raises:
        FileFault: the rules of `Parts` and `choose`; file.too_many_rows, file.too_large, file.no_rows.
    """
    parts = Parts(data, limits)
    sheet = choose(sheets(parts), declared_sheet)
    if sheet.part not in parts:
        raise FileFault("file.truncated", part=sheet.part)
    xml = parts.get(sheet.part)
    for name in ("xl/sharedStrings.xml", *_PARSED_BESIDE):
        parts.get(name)
    rows = last_row_number(xml)
    if rows > limits.max_rows:
        raise FileFault("file.too_many_rows", rows=rows, limit=limits.max_rows, sheet=sheet.name)
    scan = Scan(plain(xml))
    with ThreadPoolExecutor(1) as beside:
        if _narrow(xml, rows, limits):
            values = beside.submit(_values, data, sheet.name)
            scan.extent()
        else:
            _affordable(scan.extent(), sheet.name, limits)
            values = beside.submit(_values, data, sheet.name)
        evidence = scan.types()
        frame = values.result()
    if evidence.empty or frame.height == 0:
        raise FileFault("file.no_rows", sheet=sheet.name)
    return _grid(sheet.name, frame, evidence, _origin(data, sheet.name, frame, evidence))


def _narrow(xml: bytes, rows: int, limits: Limits) -> bool:
    """Whether no column beyond Z is used, so that the parser may start before the extent is known."""
    return rows * 26 <= limits.max_cells and re.search(rb' r="[A-Z]{2}', xml) is None


def _affordable(extent: Evidence, sheet: str, limits: Limits) -> None:
    """Refuse a cell so far away that a parser, which keeps a full rectangle, would take all memory for it."""
    cells = (extent.last_row - extent.first_row + 1) * (extent.last_column - extent.first_column + 1)
    if cells > limits.max_cells:
        raise FileFault("file.too_large", size=f"{cells:,} cells", limit=f"{limits.max_cells:,} cells", sheet=sheet)


def _values(data: bytes, sheet: str) -> pl.DataFrame:
    try:
        loaded = fastexcel.read_excel(data).load_sheet(
            sheet, header_row=None, dtypes="string", whitespace_as_null=True, eager=True
        )
    except fastexcel.FastExcelError as error:
        # The archive is whole (its checksums were compared), so its content is at fault.
        raise FileFault("file.unreadable", reason=type(error).__name__) from None
    frame = cast(pl.DataFrame, pl.from_arrow(loaded))
    return frame.rename({name: str(index) for index, name in enumerate(frame.columns)})


def _origin(data: bytes, sheet: str, frame: pl.DataFrame, evidence: Evidence) -> tuple[int, int]:
    """Row and column, from 0, of the frame's first cell.

    The scan and the parser agree on the extent, or the parser is asked again: a row number must never be off by one.
    """
    height = evidence.last_row - evidence.first_row + 1
    width = evidence.last_column - evidence.first_column + 1
    if (height, width) == frame.shape:
        return evidence.first_row, evidence.first_column
    import python_calamine  # the slow way, and rarely walked

    try:
        start = python_calamine.load_workbook(BytesIO(data)).get_sheet_by_name(sheet).start
    except python_calamine.CalamineError as error:
        raise FileFault("file.unreadable", reason=type(error).__name__) from None
    return start or (0, 0)


def _grid(sheet: str, frame: pl.DataFrame, evidence: Evidence, origin: tuple[int, int]) -> Grid:
    top, left = origin
    rows, columns = evidence.numeric_rows - top, evidence.numeric_columns - left
    inside = (rows >= 0) & (rows < frame.height) & (columns >= 0) & (columns < frame.width)
    rows, columns = rows[inside], columns[inside]
    numeric = {}
    for position in np.unique(columns):
        mask = np.zeros(frame.height, bool)
        mask[rows[columns == position]] = True
        numeric[int(position)] = mask
    frame, numeric = _dates(frame, numeric)
    errors = [
        (row - top, column - left, text)
        for row, column, text in evidence.errors
        if 0 <= row - top < frame.height and 0 <= column - left < frame.width
    ]
    return Grid(
        sheet=sheet,
        cells=_show_errors(frame, errors),
        row_numbers=np.arange(top + 1, top + 1 + frame.height),
        numeric=numeric,
        errors=errors,
        formulas=evidence.formulas,
        merges=[(a - top, b - left, c - top, d - left) for a, b, c, d in evidence.merges],
    )


def _dates(frame: pl.DataFrame, numeric: dict[int, np.ndarray]) -> tuple[pl.DataFrame, dict[int, np.ndarray]]:
    """Write date cells as ISO dates and take them out of the numbers; text that looks like a date is left alone."""
    changed, kept = [], {}
    for position, mask in numeric.items():
        column = frame.get_column(str(position))
        number = pl.Series(mask)
        dated = (column.str.contains(_DATE).fill_null(value=False) & number) if _any_date(column, mask) else None
        if dated is not None and dated.any():
            short = column.str.strip_suffix(" 00:00:00").str.strip_prefix(_NO_DATE)
            column = short.zip_with(dated, column)
            mask = mask & ~dated.to_numpy()
        if mask.any():
            odd = (column == "-0").fill_null(value=False)
            column = column.set(odd & number, "0") if odd.any() else column
            kept[position] = mask
        changed.append(column)
    return frame.with_columns(changed), kept


def _any_date(column: pl.Series, mask: np.ndarray) -> bool:
    """Whether a numeric cell may be a date: only dates are shown with a colon."""
    return bool(column.filter(pl.Series(mask)).str.contains(":", literal=True).any())


def _show_errors(frame: pl.DataFrame, errors: list[tuple[int, int, str]]) -> pl.DataFrame:
    """Put the error texts where a person sees them; the parser leaves nothing."""
    by_column: dict[int, tuple[list[int], list[str]]] = {}
    for row, column, text in errors:
        rows, texts = by_column.setdefault(column, ([], []))
        rows.append(row)
        texts.append(text)
    return frame.with_columns(
        frame.get_column(str(column)).scatter(rows, texts) for column, (rows, texts) in by_column.items()
    )
