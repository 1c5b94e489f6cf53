"""The ledger: every file received, what became of each row, and who decided what. Schemas `ops` and `quarantine`.

The tables that hold one row per row of a file (`ops.findings`, `quarantine.*`) carry no foreign key: they are only ever
written by COPY inside the transaction that writes their delivery, and checking each row again would double its cost.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Connection,
    DateTime,
    Engine,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

REVISION = "0012"  # the newest migration; a test compares it with the scripts
MIGRATIONS = Path(__file__).parent / "migrations"
STATUSES = ("received", "accepted", "accepted_with_findings", "held", "rejected", "duplicate", "superseded")
ACCEPTED = ("accepted", "accepted_with_findings")
SEVERITIES = ("critical", "warning", "info")
DECISIONS = ("release", "reject")
NOTICES = ("late", "held", "accepted_with_findings", "accepted")
RUN_STATUSES = ("running", "built", "published", "failed")
MIGRATION_LOCK = 627_101  # advisory lock: two processes that start at once migrate one after the other


def one_of(column: str, values: tuple[str, ...]) -> str:
    """Write the SQL condition that a column holds one of the values."""
    return f"{column} in ({', '.join(repr(value) for value in values)})"


class Base(DeclarativeBase):
    """What all tables of the ledger share: naming of constraints, and times in UTC."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 (SQLAlchemy declares it so)
        str: Text,
        int: Integer,
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
    }


class Delivery(Base):
    """One file received from one sender."""

    __tablename__ = "deliveries"
    __table_args__ = (
        CheckConstraint("rows_read = rows_accepted + rows_quarantined", name="every_row_accounted_for"),
        CheckConstraint(
            "least(rows_read, rows_accepted, rows_quarantined, rows_ignored) >= 0", name="no_negative_rows"
        ),
        CheckConstraint(one_of("status", STATUSES), name="status"),
        Index(
            "ux_deliveries_source_sha256", "source_id", "sha256", unique=True, postgresql_where="status <> 'duplicate'"
        ),
        Index("ix_deliveries_source_scope", "source_id", "scope"),
        Index("ix_deliveries_status", "status"),
        {"schema": "ops"},
    )

    delivery_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    source_id: Mapped[str]
    sender_id: Mapped[str]
    entity: Mapped[str | None]
    file_name: Mapped[str]
    inbox_path: Mapped[str]
    archive_path: Mapped[str | None] = mapped_column(comment="Null while no whole copy could be taken")
    sha256: Mapped[str | None]
    bytes: Mapped[int | None] = mapped_column(BigInteger)
    modified_at: Mapped[datetime | None]
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())
    finished_at: Mapped[datetime | None]
    period: Mapped[str | None]
    partition: Mapped[str | None]
    scope: Mapped[str | None] = mapped_column(comment="What an accepted delivery replaces: one live delivery per scope")
    status: Mapped[str] = mapped_column(server_default="received")
    rows_read: Mapped[int] = mapped_column(server_default="0")
    rows_accepted: Mapped[int] = mapped_column(server_default="0")
    rows_quarantined: Mapped[int] = mapped_column(server_default="0")
    rows_ignored: Mapped[int] = mapped_column(server_default="0")
    contract_version: Mapped[str | None]
    rule: Mapped[str | None] = mapped_column(comment="The rule that holds the file whole")
    reason: Mapped[str | None] = mapped_column(comment="For people: what happened and what to do")
    superseded_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("ops.deliveries.delivery_id"))
    corrects: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("ops.deliveries.delivery_id"))


class Finding(Base):
    """One thing found about one cell, one row or one whole file; the value is masked."""

    __tablename__ = "findings"
    __table_args__ = (
        CheckConstraint(one_of("severity", SEVERITIES), name="severity"),
        Index(None, "delivery_id"),
        {"schema": "ops"},
    )

    finding_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    delivery_id: Mapped[int] = mapped_column(BigInteger)
    row_number: Mapped[int | None] = mapped_column(comment="As Excel or an editor shows it; null for the whole file")
    column_name: Mapped[str | None]
    rule: Mapped[str]
    severity: Mapped[str]
    value: Mapped[str | None]
    message: Mapped[str]
    row_key: Mapped[str | None] = mapped_column(comment="Whom the row is about, hashed: its number may change")


class DueMonth(Base):
    """One month of one source, judged on the day of the last build: what was due, and whether it came in time."""

    __tablename__ = "due_months"
    __table_args__ = ({"schema": "ops"},)

    source_id: Mapped[str] = mapped_column(primary_key=True)
    sender_id: Mapped[str]
    month: Mapped[str] = mapped_column(primary_key=True, comment="Last month of the period, such as 2024-03")
    due_on: Mapped[date | None] = mapped_column(comment="Null where nothing was due, and something came")
    state: Mapped[str]
    is_late: Mapped[bool] = mapped_column(Boolean)
    delivery_ids: Mapped[list[int]] = mapped_column(
        ARRAY(BigInteger), comment="The deliveries that stand for it; empty where none came"
    )


class Notice(Base):
    """One thing that one recipient was told by e-mail."""

    __tablename__ = "notices"
    __table_args__ = (
        CheckConstraint(one_of("kind", NOTICES), name="kind"),
        Index("ux_notices_recipient_kind_about", "recipient", "kind", "about", unique=True),
        {"schema": "ops"},
    )

    notice_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    recipient: Mapped[str]
    kind: Mapped[str]
    about: Mapped[str] = mapped_column(comment="A delivery by its number, or a source and its month")
    sent_at: Mapped[datetime] = mapped_column(server_default=func.now())


class InboxFile(Base):
    """One path of the inbox as it was last seen, so that an unchanged file is not even opened."""

    __tablename__ = "inbox_files"
    __table_args__ = ({"schema": "ops"},)

    path: Mapped[str] = mapped_column(primary_key=True)
    source_id: Mapped[str]
    size: Mapped[int | None] = mapped_column(BigInteger)
    mtime: Mapped[datetime | None]
    etag: Mapped[str | None]
    sha256: Mapped[str]
    delivery_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("ops.deliveries.delivery_id"))
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Decision(Base):
    """One decision of a person about one delivery; the latest counts, in every rerun."""

    __tablename__ = "decisions"
    __table_args__ = (
        CheckConstraint(one_of("decision", DECISIONS), name="decision"),
        Index(None, "delivery_id"),
        {"schema": "ops"},
    )

    decision_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    delivery_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("ops.deliveries.delivery_id"))
    decision: Mapped[str]
    decided_by: Mapped[str]
    decided_at: Mapped[datetime] = mapped_column(server_default=func.now())
    reason: Mapped[str]


class Validation(Base):
    """What Great Expectations said about one delivery: counts and rules, no value of any row."""

    __tablename__ = "validations"
    __table_args__ = ({"schema": "ops"},)

    delivery_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("ops.deliveries.delivery_id"), primary_key=True)
    source_id: Mapped[str] = mapped_column(index=True)
    validated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    success: Mapped[bool] = mapped_column(Boolean)
    result: Mapped[dict[str, Any]]


class Run(Base):
    """One build of the warehouse."""

    __tablename__ = "runs"
    __table_args__ = (CheckConstraint(one_of("status", RUN_STATUSES), name="status"), {"schema": "ops"})

    build_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    colour: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
    finished_at: Mapped[datetime | None]
    status: Mapped[str] = mapped_column(server_default="running")
    reason: Mapped[str | None]
    base: Mapped[dict[str, Any] | None]
    rows_touched: Mapped[int | None]
    why_whole: Mapped[str | None]


class Publication(Base):
    """The build that `bi` shows now: one row at most."""

    __tablename__ = "publication"
    __table_args__ = (CheckConstraint("is_current", name="one_row"), {"schema": "ops"})

    is_current: Mapped[bool] = mapped_column(Boolean, primary_key=True, server_default="true")
    build_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("ops.runs.build_id"))
    colour: Mapped[str]
    published_at: Mapped[datetime] = mapped_column(server_default=func.now())


class QuarantinedRow(Base):
    """One row that did not reach raw.<entity>, as it stands in the file, with every reason."""

    __tablename__ = "rows"
    __table_args__ = (Index(None, "delivery_id"), {"schema": "quarantine"})

    quarantined_row_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    delivery_id: Mapped[int] = mapped_column(BigInteger)
    sheet: Mapped[str | None]
    row_number: Mapped[int]
    source_row: Mapped[dict[str, Any]] = mapped_column(comment="Header -> cell; NUL is written as U+2400")
    reasons: Mapped[list[Any]] = mapped_column(comment="[{rule, column, message}]")


class IgnoredRow(Base):
    """One row that is no data: blank, title, header, column numbers, total or footer."""

    __tablename__ = "ignored_rows"
    __table_args__ = (Index(None, "delivery_id"), {"schema": "quarantine"})

    ignored_row_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    delivery_id: Mapped[int] = mapped_column(BigInteger)
    row_number: Mapped[int]
    kind: Mapped[str]
    text: Mapped[str | None]


def upgrade(engine: Engine) -> None:
    """Create or migrate the schemas `ops` and `quarantine`; safe when several processes start at once."""
    with engine.begin() as connection:
        if _revision(connection) == REVISION:
            return
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        connection.execute(text("create schema if not exists ops"))
        from alembic import command  # half a second that an up-to-date database need not pay
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    exists = connection.execute(text("select to_regclass('ops.alembic_version')")).scalar() is not None
    return connection.execute(text("select version_num from ops.alembic_version")).scalar() if exists else None
