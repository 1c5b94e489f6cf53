"""Bytes of a delimited file into UTF-8, in the encoding that the contract declares and no other."""

from __future__ import annotations

import codecs

from sinergi.read.faults import FileFault

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def to_utf8(data: bytes, declared: str) -> bytes:
    """Give the text as UTF-8 with plain newlines and no byte order mark.

    Raises:
        FileFault: file.encoding, with the encoding that the file seems to have.
    """
    name = codecs.lookup(declared).name
    seems = _seems(data)
    wide = name.startswith(("utf-16", "utf-32"))
    if seems in ("utf-16", "utf-16-le", "utf-16-be") and not wide:
        raise FileFault("file.encoding", encoding=declared, seems=seems)
    if wide and name.startswith("utf-16") and seems in ("utf-8", "utf-8-sig", "ascii"):
        raise FileFault("file.encoding", encoding=declared, seems=seems)
    if not wide and not name.startswith(("utf-8", "ascii")) and seems in ("utf-8", "utf-8-sig"):
        # A Latin-1 reader takes any byte: only that the bytes make sense as UTF-8 tells that it must not.
        raise FileFault("file.encoding", encoding=declared, seems="utf-8")
    body = data.removeprefix(codecs.BOM_UTF8) if name.startswith("utf-8") else data
    already = seems == "ascii" if not name.startswith("utf-8") else seems in ("utf-8", "utf-8-sig", "ascii")
    if wide or not already:
        try:
            body = body.decode(name).removeprefix("\ufeff").encode()
        except UnicodeError as error:
            line = data.count(b"\n", 0, getattr(error, "start", 0)) + 1
            raise FileFault("file.encoding", encoding=declared, seems=seems, line=line) from None
    return _newlines(body)


def _seems(data: bytes) -> str:
    for mark, name in _BOMS:
        if data.startswith(mark):
            return name
    head = data[:4096]
    if head.count(0) > len(head) // 4:
        return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    if data.isascii():
        return "ascii"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        # Windows' own encoding where bytes stand that Latin-1 keeps for control characters.
        return "cp1252" if any(byte in data for byte in b"\x91\x92\x93\x94\x96\x97\x80") else "latin-1"
    return "utf-8"


def _newlines(body: bytes) -> bytes:
    body = body.rstrip(b"\x1a")
    if b"\r" not in body:
        return body
    return body.replace(b"\r\n", b"\n") if b"\n" in body else body.replace(b"\r", b"\n")
