"""A small sample, and crosswalks that say whose its rows are: rightly, by other names, and wrongly."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from sinergi.as_linked import as_linked
from sinergi.figures import expected_figures
from sinergi.sample import write_sample
from sinergi.sample.reports import KEPT

PLACE = ("source_id", "file_name")
Figures = dict[str, dict[str, float]]


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    write_sample("palangkaraya", folder, seed=3, people=1500)
    return folder / "truth"


@pytest.fixture(scope="module")
def figures(truth: Path) -> Figures:
    return {group: nonzero(named) for group, named in expected_figures(written(truth)).items()}


@pytest.fixture(scope="module")
def known(truth: Path) -> pl.DataFrame:
    columns = (*PLACE, "row_number", "delivery", "person_id", "family_id", "program_id")
    frames = [pl.read_parquet(truth / "known" / f"{entity}.parquet") for entity in KEPT]
    return pl.concat(frames, how="diagonal_relaxed").select(columns)


def written(truth: Path) -> dict:
    return json.loads((truth / "figures.json").read_text())


def nonzero(named: dict[str, float]) -> dict[str, float]:
    return {name: float(value) for name, value in named.items() if value}


def worked_out(truth: Path, rows: pl.DataFrame) -> Figures:
    deliveries = rows.select(*PLACE, delivery_id="delivery").unique()
    crosswalk = rows.select("row_number", "person_id", "family_id", delivery_id="delivery")
    return {group: nonzero(named) for group, named in as_linked(truth, deliveries, crosswalk).items()}


def moved(true: Figures, found: Figures) -> set[str]:
    return {
        f"{group}/{name}"
        for group, named in found.items()
        for name in true[group].keys() | named.keys()
        if true[group].get(name) != named.get(name)
    }


def test_where_linking_is_right_every_figure_is_the_true_one(
    truth: Path, figures: Figures, known: pl.DataFrame
) -> None:
    """The story's headcount and stages too, which the sample counts without any row."""
    found = worked_out(truth, known)
    assert moved(figures, found) == set()
    assert {"headcount", "stages", "coverage", "overlaps", "needs", "conflicts"} <= found.keys()
    assert sum(map(len, found.values())) > 400


def test_no_figure_hangs_on_what_ids_are_called(truth: Path, figures: Figures, known: pl.DataFrame) -> None:
    salted = pl.col("person_id", "family_id").hash(7).cast(pl.String)
    other = known.with_columns(pl.when(pl.col("person_id", "family_id").is_not_null()).then(salted))
    assert moved(figures, worked_out(truth, other)) == set()


def test_help_tied_to_a_stranger_moves_the_figures_of_help_and_no_other(
    truth: Path, figures: Figures, known: pl.DataFrame
) -> None:
    decreed = known.filter(pl.col("source_id") == "setda/sk_walikota")["family_id"]
    helped = (pl.col("program_id") == "dinsos-sembako") & pl.col("family_id").is_in(decreed.implode())
    stray = known.with_columns(is_first=helped & (helped.cum_sum() == 30)).with_columns(
        pl.when("is_first").then(pl.lit("stranger")).otherwise(pl.col("person_id", "family_id")).name.keep()
    )
    found = worked_out(truth, stray)
    times = "reduce_expenditure/times_helped"
    assert {f"coverage/{times}", "untargeted/never_decreed/dinsos-sembako"} <= moved(figures, found)
    assert found["coverage"][times] == figures["coverage"][times] - 1
    for exact in ("headcount", "causes", "budget", "conflicts"):
        assert found[exact] == figures[exact]


def test_a_row_that_linking_left_out_is_nobodys(truth: Path, figures: Figures, known: pl.DataFrame) -> None:
    rest = known.filter(pl.col("source_id") != "dinsos/sembako")
    deliveries = known.select(*PLACE, delivery_id="delivery").unique()
    crosswalk = rest.select("row_number", "person_id", "family_id", delivery_id="delivery")
    found = as_linked(truth, deliveries, crosswalk)
    assert found["coverage"]["reduce_expenditure/times_helped"] < figures["coverage"]["reduce_expenditure/times_helped"]
    assert not [name for name in found["untargeted"] if name.endswith("/dinsos-sembako")]
    assert found["headcount"] == figures["headcount"]
