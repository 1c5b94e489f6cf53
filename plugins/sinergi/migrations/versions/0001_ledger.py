"""The ledger: deliveries, findings, decisions, validations, builds; quarantined and ignored rows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("create schema if not exists ops")
    op.execute("create schema if not exists quarantine")
    op.create_table(
        "deliveries",
        sa.Column("delivery_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("sender_id", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("inbox_path", sa.Text(), nullable=False),
        sa.Column("archive_path", sa.Text(), nullable=True, comment="Null while no whole copy could be taken"),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("bytes", sa.BigInteger(), nullable=True),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("period", sa.Text(), nullable=True),
        sa.Column("partition", sa.Text(), nullable=True),
        sa.Column(
            "scope", sa.Text(), nullable=True, comment="What an accepted delivery replaces: one live delivery per scope"
        ),
        sa.Column("status", sa.Text(), server_default="received", nullable=False),
        sa.Column("rows_read", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rows_accepted", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rows_quarantined", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rows_ignored", sa.Integer(), server_default="0", nullable=False),
        sa.Column("contract_version", sa.Text(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=True, comment="The rule that holds the file whole"),
        sa.Column("reason", sa.Text(), nullable=True, comment="For people: what happened and what to do"),
        sa.Column("superseded_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "status in ('received', 'accepted', 'accepted_with_findings', 'held', 'rejected', "
            "'duplicate', 'superseded')",
            name=op.f("ck_deliveries_status"),
        ),
        sa.CheckConstraint(
            "least(rows_read, rows_accepted, rows_quarantined, rows_ignored) >= 0",
            name=op.f("ck_deliveries_no_negative_rows"),
        ),
        sa.CheckConstraint(
            "rows_read = rows_accepted + rows_quarantined", name=op.f("ck_deliveries_every_row_accounted_for")
        ),
        sa.ForeignKeyConstraint(
            ["superseded_by"], ["ops.deliveries.delivery_id"], name=op.f("fk_deliveries_superseded_by")
        ),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_deliveries")),
        schema="ops",
    )
    op.create_index("ix_deliveries_source_scope", "deliveries", ["source_id", "scope"], unique=False, schema="ops")
    op.create_index("ix_deliveries_status", "deliveries", ["status"], unique=False, schema="ops")
    op.create_index(
        "ux_deliveries_source_sha256",
        "deliveries",
        ["source_id", "sha256"],
        unique=True,
        schema="ops",
        postgresql_where="status <> 'duplicate'",
    )
    op.create_table(
        "findings",
        sa.Column("finding_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "row_number", sa.Integer(), nullable=True, comment="As Excel or an editor shows it; null for the whole file"
        ),
        sa.Column("column_name", sa.Text(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.CheckConstraint("severity in ('critical', 'warning', 'info')", name=op.f("ck_findings_severity")),
        sa.PrimaryKeyConstraint("finding_id", name=op.f("pk_findings")),
        schema="ops",
    )
    op.create_index(op.f("ix_findings_delivery_id"), "findings", ["delivery_id"], unique=False, schema="ops")
    op.create_table(
        "runs",
        sa.Column("build_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("colour", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.Text(), server_default="running", nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint("status in ('running', 'built', 'published', 'failed')", name=op.f("ck_runs_status")),
        sa.PrimaryKeyConstraint("build_id", name=op.f("pk_runs")),
        schema="ops",
    )
    op.create_table(
        "ignored_rows",
        sa.Column("ignored_row_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("ignored_row_id", name=op.f("pk_ignored_rows")),
        schema="quarantine",
    )
    op.create_index(
        op.f("ix_ignored_rows_delivery_id"), "ignored_rows", ["delivery_id"], unique=False, schema="quarantine"
    )
    op.create_table(
        "rows",
        sa.Column("quarantined_row_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=True),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column(
            "source_row",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="Header -> cell; NUL is written as U+2400",
        ),
        sa.Column(
            "reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment="[{rule, column, message}]"
        ),
        sa.PrimaryKeyConstraint("quarantined_row_id", name=op.f("pk_rows")),
        schema="quarantine",
    )
    op.create_index(op.f("ix_rows_delivery_id"), "rows", ["delivery_id"], unique=False, schema="quarantine")
    op.create_table(
        "decisions",
        sa.Column("decision_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("decision in ('release', 'reject')", name=op.f("ck_decisions_decision")),
        sa.ForeignKeyConstraint(["delivery_id"], ["ops.deliveries.delivery_id"], name=op.f("fk_decisions_delivery_id")),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_decisions")),
        schema="ops",
    )
    op.create_index(op.f("ix_decisions_delivery_id"), "decisions", ["delivery_id"], unique=False, schema="ops")
    op.create_table(
        "inbox_files",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("mtime", sa.DateTime(timezone=True), nullable=True),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["ops.deliveries.delivery_id"], name=op.f("fk_inbox_files_delivery_id")
        ),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_inbox_files")),
        schema="ops",
    )
    op.create_table(
        "publication",
        sa.Column("is_current", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("build_id", sa.BigInteger(), nullable=False),
        sa.Column("colour", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("is_current", name=op.f("ck_publication_one_row")),
        sa.ForeignKeyConstraint(["build_id"], ["ops.runs.build_id"], name=op.f("fk_publication_build_id")),
        sa.PrimaryKeyConstraint("is_current", name=op.f("pk_publication")),
        schema="ops",
    )
    op.create_table(
        "validations",
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("validated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("success", sa.Boolean(), nullable=False),
        sa.Column("result", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["ops.deliveries.delivery_id"], name=op.f("fk_validations_delivery_id")
        ),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_validations")),
        schema="ops",
    )
    op.create_index(op.f("ix_validations_source_id"), "validations", ["source_id"], unique=False, schema="ops")
