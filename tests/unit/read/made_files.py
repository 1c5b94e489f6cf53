"""Small files made for the tests of reading."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter


@dataclass(frozen=True)
class Spec:
    format: str = "xlsx"
    sheet: str | None = None
    header_row: int = 1
    header_rows: int = 1
    delimiter: str = ","
    encoding: str = "utf-8"


def book(path: Path, rows: list[list[Any]], then: Callable[[Any, Any], None] | None = None, name: str = "Data") -> Path:
    """Write rows as they are typed: numbers as numbers, text as text; None leaves the cell out."""
    workbook = xlsxwriter.Workbook(path)
    sheet = workbook.add_worksheet(name)
    for row, cells in enumerate(rows):
        for column, value in enumerate(cells):
            if isinstance(value, str):
                sheet.write_string(row, column, value)
            elif value is not None:
                sheet.write(row, column, value)
    if then:
        then(workbook, sheet)
    workbook.close()
    return path


def people(count: int) -> list[list[Any]]:
    """Made-up people: No, NIK, Nama, Kelurahan, Nilai."""
    return [[n, f"62710112{n:04d}0001", f"Orang {n}", "Menteng", 200000 + n] for n in range(1, count + 1)]


HEADERS = ["No", "NIK", "Nama", "Kelurahan", "Nilai"]
