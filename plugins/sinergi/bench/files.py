"""The intake file: 15 columns of help delivered to made-up people, as XLSX and as CSV, and its contract."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

SOURCES = {"xlsx": "bench/xlsx", "csv": "bench/csv"}
HEADERS = {
    "nik": "NIK",
    "no_kk": "No KK",
    "full_name": "Nama Penerima",
    "sex": "JK",
    "birth_date": "Tanggal Lahir",
    "area_name": "Kelurahan",
    "address": "Alamat",
    "rt": "RT",
    "rw": "RW",
    "phone": "Telepon",
    "delivered_on": "Tanggal",
    "amount_idr": "Nilai",
    "quantity": "Jumlah",
    "unit": "Satuan",
    "status": "Status",
}
FORMATS = {
    "xlsx": "{format: xlsx, sheet: Penerima, header_row: 1}",
    "csv": "{format: csv, delimiter: ';', encoding: utf-8}",
}


def write_contract(root: Path, kind: str) -> None:
    """Write the contract of the bench source `kind` under the expectations folder `root`."""
    columns = "\n".join(f"  {name}: [{header}]" for name, header in HEADERS.items())
    path = root / f"{SOURCES[kind]}.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        "title: Berkas ukur\nentity: interventions\ncontact: bench@sinergi.example\n"
        "delivery: {every: month, due_day: 10, mode: append}\n"
        f"file: {FORMATS[kind]}\ncodes: common\nconstants: {{program_id: dinsos-sembako}}\ncolumns:\n{columns}\n"
        "expectations:\n"
        "  - {type: expect_column_values_to_be_between, column: quantity, min_value: 0, severity: warning}\n"
    )


def people(rows: int, seed: int = 1) -> pl.DataFrame:
    """Return `rows` made-up recipients as text, in the columns of the file."""
    rng = np.random.default_rng(seed)
    first = np.array(["Siti", "Budi", "Agus", "Dewi", "Rina", "Tono", "Lina", "Yanto", "Wati", "Hendra"])
    last = np.array(["Saputra", "Lestari", "Wijaya", "Susanti", "Pratama", "Handayani", "Nugroho", "Maharani"])
    area = np.array(["Pahandut", "Panarung", "Langkai", "Menteng", "Palangka", "Kameloh Baru", "Kalampangan", "Marang"])
    female = rng.integers(0, 2, rows).astype(bool)
    year, month, day = rng.integers(1950, 2010, rows), rng.integers(1, 13, rows), rng.integers(1, 29, rows)
    serial = np.arange(rows) % 9999 + 1
    frame = pl.DataFrame(
        {
            "female": female,
            "year": year,
            "month": month,
            "day": day,
            "serial": serial,
            "first": first[rng.integers(0, len(first), rows)],
            "last": last[rng.integers(0, len(last), rows)],
            "area": area[rng.integers(0, len(area), rows)],
            "n": rng.integers(1, 200, rows),
            "delivered": rng.integers(1, 29, rows),
            "amount": rng.integers(1, 30, rows) * 50_000,
        }
    )

    def padded(column: str, width: int) -> pl.Expr:
        return pl.col(column).cast(pl.String).str.zfill(width)

    code = pl.when("female").then(pl.col("day") + 40).otherwise(pl.col("day")).cast(pl.String).str.zfill(2)
    return frame.select(
        pl.concat_str(pl.lit("627101"), code, padded("month", 2), (pl.col("year") % 100).cast(pl.String).str.zfill(2),
                      padded("serial", 4)).alias("NIK"),
        pl.concat_str(pl.lit("627101"), padded("day", 2), padded("month", 2), pl.lit("15"),
                      padded("serial", 4)).alias("No KK"),
        pl.concat_str("first", "last", separator=" ").alias("Nama Penerima"),
        pl.when("female").then(pl.lit("P")).otherwise(pl.lit("L")).alias("JK"),
        pl.concat_str(padded("day", 2), padded("month", 2), "year", separator="/").alias("Tanggal Lahir"),
        pl.col("area").alias("Kelurahan"),
        pl.concat_str(pl.lit("Jl. Rajawali No. "), "n").alias("Alamat"),
        (pl.col("n") % 30 + 1).cast(pl.String).str.zfill(3).alias("RT"),
        (pl.col("n") % 9 + 1).cast(pl.String).str.zfill(3).alias("RW"),
        pl.concat_str(pl.lit("08125"), (pl.col("serial") + 1000000).cast(pl.String)).alias("Telepon"),
        pl.concat_str(padded("delivered", 2), pl.lit("/03/2024")).alias("Tanggal"),
        pl.concat_str(pl.lit("Rp "), pl.col("amount").cast(pl.String).str.replace(r"(\d)(\d{3})(\d{3})$", "$1.$2.$3")
                      .str.replace(r"(\d)(\d{3})$", "$1.$2")).alias("Nilai"),
        (pl.col("n") % 20 + 1).cast(pl.String).alias("Jumlah"),
        pl.lit("paket").alias("Satuan"),
        pl.lit("Diterima").alias("Status"),
    )  # fmt: skip


def write_file(frame: pl.DataFrame, path: Path) -> None:
    """Write the recipients as an office would send them: every cell is text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".csv":
        frame.write_csv(path, separator=";")
        return
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_numbers": False})
    sheet = book.add_worksheet("Penerima")
    for number, cells in enumerate([frame.columns, *frame.iter_rows()]):
        sheet.write_row(number, 0, cells)
    book.close()
