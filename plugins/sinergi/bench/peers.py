"""What the intake is measured against: the floor that no intake can beat, and the ways that others take."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from sinergi.database import connect, engine


def read_text(path: Path) -> pl.DataFrame:
    """Read every cell as text by the fastest reader known for the format."""
    if path.suffix == ".csv":
        return pl.read_csv(path, separator=";", infer_schema=False)
    return pl.read_excel(path, engine="calamine", infer_schema_length=0)


def floor(path: Path, url: str) -> int:
    """Read the cells and COPY them as text into one table: no checks, no types, no ledger."""
    frame = read_text(path)
    columns = ", ".join(f'"{name}" text' for name in frame.columns)
    with connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("drop table if exists floor")
        cursor.execute(f"create table floor ({columns})")
        with cursor.copy("copy floor from stdin (format csv)") as copy:
            copy.write(frame.write_csv(include_header=False).encode())
        connection.commit()
    return frame.height


def calamine_floor(path: Path, url: str) -> int:
    """Do the same with python-calamine, which hands out typed cells: what evidence of numbers costs at least."""
    from python_calamine import CalamineWorkbook

    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    columns = ", ".join(f'"{name}" text' for name in rows[0])
    with connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("drop table if exists floor")
        cursor.execute(f"create table floor ({columns})")
        with cursor.copy("copy floor from stdin") as copy:
            for row in rows[1:]:
                copy.write_row(row)
        connection.commit()
    return len(rows) - 1


def pandas_to_sql_and_gx(path: Path, url: str) -> int:
    """Load with pandas and `to_sql`, then check on the database with Great Expectations' SQL engine."""
    import great_expectations as gx
    import pandas as pd

    read = pd.read_csv(path, sep=";", dtype=str) if path.suffix == ".csv" else pd.read_excel(path, dtype=str)
    database = engine(url)
    read.to_sql("peer", database, if_exists="replace", index=False)
    database.dispose()
    context = gx.get_context(mode="ephemeral")
    source = context.data_sources.add_postgres("peer", connection_string=url.replace("+psycopg", "+psycopg2"))
    batch = source.add_table_asset("peer", table_name="peer").add_batch_definition_whole_table("all").get_batch()
    expect = gx.expectations
    suite = gx.ExpectationSuite(
        "peer",
        expectations=[
            expect.ExpectColumnValuesToNotBeNull(column="Nama Penerima"),
            expect.ExpectColumnValuesToMatchRegex(column="NIK", regex=r"^\d{16}$"),
            expect.ExpectColumnValuesToMatchRegex(column="No KK", regex=r"^\d{16}$"),
            expect.ExpectColumnValuesToBeInSet(column="JK", value_set=["L", "P"]),
            expect.ExpectColumnValuesToNotBeNull(column="Tanggal"),
            expect.ExpectColumnValuesToNotBeNull(column="Kelurahan"),
            expect.ExpectTableRowCountToBeBetween(min_value=1),
        ],
    )
    batch.validate(suite, result_format="COMPLETE")
    return len(read)


def dlt_to_postgres(path: Path, url: str) -> int:
    """Load with dlt (no checks beyond its schema), from the same fast reader."""
    import tempfile

    import dlt

    frame = read_text(path)
    with tempfile.TemporaryDirectory() as folder:
        pipeline = dlt.pipeline(
            pipeline_name="peer",
            pipelines_dir=folder,
            destination=dlt.destinations.postgres(url.replace("+psycopg", "")),
            dataset_name="dlt_peer",
        )
        pipeline.run(frame.to_arrow(), table_name="peer", write_disposition="replace")
    return frame.height
