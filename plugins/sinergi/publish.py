"""Write what a file came to, in one transaction: its rows, what was set aside, every finding, and its ledger entry.

All of it goes in by COPY from CSV that polars writes, a slice at a time: the server reads one slice while a thread
writes the next. Columns that hold nothing are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import TYPE_CHECKING, Any

import polars as pl

from sinergi.contracts import Contract
from sinergi.errors import SinergiError
from sinergi.examine import Examination
from sinergi.rowkeys import with_row_keys

if TYPE_CHECKING:
    import psycopg

SLICE = 20_000
NUL, NUL_SHOWN = "\0", "␀"  # PostgreSQL stores no NUL


class PublishFault(SinergiError):
    """The database refused the rows. Its own words are left out: they quote the cell."""


def publish(
    connection: psycopg.Connection,
    delivery: dict[str, Any],
    examination: Examination,
    scope: str | None,
    replaced: Sequence[tuple[int, str]] = (),
) -> None:
    """Write one examined file; the caller commits, or rolls everything back.

    Args:
        connection: Inside a transaction.
        delivery: The row of ops.deliveries: `delivery_id`, `source_id`, `finished_at`, `reason`.
        examination: What is known about the file; with holds, nothing of it reaches raw.<entity>.
        scope: What the delivery replaces, None where that is unknown.
        replaced: Deliveries (id, entity) that it replaces.

    Raises:
        PublishFault: the database refused a row. psycopg.OperationalError: it is gone.
    """
    import psycopg

    refused = None
    try:
        _publish(connection, delivery, examination, scope, replaced)
    except (psycopg.DataError, psycopg.IntegrityError) as fault:
        refused = f"{type(fault).__name__} {fault.sqlstate} in {fault.diag.table_name or 'COPY'}"
    if refused:  # raised out here, so that the database's words are not even its context
        raise PublishFault(f"Delivery {delivery['delivery_id']} cannot be stored: {refused}.")


def _publish(
    connection: psycopg.Connection,
    delivery: dict[str, Any],
    examination: Examination,
    scope: str | None,
    replaced: Sequence[tuple[int, str]],
) -> None:
    with connection.cursor() as cursor:
        delivery_id = delivery["delivery_id"]
        if delivery["finished_at"]:  # an earlier run wrote something
            clear(cursor, delivery_id, examination.contract.entity)
        accepted = None
        if not examination.holds:
            for old_id, entity in replaced:
                _set_aside(cursor, old_id, entity)
            cursor.execute(
                "update ops.deliveries set status = 'superseded', superseded_by = %s where delivery_id = any(%s)",
                (delivery_id, [old_id for old_id, _ in replaced]),
            )
            accepted = examination.accepted
            rows = raw_frame(accepted, delivery, examination.contract)
            copy_frame(cursor, f'raw."{examination.contract.entity}"', rows)
        aside = quarantined_frame(examination, accepted)
        copy_frame(cursor, "quarantine.rows", _of(delivery_id, aside))
        copy_frame(cursor, "ops.findings", _of(delivery_id, with_row_keys(examination)))
        if examination.table is not None:
            copy_frame(cursor, "quarantine.ignored_rows", _of(delivery_id, examination.table.ignored))
        _store_validation(cursor, delivery, examination)
        _close(cursor, delivery, examination, scope, 0 if accepted is None else accepted.height, aside.height)


def _set_aside(cursor: psycopg.Cursor, delivery_id: int, entity: str) -> None:
    """Move a replaced delivery's rows to history, where what was known on an earlier day is had from."""
    move = f"""
        with gone as (delete from raw."{entity}" where _delivery_id = %s returning *)
        insert into history."{entity}" select * from gone
    """
    cursor.execute(move, (delivery_id,))


def clear(cursor: psycopg.Cursor, delivery_id: int, entity: str) -> None:
    """Remove what an earlier run of the same delivery wrote."""
    for table in ("ops.findings", "quarantine.rows", "quarantine.ignored_rows", "ops.validations"):
        cursor.execute(f"delete from {table} where delivery_id = %s", (delivery_id,))
    cursor.execute(f'delete from raw."{entity}" where _delivery_id = %s', (delivery_id,))


def copy_frame(cursor: psycopg.Cursor, table: str, frame: pl.DataFrame) -> None:
    """COPY a frame into the columns of the same names; wholly empty columns keep their default.

    Empty text arrives as empty text and null as null: polars quotes the first and not the second.
    """
    if frame.is_empty():
        return
    frame = frame.select(series for series in frame if series.null_count() < frame.height)
    columns = ", ".join(f'"{name}"' for name in frame.columns)
    with cursor.copy(f"copy {table} ({columns}) from stdin (format csv)".encode()) as copy:
        for part in _encoded(frame):
            copy.write(part)


def _encoded(frame: pl.DataFrame) -> Iterator[bytes]:
    slices = frame.iter_slices(SLICE)
    if frame.height <= SLICE:
        yield from map(_csv, slices)
        return
    with ThreadPoolExecutor(1) as pool:
        pending = pool.submit(_csv, next(slices))
        for part in slices:
            ready, pending = pending.result(), pool.submit(_csv, part)
            yield ready
        yield pending.result()


def _csv(part: pl.DataFrame) -> bytes:
    buffer = BytesIO()
    part.write_csv(buffer, include_header=False)
    text = buffer.getvalue()
    return text.replace(NUL.encode(), NUL_SHOWN.encode()) if NUL.encode() in text else text


def raw_frame(rows: pl.DataFrame, delivery: dict[str, Any], contract: Contract) -> pl.DataFrame:
    """Give accepted rows the lineage columns, and arrays the form that PostgreSQL reads."""
    lists = [column.name for column in contract.entity_def if column.type == "list"]
    return rows.with_columns(
        *(_array(name) for name in lists),
        pl.lit(delivery["delivery_id"]).alias("_delivery_id"),
        pl.lit(delivery["source_id"]).alias("_source_id"),
    )


def _array(name: str) -> pl.Expr:
    escaped = pl.element().str.replace_all(r'(["\\])', r"\$1")
    items = pl.col(name).list.eval(pl.concat_str(pl.lit('"'), escaped, pl.lit('"'))).list.join(",")
    return pl.concat_str(pl.lit("{"), items, pl.lit("}")).alias(name)


def quarantined_frame(examination: Examination, accepted: pl.DataFrame | None) -> pl.DataFrame:
    """Give every row that was read and not accepted: as it stands in the file, with every reason.

    Args:
        examination: What is known about the file.
        accepted: The rows that go to raw.<entity>; None when the file is held.
    """
    table = examination.table
    if table is None or table.rows_read == 0:
        return pl.DataFrame(schema={"row_number": pl.Int64})
    numbers = table.row_numbers.cast(pl.Int64)
    if accepted is not None:
        aside = ~numbers.is_in(accepted["_row_number"].implode())
        cells, numbers = table.cells.filter(aside), numbers.filter(aside)
    else:
        cells = table.cells
    cells.columns = table.names
    shown = pl.all().str.replace_all(NUL, NUL_SHOWN, literal=True)
    rows = pl.DataFrame({"row_number": numbers}).with_columns(
        cells.select(pl.struct(shown).struct.json_encode().alias("source_row")).to_series()
    )
    if table.malformed.height:
        text = pl.col("text").str.replace_all(NUL, NUL_SHOWN, literal=True)
        broken = table.malformed.select(
            pl.col("row_number").cast(pl.Int64), pl.struct(text=text).struct.json_encode().alias("source_row")
        )
        rows = pl.concat([rows, broken]).sort("row_number")
    return (
        rows.join(_reasons(examination), on="row_number", how="left", maintain_order="left")
        .with_columns(pl.col("reasons").fill_null(""), pl.lit(table.sheet, pl.String).alias("sheet"))
        .with_columns(_held(examination))
    )


def _reasons(examination: Examination) -> pl.DataFrame:
    critical = examination.findings.filter((pl.col("severity") == "critical") & pl.col("row_number").is_not_null())
    reason = pl.struct("rule", pl.col("column_name").alias("column"), "message").struct.json_encode()
    return critical.group_by("row_number").agg(reason.str.join(",").alias("reasons"))


def _held(examination: Examination) -> pl.Expr:
    whole = [{"rule": hold.rule, "column": None, "message": hold.reason} for hold in examination.holds]
    frame = pl.DataFrame(whole, schema={"rule": pl.String, "column": pl.String, "message": pl.String})
    texts = frame.select(pl.struct(pl.all()).struct.json_encode()).to_series().to_list() if whole else []
    start = ",".join(texts)
    comma = pl.when(pl.col("reasons") == "").then(pl.lit("")).otherwise(pl.lit("," if start else ""))
    return pl.concat_str(pl.lit(f"[{start}"), comma, pl.col("reasons"), pl.lit("]")).alias("reasons")


def _of(delivery_id: int, frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.lit(delivery_id).alias("delivery_id"))


def _store_validation(cursor: psycopg.Cursor, delivery: dict[str, Any], examination: Examination) -> None:
    from psycopg.types.json import Jsonb

    result = examination.validation
    if result is None:
        return
    cursor.execute(
        "insert into ops.validations (delivery_id, source_id, success, result) values (%s, %s, %s, %s)",
        (delivery["delivery_id"], delivery["source_id"], result["success"], Jsonb(result)),
    )


def _close(
    cursor: psycopg.Cursor,
    delivery: dict[str, Any],
    examination: Examination,
    scope: str | None,
    accepted: int,
    quarantined: int,
) -> None:
    held = examination.holds
    values = {
        "entity": examination.contract.entity,
        "period": examination.period,
        "partition": examination.partition,
        "scope": scope,
        "status": examination.status,
        "rows_read": examination.rows_read,
        "rows_accepted": accepted,
        "rows_quarantined": quarantined,
        "rows_ignored": examination.rows_ignored,
        "contract_version": examination.contract.version,
        "rule": held[0].rule if held else None,
        "reason": " ".join(hold.reason for hold in held) or delivery.get("reason"),
    }
    assignments = ", ".join(f"{name} = %({name})s" for name in values)
    cursor.execute(
        f"update ops.deliveries set {assignments}, finished_at = clock_timestamp() where delivery_id = %(id)s",
        values | {"id": delivery["delivery_id"]},
    )
