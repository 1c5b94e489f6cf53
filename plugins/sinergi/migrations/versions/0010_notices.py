"""What senders were told by e-mail, and about what, so that nothing is told twice."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("notice_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False, comment="A delivery by its number, or a source and its month"),
        sa.Column("sent_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "kind in ('late', 'held', 'accepted_with_findings', 'accepted')", name=op.f("ck_notices_kind")
        ),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_notices")),
        schema="ops",
    )
    op.create_index(
        "ux_notices_recipient_kind_about", "notices", ["recipient", "kind", "about"], unique=True, schema="ops"
    )
