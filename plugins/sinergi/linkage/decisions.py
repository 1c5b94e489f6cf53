"""What people decide about links: proposed by one, approved by another, undone when wrong. Decisions outlive reruns.

A decision names what records say (profile keys), not ids of a run: a redelivered file says the same and is bound too.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from sinergi.errors import SinergiError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine


class DecisionFault(SinergiError):
    """A decision that cannot be taken; the text says why."""


def merge(engine: Engine, left: str, right: str, *, who: str, why: str) -> int:
    """Propose that two people are one.

    Returns:
        The number of the decision; it holds from the next run after `approve`.

    Raises:
        DecisionFault: an unknown id, the same id twice, or no name or reason given.
    """
    _said(who, why)
    with engine.begin() as connection:
        if left == right:
            raise DecisionFault(f"{left} is one person already.")
        return _propose(connection, "merge", keys_of(connection, left), keys_of(connection, right), who, why)


def split(engine: Engine, person: str, records: list[tuple[int, int]], *, who: str, why: str) -> int:
    """Propose that some records (`delivery_id, row_number`) of a person are somebody else's.

    Raises:
        DecisionFault: an unknown id, records that are not this person's, or nothing left on one side.
    """
    _said(who, why)
    with engine.begin() as connection:
        everything = set(keys_of(connection, person))
        query = text(
            "select profile_key from linkage.crosswalk where person_id = :person and delivery_id = :delivery "
            "and row_number = :row"
        )
        away = set()
        for delivery, row in records:
            key = connection.execute(query, {"person": person, "delivery": delivery, "row": row}).scalar()
            if key is None:
                raise DecisionFault(
                    f"Delivery {delivery} row {row} is no record of {person}; see `sinergi link explain`."
                )
            away.add(key)
        if not away or away == everything:
            raise DecisionFault("A split needs records on both sides; rows that say the same cannot be parted.")
        return _propose(connection, "split", sorted(everything - away), sorted(away), who, why)


def approve(engine: Engine, decision_id: int, *, who: str) -> None:
    """Approve a decision that somebody else proposed.

    Raises:
        DecisionFault: unknown, already approved or undone, or proposed by the same person.
    """
    with engine.begin() as connection:
        row = _decision(connection, decision_id)
        if row["undone_at"] or row["approved_at"]:
            raise DecisionFault(f"Decision {decision_id} is {'undone' if row['undone_at'] else 'approved'} already.")
        if row["proposed_by"].strip().lower() == who.strip().lower():
            raise DecisionFault(f"Decision {decision_id} was proposed by {who}; a second person must approve it.")
        connection.execute(
            text("update linkage.decisions set approved_by = :who, approved_at = now() where decision_id = :id"),
            {"who": who, "id": decision_id},
        )


def undo(engine: Engine, decision_id: int, *, who: str, why: str) -> None:
    """Take a decision back from the next run on; it stays on record.

    Raises:
        DecisionFault: unknown or undone already.
    """
    _said(who, why)
    with engine.begin() as connection:
        if _decision(connection, decision_id)["undone_at"]:
            raise DecisionFault(f"Decision {decision_id} is undone already.")
        connection.execute(
            text(
                "update linkage.decisions set undone_by = :who, undone_at = now(), undone_why = :why "
                "where decision_id = :id"
            ),
            {"who": who, "why": why, "id": decision_id},
        )


def review(engine: Engine, limit: int = 50) -> list[dict[str, Any]]:
    """Return the pairs in doubt, the most probable first."""
    query = text(
        "select left_person_id::text, right_person_id::text, round(probability::numeric, 4)::float as probability, "
        "reason, bits from linkage.review_queue order by probability desc, left_key, right_key limit :limit"
    )
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(query, {"limit": limit}).mappings()]


def _said(who: str, why: str) -> None:
    if not who.strip() or not why.strip():
        raise DecisionFault("A decision needs who decides (--who) and why (--why).")


def keys_of(connection: Connection, person: str) -> list[str]:
    """Return what the records of a person say (profile keys).

    Raises:
        DecisionFault: no person has this id; says what it has become where that is known.
    """
    try:
        uuid.UUID(person)
    except ValueError:
        raise DecisionFault(f"{person!r} is no person id; `sinergi link review` lists them.") from None
    query = text("select distinct profile_key from linkage.crosswalk where person_id = :person order by 1")
    keys: list[str] = list(connection.execute(query, {"person": person}).scalars())
    if not keys:
        now = connection.execute(
            text("select new_id::text from linkage.id_history where kind = 'person' and old_id = :person limit 1"),
            {"person": person},
        ).scalar()
        follow = f" It is {now} now." if now else " `sinergi link review` lists known ids."
        raise DecisionFault(f"The person {person} is unknown.{follow}")
    return keys


def _propose(connection: Connection, kind: str, left: list[str], right: list[str], who: str, why: str) -> int:
    query = text(
        "insert into linkage.decisions (kind, left_keys, right_keys, proposed_by, why) "
        "values (:kind, :left, :right, :who, :why) returning decision_id"
    )
    values = {"kind": kind, "left": left, "right": right, "who": who, "why": why}
    return int(connection.execute(query, values).scalar_one())


def _decision(connection: Connection, decision_id: int) -> dict[str, Any]:
    row = connection.execute(
        text("select * from linkage.decisions where decision_id = :id"), {"id": decision_id}
    ).mappings().first()  # fmt: skip
    if row is None:
        raise DecisionFault(f"There is no decision {decision_id}.")
    return dict(row)
