"""The data dictionary and the models' yml say what is there: no drift, a grain first, a contract for every column."""

import re

import pytest

from sinergi.dictionary import FOLDERS, markdown, models
from sinergi.entities import load_entities
from sinergi.settings import ROOT

MODELS = ROOT / "dbt_project" / "models"
ONLY_IN_BI = {"rpt_needs_monthly"}  # what may be shown of needs, month by month: page, open data and BI read it alike
ONLY_FOR_THE_DATA_TEAM = {"fct_decree_spells"}  # a row of a person with its kelurahan and its days, whole
SQL = sorted(MODELS.rglob("*.sql"))


def test_the_page_is_made_from_the_models():
    page = ROOT / "docs" / "data-dictionary.md"
    assert page.read_text() == markdown(), "run: python -m sinergi.dictionary"


@pytest.mark.parametrize("sql", SQL, ids=lambda path: path.stem)
def test_every_model_has_a_yml_beside_it_that_begins_with_its_grain(sql):
    [model] = [model for model in models(sql.parent) if model["name"] == sql.stem]
    assert (sql.parent / f"{sql.stem}.yml").exists()
    assert model["description"].startswith(("One row per ", "One row: "))
    assert len(sql.read_text().splitlines()) <= 100
    assert not re.search(r"\bconfig\(", sql.read_text()), "folders set materialisation and schema"


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_column_is_described(folder):
    for model in models(MODELS / folder):
        for column in model["columns"]:
            assert column["description"] and column["data_type"], (model["name"], column["name"])


@pytest.mark.parametrize("entity", load_entities().values(), ids=lambda entity: entity.entity)
def test_staging_has_every_column_of_its_entity(entity):
    sql = (MODELS / "staging" / f"stg_{entity.entity}.sql").read_text()
    words = set(re.findall(r"\w+", sql))
    assert {column.name for column in entity} <= words


def test_bi_repeats_every_mart_under_its_name():
    marts = {model["name"] for model in models(MODELS / "marts")}
    shown = {model["name"].removeprefix("bi_") for model in models(MODELS / "bi")}
    assert shown - ONLY_IN_BI == marts - ONLY_FOR_THE_DATA_TEAM and shown >= ONLY_IN_BI
