"""Recognise the rows of a sheet's body that are no data. A row that could be a person's is never one of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import polars as pl

from sinergi.read.header import Header, key
from sinergi.read.table import Grid

_LABELS = r"(?:jumlah|total|jml|sub[ -]?total|grand[ -]?total|rekapitulasi)"
TOTAL = rf"(?i)^\s*{_LABELS}(?:\s+\S.*)?\s*[:.]?\s*$"
_FOOTER = re.compile(
    r"(?:^\W*(?:mengetahui|menyetujui|disetujui|dibuat oleh|yang membuat|diperiksa oleh|catatan|keterangan|terbilang"
    r"|sumber(?: data)?|note|ket)\b\s*(?:[:,.;]|$|oleh\b|/)|^\W*(?:a\.?n\.?\s+)?(?:plt\.?\s+)?"
    r"(?:kepala|lurah|camat|wali ?kota|sekretaris|pejabat|operator|petugas|ketua)\b[^0-9]*,?\s*$"
    r"|^\W*nip\b[\s.:]*[\d ._-]*$|^\W*palangka ?raya\s*,)",
    re.IGNORECASE,
)
# Values of real columns that a signature's wording would match.
_NO_FOOTER = re.compile(r"kepala (?:keluarga|rumah)", re.IGNORECASE)
_IDENTITY = re.compile(r"^\D?\d{16}$")
_AMOUNT = re.compile(r"^(?:rp\.?)?[\s\d.,()%+-]*(?:\s*(?:orang|kk|jiwa|unit|kel(?:uarga)?|paket))?$", re.IGNORECASE)
_NUMBERING = re.compile(r"^\s*\(?(\d{1,3})[).]?\s*$")
Cells = tuple[str | None, ...]


def classify(grid: Grid, header: Header, filled: np.ndarray, body: slice, footer: Sequence[str] = ()) -> dict[int, str]:
    """Name the kind of each body row that is no data: blank, number_row, header, total, footer."""
    counts = filled[body]
    if not len(counts):
        return {}
    start = body.start
    kinds = dict.fromkeys((np.flatnonzero(counts == 0) + start).tolist(), "blank")
    frame = grid.cells[body]
    sound = np.array([row - start for row in grid.broken if row >= start], np.int64)
    usual = counts.copy()
    usual[sound[sound < len(usual)]] = 0
    # Where data is short, a signature block has more rows than it: rows far emptier than the fullest do not count.
    usual = usual[usual * 3 >= max(usual.max(), 1)]
    typical = float(np.median(usual)) if len(usual) else float(len(header.headers))
    for row in np.flatnonzero(counts[:20]).tolist()[:3]:
        if _numbering(frame.row(row), len(header.headers)):
            kinds[row + start] = "number_row"
    kinds |= {row + start: "header" for row in _repeats(frame, header)}
    kinds |= {row + start: "total" for row in _totals(frame, counts, typical)}
    sparse = (counts > 0) & ((counts * 2 <= typical) | ((counts <= 2) & (counts < typical)))
    for row in _footers(frame, counts, sparse, typical):
        kinds.setdefault(row + start, "footer")
    for pattern in footer:
        lines = frame.select(pl.concat_str(pl.all(), separator="\n", ignore_nulls=True)).to_series()
        hits = np.flatnonzero(lines.str.contains(f"(?im){pattern}").fill_null(value=False).to_numpy())
        kinds |= {row + start: "footer" for row in hits.tolist() if not _has_identity(frame.row(row))}
    return kinds


def _has_identity(cells: Cells) -> bool:
    return any(cell is not None and _IDENTITY.match(cell.strip()) for cell in cells)


def _numbering(cells: Cells, width: int) -> bool:
    """Whether the row numbers the columns: 1 2 3 ..., from the first to nearly the last."""
    values = [_NUMBERING.match(cell) for cell in cells if cell is not None]
    if len(values) < 3 or len(values) < 0.8 * width or not all(values):
        return False
    numbers = [int(value[1]) for value in values if value]
    return numbers == list(range(1, len(numbers) + 1))


def _repeats(frame: pl.DataFrame, header: Header) -> list[int]:
    """Rows that repeat a header row, as a printed table does on each page."""
    found: set[int] = set()
    for level in header.raw:
        named = [(at, text) for at, text in enumerate(level) if text]
        if len(named) < 2:
            continue
        first, text = named[0]
        candidates = np.flatnonzero((frame.get_column(str(first)) == text).fill_null(value=False).to_numpy())
        for row in candidates.tolist():
            cells = frame.row(row)
            same = sum(key(cells[at] or "") == key(label) for at, label in named)
            if same >= max(2, 0.8 * len(named)):
                found.add(row)
    return sorted(found)


def _totals(frame: pl.DataFrame, counts: np.ndarray, typical: float) -> list[int]:
    """Rows that sum up: the first filled cell says so, every other one is a figure, and data columns are missing."""
    first = frame.select(pl.coalesce(pl.all())).to_series()
    labelled = first.str.contains(TOTAL).fill_null(value=False).to_numpy()
    found = []
    for row in np.flatnonzero(labelled & (counts < typical)).tolist():
        label, *others = [cell for cell in frame.row(row) if cell is not None]
        figures = [cell for cell in others if key(cell) != key(label)]
        if all(_AMOUNT.match(cell.strip()) for cell in figures) and not _has_identity(tuple(others)):
            found.append(row)
    return found


def _footers(frame: pl.DataFrame, counts: np.ndarray, sparse: np.ndarray, typical: float) -> list[int]:
    """The signature block or notes below the last full row, from the row that begins them until the end."""
    full = np.flatnonzero((counts > 0) & ~sparse)
    first = int(full[-1]) + 1 if len(full) else 1
    where = [row for row in np.flatnonzero(sparse).tolist() if row >= first]
    if not where or typical < 2:
        return []
    begin = next((row for row in where if _begins(frame.row(row))), len(counts))
    return [row for row in where if row >= begin and not _has_identity(frame.row(row))]


def _begins(cells: Cells) -> bool:
    """Whether a row opens a signature block; one that is numbered like the data does not."""
    texts = [cell for cell in cells if cell is not None]
    if _NUMBERING.match(texts[0]) or _has_identity(cells):
        return False
    return any(_FOOTER.search(text) and not _NO_FOOTER.search(text) for text in texts)
