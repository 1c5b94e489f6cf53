"""Pairs and their weights, by Splink on DuckDB (one machine) or Spark (many); the settings are the same."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from typing import Any

import polars as pl

from sinergi.linkage import blocking, compared, spark, weights
from sinergi.linkage import model as models
from sinergi.linkage.blocking import KEYS
from sinergi.linkage.compared import Compared
from sinergi.linkage.engine import LinkSettings

COLUMNS = (
    *("profile_id", "sure", "wall", "name", "sorted_name", "core", "sound", "tokens", "born", "born_swapped"),
    *("born_year", "born_short", "born_nik", "sex", "nik", "area_code", "place", "street", "no_kk", "role"),
    *("parent", "elders", *(f"key_{key}" for key in KEYS)),
)
SPARE = 1.0  # bits kept below what is needed, so that a city that loses a list is not compared anew


def score(
    profiles: pl.DataFrame,
    model: dict[str, Any],
    floor: float,
    engine: str | None = None,
    before: Callable[[float], Compared] | None = None,
) -> tuple[pl.DataFrame, Compared]:
    """Weigh the profiles that share a key; those that `before` knows are not compared again.

    Args:
        profiles: All of them, with the columns COLUMNS and `key`; `profile_id` is 0, 1, ... in this order.
        model: As `model.load` returns it.
        floor: Pairs below this weight (bits) are dropped.
        engine: `duckdb` or `spark`; SINERGI_LINK_ENGINE by default.
        before: Gives what earlier runs compared, down to so many bits (`compared.read`).

    Returns:
        As `weights.weigh` does, sorted; and what is compared now, for the next run.
    """
    said = compared.prints(profiles)
    rivals = blocking.with_rivals(profiles.with_columns(print=said))
    share = prior(len(rivals), len(profiles))
    # Without prior and frequencies, which change with every delivery; the most that they can add is allowed for.
    least = floor - math.log2(share / (1 - share)) - weights.most_of_frequency(model)
    known = before(least) if before else compared.nothing()
    is_new = ~pl.Series(said).is_in(known.prints.implode())
    rivals = rivals.with_columns(is_new=~pl.col("print").is_in(known.prints.implode()))
    fresh = _compare(blocking.near_new(rivals) if len(known.prints) else rivals, model, least - SPARE, engine)
    found = pl.concat([fresh, _found_before(known, profiles.with_columns(print=said))])
    low, high = pl.min_horizontal("left", "right"), pl.max_horizontal("left", "right")
    found = found.with_columns(left=low, right=high).sort("left", "right")
    pairs = weights.weigh(found, profiles, model, share).filter(pl.col("weight") >= floor)
    kept = found.with_columns(left=said.gather(found["left"]), right=said.gather(found["right"]))
    return pairs, Compared(said, kept, max(known.least, least - SPARE), int(is_new.sum()))


def _found_before(known: Compared, profiles: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs of earlier runs whose profiles still stand, and stand apart."""
    pairs = known.pairs.rename({"left": "left_print", "right": "right_print"})
    for end in ("left", "right"):
        place = profiles.select(pl.col("print"), pl.col("profile_id").alias(end), pl.col("sure").alias(f"{end}_sure"))
        pairs = pairs.join(place, left_on=f"{end}_print", right_on="print")
    return pairs.filter(pl.col("left_sure") != pl.col("right_sure")).select("left", "right", *compared.LEVELS)


def _compare(profiles: pl.DataFrame, model: dict[str, Any], least: float, engine: str | None) -> pl.DataFrame:
    """Return `left`, `right` and the level of each comparison for new pairs that reach `least` bits."""
    if len(profiles) < 2:
        return pl.DataFrame(schema={"left": pl.Int64, "right": pl.Int64, **compared.LEVELS})
    chosen, numbered = LinkSettings.load(engine=engine), _numbered(profiles.select(*COLUMNS, "is_new"))
    if chosen.engine == "spark":
        frame = spark.compare(numbered, model, least, chosen)
    else:
        found = predicted(linker_of(numbered.to_arrow(), of_new(model), backend(chosen)), least)
        frame = pl.DataFrame(pl.from_arrow(found.as_pyarrow_table()))
    frame = frame.rename({"left_id": "left", "right_id": "right"})
    return frame.with_columns(pl.col(name).cast(kind) for name, kind in compared.LEVELS.items())


def of_new(model: dict[str, Any]) -> Any:
    """Return Splink's settings to compare what is new, even chances before."""
    return models.settings(model, 0.5, "l.is_new or r.is_new")


def predicted(linker: Any, least: float) -> Any:
    """Return Splink's table of the pairs that reach a weight: `left_id, right_id, level_<comparison>`."""
    pairs = linker.inference.predict(threshold_match_weight=least)
    # Splink counts levels from the weakest, 0, and calls what is not known -1.
    levels = ", ".join(
        f"case when gamma_{name} >= 0 then {len(found) - 1} - gamma_{name} end as level_{name}"
        for name, found in models.COMPARISONS.items()
    )
    ends = "profile_id_l as left_id, profile_id_r as right_id"
    return linker.misc.query_sql(f"select {ends}, {levels} from {pairs.physical_name}")


def _numbered(profiles: pl.DataFrame) -> pl.DataFrame:
    """Give walls as numbers, as keys are: they are compared in every pair."""
    wall = pl.col("wall")
    return profiles.with_columns(pl.when(wall.is_not_null()).then((wall.hash() // 2).cast(pl.Int64)))


def prior(rivals: int, known: int) -> float:
    """Return the probability that two profiles that have rivals, taken at random, are one person.

    A few rows are a part of a kelurahan (`weights.SMALLEST_PLACE`): that two of them stand in one file makes them no
    likelier the same. The rest of it is taken to have rivals as often.

    Args:
        rivals: Profiles that are compared with any other.
        known: All profiles.
    """
    return 1.0 / max(rivals * max(1.0, weights.SMALLEST_PLACE / max(known, 1)), 2.0)


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
