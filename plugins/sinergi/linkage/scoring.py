"""Pairs and their weights, by Splink on DuckDB (one machine) or Spark (many); the settings are the same."""

from __future__ import annotations

import logging
from typing import Any

import polars as pl

from sinergi.linkage import model as models
from sinergi.linkage import spark
from sinergi.linkage.blocking import KEYS
from sinergi.linkage.engine import LinkSettings

COLUMNS = (
    *("profile_id", "sure", "wall", "name", "sorted_name", "sound", "tokens", "born", "born_swapped", "born_year"),
    *("sex", "nik", "area_code", "place", "street", "no_kk", "role", "parent", "elders"),
    *(f"key_{key}" for key in KEYS),
)


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
    chosen = LinkSettings.load(engine=engine)
    numbered, chance = _numbered(profiles.select(COLUMNS)), prior(len(profiles))
    if chosen.engine == "spark":
        frame = spark.score(numbered, model, chance, floor, chosen)
    else:
        found = predicted(linker_of(numbered.to_arrow(), models.settings(model, chance), backend(chosen)), floor)
        frame = pl.DataFrame(pl.from_arrow(found.as_pyarrow_table()))
    return (
        frame.with_columns(left=pl.min_horizontal("l", "r"), right=pl.max_horizontal("l", "r"))
        .select("left", "right", "weight", *(f"bits_{name}" for name in models.COMPARISONS))
        .sort("left", "right")
    )


def predicted(linker: Any, floor: float) -> Any:
    """Return Splink's table of the pairs above a weight: `l, r, weight, bits_<comparison>`."""
    pairs = linker.inference.predict(threshold_match_weight=floor)
    adjusted = {name for name, _ in models.FREQUENT}
    columns = ", ".join(
        f"mw_{name}{f' + mw_tf_adj_{name}' if name in adjusted else ''} as bits_{name}" for name in models.COMPARISONS
    )
    order = "profile_id_l as l, profile_id_r as r, match_weight as weight"
    return linker.misc.query_sql(f"select {order}, {columns} from {pairs.physical_name}")


def _numbered(profiles: pl.DataFrame) -> pl.DataFrame:
    """Give keys and walls as numbers, which join faster; two texts of one number would cost one more comparison.

    polars promises the same numbers within one version, and no more: here one process numbers everything, whichever
    engine scores it, and nothing is kept.
    """
    texts = [pl.col("wall"), *(pl.col(f"key_{key}") for key in KEYS)]
    return profiles.with_columns(pl.when(text.is_not_null()).then((text.hash() // 2).cast(pl.Int64)) for text in texts)


def prior(size: int) -> float:
    """Return the probability that two of `size` profiles, taken at random, are one person."""
    return min(0.1, 1.0 / max(size, 10))


def backend(chosen: LinkSettings | None = None) -> Any:
    """Return Splink's database on DuckDB, with bounded threads and memory."""
    import duckdb
    from splink import DuckDBAPI

    chosen = chosen or LinkSettings.load(engine="duckdb")
    connection = duckdb.connect()
    connection.execute(
        f"set threads = {chosen.threads}; set memory_limit = '{chosen.memory}'; set preserve_insertion_order = false"
    )
    return DuckDBAPI(connection)


def linker_of(profiles: Any, settings: Any, api: Any) -> Any:
    """Return Splink's linker of profiles: an Arrow table on DuckDB, Spark's own frame on Spark."""
    from splink import Linker

    logging.getLogger("splink").setLevel(logging.ERROR)
    return Linker([api.register(profiles)], settings, log_level=logging.ERROR, validate_settings=False)
