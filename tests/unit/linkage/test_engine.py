"""Where pairs are scored: what cannot be used is said, with the next step."""

import sys
from dataclasses import replace

import polars as pl
import pytest

from sinergi.errors import SinergiError
from sinergi.linkage import model, scoring, spark
from sinergi.linkage.engine import LinkSettings


def test_one_machine_unless_told_otherwise():
    assert LinkSettings.load({}) == LinkSettings()
    chosen = LinkSettings.load({"SINERGI_LINK_ENGINE": "spark", "SINERGI_SPARK_PARTITIONS": "400"})
    assert (chosen.engine, chosen.spark_partitions) == ("spark", 400)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"SINERGI_LINK_ENGINE": "hive"}, "SINERGI_LINK_ENGINE is 'hive'; use one of duckdb, spark"),
        ({"SINERGI_LINK_THREADS": "many"}, "SINERGI_LINK_THREADS is 'many'; use a whole number"),
        (
            {"SINERGI_LINK_ENGINE": "spark", "SINERGI_SPARK_MASTER": "spark://there:7077"},
            "SINERGI_SPARK_STAGE is empty",
        ),
    ],
)
def test_what_cannot_be_used_is_named(given, said):
    with pytest.raises(SinergiError, match=said):
        LinkSettings.load(given)


def test_an_environment_that_is_missing_says_how_it_is_made(tmp_path):
    with pytest.raises(SinergiError, match="`make spark` makes it"):
        _ = LinkSettings(spark_venv=str(tmp_path)).spark_python


def test_the_fault_of_the_other_process_is_told(tmp_path):
    chosen = replace(LinkSettings(), engine="spark", spark_venv=sys.prefix, spark_stage=str(tmp_path))
    with pytest.raises(SinergiError, match="has no pyspark; `make spark`"):
        spark.compare(pl.DataFrame({"profile_id": [1, 2]}), model.load(), 0.0, chosen)
    assert list(tmp_path.iterdir()) == []


def test_secrets_of_the_platform_stay_with_it(monkeypatch):
    for name in ("SINERGI_HASH_KEY", "SINERGI_DATABASE_URL", "AIRFLOW__API__SECRET_KEY"):
        monkeypatch.setenv(name, "secret")
    monkeypatch.setenv("SINERGI_SPARK_MASTER", "local[1]")
    told = spark._environment()
    assert told["SINERGI_SPARK_MASTER"] == "local[1]" and "secret" not in told.values()


def test_one_number_for_one_text_and_none_for_nothing():
    texts = {"wall": ["a", "b", "a", None]} | {f"key_{key}": [None, "x", "x", "y"] for key in scoring.KEYS}
    numbered = scoring._numbered(pl.DataFrame(texts))
    first, second, third, none = numbered["wall"].to_list()
    assert first == third != second and none is None
    assert numbered["key_nik"].null_count() == 1 and numbered["key_nik"].n_unique() == 3
