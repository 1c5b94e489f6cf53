"""What makes a workbook a correction workbook: a hidden sheet that says which file it corrects, and its fixed words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import yaml

from sinergi.read import FileFault, Limits
from sinergi.read.guard import ZIP, Parts
from sinergi.read.workbook import read_workbook, sheets

SHEET = "_sinergi"
CHOICES_SHEET = "_pilihan"
FORMAT = "1"


@dataclass(frozen=True)
class Marker:
    """Which file a workbook corrects.

    Attributes:
        source_id: the export that it was made for.
        sha256: the corrected file's; it finds the delivery, whether or not the workbook knew its number.
        names: what the special columns and the sheet of rows are called in this workbook.
    """

    source_id: str
    sha256: str
    names: dict[str, str]

    def lines(self) -> list[tuple[str, str]]:
        """Give what stands in the hidden sheet."""
        return [("format", FORMAT), ("source_id", self.source_id), ("sha256", self.sha256), *self.names.items()]


@lru_cache(maxsize=2)
def words(lang: str) -> dict[str, Any]:
    """Give the workbook's fixed words in one language."""
    path = Path(__file__).with_name("words.yml")
    return cast(dict[str, Any], yaml.safe_load(path.read_text(encoding="utf-8"))[lang])


def names(lang: str) -> dict[str, str]:
    """Give the names of the sheet of rows and of the columns that are not the sender's."""
    return {name: words(lang)[name] for name in ("rows_sheet", "row", "what", "remove", "removal", "key")}


def marker_of(path: Path) -> Marker | None:
    """Tell whether a file is a correction workbook, and of what; None for every other file.

    Raises:
        OSError: the file cannot be opened.
    """
    with path.open("rb") as file:
        if file.read(2) != ZIP:
            return None
    return marker_in(path.read_bytes())


def marker_in(data: bytes) -> Marker | None:
    """Read the marker from a workbook's bytes."""
    limits = Limits()
    if len(data) > limits.max_file_bytes:
        return None
    try:
        parts = Parts(data, limits)
        if SHEET not in [sheet.name for sheet in sheets(parts)]:
            return None
        grid = read_workbook(data, SHEET, limits)
    except FileFault:  # whatever it is, the ordinary reader finds the words for it
        return None
    lines = {str(row[0]): str(row[1]) for row in grid.cells.rows() if len(row) > 1 and row[0] and row[1]}
    if lines.get("format") != FORMAT or not {"source_id", "sha256", *names("id")} <= lines.keys():
        return None
    return Marker(lines["source_id"], lines["sha256"], {name: lines[name] for name in names("id")})
