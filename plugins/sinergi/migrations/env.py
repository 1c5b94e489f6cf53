"""Alembic's environment: migrates over the connection that `sinergi.ledger.upgrade` hands in."""

from alembic import context

import sinergi.board.record  # noqa: F401  its table is one of the ledger's
from sinergi.ledger import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table_schema="ops",
    include_schemas=True,
)
with context.begin_transaction():
    context.run_migrations()
