from __future__ import annotations

import errno
import hashlib
import os
import threading
from pathlib import Path

import fsspec
import pytest

from sinergi import collect
from sinergi.collect import ArchiveError, archive_file, archive_path
from sinergi.read.faults import FileFault

LOCAL = fsspec.filesystem("file")


@pytest.fixture
def source(tmp_path) -> Path:
    path = tmp_path / "inbox" / "Daftar Penerima.XLSX"
    path.parent.mkdir()
    path.write_bytes(os.urandom(3 << 20))
    return path


@pytest.fixture
def archive(tmp_path) -> Path:
    return tmp_path / "archive"


def files(folder: Path) -> list[Path]:
    return [each for each in folder.rglob("*") if each.is_file()]


def test_copy_by_sha256_read_only(source, archive):
    kept = archive_file(LOCAL, str(source), archive)
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    assert (kept.sha256, kept.bytes) == (digest, 3 << 20)
    assert kept.archive_path == archive / digest[:2] / digest[2:4] / f"{digest}.xlsx"
    assert kept.archive_path.read_bytes() == source.read_bytes()
    assert kept.archive_path.stat().st_mode & 0o777 == 0o440
    assert files(archive) == [kept.archive_path]


def test_same_bytes_again_change_nothing(source, archive):
    first = archive_file(LOCAL, str(source), archive)
    before = first.archive_path.stat()
    again = archive_file(LOCAL, str(source), archive)
    after = again.archive_path.stat()
    assert again == first
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert len(files(archive)) == 1


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a/../../b.xlsx", "x.sh;rm -rf", "tanpa akhiran", ".xlsx", "a.X Y"]
)
def test_names_of_senders_are_never_paths(archive, name):
    path = archive_path(archive, "ab" * 32, name)
    assert path.parent == archive / "ab" / "ab"
    assert path.name.removesuffix(".xlsx") == "ab" * 32


class _Growing:
    """A sender who is still writing: each read finds the file longer."""

    def __init__(self, path: Path, change) -> None:
        self._path, self._change, self._file = path, change, path.open("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._file.close()

    def read(self, size: int) -> bytes:
        chunk = self._file.read(size)
        if self._change:
            self._change(self._path)
            self._change = None
        return chunk


def _append(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


def _overwrite(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(bytes(len(data)))


@pytest.mark.parametrize("change", [_append, _overwrite, Path.unlink], ids=["grows", "replaced", "vanishes"])
def test_file_that_changes_while_it_is_copied(source, archive, monkeypatch, change):
    fs = fsspec.filesystem("file", skip_instance_cache=True)
    monkeypatch.setattr(fs, "open", lambda path, mode: _Growing(Path(path), change))
    with pytest.raises(FileFault) as fault:
        archive_file(fs, str(source), archive)
    assert fault.value.rule == "file.changed"
    assert files(archive) == []


def test_disk_full_in_the_archive(source, archive, monkeypatch):
    class Full:
        def __init__(self, file) -> None:
            self._file, self._left = file, 1 << 20

        def write(self, data) -> int:
            if self._left <= 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            self._left -= len(data)
            return self._file.write(data)

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self._file.close()

    real = os.fdopen
    monkeypatch.setattr(collect.os, "fdopen", lambda *args, **kwargs: Full(real(*args, **kwargs)))
    with pytest.raises(ArchiveError, match="No space left on device"):
        archive_file(LOCAL, str(source), archive)
    assert files(archive) == []


@pytest.mark.skipif(not Path("/dev/shm").is_dir() or os.geteuid() != 0, reason="needs the right to mount")
def test_disk_full_for_real(source, tmp_path):
    import subprocess

    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small], capture_output=True).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        with pytest.raises(ArchiveError, match="No space left on device"):
            archive_file(LOCAL, str(source), small)
        assert files(small) == []
    finally:
        subprocess.run(["umount", small], check=True)


def test_archive_that_may_not_be_written(source, tmp_path):
    (tmp_path / "blocked").write_text("a file where a folder should be")
    with pytest.raises(ArchiveError, match="cannot be written"):
        archive_file(LOCAL, str(source), tmp_path / "blocked")


def test_sender_that_cannot_be_read_is_no_fault_of_the_archive(archive, tmp_path):
    with pytest.raises(FileNotFoundError):
        archive_file(LOCAL, str(tmp_path / "none.xlsx"), archive)
    assert not archive.exists() or files(archive) == []


def test_two_workers_archive_the_same_bytes_at_once(source, archive):
    found: list = []
    workers = [
        threading.Thread(target=lambda: found.append(archive_file(LOCAL, str(source), archive))) for _ in range(4)
    ]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert len(set(found)) == 1 and len(found) == 4
    assert len(files(archive)) == 1
