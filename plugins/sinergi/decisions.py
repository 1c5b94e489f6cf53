"""What a person decides about a held delivery. It is written down first, and outlives every rerun."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

from sqlalchemy import Engine, text

from sinergi import ledger
from sinergi.errors import SinergiError
from sinergi.intake import DeliveryResult, delivery_of, intake
from sinergi.outage import database_faults

if TYPE_CHECKING:
    from sinergi.settings import Settings


class DecisionRefused(SinergiError):
    """The delivery is not one that can be decided about."""


def release(engine: Engine, settings: Settings, delivery_id: int, reason: str, by: str | None = None) -> DeliveryResult:
    """Let a held delivery in: it is taken in again from the archive, its table rules set aside.

    Raises:
        DecisionRefused: it is not held, was never archived, or no reason is given.
    """
    return decide(engine, settings, delivery_id, "release", reason, by)


def reject(engine: Engine, settings: Settings, delivery_id: int, reason: str, by: str | None = None) -> DeliveryResult:
    """Refuse a held delivery for good.

    Raises:
        DecisionRefused: it is not held, or no reason is given.
    """
    return decide(engine, settings, delivery_id, "reject", reason, by)


def decide(
    engine: Engine, settings: Settings, delivery_id: int, decision: str, reason: str, by: str | None = None
) -> DeliveryResult:
    """Record a decision and carry it out.

    Args:
        engine: The database.
        settings: Where archive and contracts are.
        delivery_id: A delivery that is held.
        decision: `release` or `reject`.
        reason: Why; shown wherever the delivery is.
        by: Who; the login name where left out.

    Returns:
        The delivery afterwards. A release cannot let in what could not be read: it is then still `held`.

    Raises:
        DecisionRefused: it is not held, was never archived, or no reason is given.
    """
    if decision not in ledger.DECISIONS:
        raise ValueError(f"{decision!r} is none of {ledger.DECISIONS}")
    if not reason.strip():
        raise DecisionRefused("Say why with --reason; whoever comes later will ask.")
    with database_faults(f"the decision about delivery {delivery_id}"), engine.begin() as connection:
        delivery = delivery_of(connection, delivery_id, lock=True)
        if delivery.status != "held":
            raise DecisionRefused(f"Delivery {delivery_id} is {delivery.status}; only a held one can be decided about.")
        if decision == "release" and delivery.archive_path is None:
            raise DecisionRefused(f"Delivery {delivery_id} never reached the archive; deliver the file again.")
        query = """insert into ops.decisions (delivery_id, decision, decided_by, reason)
                   values (:id, :decision, :by, :reason)"""
        who = by or getpass.getuser()
        values = {"id": delivery_id, "decision": decision, "by": who, "reason": reason.strip()}
        connection.execute(text(query), values)
        if decision == "reject":
            query = """update ops.deliveries set status = 'rejected', reason = :reason, finished_at = now()
                       where delivery_id = :id"""
            connection.execute(text(query), {"id": delivery_id, "reason": reason.strip()})
            return delivery_of(connection, delivery_id)
    return intake(engine, settings, delivery_id)
