"""The same settings on Spark, in local mode: the same people as on DuckDB.

Spark runs as it does in production: in an environment of its own, started by the process that links.
"""

import os
import shutil

import polars as pl
import pytest

from sinergi.linkage import model
from sinergi.linkage.evidence import prepare
from sinergi.linkage.people import find_people
from sinergi.linkage.trial import trial

FAMILIES = 200
KINDS = {"name typo", "nik typo", "nik missing", "day and month swapped", "word order", "split card", "year only"}


@pytest.mark.skipif(
    shutil.which("java") is None and not os.environ.get("CI"),
    reason="Java is not installed; Spark needs 17 or later (Debian: openjdk-17-jre-headless)",
)
def test_spark_finds_the_people_that_duckdb_finds(monkeypatch, tmp_path):
    records = trial("palangkaraya", 5, 1_500)
    some = records["true_family"].unique().sort().head(FAMILIES)
    records = records.filter(pl.col("true_family").is_in(some.implode()))
    assert set(records["spoiled"].explode()) >= KINDS
    prepared = prepare(records)
    monkeypatch.setenv("SINERGI_SPARK_MASTER", "local[2]")
    monkeypatch.setenv("SINERGI_SPARK_STAGE", str(tmp_path))

    def people(engine):
        monkeypatch.setenv("SINERGI_LINK_ENGINE", engine)
        found = find_people(prepared, model.load())
        groups = found.ties.group_by("person").agg(pl.col("record_id").sort())["record_id"].to_list()
        return found, {tuple(group) for group in groups}

    on_duckdb, groups = people("duckdb")
    on_spark, spark_groups = people("spark")
    assert spark_groups == groups and len([group for group in groups if len(group) > 1]) > 500
    assert (on_duckdb.ties["method"] == "model").sum() > 300, "most of it must hang on scores, or equality says little"
    assert list(tmp_path.iterdir()) == [], "profiles and pairs are removed"
    # Half a transposition counts for Spark's Jaro-Winkler and not for DuckDB's, which moves a few pairs over a border.
    pair = ["left", "right"]
    both = on_duckdb.pairs.join(on_spark.pairs, on=pair, how="full", coalesce=True, suffix="_spark")
    alike = both.filter((pl.col("weight") - pl.col("weight_spark")).abs() < 1e-6)
    assert len(both) - len(alike) <= 0.01 * len(both), len(both)
