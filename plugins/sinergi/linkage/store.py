"""Reading raw records from PostgreSQL and writing what was found, by COPY."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import polars as pl
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus

from sinergi.linkage.evidence import RECORD_SCHEMA

if TYPE_CHECKING:
    import psycopg

SQL = Path(__file__).parent
COLUMNS = ("delivery_id", "row_number", *RECORD_SCHEMA)
CROSSWALK = {
    "source_id": pl.String,
    "delivery_id": pl.Int64,
    "row_number": pl.Int64,
    "person_id": pl.String,
    "family_id": pl.String,
    "method": pl.String,
    "probability": pl.Float64,
    "profile_key": pl.String,
}
PROFILES = {"profile_key": pl.String, "joined_key": pl.String, "wall_key": pl.String, "snapshots": pl.String}
KINDS = RECORD_SCHEMA | {"delivery_id": pl.Int64, "row_number": pl.Int64}


def make_schema(cursor: psycopg.Cursor) -> None:
    """Create the schema `linkage`, or bring an older one up to date."""
    cursor.connection.execute((SQL / "schema.sql").read_text())


def read_records(
    cursor: psycopg.Cursor,
    within: str = "",
    more: Mapping[str, pl.DataType | type[pl.DataType]] = MappingProxyType({}),
) -> pl.DataFrame:
    """Return current records (RECORD_SCHEMA, with `delivery_id` and `row_number`).

    Args:
        cursor: Of the transaction of the run.
        within: SQL that leaves out others: a join or a condition; every record without it.
        more: Columns of what is joined.
    """
    cursor.connection.execute((SQL / "records.sql").read_text())
    kinds = {name: kind for name, kind in KINDS.items() if name != "record_id"} | dict(more)
    records = fetch(cursor, f"select {', '.join(kinds)} from linkage_records {within}", kinds)
    numbered = records.sort("delivery_id", "row_number").with_row_index("record_id")
    return numbered.select(pl.col("record_id").cast(pl.Int64), pl.exclude("record_id")).select(*COLUMNS, *more)


def fetch(cursor: psycopg.Cursor, query: str, schema: Mapping[str, pl.DataType | type[pl.DataType]]) -> pl.DataFrame:
    """Return the rows of a query; booleans and dates come as PostgreSQL writes them."""
    lines = _copied(cursor, f"copy ({query}) to stdout (format csv, header, null '\\N')")
    texts = pl.read_csv(lines, infer_schema=False, null_values=["\\N"])
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


def _copied(cursor: psycopg.Cursor, statement: str) -> bytes:
    """Return what a COPY gives: from libpq itself, for each row is a message, and psycopg's own loop over them is slow.

    Raises:
        psycopg.Error: the server refused or broke off.
    """
    wire = cursor.connection.pgconn
    begun = wire.exec_(statement.encode())
    if begun.status != ExecStatus.COPY_OUT:
        raise error_from_result(begun)
    text = bytearray()
    while (piece := wire.get_copy_data(0))[0] > 0:
        text += piece[1]
    while ended := wire.get_result():
        if ended.status != ExecStatus.COMMAND_OK:
            raise error_from_result(ended)
    return bytes(text)


def write(cursor: psycopg.Cursor, table: str, frame: pl.DataFrame, *, replace: bool = True) -> None:
    """Copy a frame into a table, after emptying it unless told to add; sorted by the key it takes half the time."""
    if replace:
        cursor.execute(f"truncate {table}")
    with cursor.copy(f"copy {table} ({', '.join(frame.columns)}) from stdin (format csv)") as copy:
        for part in frame.iter_slices(100_000):
            copy.write(part.write_csv(include_header=False, quote_style="necessary"))


def crosswalk(cursor: psycopg.Cursor) -> pl.DataFrame:
    """Return the links of the last run (CROSSWALK)."""
    return fetch(cursor, f"select {', '.join(CROSSWALK)} from linkage.crosswalk", CROSSWALK)


def renew(cursor: psycopg.Cursor, table: str, place: list[str], frame: pl.DataFrame, before: pl.DataFrame) -> None:
    """Write a table anew; where most rows stay, only what differs.

    Args:
        cursor: Of the transaction of the run.
        table: With its schema.
        place: Columns of its key.
        frame: What it must hold.
        before: What it holds, with the same columns.
    """
    changed = frame.join(before, on=frame.columns, how="anti", nulls_equal=True)
    gone = before.join(frame, on=place, how="anti")
    if len(changed) + len(gone) > len(frame) // 5:
        with _without_indexes(cursor, table):
            write(cursor, table, frame.sort(place))
        return
    cursor.execute(f"create temp table stale as select {', '.join(place)} from {table} where false")
    write(cursor, "stale", pl.concat([gone.select(place), changed.select(place)]), replace=False)
    same = " and ".join(f"old.{name} = stale.{name}" for name in place)
    cursor.execute(f"delete from {table} as old using stale where {same}")
    cursor.execute("drop table stale")
    write(cursor, table, changed, replace=False)


@contextmanager
def _without_indexes(cursor: psycopg.Cursor, table: str) -> Iterator[None]:
    """Take a table's indexes away while it is filled, but for those of its constraints: made at once they cost half."""
    query = """
        select index.indexrelid::regclass::text, pg_get_indexdef(index.indexrelid) from pg_index as index
        where index.indrelid = %s::regclass
            and not exists (select from pg_constraint where pg_constraint.conindid = index.indexrelid)
    """
    indexes = cursor.execute(query, [table]).fetchall()
    for name, _ in indexes:
        cursor.execute(f"drop index {name}")
    yield
    for _, definition in indexes:
        cursor.execute(definition)


def known(cursor: psycopg.Cursor, kind: str) -> pl.DataFrame:
    """Return `key, id, first_id` of the evidence of earlier runs."""
    query = f"select key, {kind}_id as id, coalesce(first_id, {kind}_id) as first_id from linkage.{kind}_keys"
    return fetch(cursor, query, dict.fromkeys(("key", "id", "first_id"), pl.String))


def stand_now(cursor: psycopg.Cursor, deliveries: str) -> pl.DataFrame:
    """Return `delivery_id, now_id, keeps_numbers`: the delivery that has come in the place of each.

    Args:
        cursor: Of the transaction of the run.
        deliveries: Query of their ids.

    Returns:
        `now_id` is its own where nothing has; `keeps_numbers`: every one on the way corrects the one before, so that
        row 12 is about whom it was about.
    """
    query = f"""
        with recursive later as (
            select delivery_id as first_id, delivery_id, superseded_by, true as keeps_numbers from ops.deliveries
            where delivery_id in ({deliveries})
            union all
            select later.first_id, next.delivery_id, next.superseded_by,
                later.keeps_numbers and next.corrects is not distinct from later.delivery_id
            from later inner join ops.deliveries as next on next.delivery_id = later.superseded_by
        )
        select first_id as delivery_id, delivery_id as now_id, keeps_numbers from later where superseded_by is null
    """
    return fetch(cursor, query, {"delivery_id": pl.Int64, "now_id": pl.Int64, "keeps_numbers": pl.Boolean})


def inherited(cursor: psycopg.Cursor) -> pl.DataFrame:
    """Return `delivery_id, row_number, old_person, old_family` of records whose id does not follow from what they say.

    Records linked before profiles were kept, and rows that say something else since a correction workbook.
    """
    superseded = "select delivery_id from ops.deliveries where status = 'superseded'"
    query = f"""
        select delivery_id, row_number, person_id as old_person, family_id as old_family, profile_key is null as bare
        from linkage.crosswalk
        where person_id is not null and (profile_key is null or delivery_id in ({superseded}))
    """
    kinds = {"delivery_id": pl.Int64, "row_number": pl.Int64, "old_person": pl.String, "old_family": pl.String}
    before = fetch(cursor, query, kinds | {"bare": pl.Boolean})
    corrected = stand_now(cursor, superseded).filter("keeps_numbers", pl.col("now_id") != pl.col("delivery_id"))
    moved = before.join(corrected, on="delivery_id").with_columns(delivery_id="now_id")
    return pl.concat([before.filter("bare").select(*kinds), moved.select(*kinds)])


def remember(cursor: psycopg.Cursor, kind: str, keys: pl.DataFrame, before: pl.DataFrame) -> None:
    """Keep `key, id` for the next runs; a key that is not seen any more keeps its id, for it may come back.

    Args:
        cursor: Of the transaction of the run.
        kind: `person` or `family`.
        keys: `key, id`.
        before: What is kept already (`known`): only what differs is written.
    """
    fresh = keys.join(before, on="key", how="anti").select("key", pl.col("id").alias(f"{kind}_id"), first_id="id")
    write(cursor, f"linkage.{kind}_keys", fresh.sort("key"), replace=False)
    moved = keys.join(before.select("key", old_id="id"), on="key").filter(pl.col("id") != pl.col("old_id"))
    cursor.executemany(
        f"update linkage.{kind}_keys set {kind}_id = %s where key = %s", moved.select("id", "key").rows()
    )
