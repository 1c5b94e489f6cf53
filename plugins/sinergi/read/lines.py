"""The physical lines of a delimited text: which are sound, by numpy, and what the others are, one by one."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

_LOOK_AHEAD = 50  # a quoted cell with more line breaks than this is an unclosed quote
_NEWLINE, _QUOTE = ord("\n"), ord('"')


@dataclass(frozen=True)
class Record:
    """One record that needed a closer look."""

    line: int
    lines: int
    cells: list[str]
    text: str
    reason: str | None


class Lines:
    """A text cut into physical lines, with the number of cells on each."""

    def __init__(self, text: bytes, delimiter: str) -> None:
        self.text, self.delimiter = text, delimiter
        data = np.frombuffer(text, np.uint8)
        ends = np.flatnonzero(data == _NEWLINE)
        if not text.endswith(b"\n"):
            ends = np.append(ends, len(data))
        self.ends = ends
        self.starts = np.concatenate([[0], ends[:-1] + 1]) if len(ends) else ends
        self.quoted = b'"' in text
        delimiters = np.flatnonzero(data == ord(delimiter)) if ord(delimiter) < 128 else ends[:0]
        self.sound_quotes = np.ones(len(ends), bool)
        if self.quoted:
            delimiters = self._outside_quotes(data, delimiters)
        self.cells = np.diff(np.searchsorted(delimiters, np.append(self.starts, len(data)))) + 1

    def __len__(self) -> int:
        return len(self.ends)

    def line(self, index: int) -> str:
        """One physical line, without its end."""
        return self.text[self.starts[index] : self.ends[index]].decode()

    def _outside_quotes(self, data: np.ndarray, delimiters: np.ndarray) -> np.ndarray:
        """Drop delimiters inside quotes, and mark lines whose quotes do not open and close around whole cells."""
        quotes = np.flatnonzero(data == _QUOTE)
        before = np.searchsorted(quotes, self.starts)
        self.sound_quotes = np.diff(np.append(before, len(quotes))) % 2 == 0
        owner = np.searchsorted(self.starts, quotes, side="right") - 1
        opening = (np.arange(len(quotes)) - before[owner]) % 2 == 0
        beside = np.where(opening, quotes - 1, quotes + 1)
        edge = (beside < 0) | (beside >= len(data))
        byte = data[np.clip(beside, 0, len(data) - 1)]
        fits = edge | (byte == ord(self.delimiter)) | (byte == _NEWLINE) | (byte == _QUOTE)
        self.sound_quotes[owner[~fits]] = False
        line = np.searchsorted(self.starts, delimiters, side="right") - 1
        return delimiters[(np.searchsorted(quotes, delimiters) - before[line]) % 2 == 0]

    def parse(self, index: int, width: int) -> Record:
        """Parse the record that begins on a line; `reason` says why it cannot be one.

        A quote that stays open takes following lines only when they complete the record and none of them
        could be a record by itself: an unclosed quote must never swallow its neighbours.
        """
        text = self.line(index)
        cells = self._split([text])
        if cells is None:
            for last in range(index + 1, min(index + _LOOK_AHEAD, len(self))):
                if self.sound_quotes[last] and self.cells[last] == width and width > 1:
                    break
                cells = self._split([self.line(at) + ("\n" if at < last else "") for at in range(index, last + 1)])
                if cells is not None and len(cells) == width:
                    whole = self.text[self.starts[index] : self.ends[last]].decode()
                    return Record(index, last - index + 1, cells, whole, None)
            loose = text.split(self.delimiter)
            return Record(index, 1, loose, text, "row.malformed: EOF inside string (a quote is not closed)")
        return Record(index, 1, cells, text, _count_fault(cells, width))

    def _split(self, lines: list[str]) -> list[str] | None:
        """Cells of one record, or None while a quote is open."""
        try:
            found = list(csv.reader(lines, delimiter=self.delimiter, strict=True))
        except csv.Error as error:
            if "unexpected end" in str(error) or len(lines) > 1:
                return None
            # Text beside a closing quote, as in `"Siti" Aminah`: cells are clear, quotes are kept as they are.
            return lines[0].split(self.delimiter)
        if len(found) > 1:
            return None
        return found[0] if found else []

    def troubled(self, first: int, width: int) -> Iterator[Record]:
        """Records from line `first` on that are not one sound line of `width` cells."""
        suspects = np.flatnonzero(~self.sound_quotes[first:] | (self.cells[first:] != width)) + first
        reached = first
        for index in suspects.tolist():
            if index < reached:
                continue
            record = self.parse(index, width)
            reached = index + record.lines
            yield record


def _count_fault(cells: list[str], width: int) -> str | None:
    if len(cells) == width or not any(cell.strip() for cell in cells):
        return None
    if len(cells) < width:
        return f"row.malformed: too few cells ({len(cells)} of {width})"
    if any(cell.strip() for cell in cells[width:]):
        return f"row.extra_cells: more cells than headers ({len(cells)} of {width})"
    return None
