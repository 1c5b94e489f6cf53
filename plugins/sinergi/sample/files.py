"""All exports of a world into an inbox, with the truth beside it."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from sinergi.sample import FATE_COLUMNS, Delivery, Export
from sinergi.sample.writer import write

if TYPE_CHECKING:
    from sinergi.sample.world import World


def write_exports(
    world: World,
    exports: Iterable[Export],
    out: Path,
    seed: int,
    progress: Callable[[str, int], None] | None = None,
) -> dict[str, Any]:
    """Write every export into `out/inbox/<source_id>/` and the expected fate of its rows into `out/truth/`.

    Args:
        world: Who is who, for the truth.
        exports: One at a time, in the order in which they arrive; only one is in memory.
        out: Folder of the sample.
        seed: Of the mess; equal seeds give equal bytes.
        progress: Called after each file with its source id and its number of rows.

    Returns:
        `files`, `rows` (data rows), `bytes` and `seconds`.
    """
    from sinergi.sample.truth import Writer

    began = time.monotonic()
    files = rows = size = 0
    with Writer(world, out) as truth:
        for export in exports:
            folder = out / "inbox" / export.source_id
            folder.mkdir(parents=True, exist_ok=True)
            fates, delivery = write_export(export, folder, seed)
            truth.add(export, fates, delivery)
            files, rows, size = files + 1, rows + delivery.rows_read, size + delivery.bytes
            if progress:
                progress(export.source_id, delivery.rows_read)
    return {"files": files, "rows": rows, "bytes": size, "seconds": round(time.monotonic() - began, 3)}


def write_export(export: Export, folder: Path, seed: int) -> tuple[pl.DataFrame, Delivery]:
    """Write one export into its folder, dated the day it was received; the same bytes again are copied.

    Returns:
        The expected fate of its rows (`FATE_COLUMNS`; none for a copy) and of the delivery.
    """
    path = folder / export.file_name
    if copied := export.meta.get("copy_of"):
        shutil.copyfile(folder / copied, path)
        fates = pl.DataFrame(schema=FATE_COLUMNS)
        delivery = Delivery("duplicate", None, 0, 0, 0, 0, path.stat().st_size)
    else:
        fates, delivery = write(export, path, seed)
    received = datetime.combine(export.received_on, datetime.min.time(), UTC).timestamp()
    os.utime(path, (received, received))
    return fates, delivery
