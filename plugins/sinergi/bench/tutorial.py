"""Splink as its own tutorials set it up: what our engine is measured against, on the same records in the same run.

Settings follow the demos of Splink 5 (docs/demos/examples/duckdb: febrl3, febrl4, deduplicate_50k_synthetic); clusters
are cut at 0.95, as there.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import polars as pl

THRESHOLD = 0.95
# A city has so many namesakes that the demo's threshold joins half of it; these are tried as well.
THRESHOLDS = (THRESHOLD, 0.99, 0.999, 0.9999, 0.99999)


def febrl_dedupe(records: pl.DataFrame, threshold: float = THRESHOLD) -> pl.DataFrame:
    """Deduplicate a FEBRL file as the demo `febrl3` does; returns `rec_id, person`."""
    import splink.comparison_library as cl
    from splink import SettingsCreator, block_on

    blocks: tuple[str, ...] = ("soc_sec_id", "given_name", "surname", "date_of_birth", "postcode")
    settings = SettingsCreator(
        unique_id_column_name="rec_id",
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[block_on(column) for column in blocks],
        comparisons=[
            cl.NameComparison("given_name"),
            cl.NameComparison("surname"),
            cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.ExactMatch("postcode").configure(term_frequency_adjustments=True),
        ],
    )
    linker = _linker([records], settings)
    swapped = "l.given_name = r.surname and l.surname = r.given_name and l.date_of_birth = r.date_of_birth"
    sure = [block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth"), swapped]
    _train(linker, sure, 0.9, [block_on("date_of_birth"), block_on("postcode")])
    return _clusters(linker, "rec_id", threshold)


def febrl_link(left: pl.DataFrame, right: pl.DataFrame, threshold: float = THRESHOLD) -> pl.DataFrame:
    """Link two FEBRL files as the demo `febrl4` does with its detailed model; returns `rec_id, person`."""
    import splink.comparison_library as cl
    from splink import SettingsCreator, block_on

    rules: list[Any] = [
        block_on("given_name", "surname"),
        "l.given_name = r.surname and l.surname = r.given_name",
        block_on("date_of_birth"),
        block_on("soc_sec_id"),
        block_on("state", "address_1"),
        block_on("street_number", "address_1"),
        block_on("postcode"),
    ]
    settings = SettingsCreator(
        unique_id_column_name="rec_id",
        link_type="link_only",
        blocking_rules_to_generate_predictions=rules,
        comparisons=[
            cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("surname").configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(term_frequency_adjustments=True),
        ],
    )
    linker = _linker([left, right], settings)
    sure = [block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")]
    _train(linker, sure, 0.8, [block_on("date_of_birth"), block_on("postcode")])
    return _clusters(linker, "rec_id", threshold)


def city(records: pl.DataFrame) -> Iterator[tuple[float, pl.DataFrame]]:
    """Deduplicate a city's records as the demo on 50,000 people does; yields `record_id, person` at each threshold.

    Training and scoring come before the first; another threshold costs another clustering alone.

    Of the demo's ten blocking rules those are left out that pair people by parts of a name alone: at this size they
    make billions of pairs. The identity number, which the demo's data lack, is blocked on and compared as in `febrl3`.
    """
    import splink.comparison_library as cl
    from splink import SettingsCreator, block_on

    words = pl.col("full_name").str.to_lowercase().str.splitn(" ", 2)
    frame = records.select(
        "record_id",
        first_name=words.struct.field("field_0"),
        surname=words.struct.field("field_1"),
        both_names=pl.col("full_name").str.to_lowercase(),
        dob=pl.col("birth_date").dt.to_string("%Y-%m-%d"),
        nik=pl.when(pl.col("nik_status") == "valid").then("nik"),
        area_code=pl.col("area_code"),
        address=pl.col("address"),
        sex=pl.col("sex"),
    )
    settings = SettingsCreator(
        unique_id_column_name="record_id",
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[
            block_on("nik"),
            block_on("surname", "dob"),
            block_on("first_name", "dob"),
            block_on("address", "first_name"),
            block_on("address", "surname"),
            block_on("dob", "area_code"),
        ],
        comparisons=[
            cl.ForenameSurnameComparison("first_name", "surname", forename_surname_concat_col_name="both_names"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.DamerauLevenshteinAtThresholds("nik", [2]),
            cl.ExactMatch("address").configure(term_frequency_adjustments=True),
            cl.ExactMatch("area_code").configure(term_frequency_adjustments=True),
            cl.ExactMatch("sex"),
        ],
    )
    linker = _linker([frame], settings)
    sure = [block_on("nik"), block_on("first_name", "surname", "dob"), block_on("dob", "address")]
    _train(linker, sure, 0.6, [block_on("first_name", "surname", "area_code"), block_on("dob", "area_code")])
    pairs = linker.inference.predict(threshold_match_probability=0.2)
    for threshold in THRESHOLDS:
        yield threshold, _cut(linker, pairs, "record_id", threshold)


def _linker(frames: list[pl.DataFrame], settings: Any) -> Any:
    from splink import Linker

    from sinergi.linkage.scoring import backend

    api = backend()  # the very threads and memory that ours has
    return Linker([api.register(frame.to_arrow()) for frame in frames], settings, log_level=logging.ERROR)


def _train(linker: Any, sure: list[Any], recall: float, rules: list[Any]) -> None:
    linker.training.estimate_probability_two_random_records_match(sure, recall=recall)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=2)
    for rule in rules:
        linker.training.estimate_parameters_using_expectation_maximisation(rule, estimate_without_term_frequencies=True)


def _clusters(linker: Any, key: str, threshold: float) -> pl.DataFrame:
    pairs = linker.inference.predict(threshold_match_probability=min(threshold, 0.2))
    return _cut(linker, pairs, key, threshold)


def _cut(linker: Any, pairs: Any, key: str, threshold: float) -> pl.DataFrame:
    found = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold_match_probability=threshold)
    return pl.DataFrame(pl.from_arrow(found.as_pyarrow_table())).select(key, person="cluster_id")
