"""Builds that keep what nothing touched: what each stood on, and how much of it was made anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

COLUMNS = (
    sa.Column("base", JSONB(), nullable=True),  # what it stood on; null where no build may stand on it
    sa.Column("rows_touched", sa.Integer(), nullable=True),  # source rows made anew; null: a whole build
    sa.Column("why_whole", sa.Text(), nullable=True),
)


def upgrade() -> None:
    for column in COLUMNS:
        op.add_column("runs", column, schema="ops")


def downgrade() -> None:
    for column in COLUMNS:
        op.drop_column("runs", column.name, schema="ops")
