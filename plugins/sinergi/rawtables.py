"""The tables raw.<entity>, made from the entities: new columns are added, none is ever dropped or changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, text

from sinergi.entities import Column, Entity, load_entities
from sinergi.errors import SinergiError

if TYPE_CHECKING:
    from collections.abc import Iterable

SQL_TYPES = {
    "text": "text",
    "nik": "text",
    "no_kk": "text",
    "category": "text",
    "area": "text",
    "date": "date",
    "integer": "integer",
    "decimal": "numeric",
    "amount": "numeric(16,2)",
    "boolean": "boolean",
    "list": "text[]",
}
LINEAGE = {
    "extra": ("jsonb", "Columns of the file that the contract does not map"),
    "_delivery_id": ("bigint not null", "The delivery in ops.deliveries"),
    "_source_id": ("text not null", "<sender>/<export>"),
    "_sheet": ("text", "Sheet of the workbook; null for CSV"),
    "_row_number": ("integer not null", "Row as Excel or an editor shows it"),
    "_loaded_at": ("timestamptz not null default now()", "When the row was published"),
}
LOCK = 627_102  # advisory lock: two processes that start at once make the tables one after the other


class RawTableFault(SinergiError):
    """An entity says something else than the table that already holds rows."""


def ensure(engine: Engine, expectations: Path | None = None) -> None:
    """Make every raw.<entity> that is missing and add every column that is missing.

    Args:
        engine: The warehouse.
        expectations: Folder of entities and contracts; the configured one by default.

    Raises:
        RawTableFault: an entity gives a column another type than its table has.
    """
    entities = load_entities(expectations)
    with engine.connect() as connection:
        statements = _statements(entities.values(), _existing(connection))
        if not statements:
            return
    with engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": LOCK})
        for statement in _statements(entities.values(), _existing(connection)):
            connection.exec_driver_sql(statement)


def _existing(connection: Connection) -> dict[str, dict[str, str]]:
    query = """
        select c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
        from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'raw' and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
    """
    tables: dict[str, dict[str, str]] = {}
    for row in connection.execute(text(query)):
        tables.setdefault(row[0], {})[row[1]] = row[2]
    return tables


def _statements(entities: Iterable[Entity], existing: dict[str, dict[str, str]]) -> list[str]:
    statements = [] if existing else ["create schema if not exists raw"]
    for entity in entities:
        table = f'raw."{entity.entity}"'
        columns = existing.get(entity.entity)
        if columns is None:
            statements += _create(entity, table)
            continue
        for column in entity:
            wanted = SQL_TYPES[column.type]
            found = columns.get(column.name)
            if found is None:
                statements.append(f'alter table {table} add column "{column.name}" {wanted}')
                statements.append(_comment(table, column))
            elif found != wanted:
                raise RawTableFault(
                    f"raw.{entity.entity}.{column.name} is {found} in the database, but the entity makes it {wanted}. "
                    "A type is never changed in place: give the column a new name, or migrate the table by hand."
                )
    return statements


def _create(entity: Entity, table: str) -> list[str]:
    columns = [f'"{column.name}" {SQL_TYPES[column.type]}' for column in entity]
    columns += [f"{name} {sql_type}" for name, (sql_type, _) in LINEAGE.items()]
    # A delivery's rows lie together, so that a block range index finds them; a B-tree makes the COPY a third longer.
    index = f'create index "ix_{entity.entity}_delivery_id" on {table} using brin (_delivery_id)'
    index += " with (pages_per_range = 16, autosummarize = on)"
    comments = [_comment(table, column) for column in entity]
    comments += [f"comment on column {table}.{name} is {_quoted(about)}" for name, (_, about) in LINEAGE.items()]
    title = f"comment on table {table} is {_quoted(entity.description)}"
    return [f"create table {table} ({', '.join(columns)})", index, title, *comments]


def _comment(table: str, column: Column) -> str:
    return f'comment on column {table}."{column.name}" is {_quoted(f"{column.label}: {column.description}")}'


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''").replace("%", "%%") + "'"
