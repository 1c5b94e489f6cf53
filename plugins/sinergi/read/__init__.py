"""Read a delivered file into text cells that keep their row numbers. Nothing is guessed, nothing is dropped."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from pathlib import Path

from sinergi.read.delimited import read_delimited
from sinergi.read.faults import FileFault
from sinergi.read.guard import steady
from sinergi.read.layout import lay_out
from sinergi.read.table import CellError, FileSpec, Limits, SourceTable
from sinergi.read.workbook import read_workbook

__all__ = ["CellError", "FileFault", "FileSpec", "Limits", "SourceTable", "read"]


def read(
    path: str | os.PathLike[str],
    file_spec: FileSpec,
    *,
    limits: Limits | None = None,
    wanted: Collection[str] = (),
    footer: Sequence[str] = (),
) -> SourceTable:
    """Read one XLSX or CSV file as its contract's `file` describes it.

    Args:
        path: a local file.
        file_spec: the contract's `file`.
        limits: bounds on size and rows; the defaults suit a city.
        wanted: headers that the contract accepts; with them a header row that has moved is found.
        footer: further patterns of rows that are no data (the contract's `ignore.footer`).

    Raises:
        FileFault: the file must be held whole; its `rule` and `details` say why.
        OSError: the file cannot be opened.
    """
    limits = limits or Limits()
    with steady(Path(path), limits) as data:
        if file_spec.format == "xlsx":
            grid = read_workbook(data, file_spec.sheet, limits)
        else:
            grid = read_delimited(data, file_spec, limits, wanted)
        return lay_out(grid, file_spec, limits, wanted, footer)
