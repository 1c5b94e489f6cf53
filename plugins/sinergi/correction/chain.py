"""Which rows a correction workbook corrects: the delivery that it was made for, with every correction since."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from sqlalchemy import Connection, RowMapping, text

from sinergi.contracts import Contract
from sinergi.correction.marker import Marker, marker_in, marker_of
from sinergi.correction.merge import Merged, merge, read_lines
from sinergi.correction.shown import show
from sinergi.errors import SinergiError
from sinergi.examine import read_source
from sinergi.read import FileFault, SourceTable

if TYPE_CHECKING:
    from sinergi.settings import Settings

COLUMNS = "delivery_id, source_id, sha256, archive_path, status, superseded_by, corrects, reason"


@dataclass
class Reader:
    """Reads any delivered file, a correction workbook with the rows that it corrects.

    Attributes:
        connection: the ledger.
        settings: where the archive is.
        lang: language of what is said about lines that cannot be used.
        base: the delivery that the workbook corrects; None for an ordinary file.
        root_sha256: the first file of the chain, for what the correction replaces.
        merged: what became of the lines; None for an ordinary file.
        is_correction: whether the file is a correction workbook.
    """

    connection: Connection
    settings: Settings
    lang: str
    base: RowMapping | None = None
    root_sha256: str | None = None
    merged: Merged | None = field(default=None, repr=False)
    is_correction: bool = False

    @property
    def base_id(self) -> int | None:
        """The delivery that the workbook corrects; None for an ordinary file."""
        return self.base["delivery_id"] if self.base is not None else None

    @property
    def notes(self) -> list[pl.DataFrame]:
        """Findings about lines of the workbook that could not be used."""
        return self.merged.notes if self.merged else []

    @property
    def is_unchanged(self) -> bool:
        """Whether it is a workbook in which nothing was corrected."""
        return self.merged is not None and not (self.merged.changed or self.merged.removed or self.merged.notes)

    def __call__(self, path: Path, contract: Contract) -> SourceTable:
        """Read a file's rows.

        Raises:
            FileFault: as for any file, and the rules `correction.*`.
        """
        marker = marker_of(path)
        if marker is None:
            return read_source(path, contract)
        self.is_correction = True
        shown, self.base = _bases(self.connection, contract, marker)
        table = content(self.connection, self.settings, contract, self.base)
        self.root_sha256 = _root(self.connection, self.base)["sha256"]
        self.merged = overlay(
            path.read_bytes(),
            marker,
            table,
            table if shown == self.base else content(self.connection, self.settings, contract, shown),
            self.lang,
        )
        return self.merged.table


def overlay(data: bytes, marker: Marker, base: SourceTable, original: SourceTable, lang: str) -> Merged:
    """Lay a workbook's changes over rows.

    Args:
        data: The workbook.
        marker: Its marker.
        base: The rows as they stand now.
        original: The rows as they stood when the workbook was made.
        lang: Language of what is said about lines that cannot be used.

    Raises:
        FileFault: correction.damaged.
    """
    return merge(base, show(original, marker.sha256), read_lines(data, marker, original, lang), lang)


def content(connection: Connection, settings: Settings, contract: Contract, delivery: RowMapping) -> SourceTable:
    """Give the rows of a delivery: of its file, or of the file that it corrects with the corrections in it.

    Raises:
        FileFault: it cannot be read.
        SinergiError: the archive has it no longer.
    """
    if delivery["archive_path"] is None:
        raise SinergiError(f"Delivery {delivery['delivery_id']} never reached the archive; deliver the file again.")
    path = settings.archive / str(delivery["archive_path"])
    try:
        if delivery["corrects"] is None:
            return read_source(path, contract)
        data = path.read_bytes()
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        raise SinergiError(f"Delivery {delivery['delivery_id']}: {path} cannot be read ({reason}).") from None
    marker = marker_in(data)
    assert marker is not None
    base = row_of(connection, delivery["corrects"])
    table = content(connection, settings, contract, base)
    shown = _made_for(connection, marker)
    original = table if shown is None or shown == base else content(connection, settings, contract, shown)
    return overlay(data, marker, table, original, "id").table


def row_of(connection: Connection, delivery_id: int) -> RowMapping:
    """Read what the chain needs of one delivery."""
    query = text(f"select {COLUMNS} from ops.deliveries where delivery_id = :id")
    return connection.execute(query, {"id": delivery_id}).mappings().one()


def _made_for(connection: Connection, marker: Marker) -> RowMapping | None:
    query = f"""select {COLUMNS} from ops.deliveries
                where source_id = :source_id and sha256 = :sha256 and status <> 'duplicate'"""
    values = {"source_id": marker.source_id, "sha256": marker.sha256}
    return connection.execute(text(query), values).mappings().one_or_none()


def _bases(connection: Connection, contract: Contract, marker: Marker) -> tuple[RowMapping, RowMapping]:
    """Find the delivery that a workbook was made for, and the one that its changes go on.

    Raises:
        FileFault: correction.wrong_source, .unknown_delivery, .rejected or .superseded.
    """
    if marker.source_id != contract.source_id:
        raise FileFault("correction.wrong_source", other=marker.source_id, source=contract.source_id)
    shown = _made_for(connection, marker)
    if shown is None or shown["archive_path"] is None:
        raise FileFault("correction.unknown_delivery")
    if shown["status"] == "rejected":
        raise FileFault("correction.rejected", delivery=shown["delivery_id"])
    base, is_chain = shown, True
    while base["status"] == "superseded":
        newer = row_of(connection, base["superseded_by"])
        is_chain = is_chain and newer["corrects"] == base["delivery_id"]
        base = newer
    if not is_chain:
        raise FileFault("correction.superseded", delivery=shown["delivery_id"], newer=base["delivery_id"])
    return shown, base


def _root(connection: Connection, delivery: Any) -> RowMapping:
    while delivery["corrects"] is not None:
        delivery = row_of(connection, delivery["corrects"])
    return delivery
