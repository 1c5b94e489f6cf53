"""The door: what a file is by its bytes, and what it would cost to open, before any parser sees it."""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from sinergi.read.faults import FileFault
from sinergi.read.table import Limits

ZIP, OLE, PDF, RTF = b"PK", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF", b"{\\rtf"
MACRO_TYPE = b"macroEnabled"
_PIECE = 1 << 20
_SLACK = 64 * 1024  # a small part may always be opened; only large ones can hurt


@contextmanager
def steady(path: Path, limits: Limits) -> Iterator[bytes]:
    """Give the file's bytes, read once; on leaving, fault when the file is no longer what was read.

    Raises:
        FileFault: file.empty, file.too_large, file.changed.
    """
    before = path.stat()
    if before.st_size > limits.max_file_bytes:
        raise FileFault("file.too_large", size=_mb(before.st_size), limit=_mb(limits.max_file_bytes))
    data = path.read_bytes()
    if not data:
        raise FileFault("file.empty", size=0)
    if len(data) != before.st_size:
        raise FileFault("file.changed", size_before=before.st_size, size_after=len(data))
    try:
        yield data
    except FileFault:
        # Half a file gives odd faults; that it is still being written is the one to report.
        _unchanged(path, before, data)
        raise
    _unchanged(path, before, data)


def _unchanged(path: Path, before: os.stat_result, data: bytes) -> None:
    after = path.stat()
    if _trace(before) != _trace(after) or not _holds(path, data):
        raise FileFault("file.changed", size_before=before.st_size, size_after=after.st_size)


def _mb(size: int) -> str:
    return f"{size / (1 << 20):,.1f} MB"


def _trace(stat: os.stat_result) -> tuple[int, int]:
    return stat.st_size, stat.st_mtime_ns


def _holds(path: Path, data: bytes) -> bool:
    """Whether the file still holds these bytes, read again a piece at a time."""
    at = 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            if data[at : at + len(piece)] != piece:
                return False
            at += len(piece)
    return at == len(data)


def looks_like(data: bytes) -> str:
    """Name what the bytes are: xlsx, zip, encrypted, xls, pdf, rtf, html, xml, empty or text, binary."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if data.startswith(ZIP):
        return "xlsx" if b"xl/" in data else "ods" if b"opendocument.spreadsheet" in data[:200] else "zip"
    if data.startswith(OLE):
        return "encrypted" if "EncryptedPackage".encode("utf-16-le") in data else "xls"
    if data.startswith(PDF):
        return "pdf"
    if data.startswith(RTF):
        return "rtf"
    if head.startswith((b"<!doctype html", b"<html", b"<table")) or b"<html" in head:
        return "html"
    if head.startswith(b"<?xml"):
        return "xml"
    if not data.lstrip(b"\x00"):
        return "zeros"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text"
    return "binary" if data[:4096].count(0) > len(data[:4096]) // 10 else "text"


class Parts:
    """The parts of a workbook's zip, each inflated once, never beyond what it declared nor beyond the limit."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        """Check the archive as a whole.

        Raises:
            FileFault: file.not_a_workbook, file.truncated, file.encrypted, file.macro, file.too_large.
        """
        kind = looks_like(data)
        if kind == "encrypted":
            raise FileFault("file.encrypted")
        if kind == "zip" and len(data) > 4 and not _central_directory(data):
            raise FileFault("file.truncated", size=len(data))
        if kind != "xlsx":
            raise FileFault("file.not_a_workbook", looks_like=kind)
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError):
            raise FileFault("file.truncated", size=len(data)) from None
        self._data, self._limits = data, limits
        self._infos = {info.filename.lstrip("/"): info for info in self._zip.infolist()}
        declared = sum(info.file_size for info in self._infos.values())
        if declared > limits.max_inflated_bytes:
            raise FileFault("file.too_large", size=_mb(declared), limit=_mb(limits.max_inflated_bytes))
        if any(info.flag_bits & 1 for info in self._infos.values()):
            raise FileFault("file.encrypted")
        if any(name.endswith("vbaProject.bin") for name in self._infos):
            raise FileFault("file.macro")
        if MACRO_TYPE in self.get("[Content_Types].xml"):
            raise FileFault("file.macro")
        if "xl/workbook.xml" not in self._infos:
            raise FileFault("file.not_a_workbook", looks_like="xlsb" if "xl/workbook.bin" in self._infos else "zip")

    def __contains__(self, name: str) -> bool:
        return name in self._infos

    def get(self, name: str) -> bytes:
        """Inflate one part; b"" when the workbook has none of that name.

        Raises:
            FileFault: file.truncated, file.too_large (the part inflates to more than it declares).
        """
        info = self._infos.get(name)
        if info is None:
            return b""
        offset = info.header_offset
        if self._data[offset : offset + 4] != b"PK\x03\x04":
            raise FileFault("file.truncated", size=len(self._data))
        name_size = int.from_bytes(self._data[offset + 26 : offset + 28], "little")
        extra_size = int.from_bytes(self._data[offset + 28 : offset + 30], "little")
        start = offset + 30 + name_size + extra_size
        raw = memoryview(self._data)[start : start + info.compress_size]
        part = self._inflate(info, raw)
        if len(part) < info.file_size or zlib.crc32(part) != info.CRC:
            raise FileFault("file.truncated", size=len(self._data), part=name)
        return part

    def _inflate(self, info: zipfile.ZipInfo, raw: memoryview) -> bytes:
        if info.compress_type == zipfile.ZIP_STORED:
            return bytes(raw)
        if info.compress_type != zipfile.ZIP_DEFLATED:
            raise FileFault("file.not_a_workbook", looks_like="zip")
        inflater = zlib.decompressobj(-15)
        try:
            # One byte over the declared size is enough to catch a liar, and memory stays bounded by the declaration.
            part = inflater.decompress(raw, info.file_size + 1)
        except zlib.error:
            raise FileFault("file.truncated", size=len(self._data), part=info.filename) from None
        if len(part) > info.file_size:
            raise FileFault(
                "file.too_large", size=f"> {_mb(info.file_size)}", limit=_mb(info.file_size), part=info.filename
            )
        return part


def _central_directory(data: bytes) -> bool:
    return b"PK\x05\x06" in data[-_SLACK - 22 :]
