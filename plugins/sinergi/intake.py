"""Take one archived file in: read, conform, check, publish. Each step is a module; this one holds them together."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import polars as pl
from sqlalchemy import Connection, Engine, RowMapping, text

from sinergi import findings, tablerules
from sinergi.collecting import NO_CONTRACT, collect_sender, hold_unread, no_contract
from sinergi.contracts import Contract, load_contracts
from sinergi.correction.chain import Reader, row_of
from sinergi.errors import SinergiError
from sinergi.examine import Examination, examine
from sinergi.ledger import ACCEPTED
from sinergi.outage import database_faults
from sinergi.publish import PublishFault, publish
from sinergi.rowkeys import carry_row_keys

if TYPE_CHECKING:
    from sinergi.settings import Settings

__all__ = ["DeliveryResult", "collect_sender", "intake"]

log = logging.getLogger(__name__)

OPEN = ("received", "held")  # what may still change; everything else is settled


class _Overtaken(Exception):
    """What a correction workbook corrects was replaced while the workbook was being read."""


@dataclass(frozen=True)
class DeliveryResult:
    """One row of ops.deliveries, as it stands after the intake."""

    delivery_id: int
    source_id: str
    sender_id: str
    entity: str | None
    file_name: str
    inbox_path: str
    archive_path: str | None
    sha256: str | None
    bytes: int | None
    modified_at: datetime | None
    received_at: datetime
    finished_at: datetime | None
    period: str | None
    partition: str | None
    scope: str | None
    status: str
    rows_read: int
    rows_accepted: int
    rows_quarantined: int
    rows_ignored: int
    contract_version: str | None
    rule: str | None
    reason: str | None
    superseded_by: int | None
    corrects: int | None

    def as_dict(self) -> dict[str, Any]:
        """Give the columns by name."""
        return asdict(self)


def delivery_of(connection: Connection, delivery_id: int, *, lock: bool = False) -> DeliveryResult:
    """Read one delivery from the ledger.

    Raises:
        SinergiError: there is none with this id.
    """
    query = f"select * from ops.deliveries where delivery_id = :id{' for update' if lock else ''}"
    row = connection.execute(text(query), {"id": delivery_id}).mappings().one_or_none()
    if row is None:
        raise SinergiError(f"There is no delivery {delivery_id}; `sinergi run` lists them.")
    return DeliveryResult(**row)


def intake(engine: Engine, settings: Settings, delivery_id: int) -> DeliveryResult:
    """Take one delivery in; a settled one is left as it is, so that a rerun is safe.

    A bad file ends as `held` with its reason. Only infrastructure raises, and the delivery then stays `received`.

    Args:
        engine: The database.
        settings: Where archive and contracts are.
        delivery_id: As `collect_sender` gave it.

    Raises:
        DatabaseUnavailable: the database went away; nothing was half done.
        SinergiError: no such delivery, or the archive cannot be read.
    """
    with database_faults(f"delivery {delivery_id}"):
        with engine.connect() as connection:
            delivery = delivery_of(connection, delivery_id)
        if delivery.status not in OPEN or delivery.archive_path is None:
            return delivery
        contracts = load_contracts(settings.expectations)
        contract = contracts.get(delivery.source_id)
        if contract is None:
            with engine.begin() as connection:
                reason = no_contract(delivery.source_id, delivery.file_name, contracts, settings.lang)
                hold_unread(connection, delivery_id, NO_CONTRACT, reason)
                return delivery_of(connection, delivery_id)
        with engine.connect() as connection:
            reader = Reader(connection, settings, findings.spoken(settings.lang, contract.language))
            examination = _examine(settings, delivery, contract, contracts, reader)
        try:
            return _publish(engine, delivery_id, examination, reader)
        except _Overtaken:
            return intake(engine, settings, delivery_id)
        except PublishFault as fault:
            log.error("%s", fault)
            examination.hold("file.unreadable", is_final=True, file=delivery.file_name, reason=str(fault))
            return _publish(engine, delivery_id, examination, reader)


def _examine(
    settings: Settings,
    delivery: DeliveryResult,
    contract: Contract,
    contracts: Mapping[str, Contract],
    reader: Reader,
) -> Examination:
    path = settings.archive / str(delivery.archive_path)
    try:
        result = examine(
            path, contract, file_name=delivery.file_name, lang=reader.lang, others=contracts, reader=reader
        )
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        raise SinergiError(f"Delivery {delivery.delivery_id}: {path} cannot be read ({reason}).") from None
    result.findings = findings.join([*reader.notes, result.findings])
    return result


def _publish(engine: Engine, delivery_id: int, examination: Examination, reader: Reader) -> DeliveryResult:
    """Ask the ledger what the file cannot know, then write everything; one transaction, one intake per source."""
    contract = examination.contract
    with engine.begin() as connection:
        key = {"key": f"sinergi intake {contract.source_id}"}
        connection.execute(text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"), key)
        delivery = delivery_of(connection, delivery_id, lock=True)
        if delivery.status not in OPEN:  # another intake of the same delivery was faster
            return delivery
        decision = _decision(connection, delivery_id)
        if decision is not None and decision["decision"] == "reject":
            query = "update ops.deliveries set status = 'rejected', reason = :reason where delivery_id = :id"
            connection.execute(text(query), {"id": delivery_id, "reason": decision["reason"]})
            return delivery_of(connection, delivery_id)
        if reader.base is not None and row_of(connection, reader.base["delivery_id"]) != reader.base:
            raise _Overtaken
        if reader.is_unchanged:
            return _unchanged(connection, delivery, reader)
        scope, replaced = None, []
        if examination.conformed is not None and not any(hold.is_final for hold in examination.holds):
            sha256 = reader.root_sha256 or delivery.sha256 or ""
            scope = tablerules.scope_of(contract, sha256, examination.period, examination.partition)
            replaced = _hold_by_history(connection, delivery, examination, scope, reader.base_id)
        row = delivery.as_dict() | {"reason": None}
        if decision is not None and examination.conformed is not None:
            examination.holds = [hold for hold in examination.holds if hold.is_final]
            row["reason"] = decision["reason"]
        raw = connection.connection.driver_connection
        assert raw is not None
        publish(raw, row, examination, scope, replaced)
        if reader.base_id is not None:
            query = "update ops.deliveries set corrects = :base where delivery_id = :id"
            connection.execute(text(query), {"base": reader.base_id, "id": delivery_id})
            carry_row_keys(connection, delivery_id, reader.base_id)
        return delivery_of(connection, delivery_id)


def _unchanged(connection: Connection, delivery: DeliveryResult, reader: Reader) -> DeliveryResult:
    """Settle a correction workbook in which nothing was corrected: it says nothing that is not known."""
    query = """update ops.deliveries set status = 'duplicate', reason = :reason, corrects = :base, finished_at = now()
               where delivery_id = :id"""
    reason = findings.message("correction.unchanged", reader.lang, file=delivery.file_name)
    connection.execute(text(query), {"id": delivery.delivery_id, "reason": reason, "base": reader.base_id})
    return delivery_of(connection, delivery.delivery_id)


def _decision(connection: Connection, delivery_id: int) -> RowMapping | None:
    query = """select decision, decided_by, reason from ops.decisions where delivery_id = :id
               order by decision_id desc limit 1"""
    return connection.execute(text(query), {"id": delivery_id}).mappings().one_or_none()


def _hold_by_history(
    connection: Connection, delivery: DeliveryResult, examination: Examination, scope: str, base_id: int | None
) -> list[tuple[int, str]]:
    """Compare with what was accepted before; return what this delivery would replace: what it corrects, above all."""
    query = """
        select delivery_id, entity, file_name, rows_read, scope = :scope as is_rival from ops.deliveries
        where source_id = :source_id and status = any(:accepted) and delivery_id <> :delivery_id
          and partition is not distinct from :partition
        order by (scope = :scope) desc, (coalesce(period, '') <= :period) desc, period desc, finished_at desc
    """
    values = {"accepted": list(ACCEPTED), "source_id": delivery.source_id, "delivery_id": delivery.delivery_id}
    values |= {"scope": scope, "partition": examination.partition, "period": examination.period or ""}
    earlier = connection.execute(text(query), values).all()
    if earlier:
        last = earlier[0]
        tablerules.hold_by_volume(examination, tablerules.Predecessor(last.delivery_id, last.file_name, last.rows_read))
    rivals = [row for row in earlier if row.is_rival]
    for rival in rivals:
        if (
            rival.delivery_id != base_id
            and _overlap(connection, examination, rival.delivery_id, rival.entity) < tablerules.LEAST_OVERLAP
        ):
            period = examination.period or examination.partition or delivery.source_id
            examination.hold("delivery.second_for_period", period=period, file=rival.file_name)
            break
    replaced = {row.delivery_id: row.entity for row in rivals}
    if base_id is not None:
        replaced.setdefault(base_id, examination.contract.entity)
    return list(replaced.items())


def _overlap(connection: Connection, examination: Examination, rival_id: int, entity: str) -> float:
    rows = examination.accepted
    names = tablerules.identity_columns(rows, examination.contract.entity_def)
    if not names or entity != examination.contract.entity:
        return 1.0
    columns = ", ".join(f'"{name}"' for name in names)
    query = f'select {columns} from raw."{entity}" where _delivery_id = :id'
    found = connection.execute(text(query), {"id": rival_id}).all()
    before = pl.DataFrame([tuple(row) for row in found], schema=dict.fromkeys(names, pl.String), orient="row")
    return tablerules.overlap(rows, names, before)
