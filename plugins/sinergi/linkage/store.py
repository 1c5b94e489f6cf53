"""Reading raw records from PostgreSQL and writing what was found, by COPY."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from sinergi.linkage.evidence import RECORD_SCHEMA

if TYPE_CHECKING:
    import psycopg

SQL = Path(__file__).parent
COLUMNS = ("delivery_id", "row_number", *RECORD_SCHEMA)
KINDS = RECORD_SCHEMA | {"delivery_id": pl.Int64, "row_number": pl.Int64}


def make_schema(cursor: psycopg.Cursor) -> None:
    """Create the schema `linkage`, or bring an older one up to date."""
    cursor.connection.execute((SQL / "schema.sql").read_text())


def read_records(cursor: psycopg.Cursor) -> pl.DataFrame:
    """Return every current record (RECORD_SCHEMA, with `delivery_id` and `row_number`)."""
    cursor.connection.execute((SQL / "records.sql").read_text())
    return fetch(cursor, f"select {', '.join(COLUMNS)} from linkage_records order by record_id", KINDS)


def fetch(cursor: psycopg.Cursor, query: str, schema: Mapping[str, pl.DataType | type[pl.DataType]]) -> pl.DataFrame:
    """Return the rows of a query; booleans and dates come as PostgreSQL writes them."""
    buffer = io.BytesIO()
    with cursor.copy(f"copy ({query}) to stdout (format csv, header, null '\\N')") as copy:
        for block in copy:
            buffer.write(block)
    buffer.seek(0)
    texts = pl.read_csv(buffer, infer_schema=False, null_values=["\\N"])
    changes = []
    for name, kind in schema.items():
        column = pl.col(name)
        if kind == pl.Boolean:
            changes.append(column == "t")
        elif kind == pl.Date:
            changes.append(column.str.to_date("%Y-%m-%d", strict=False))
        elif kind != pl.String:
            changes.append(column.cast(kind))
    return texts.with_columns(changes).select(list(schema))


def write(cursor: psycopg.Cursor, table: str, frame: pl.DataFrame, *, replace: bool = True) -> None:
    """Copy a frame into a table, after emptying it unless told to add."""
    if replace:
        cursor.execute(f"truncate {table}")
    with cursor.copy(f"copy {table} ({', '.join(frame.columns)}) from stdin (format csv)") as copy:
        for part in frame.iter_slices(100_000):
            copy.write(part.write_csv(include_header=False, quote_style="necessary"))


def known(cursor: psycopg.Cursor, kind: str) -> pl.DataFrame:
    """Return `key, id, first_id` of the evidence of earlier runs."""
    query = f"select key, {kind}_id as id, coalesce(first_id, {kind}_id) as first_id from linkage.{kind}_keys"
    return fetch(cursor, query, dict.fromkeys(("key", "id", "first_id"), pl.String))


def inherited(cursor: psycopg.Cursor) -> pl.DataFrame:
    """Return `delivery_id, row_number, old_person, old_family` of records whose id does not follow from what they say.

    Records linked before profiles were kept, and rows that say something else since a correction workbook: it keeps row
    numbers, so that row 12 is about whom it was about.
    """
    query = """
        select delivery_id, row_number, person_id as old_person, family_id as old_family from linkage.crosswalk
        where profile_key is null and person_id is not null
        union all
        select corrected.now_id, before.row_number, before.person_id, before.family_id
        from (
            with recursive later as (
                select delivery_id as old_id, delivery_id as now_id from ops.deliveries where status = 'superseded'
                union all
                select later.old_id, next.delivery_id from later inner join ops.deliveries as next
                    on next.corrects = later.now_id
                    and next.status in ('accepted', 'accepted_with_findings', 'superseded')
            )
            select old_id, now_id from later where old_id <> now_id
        ) as corrected
        inner join linkage.crosswalk as before on before.delivery_id = corrected.old_id
        where before.person_id is not null
    """
    kinds = {"delivery_id": pl.Int64, "row_number": pl.Int64, "old_person": pl.String, "old_family": pl.String}
    return fetch(cursor, query, kinds)


def remember(cursor: psycopg.Cursor, kind: str, keys: pl.DataFrame) -> None:
    """Keep `key, id` for the next runs; a key that is not seen any more keeps its id, for it may come back."""
    cursor.execute(f"create temp table new_keys (key text, {kind}_id uuid) on commit drop")
    write(cursor, "new_keys", keys.select("key", pl.col("id").alias(f"{kind}_id")), replace=False)
    cursor.execute(f"""
        insert into linkage.{kind}_keys as known select key, {kind}_id, {kind}_id from new_keys
        on conflict (key) do update set {kind}_id = excluded.{kind}_id where known.{kind}_id <> excluded.{kind}_id
    """)
    cursor.execute("drop table new_keys")
