"""Who did what on the board, and when: rows that are added and never changed, but for what a check found."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Engine, Identity, Index, RowMapping, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from sinergi.ledger import Base, one_of

ACTIONS = ("check", "deliver", "download", "release", "reject", "approve")


class BoardAction(Base):
    """One action of one person on the board."""

    __tablename__ = "board_actions"
    __table_args__ = (
        CheckConstraint(one_of("action", ACTIONS), name="action"),
        Index(None, "source_id", "sha256"),
        Index(None, "delivery_id"),
        {"schema": "ops"},
    )

    action_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    acted_at: Mapped[datetime] = mapped_column(server_default=func.now())
    actor: Mapped[str]
    action: Mapped[str]
    sender_id: Mapped[str]
    source_id: Mapped[str]
    delivery_id: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str | None]
    bytes: Mapped[int | None] = mapped_column(BigInteger)
    file_name: Mapped[str | None] = mapped_column(comment="As the sender called it; for people, never a path")
    reason: Mapped[str | None]
    verdict: Mapped[dict[str, Any] | None] = mapped_column(JSONB, comment="What the instant check said")


def add(engine: Engine, actor: str, action: str, source_id: str, **more: Any) -> int:
    """Record an action before it is carried out; return its number.

    Args:
        engine: The database.
        actor: Who, as Airflow knows them.
        action: One of ACTIONS.
        source_id: What it is about.
        **more: Other columns of the table.
    """
    values = {
        "actor": actor,
        "action": action,
        "source_id": source_id,
        "sender_id": source_id.partition("/")[0],
        **more,
    }
    with engine.begin() as connection:
        statement = BoardAction.__table__.insert().values(values).returning(BoardAction.action_id)  # type: ignore[attr-defined]
        return int(connection.execute(statement).scalar_one())


def found(engine: Engine, action_id: int, verdict: dict[str, Any]) -> None:
    """Keep what the check of an uploaded file said."""
    table: Any = BoardAction.__table__
    with engine.begin() as connection:
        connection.execute(table.update().where(table.c.action_id == action_id).values(verdict=verdict))


def upload(engine: Engine, action_id: int) -> RowMapping | None:
    """Give an upload with the delivery that it became, if it did."""
    query = """
        select a.*, d.delivery_id as receipt, d.status from ops.board_actions a
        left join lateral (
            select delivery_id, status from ops.deliveries
            where source_id = a.source_id and sha256 = a.sha256 and a.action = 'deliver'
            order by status = 'duplicate', delivery_id desc limit 1
        ) d on true
        where a.action_id = :id and a.action in ('check', 'deliver')
    """
    with engine.connect() as connection:
        return connection.execute(text(query), {"id": action_id}).mappings().one_or_none()
