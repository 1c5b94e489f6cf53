"""Alembic migrations of the ledger; run by `sinergi.ledger.upgrade`."""
