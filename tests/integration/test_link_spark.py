"""The same settings on Spark, in local mode: the same people as on DuckDB."""

import shutil
from importlib.util import find_spec

import polars as pl
import pytest

from sinergi.linkage import model
from sinergi.linkage.evidence import prepare
from sinergi.linkage.people import find_people
from sinergi.linkage.trial import trial

pytestmark = [
    pytest.mark.skipif(find_spec("pyspark") is None, reason="pyspark is not installed (dependency group `spark`)"),
    pytest.mark.skipif(shutil.which("java") is None, reason="Java is not installed; Spark needs 17 or later"),
]
FAMILIES = 60


def test_spark_finds_the_people_that_duckdb_finds(monkeypatch):
    records = trial("palangkaraya", 5, 1_500)
    some = records["true_family"].unique().sort().head(FAMILIES)
    prepared = prepare(records.filter(pl.col("true_family").is_in(some.implode())))

    def people(engine):
        monkeypatch.setenv("SINERGI_LINK_ENGINE", engine)
        monkeypatch.setenv("SINERGI_SPARK_MASTER", "local[2]")
        found = find_people(prepared, model.load())
        groups = found.ties.group_by("person").agg(pl.col("record_id").sort())["record_id"].to_list()
        return {tuple(group) for group in groups}, len(found.pairs)

    on_duckdb, pairs = people("duckdb")
    on_spark, spark_pairs = people("spark")
    assert on_spark == on_duckdb and len(on_duckdb) > 100
    assert abs(spark_pairs - pairs) <= 0.01 * pairs > 1  # jaro_winkler of Spark's library rounds elsewhere
