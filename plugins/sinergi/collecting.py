"""Enter what senders left into the archive and the ledger. A file seen before costs one look at its size and time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from rapidfuzz import fuzz, process
from sqlalchemy import Connection, Engine, text

from sinergi import findings, ledger, rawtables
from sinergi.collect import Archived, ArchiveError, InboxFile, archive_file, list_inbox
from sinergi.contracts import Contract, load_contracts
from sinergi.outage import database_faults
from sinergi.read import FileFault

if TYPE_CHECKING:
    from sinergi.settings import Settings

NO_CONTRACT = "delivery.no_contract"
ARCHIVE_FAILED = "archive.failed"
PERIOD_IN_NAME = re.compile(r"20\d\d[-_ ]?(?:0[1-9]|1[0-2]|q[1-4]|tw[1-4]|s[12])?(?!\d)", re.IGNORECASE)
CORRECTION_IN_NAME = re.compile(r"perbaikan|koreksi|revisi|ralat|pengganti|susulan|corr|rev(?![a-z])", re.IGNORECASE)


def collect_sender(engine: Engine, settings: Settings, sender_id: str | None = None) -> list[int]:
    """Archive what is new and enter it in the ledger, in the order in which it must be taken in.

    A held delivery whose contract has changed since, and about which nobody has decided, is opened again.

    Args:
        engine: The database; ledger and raw tables are made or migrated first.
        settings: Where inbox, archive and contracts are.
        sender_id: Only this sender's folders; None for everybody's, and for files in no sender's folder.

    Returns:
        The ids of the deliveries entered or opened again, in the order in which they must be taken in; among them
        duplicates and files that are held already.

    Raises:
        DatabaseUnavailable: the database went away.
        OSError: the inbox cannot be listed.
    """
    with database_faults("collecting"):
        ledger.upgrade(engine)
        rawtables.ensure(engine, settings.expectations)
        contracts = load_contracts(settings.expectations)
        files = [
            file
            for file in list_inbox(settings.inbox, storage_options(settings))
            if sender_id is None or (file.source_id or "").partition("/")[0] == sender_id
        ]
        with engine.connect() as connection:
            seen = _seen(connection)
        fresh = sorted((file for file in files if seen.get(file.path) != _version(file)), key=arrival_order)
        entered = [_enter(engine, settings, contracts, file) for file in fresh]
        opened = _open_again(engine, contracts, sender_id)
    return [delivery_id for delivery_id in entered if delivery_id is not None] + opened


def arrival_order(file: InboxFile) -> tuple[Any, ...]:
    """Order the files of one source: by period in the name, corrections last, then by time and path."""
    stem = PurePosixPath(file.file_name).stem  # with the extension, "a.xlsx" would come after "a-2.xlsx"
    period = PERIOD_IN_NAME.search(stem)
    return (
        file.source_id or "",
        period[0].lower() if period else "",
        bool(CORRECTION_IN_NAME.search(stem)),
        file.mtime or datetime.min.replace(tzinfo=UTC),
        stem,
        file.path,
    )


def storage_options(settings: Settings) -> dict[str, Any]:
    """Give the login of the inbox: from the Airflow connection that the settings name, or none."""
    if settings.inbox_connection is None:
        return {}
    from airflow.sdk import Connection as AirflowConnection

    from sinergi.sources import storage_options_from_connection

    return storage_options_from_connection(AirflowConnection.get(settings.inbox_connection))


def no_contract(source_id: str, file_name: str, contracts: Iterable[str], lang: str) -> str:
    """Say that a folder has no contract, and which one is meant perhaps."""
    near = process.extractOne(source_id, list(contracts), scorer=fuzz.ratio, score_cutoff=75)
    blank = f" ({near[0]}?)" if near else ""
    return findings.message(NO_CONTRACT, lang, source=source_id, file=file_name, near=blank)


def hold_unread(connection: Connection, delivery_id: int, rule: str, reason: str) -> None:
    """Hold a delivery of which no row was read."""
    values = {"id": delivery_id, "rule": rule, "reason": reason}
    query = """update ops.deliveries set status = 'held', rule = :rule, reason = :reason, finished_at = now()
               where delivery_id = :id"""
    connection.execute(text(query), values)
    connection.execute(text("delete from ops.findings where delivery_id = :id"), values)
    query = (
        """insert into ops.findings (delivery_id, rule, severity, message) values (:id, :rule, 'critical', :reason)"""
    )
    connection.execute(text(query), values)


def _seen(connection: Connection) -> dict[str, tuple[object, ...]]:
    rows = connection.execute(text("select path, size, mtime, etag from ops.inbox_files")).all()
    return {row.path: (row.size, row.mtime, row.etag) for row in rows}


def _version(file: InboxFile) -> tuple[object, ...]:
    return (file.size, file.mtime, file.etag)


def _enter(engine: Engine, settings: Settings, contracts: Mapping[str, Contract], file: InboxFile) -> int | None:
    """Archive one file and enter it; return its delivery, None where its bytes were known under this path."""
    from sinergi.sources import filesystem

    source_id = file.source_id or PurePosixPath(file.path).parent.name or "?"
    try:
        fs, _ = filesystem(settings.inbox, storage_options(settings))
        archived = archive_file(fs, file.path, settings.archive)
    except FileFault as fault:  # still being written: the next run finds it whole
        reason = findings.message(fault.rule, settings.lang, file=file.file_name, **fault.details)
        return _enter_failed(engine, source_id, file, fault.rule, reason)
    except (ArchiveError, OSError) as fault:
        why = str(fault) if isinstance(fault, ArchiveError) else f"{fault.strerror or type(fault).__name__}."
        reason = findings.message(ARCHIVE_FAILED, settings.lang, file=file.file_name, why=why.rstrip("."))
        return _enter_failed(engine, source_id, file, ARCHIVE_FAILED, reason)
    with engine.begin() as connection:
        lock = text("select pg_advisory_xact_lock(hashtextextended(:key, 0))")
        connection.execute(lock, {"key": f"sinergi collect {source_id}"})
        delivery_id = _enter_archived(connection, settings, source_id, file, archived)
        if delivery_id is not None and source_id not in contracts:
            reason = no_contract(source_id, file.file_name, contracts, settings.lang)
            hold_unread(connection, delivery_id, NO_CONTRACT, reason)
        return delivery_id


def _enter_failed(engine: Engine, source_id: str, file: InboxFile, rule: str, reason: str) -> int:
    with engine.begin() as connection:
        delivery_id = _unarchived(connection, file.path) or _insert(connection, source_id, file, "held")
        hold_unread(connection, delivery_id, rule, reason)
        return delivery_id


def _enter_archived(
    connection: Connection, settings: Settings, source_id: str, file: InboxFile, archived: Archived
) -> int | None:
    values = {"source_id": source_id, "sha256": archived.sha256, "path": file.path}
    query = """select delivery_id, inbox_path from ops.deliveries
               where source_id = :source_id and sha256 = :sha256 order by delivery_id"""
    known = connection.execute(text(query), values).all()
    stored = {
        "sha256": archived.sha256,
        "bytes": archived.bytes,
        "archive_path": archived.archive_path.relative_to(settings.archive).as_posix(),
        "modified_at": file.mtime,
    }
    delivery_id = _unarchived(connection, file.path)
    entered: int | None = None
    if not known:
        stored |= {"status": "received", "rule": None, "reason": None, "finished_at": None}
    else:
        blanks = {"file": file.file_name, "delivery": known[0].delivery_id}
        reason = findings.message("delivery.duplicate", settings.lang, **blanks)
        stored |= {"status": "duplicate", "rule": None, "reason": reason, "finished_at": datetime.now(UTC)}
    if any(row.inbox_path == file.path for row in known):  # touched, not delivered again
        original = known[0].delivery_id
    else:
        status = str(stored["status"])
        entered = original = delivery_id or _insert(connection, source_id, file, status)
        connection.execute(text("delete from ops.findings where delivery_id = :id"), {"id": entered})
        assignments = ", ".join(f"{name} = :{name}" for name in stored)
        connection.execute(
            text(f"update ops.deliveries set {assignments} where delivery_id = :id"), stored | {"id": entered}
        )
    _remember(connection, source_id, file, archived.sha256, original)
    return entered


def _unarchived(connection: Connection, path: str) -> int | None:
    query = "select delivery_id from ops.deliveries where inbox_path = :path and archive_path is null limit 1"
    return connection.execute(text(query), {"path": path}).scalar()


def _insert(connection: Connection, source_id: str, file: InboxFile, status: str) -> int:
    query = """
        insert into ops.deliveries (source_id, sender_id, file_name, inbox_path, bytes, modified_at, status)
        values (:source_id, :sender_id, :file_name, :path, :size, :mtime, :status) returning delivery_id
    """
    values: dict[str, Any] = {"source_id": source_id, "sender_id": source_id.partition("/")[0], "status": status}
    values |= {"file_name": file.file_name, "path": file.path, "size": file.size, "mtime": file.mtime}
    return int(connection.execute(text(query), values).scalar_one())


def _remember(connection: Connection, source_id: str, file: InboxFile, sha256: str, delivery_id: int) -> None:
    query = """
        insert into ops.inbox_files (path, source_id, size, mtime, etag, sha256, delivery_id)
        values (:path, :source_id, :size, :mtime, :etag, :sha256, :delivery_id)
        on conflict (path) do update set (source_id, size, mtime, etag, sha256, delivery_id, seen_at) =
            (excluded.source_id, excluded.size, excluded.mtime, excluded.etag, excluded.sha256,
             excluded.delivery_id, now())
    """
    values = {"path": file.path, "source_id": source_id, "size": file.size, "mtime": file.mtime, "etag": file.etag}
    connection.execute(text(query), values | {"sha256": sha256, "delivery_id": delivery_id})


def _open_again(engine: Engine, contracts: Mapping[str, Contract], sender_id: str | None) -> list[int]:
    """Set held deliveries back to `received` whose contract is another one now: what held them may be mended."""
    query = """
        select delivery_id, source_id, contract_version from ops.deliveries d
        where status = 'held' and archive_path is not null
          and (cast(:sender_id as text) is null or sender_id = :sender_id)
          and not exists (select from ops.decisions where delivery_id = d.delivery_id) order by delivery_id
    """
    with engine.begin() as connection:
        held = connection.execute(text(query), {"sender_id": sender_id}).all()
        ids = [
            row.delivery_id
            for row in held
            if row.source_id in contracts and row.contract_version != contracts[row.source_id].version
        ]
        if ids:
            query = "update ops.deliveries set status = 'received' where delivery_id = any(:ids)"
            connection.execute(text(query), {"ids": ids})
    return ids
