"""Keep every delivered file as it came: one copy by SHA-256, written once and never altered."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from fsspec import AbstractFileSystem

from sinergi.errors import SinergiError
from sinergi.read.faults import FileFault
from sinergi.sources import InboxFile, list_inbox

__all__ = ["ArchiveError", "Archived", "InboxFile", "archive_file", "archive_path", "list_inbox"]

_CHUNK = 1 << 20
_READ_ONLY = 0o440
_EXTENSION = re.compile(r"\.[a-z0-9]{1,8}$")


class ArchiveError(SinergiError):
    """The archive could not be written: the disk is full, or the folder may not be written to."""


@dataclass(frozen=True)
class Archived:
    """One file in the archive."""

    sha256: str
    bytes: int
    archive_path: Path


def archive_path(archive_dir: Path, sha256: str, file_name: str) -> Path:
    """Where a file belongs: aa/bb/<sha256>.<ext>. Of the sender's name only a harmless extension is taken."""
    extension = _EXTENSION.search(file_name.lower())
    return archive_dir / sha256[:2] / sha256[2:4] / f"{sha256}{extension[0] if extension else ''}"


def archive_file(fs: AbstractFileSystem, path: str, archive_dir: str | os.PathLike[str]) -> Archived:
    """Copy one file into the archive, hashing it on the way.

    Bytes that are there already are left as they are. A copy that fails leaves nothing behind.

    Raises:
        FileFault: file.changed when the file grew, shrank or was replaced meanwhile.
        ArchiveError: the archive cannot be written.
        OSError: the sender's server cannot be read.
    """
    directory = Path(archive_dir)
    before = _version(fs, path)
    with _temporary(directory) as (temporary, file):
        sha256, size = _copy(fs, path, file, directory)
        _unchanged(fs, path, before, size)
        final = archive_path(directory, sha256, path)
        with _writing(directory):
            _keep(Path(temporary), final, file)
    return Archived(sha256, size, final)


def _version(fs: AbstractFileSystem, path: str) -> dict[str, object]:
    """What tells one version of a file from the next, as far as the server says."""
    fs.invalidate_cache()
    info = fs.info(path)
    return {key: info.get(key) for key in ("size", "mtime", "LastModified", "Last-Modified", "ETag", "ino")}


def _unchanged(fs: AbstractFileSystem, path: str, before: dict[str, object], copied: int) -> None:
    try:
        after = _version(fs, path)
    except FileNotFoundError:
        raise FileFault("file.changed", size_before=before["size"], size_after=None) from None
    expected = before["size"]
    if after != before or (expected is not None and expected != copied):
        raise FileFault("file.changed", size_before=expected, size_after=after["size"])


def _copy(fs: AbstractFileSystem, path: str, file: FileIO, directory: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with fs.open(path, "rb") as source:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            with _writing(directory):
                rest = memoryview(chunk)
                while rest:
                    rest = rest[file.write(rest) :]
    return digest.hexdigest(), size


@contextmanager
def _temporary(directory: Path) -> Iterator[tuple[str, FileIO]]:
    """Give a file in the archive's own disk, so that the final rename is atomic; remove it when it was not kept."""
    with _writing(directory):
        directory.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=".incoming-", dir=directory)
    try:
        # Unbuffered: a full disk shows at the write that met it, not once more at closing.
        with os.fdopen(handle, "wb", buffering=0) as file:
            yield temporary, file
    finally:
        with suppress(FileNotFoundError):
            Path(temporary).unlink()


def _keep(temporary: Path, final: Path, file: FileIO) -> None:
    if final.exists():
        return
    os.fsync(file.fileno())
    os.fchmod(file.fileno(), _READ_ONLY)
    final.parent.mkdir(parents=True, exist_ok=True)
    temporary.rename(final)
    # The name must survive a power cut too, not only the bytes.
    folder = os.open(final.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _writing(directory: Path) -> Iterator[None]:
    """Turn faults of the archive's disk into words; those of the sender's server pass."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ArchiveError(
            f"The archive {directory} cannot be written: {reason}. "
            "Nothing was kept; make room or correct its rights, then run again."
        ) from error
