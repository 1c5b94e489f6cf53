"""The ledger's schema: migrations, constraints, and two processes that start at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

import sinergi.board.record  # noqa: F401 (its table is one of the ledger's)
from sinergi import ledger, rawtables
from sinergi.database import engine as make_engine
from sinergi.entities import load_entities


@pytest.fixture
def engine(database_url):
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


def test_migrations_give_exactly_the_models(engine):
    ledger.upgrade(engine)
    with engine.connect() as connection:
        options = {
            "include_schemas": True,
            "version_table_schema": "ops",
            "include_name": lambda name, kind, parents: kind != "schema" or name in ("ops", "quarantine"),
        }
        assert compare_metadata(MigrationContext.configure(connection, opts=options), ledger.Base.metadata) == []


def test_revision_constant_is_the_newest_script():
    assert ScriptDirectory(str(ledger.MIGRATIONS)).get_current_head() == ledger.REVISION


def test_two_starts_at_once(engine, database_url):
    def start(_):
        other = make_engine(database_url)
        ledger.upgrade(other)
        rawtables.ensure(other)
        other.dispose()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(start, range(4)))
    with engine.connect() as connection:
        tables = connection.execute(text("select count(*) from pg_tables where schemaname = 'raw'")).scalar()
    assert tables == len(load_entities())


@pytest.mark.parametrize(
    "values",
    [
        "(1, 'a/b', 'a', 'f', 'f', 'accepted', 10, 8, 1)",
        "(1, 'a/b', 'a', 'f', 'f', 'lost', 0, 0, 0)",
        "(1, 'a/b', 'a', 'f', 'f', 'accepted', 0, -1, 1)",
    ],
)
def test_rows_must_be_accounted_for_and_status_known(engine, values):
    ledger.upgrade(engine)
    columns = (
        "delivery_id, source_id, sender_id, file_name, inbox_path, status, rows_read, rows_accepted, rows_quarantined"
    )
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(text(f"insert into ops.deliveries ({columns}) overriding system value values {values}"))


def test_raw_tables_gain_columns_and_lose_none(engine):
    rawtables.ensure(engine)
    with engine.begin() as connection:
        connection.execute(text("alter table raw.budgets drop column recipients, add column old_column text"))
    rawtables.ensure(engine)
    query = "select column_name from information_schema.columns where table_schema = 'raw' and table_name = 'budgets'"
    with engine.connect() as connection:
        columns = set(connection.execute(text(query)).scalars())
    assert {"recipients", "old_column", "extra", "_delivery_id", "_row_number"} <= columns


def test_raw_table_of_another_type_is_named(engine):
    rawtables.ensure(engine)
    with engine.begin() as connection:
        connection.execute(text("alter table raw.budgets alter column recipients type text"))
    with pytest.raises(rawtables.RawTableFault, match=r"raw\.budgets\.recipients is text"):
        rawtables.ensure(engine)
