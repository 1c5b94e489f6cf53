"""Files that come through the board: kept by hash, typed by their bytes, checked at once, and left in the inbox.

Of the sender's own name nothing becomes a path. From the inbox on, an uploaded file goes the way of every other.
"""

from __future__ import annotations

import hashlib
import tempfile
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from sinergi.errors import SinergiError
from sinergi.read.guard import looks_like

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from sinergi.settings import Settings

MAX_BYTES = 64 << 20  # 10,000 rows are about 1 MB; larger files go the way of the folder
KEPT = 24 * 3600  # seconds that a checked file and its workbook stay
EXTENSIONS = {"xlsx": ".xlsx", "text": ".csv"}
_PIECE = 1 << 20
_ONE_AT_A_TIME = threading.Lock()  # a check takes a core


class Refused(SinergiError):
    """The file is none that the board takes; `kind` is what its bytes are."""

    def __init__(self, kind: str):
        super().__init__(f"A file of kind {kind} is not taken.")
        self.kind = kind


@dataclass(frozen=True)
class Stored:
    """One uploaded file, as it is kept."""

    sha256: str
    bytes: int
    path: Path


def store(settings: Settings, source: BinaryIO) -> Stored:
    """Keep an uploaded file under its hash.

    Raises:
        Refused: empty, too large, or neither a workbook nor text.
    """
    folder = settings.home / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    _tidy(folder)
    digest, size, handle = hashlib.sha256(), 0, tempfile.NamedTemporaryFile(dir=folder, delete=False)  # noqa: SIM115
    try:
        with handle:
            while piece := source.read(_PIECE):
                size += len(piece)
                if size > MAX_BYTES:
                    raise Refused("too_large")
                digest.update(piece)
                handle.write(piece)
        if not size:
            raise Refused("empty")
        kind = looks_like(Path(handle.name).read_bytes())
        if kind not in EXTENSIONS:
            raise Refused(kind)
        final = folder / f"{digest.hexdigest()}{EXTENSIONS[kind]}"
        Path(handle.name).replace(final)
    finally:
        Path(handle.name).unlink(missing_ok=True)
    return Stored(digest.hexdigest(), size, final)


def workbook_of(settings: Settings, action_id: int) -> Path:
    """Say where the workbook of an upload's check is kept."""
    return settings.home / "uploads" / f"perbaikan-{action_id}.xlsx"


def check(
    settings: Settings, engine: Engine, stored: Stored, name: str, source_id: str, action_id: int
) -> dict[str, Any]:
    """Examine an uploaded file by the intake's own rules; what compares with earlier deliveries is left to the intake.

    Returns:
        The verdict, without any value of any row.
    """
    from sinergi.dryrun import dry_run

    started = time.monotonic()
    with _ONE_AT_A_TIME:
        report = dry_run(
            settings,
            stored.path,
            source_id,
            file_name=name,
            workbook=workbook_of(settings, action_id),
            engine=engine,
        )
    kept = ("status", "period", "reason", "rows_read", "rows_accepted", "rows_quarantined", "rows_ignored", "causes")
    verdict = {key: report[key] for key in kept}
    return verdict | {"has_workbook": report["workbook"] is not None, "seconds": round(time.monotonic() - started, 1)}


def deliver(settings: Settings, stored: Stored, source_id: str) -> None:
    """Leave a file in its folder of the inbox, whole at once.

    Raises:
        SinergiError: the inbox cannot be written to.
    """
    from sinergi.collecting import storage_options
    from sinergi.sources import filesystem

    fs, root = filesystem(settings.inbox, storage_options(settings))
    target = f"{root}/{source_id}/{stored.path.name}"
    try:
        fs.makedirs(f"{root}/{source_id}", exist_ok=True)
        if not fs.exists(target):
            fs.put_file(str(stored.path), f"{target}.part")
            fs.mv(f"{target}.part", target)
    except (OSError, NotImplementedError) as fault:
        raise SinergiError(f"The inbox cannot be written to ({type(fault).__name__}).") from None


def warm() -> None:
    """Load what a check needs, while the officer looks for the file."""
    import sinergi.dryrun  # noqa: F401
    from sinergi.suite import library

    library()


def in_language(settings: Settings, lang: str) -> Settings:
    """Let a check speak the visitor's language."""
    return replace(settings, lang=lang)


def _tidy(folder: Path) -> None:
    oldest = time.time() - KEPT
    for path in folder.iterdir():
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
