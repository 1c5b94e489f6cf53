"""The board's record: who checked, delivered, downloaded, released, rejected or approved what, and when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "board_actions",
        sa.Column("action_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("acted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("sender_id", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("bytes", sa.BigInteger(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=True, comment="As the sender called it; for people, never a path"),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("verdict", postgresql.JSONB(), nullable=True, comment="What the instant check said"),
        sa.CheckConstraint(
            "action in ('check', 'deliver', 'download', 'release', 'reject', 'approve')",
            name=op.f("ck_board_actions_action"),
        ),
        sa.PrimaryKeyConstraint("action_id", name=op.f("pk_board_actions")),
        schema="ops",
    )
    op.create_index(op.f("ix_board_actions_source_id_sha256"), "board_actions", ["source_id", "sha256"], schema="ops")
    op.create_index(op.f("ix_board_actions_delivery_id"), "board_actions", ["delivery_id"], schema="ops")


def downgrade() -> None:
    op.drop_table("board_actions", schema="ops")
