"""Pairs and their weights, by Splink on DuckDB (one machine) or Spark (many); the settings are the same."""

from __future__ import annotations

import logging
import os
from typing import Any

import polars as pl

from sinergi.errors import SinergiError
from sinergi.linkage import model as models
from sinergi.linkage.blocking import KEYS

ENGINES = ("duckdb", "spark")
COLUMNS = (
    *("profile_id", "sure", "wall", "name", "sorted_name", "sound", "tokens", "born", "born_swapped", "born_year"),
    *("sex", "nik", "area_code", "place", "street", "no_kk", "role", "parent", "elders"),
    *(f"key_{key}" for key in KEYS),
)
THREADS = int(os.environ.get("SINERGI_LINK_THREADS", "2"))
MEMORY = os.environ.get("SINERGI_LINK_MEMORY", "2GB")


def score(profiles: pl.DataFrame, model: dict[str, Any], floor: float, engine: str | None = None) -> pl.DataFrame:
    """Compare the profiles that share a key.

    Args:
        profiles: With the columns COLUMNS; profiles that share no key with another may be left out.
        model: As `model.load` returns it.
        floor: Pairs below this weight (bits) are dropped.
        engine: `duckdb` or `spark`; SINERGI_LINK_ENGINE by default.

    Returns:
        `left, right` (profile ids, left < right), `weight` (bits), and `bits_<comparison>`: what each comparison adds
        to it, the frequency of the value included.
    """
    empty = {"left": pl.Int64, "right": pl.Int64, "weight": pl.Float64}
    if len(profiles) < 2:
        return pl.DataFrame(schema=empty | {f"bits_{name}": pl.Float64 for name in models.COMPARISONS})
    api = backend(engine)
    linker = linker_of(_numbered(profiles.select(COLUMNS)), models.settings(model, prior(len(profiles))), api)
    pairs = linker.inference.predict(threshold_match_weight=floor)
    adjusted = {name for name, _ in models.FREQUENT}
    columns = ", ".join(
        f"mw_{name}{f' + mw_tf_adj_{name}' if name in adjusted else ''} as bits_{name}" for name in models.COMPARISONS
    )
    order = "profile_id_l as l, profile_id_r as r, match_weight as weight"
    found = linker.misc.query_sql(f"select {order}, {columns} from {pairs.physical_name}")
    frame = pl.DataFrame(pl.from_arrow(found.as_pyarrow_table()))
    return (
        frame.with_columns(left=pl.min_horizontal("l", "r"), right=pl.max_horizontal("l", "r"))
        .select("left", "right", "weight", *(f"bits_{name}" for name in models.COMPARISONS))
        .sort("left", "right")
    )


def _numbered(profiles: pl.DataFrame) -> pl.DataFrame:
    """Give keys and walls as numbers, which join faster; two texts of one number would cost one more comparison."""
    texts = [pl.col("wall"), *(pl.col(f"key_{key}") for key in KEYS)]
    return profiles.with_columns(pl.when(text.is_not_null()).then((text.hash() // 2).cast(pl.Int64)) for text in texts)


def prior(size: int) -> float:
    """Return the probability that two of `size` profiles, taken at random, are one person."""
    return min(0.1, 1.0 / max(size, 10))


def backend(engine: str | None = None) -> Any:
    """Return Splink's database: DuckDB with bounded memory, or the Spark of SINERGI_SPARK_MASTER.

    Raises:
        SinergiError: an unknown engine, or Spark is not installed.
    """
    logging.getLogger("splink").setLevel(logging.ERROR)
    name = engine or os.environ.get("SINERGI_LINK_ENGINE") or "duckdb"
    if name not in ENGINES:
        raise SinergiError(f"SINERGI_LINK_ENGINE is {name!r}; use duckdb or spark.")
    if name == "spark":
        from sinergi.linkage import spark

        return spark.backend()
    import duckdb
    from splink import DuckDBAPI

    connection = duckdb.connect()
    connection.execute(f"set threads = {THREADS}; set memory_limit = '{MEMORY}'; set preserve_insertion_order = false")
    return DuckDBAPI(connection)


def linker_of(profiles: pl.DataFrame, settings: Any, api: Any) -> Any:
    """Return Splink's linker of profiles, on the database of `backend`."""
    from splink import Linker

    table = profiles.to_arrow()
    if not _is_duckdb(api):
        table = api.spark.createDataFrame(table.to_pandas(integer_object_nulls=True))
    return Linker([api.register(table)], settings, log_level=logging.ERROR, validate_settings=False)


def _is_duckdb(api: Any) -> bool:
    return bool(api.sql_dialect.sql_dialect_str == "duckdb")
