"""Every relation of bi obeys the privacy classes of the entities, today's and those to come."""

import csv

import pytest

from sinergi import roles
from sinergi.dictionary import models
from sinergi.entities import load_entities
from sinergi.settings import ROOT

BI = list(models(ROOT / "dbt_project" / "models" / "bi"))
CLASSES = {}
for entity in load_entities().values():
    for column in entity:
        CLASSES.setdefault(column.name, set()).add(column.privacy)
ONE = {"person_id", "family_id", "recipient_id", "head_person_id"}
PLACE = {"area_code", "area_name", "district_name", "district_code", "partition", "delivery_id", "row_number"}
# Codes and counts of many people, and what an office or an employer is called: no person's.
BANDED = {"sex", "relationship", "education", "occupation"}
# The same word for what is no person's: a skill that an employer asks for, why a file is held, why help missed.
OF_NOBODY = {
    "bi_fct_vacancies": {"skills"},
    "bi_rpt_deliveries": {"reason"},
    "bi_rpt_untargeted_recipients": {"reason"},
    "bi_rpt_untargeted_counts": {"reason"},
}
PLACES_ALONE = {"bi_dim_areas", "bi_fct_vacancies"}  # no relation of people


def names(model):
    return {column["name"] for column in model["columns"]}


@pytest.mark.parametrize("model", BI, ids=lambda model: model["name"])
def test_no_identity_and_nothing_personal_but_codes(model):
    found = {name for name in names(model) if CLASSES.get(name, set()) & {"identifier", "personal"}}
    assert found - BANDED - OF_NOBODY.get(model["name"], set()) == set()
    assert not names(model) & {"nik", "no_kk", "full_name", "head_name"}


@pytest.mark.parametrize("model", BI, ids=lambda model: model["name"])
def test_a_row_of_a_person_or_family_has_no_place_no_source_and_nothing_specific(model):
    if names(model) & ONE:
        assert names(model) & PLACE == set()
        assert {name for name in names(model) if "specific" in CLASSES.get(name, set())} == set()


@pytest.mark.parametrize("model", BI, ids=lambda model: model["name"])
def test_what_is_counted_by_kelurahan_hides_small_counts(model):
    if names(model) & {"area_code", "area_name"} and model["name"] not in PLACES_ALONE:
        sql = (ROOT / "dbt_project" / "models" / "bi" / f"{model['name']}.sql").read_text()
        assert "suppressed(" in sql and "is_suppressed" in names(model)


def test_an_office_sees_specific_data_only_for_a_stated_reason():
    with (ROOT / "dbt_project" / "seeds" / "office_columns.csv").open(encoding="utf-8") as file:
        given = list(csv.DictReader(file))
    office = {model["name"]: model for model in models(ROOT / "dbt_project" / "models" / "office")}
    assert set(office) == {roles.PEOPLE, *roles.LISTS}
    model = office[roles.PEOPLE]
    offices = {row["opd_id"] for row in csv.DictReader((ROOT / "dbt_project" / "seeds" / "opd.csv").open())}
    for row in given:
        assert row["opd_id"] in offices and row["column_name"] in names(model) and len(row["reason"]) > 10, row
    assert names(model) == {*roles.COMMON, *(row["column_name"] for row in given)}
    assert not {name for name in roles.COMMON if "specific" in CLASSES.get(name, set())}
    for model in office.values():  # further lists carry nothing specific, and nothing to join by
        assert not names(model) & (ONE | {"delivery_id", "row_number", "intervention_id"})
        assert model["name"] == roles.PEOPLE or not {
            name for name in names(model) if "specific" in CLASSES.get(name, set())
        }
