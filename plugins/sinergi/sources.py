"""Where senders leave their files: a folder, SFTP, S3 or HTTP, all through fsspec."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Protocol, cast
from urllib.parse import unquote, urljoin, urlsplit

import fsspec
from fsspec import AbstractFileSystem

from sinergi.errors import SinergiError

log = logging.getLogger(__name__)

PROTOCOLS = ("file", "sftp", "s3", "http", "https")
_PARTIAL = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".filepart", ".swp")
_LOCK, _HIDDEN = "~$", "."
_LINK = re.compile(r"""<a\s[^>]*?href\s*=\s*["']([^"'#?]+)["']""", re.IGNORECASE)
_LEVELS = 2  # sender/export/file
_DEEPEST = 8
# A server that has gone away must fail a task in a minute, not hold a worker for ever.
_PATIENCE = 60
_DEFAULTS: dict[str, dict[str, Any]] = {
    "s3": {"use_listings_cache": False},
    "sftp": {"timeout": _PATIENCE, "banner_timeout": _PATIENCE, "auth_timeout": _PATIENCE},
}


class Connection(Protocol):
    """The fields of an Airflow connection that matter here."""

    conn_type: str
    host: str | None
    login: str | None
    password: str | None
    port: int | None
    extra: str | None


@dataclass(frozen=True)
class InboxFile:
    """One file that a sender left.

    Attributes:
        path: what the filesystem that listed it opens.
        source_id: `sender/export`, after the two folders that it lies in; None when it lies elsewhere.
        file_name: the name alone, for people; never used as a path of ours.
        size: bytes, None where the server does not say.
        mtime: last change in UTC, None where the server does not say.
        etag: the server's mark of this version, where it has one.
    """

    path: str
    source_id: str | None
    file_name: str
    size: int | None
    mtime: datetime | None
    etag: str | None


def filesystem(url: str, storage_options: Mapping[str, Any] | None = None) -> tuple[AbstractFileSystem, str]:
    """Open the filesystem of a URL or local path; give it and the root inside it.

    Raises:
        SinergiError: the protocol is none that Sinergi pulls from.
    """
    protocol = urlsplit(url).scheme if "://" in url else "file"
    if protocol not in PROTOCOLS:
        raise SinergiError(f"Cannot pull from {protocol}://; use a folder or {'://, '.join(PROTOCOLS[1:])}://.")
    # Each listing asks the server afresh: a cached one hides what has just arrived.
    options = {"skip_instance_cache": True} | _DEFAULTS.get(protocol, {}) | dict(storage_options or {})
    if protocol in ("http", "https"):
        return fsspec.filesystem(protocol, **options), url.rstrip("/")
    fs, root = fsspec.core.url_to_fs(url, **options)
    return cast(AbstractFileSystem, fs), str(root).rstrip("/") or "/"


def list_inbox(url: str, storage_options: Mapping[str, Any] | None = None) -> list[InboxFile]:
    """List every delivered file under a URL, sorted by path.

    Dot files, Excel's lock files and uploads under way are left out. Files in folders that no contract
    knows are listed too, so that they can be reported.

    Raises:
        OSError: the server cannot be reached, or the folder is not there.
    """
    fs, root = filesystem(url, storage_options)
    walk = _walk_http if _is_http(fs) else _walk
    found = []
    for info, relative in walk(fs, root):
        folders, _, name = relative.rpartition("/")
        # A console makes a "folder" in S3 by an empty object whose name ends with a slash.
        if not name or any(_skipped(part) for part in relative.split("/")):
            continue
        source_id = folders if folders.count("/") == _LEVELS - 1 else None
        found.append(InboxFile(info["name"], source_id, name, _size(info), _changed(info), _etag(info)))
    return sorted(found, key=lambda file: file.path)


def _is_http(fs: AbstractFileSystem) -> bool:
    return "http" in (fs.protocol if isinstance(fs.protocol, tuple | list) else (fs.protocol,))


def _skipped(name: str) -> bool:
    return name.startswith((_LOCK, _HIDDEN)) or name.lower().endswith(_PARTIAL)


def _walk(fs: AbstractFileSystem, root: str) -> Iterator[tuple[dict[str, Any], str]]:
    if not fs.isdir(root):
        raise FileNotFoundError(f"There is no inbox at {root}.")
    base = root.rstrip("/")
    found = fs.find(base, detail=True).values() if "s3" in fs.protocol else _files(fs, root, 0)
    for info in found:
        yield info, str(info["name"]).removeprefix(base).lstrip("/")


def _files(fs: AbstractFileSystem, folder: str, depth: int) -> Iterator[dict[str, Any]]:
    """Walk folders ourselves: fsspec's own walk is silent about those that it cannot list."""
    try:
        entries = fs.ls(folder, detail=True)
    except OSError as error:
        if depth == 0:
            raise
        log.warning("A folder of the inbox cannot be listed: %s", error)
        return
    for entry in entries:
        if entry["type"] == "directory":
            # Bounded, as a link may lead back up.
            yield from _files(fs, entry["name"], depth + 1) if depth < _DEEPEST else ()
        else:
            yield entry


def _walk_http(fs: AbstractFileSystem, root: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Follow a web server's own folder pages, never out of the root and never deeper than an inbox is."""
    pending = [(f"{root}/", 0)]
    seen = set()
    while pending:
        folder, depth = pending.pop()
        for href in _LINK.findall(fs.cat_file(folder).decode("utf-8", "replace")):
            target = urljoin(folder, href)
            if not target.startswith(folder) or target == folder or target in seen:
                continue
            seen.add(target)
            if target.endswith("/"):
                if depth < _LEVELS:
                    pending.append((target, depth + 1))
                continue
            relative = unquote(target.removeprefix(f"{root}/"))
            if not any(_skipped(part) for part in relative.split("/")):
                yield fs.info(target), relative


def _size(info: Mapping[str, Any]) -> int | None:
    size = info.get("size", info.get("Size"))
    return None if size is None else int(size)


def _changed(info: Mapping[str, Any]) -> datetime | None:
    """When the file last changed: each filesystem has its own name and type for it."""
    value = next((info[key] for key in ("mtime", "LastModified", "modified", "Last-Modified") if info.get(key)), None)
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC)
    return parsedate_to_datetime(value).astimezone(UTC) if isinstance(value, str) else None


def _etag(info: Mapping[str, Any]) -> str | None:
    value = info.get("ETag") or info.get("etag")
    return str(value).strip('"') if value else None


def storage_options_from_connection(connection: Connection) -> dict[str, Any]:
    """Map an Airflow connection's fields to what the filesystem of its type asks for.

    Raises:
        SinergiError: a connection of another type, or one whose extra is no JSON object.
    """
    try:
        extra = json.loads(connection.extra or "{}")
    except ValueError:
        extra = None
    if not isinstance(extra, dict):
        raise SinergiError('The connection\'s extra must be a JSON object, such as {"key_file": "/keys/inbox"}.')
    mapping = _MAPPINGS.get(connection.conn_type)
    if mapping is None:
        raise SinergiError(f"A connection of type {connection.conn_type!r} is none of {', '.join(sorted(_MAPPINGS))}.")
    return {key: value for key, value in mapping(connection, extra).items() if value is not None}


def _local(connection: Connection, extra: dict[str, Any]) -> dict[str, Any]:
    return {}


def _sftp(connection: Connection, extra: dict[str, Any]) -> dict[str, Any]:
    return {
        "host": connection.host,
        "port": connection.port,
        "username": connection.login,
        "password": connection.password,
        "key_filename": extra.get("key_file"),
        "passphrase": extra.get("private_key_passphrase"),
    }


def _s3(connection: Connection, extra: dict[str, Any]) -> dict[str, Any]:
    region = extra.get("region_name")
    return {
        "key": connection.login,
        "secret": connection.password,
        "token": extra.get("aws_session_token"),
        "endpoint_url": extra.get("endpoint_url"),
        "client_kwargs": {"region_name": region} if region else None,
    }


def _http(connection: Connection, extra: dict[str, Any]) -> dict[str, Any]:
    headers = extra.get("headers")
    if connection.login:
        from aiohttp import BasicAuth

        auth = BasicAuth(connection.login, connection.password or "")
        return {"client_kwargs": {"auth": auth} | ({"headers": headers} if headers else {})}
    return {"client_kwargs": {"headers": headers} if headers else None}


_MAPPINGS: dict[str, Callable[[Connection, dict[str, Any]], dict[str, Any]]] = {
    "fs": _local,
    "sftp": _sftp,
    "ssh": _sftp,
    "aws": _s3,
    "s3": _s3,
    "http": _http,
    "https": _http,
}
