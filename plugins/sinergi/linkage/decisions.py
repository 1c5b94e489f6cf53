"""What people decide about links: proposed by one, approved by another, undone by two again. Decisions outlive reruns.

A decision is about rows and what they say, never about ids of a run (`binding`).
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import text

from sinergi.errors import SinergiError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine


class DecisionFault(SinergiError):
    """A decision that cannot be taken; the text says why."""


class RowOf(NamedTuple):
    """A row of a person: its place, what it says (digest), and which of those that say it in its file."""

    delivery_id: int
    row_number: int
    key: str
    nth: int


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
        return _propose(connection, "merge", rows_of(connection, left), rows_of(connection, right), who, why)


def split(
    engine: Engine, person: str, records: list[tuple[int, int]], *, who: str, why: str, only: bool = False
) -> int:
    """Propose that some records of a person are somebody else's.

    Args:
        engine: Database.
        person: Id of a person.
        records: `delivery_id, row_number` of what is somebody else's; rows that say the same go with them.
        who: Who proposes.
        why: The reason.
        only: These rows alone, although others say the same.

    Raises:
        DecisionFault: an unknown id, records that are not this person's, or nothing left on one side.
    """
    _said(who, why)
    with engine.begin() as connection:
        rows = rows_of(connection, person)
        places = {(row.delivery_id, row.row_number): row for row in rows}
        for delivery, number in records:
            if (delivery, number) not in places:
                raise DecisionFault(
                    f"Delivery {delivery} row {number} is no record of {person}; see `sinergi link explain`."
                )
        said = {places[record].key for record in records}
        away = [row for row in rows if row[:2] in records or (row.key in said and not only)]
        kept = [row for row in rows if row not in away]
        if not away or not kept:
            raise DecisionFault(
                "A split needs records on both sides. Rows that say the same go together, unless --only is given."
            )
        return _propose(connection, "split", kept, away, who, why)


def approve(engine: Engine, decision_id: int, *, who: str) -> str:
    """Approve what somebody else proposed: the decision, or that it is undone.

    Returns:
        What was approved: `merge`, `split` or `undo`.

    Raises:
        DecisionFault: unknown, nothing to approve, no name given, or proposed by the same person.
    """
    _said(who, "approved")
    with engine.begin() as connection:
        row = _decision(connection, decision_id)
        if row["approved_at"] is None:
            if row["undone_at"]:
                raise DecisionFault(f"Decision {decision_id} was withdrawn by {row['undone_by']}.")
            kind, proposed_by = str(row["kind"]), row["proposed_by"]
            change = "approved_by = :who, approved_at = clock_timestamp(), approved_login = session_user"
        else:
            if row["undone_at"] is None:
                raise DecisionFault(f"Decision {decision_id} is approved already.")
            if row["undo_approved_at"]:
                raise DecisionFault(f"Decision {decision_id} is undone already.")
            kind, proposed_by = "undo", row["undone_by"]
            change = "undo_approved_by = :who, undo_approved_at = clock_timestamp()"
        if _same(proposed_by, who):
            raise DecisionFault(f"This was proposed by {who}; a second person must approve it.")
        _change(connection, decision_id, change, who=who)
    return kind


def undo(engine: Engine, decision_id: int, *, who: str, why: str) -> bool:
    """Withdraw a proposal, or propose that a decision in force is undone; it stays on record.

    Returns:
        Whether a second person must approve it.

    Raises:
        DecisionFault: unknown or undone already, or no name or reason given.
    """
    _said(who, why)
    with engine.begin() as connection:
        row = _decision(connection, decision_id)
        if row["undo_approved_at"] or (row["undone_at"] and not row["approved_at"]):
            raise DecisionFault(f"Decision {decision_id} is undone already.")
        if row["undone_at"]:
            raise DecisionFault(
                f"{row['undone_by']} has proposed to undo decision {decision_id}: `sinergi link approve {decision_id}`."
            )
        change = "undone_by = :who, undone_at = clock_timestamp(), undone_why = :why"
        _change(connection, decision_id, change, who=who, why=why)
    return row["approved_at"] is not None


def review(engine: Engine, limit: int = 50) -> list[dict[str, Any]]:
    """Return the pairs in doubt, the most probable first."""
    query = text(
        "select left_person_id::text, right_person_id::text, round(probability::numeric, 4)::float as probability, "
        "reason, bits from linkage.review_queue order by probability desc, left_key, right_key limit :limit"
    )
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(query, {"limit": limit}).mappings()]


def keys_of(connection: Connection, person: str) -> list[str]:
    """Return what the records of a person say (profile keys); raises as `rows_of` does."""
    return sorted({row.key for row in rows_of(connection, person)})


def rows_of(connection: Connection, person: str) -> list[RowOf]:
    """Return the rows of a person.

    Raises:
        DecisionFault: no person has this id; says what it has become where that is known.
    """
    try:
        uuid.UUID(person)
    except ValueError:
        raise DecisionFault(f"{person!r} is no person id; `sinergi link review` lists them.") from None
    query = text("""
        select own.delivery_id, own.row_number, own.profile_key, (
            select count(*) from linkage.crosswalk as same
            where same.delivery_id = own.delivery_id and same.profile_key = own.profile_key
                and same.row_number < own.row_number
        )
        from linkage.crosswalk as own where own.person_id = :person order by own.delivery_id, own.row_number
    """)
    rows = [RowOf(*row.tuple()) for row in connection.execute(query, {"person": person})]
    if not rows:
        now = connection.execute(
            text("select new_id::text from linkage.id_history where kind = 'person' and old_id = :person limit 1"),
            {"person": person},
        ).scalar()
        follow = f" It is {now} now." if now else " `sinergi link review` lists known ids."
        raise DecisionFault(f"The person {person} is unknown.{follow}")
    return rows


def _said(who: str, why: str) -> None:
    if not who.strip() or not why.strip():
        raise DecisionFault("A decision needs who decides (--who) and why (--why).")


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def _propose(connection: Connection, kind: str, left: list[RowOf], right: list[RowOf], who: str, why: str) -> int:
    query = text(
        "insert into linkage.decisions (kind, left_keys, right_keys, proposed_by, why) "
        "values (:kind, :left, :right, :who, :why) returning decision_id"
    )
    keys = {side: sorted({row.key for row in rows}) for side, rows in (("left", left), ("right", right))}
    number = int(connection.execute(query, {"kind": kind, "who": who, "why": why, **keys}).scalar_one())
    connection.execute(
        text(
            "insert into linkage.decision_rows (decision_id, side, delivery_id, row_number, key, nth) "
            "values (:number, :side, :delivery_id, :row_number, :key, :nth)"
        ),
        [{"number": number, "side": side, **row._asdict()} for side, rows in (("left", left), ("right", right))
         for row in rows],
    )  # fmt: skip
    return number


def _change(connection: Connection, decision_id: int, change: str, **values: str) -> None:
    query = f"update linkage.decisions set {change} where decision_id = :id"
    connection.execute(text(query), {"id": decision_id, **values})


def _decision(connection: Connection, decision_id: int) -> dict[str, Any]:
    query = text("select * from linkage.decisions where decision_id = :id for update")
    row = connection.execute(query, {"id": decision_id}).mappings().first()
    if row is None:
        raise DecisionFault(f"There is no decision {decision_id}.")
    return dict(row)
