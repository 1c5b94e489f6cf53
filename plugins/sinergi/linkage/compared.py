"""What earlier runs compared: two profiles that say what they said are not compared again.

A comparison depends on the two profiles and the model alone; what depends on all the others (which values are frequent,
how many profiles there are, walls, households) is weighed anew in every run. A lost or foreign file costs time only.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl

from sinergi.linkage import model as models
from sinergi.linkage.blocking import KEYS

# All that decides whether two profiles meet and what their comparison finds.
SAID = (
    *("key", "wall", "name", "sorted_name", "core", "sound", "born", "born_year", "born_nik", "sex", "nik"),
    *("area_code", "place", "street", "no_kk", "role", "parent"),
)
LEVELS = {f"level_{name}": pl.Int8 for name in models.COMPARISONS}
PAIR = {"left": pl.UInt64, "right": pl.UInt64, **LEVELS}


@dataclass
class Compared:
    """Profiles (by what they say, `prints`), the pairs of them that reach `least` bits, how many profiles are `new`."""

    prints: pl.Series
    pairs: pl.DataFrame
    least: float
    new: int = 0


def nothing() -> Compared:
    """Return what is known before the first run."""
    return Compared(pl.Series(dtype=pl.UInt64), pl.DataFrame(schema=PAIR), float("-inf"))


def prints(profiles: pl.DataFrame) -> pl.Series:
    """Return a number for what each profile says and where it is looked for; another number, another profile."""
    leader = profiles.select(sure="profile_id", leader="key")
    said = profiles.join(leader, on="sure", how="left", maintain_order="left").select(
        *SAID, "leader", pl.col("elders").list.join("|"), *(f"key_{key}" for key in KEYS)
    )
    return said.hash_rows(6271).alias("print")


def read(path: Path, model: dict[str, Any], least: float) -> Compared:
    """Return what earlier runs compared with this model, down to `least` bits; nothing where no such file is."""
    try:
        told = pl.read_parquet_metadata(path)
        if told.get("made_by") != _made_by(model) or float(told["least"]) > least:
            return nothing()
        rows = pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError):
        return nothing()
    alone = pl.col("right").is_null()
    return Compared(rows.filter(alone)["left"], rows.filter(~alone), float(told["least"]))


def write(path: Path, model: dict[str, Any], now: Compared) -> None:
    """Keep what was compared; a cut leaves the file of before. A row without `right` is a profile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    rows = pl.concat([pl.DataFrame({"left": now.prints}), now.pairs], how="diagonal")
    rows.write_parquet(part, metadata={"made_by": _made_by(model), "least": repr(now.least)})
    part.replace(path)


def _made_by(model: dict[str, Any]) -> str:
    versions = [version("polars"), version("splink")]
    said = json.dumps([versions, model["comparisons"], models.COMPARISONS, models.NULLS, KEYS, SAID])
    return hashlib.sha256(said.encode()).hexdigest()
