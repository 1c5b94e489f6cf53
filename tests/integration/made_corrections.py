"""An office that opens its correction workbook, changes cells in it and saves it, as Excel would."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from sinergi.workbook import write_workbook

FIRST = 2  # row of the sheet on which the first row to correct stands


class Corrections:
    """One correction workbook in the hands of an office."""

    def __init__(self, path: Path):
        self.path = path
        self.book = openpyxl.load_workbook(path)
        self.sheet = self.book["Perbaikan"]
        self.headers = [cell.value for cell in self.sheet[1]]

    @classmethod
    def of(cls, offices, delivery_id: int, folder: Path, name: str = "perbaikan.xlsx") -> Corrections:
        """Fetch the workbook of a delivery."""
        path = folder / name
        write_workbook(offices.engine, offices.settings, delivery_id, path)
        return cls(path)

    @property
    def rows(self) -> list[int]:
        """The row numbers of the original that it holds, in its order."""
        return [self.sheet.cell(at, 1).value for at in range(FIRST, self.sheet.max_row + 1)]

    def line(self, row: int) -> int:
        """Say where a row of the original stands."""
        return FIRST + self.rows.index(row)

    def cell(self, row: int, header: str):
        """Give the cell of a row under a header."""
        return self.sheet.cell(self.line(row), 1 + self.headers.index(header))

    def fix(self, row: int, header: str, value: object) -> Corrections:
        """Type a value into a cell."""
        self.cell(row, header).value = value
        return self

    def send(self, offices, name: str = "sembako-perbaikan.xlsx", source_id: str = "dinsos/sembako") -> Path:
        """Save it and put it into a folder of the inbox."""
        path = offices.path(name, source_id)
        self.book.save(path)
        return offices.arrive(path)
