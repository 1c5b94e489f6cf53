"""The command behind docs/accuracy.md, on a small city: real files, real intake, and figures that can fail."""

import dataclasses

import polars as pl

from sinergi.bench import accuracy, cities, linking
from sinergi.database import EmbeddedServer


def test_a_sample_city_is_linked_beside_its_truth(settings, tmp_path):
    own = dataclasses.replace(settings, home=tmp_path / "accuracy")
    try:
        records = cities.records(own, "city", 1, 3_000)
    finally:
        EmbeddedServer(own.home / "postgres").stop()
    assert records["true_person"].n_unique() > 2_000
    assert {"typo in the name", "no NIK", "namesake in the kelurahan"} <= set(records["kinds"].explode().drop_nulls())
    path = tmp_path / "records.parquet"
    records.write_parquet(path)
    row = {"city": "city, seed 1", **linking.apart(path, "ours")}
    assert accuracy.short([row]) == []
    assert "| typo in the name |" in accuracy.page([row])

    # All records of a family under one person: precision falls, and the page says so.
    merged = records.with_columns(true_person=pl.col("true_family"))
    merged.write_parquet(path)
    spoiled = {"city": "city, seed 1", **linking.apart(path, "ours")}
    assert any("person f1" in fault for fault in accuracy.short([spoiled]))
    assert "**Short of what is asked**" in accuracy.page([spoiled])
