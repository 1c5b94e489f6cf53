"""The command behind docs/accuracy.md, on a small city: real files, real intake, and figures that can fail."""

import polars as pl
import pytest

from sinergi.bench import accuracy, cities, linking
from sinergi.database import EmbeddedServer
from sinergi.linkage import model
from sinergi.linkage.evidence import prepare
from sinergi.linkage.families import find_families
from sinergi.linkage.people import find_people
from sinergi.settings import Settings

# Changes of families: the rule, the kind that its family is of in truth, and how many at least are seen in this city.
CHANGES = (("moved_family", "moved family", 4), ("new_card", "new card number", 10), ("split_card", "split card", 3))


@pytest.fixture(scope="module")
def city_records(tmp_path_factory):
    """Write a city of 3,000 people, take its files in, and give its records beside their truth."""
    own = Settings.load({}, home=tmp_path_factory.mktemp("accuracy"))
    try:
        return cities.records(own, "city", 1, 3_000)
    finally:
        EmbeddedServer(own.home / "postgres").stop()


def test_a_sample_city_is_linked_beside_its_truth(city_records, tmp_path):
    assert city_records["true_person"].n_unique() > 2_000
    kinds = set(city_records["kinds"].explode().drop_nulls())
    assert {"typo in the name", "no NIK", "namesake in the kelurahan"} <= kinds
    path = tmp_path / "records.parquet"
    city_records.write_parquet(path)
    row = {"city": "city, seed 1", **linking.apart(path, "ours")}
    assert accuracy.short([row]) == []
    assert "| typo in the name |" in accuracy.page([row])

    # All records of a family under one person: precision falls, and the page says so.
    merged = city_records.with_columns(true_person=pl.col("true_family"))
    merged.write_parquet(path)
    spoiled = {"city": "city, seed 1", **linking.apart(path, "ours")}
    assert any("person f1" in fault for fault in accuracy.short([spoiled]))
    assert "**Short of what is asked**" in accuracy.page([spoiled])


def test_changes_of_families_are_true_and_those_that_lists_show_are_seen(city_records):
    prepared = prepare(city_records)
    people = find_people(prepared, model.load())
    _, found = find_families(prepared, people.ties)
    families = city_records.filter(pl.col("true_family").is_not_null()).explode("kinds")
    families = families.group_by("true_family").agg("kinds")
    told = found.join(city_records.select("record_id", "true_family"), on="record_id").join(families, on="true_family")
    for rule, kind, least in CHANGES:
        is_true = told.filter(pl.col("rule") == rule)["kinds"].list.contains(kind)
        assert len(is_true) >= least and is_true.all(), rule
    assert told.filter(pl.col("rule") == "merged_families").is_empty()  # the sample makes no two families one
