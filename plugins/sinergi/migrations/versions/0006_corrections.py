"""Deliveries that are corrections say which delivery they correct."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("corrects", sa.BigInteger(), nullable=True), schema="ops")
    op.create_foreign_key(
        op.f("fk_deliveries_corrects"),
        "deliveries",
        "deliveries",
        ["corrects"],
        ["delivery_id"],
        source_schema="ops",
        referent_schema="ops",
    )
