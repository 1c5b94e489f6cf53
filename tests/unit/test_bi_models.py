"""Every relation of bi obeys the privacy classes of the entities, today's and those to come."""

import csv
import re

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
# Counts that are shown as they are, and why.
NOT_HIDDEN = {
    "bi_build_info": "counts nobody",
    "bi_rpt_budget": "what offices budget and report, open in the entity",
    "bi_rpt_finding_counts": "faults of files, of which every one is a row of rpt_findings",
    "bi_rpt_findings": "faults of files",
    "bi_rpt_headcount_city": "the city's own totals are public, small as they may be",
    "bi_rpt_sender_scorecard": "files and their faults",
}
PLACES_ALONE = {"bi_dim_areas", "bi_fct_vacancies"}  # no relation of people


NUMBERS = {"integer", "bigint"}
OF_ROW = {"later_probability", "rule_id", "spell_number", "stage_order", "openings", "age_min", "age_max"}


def sql_of(name):
    return (ROOT / "dbt_project" / "models" / "bi" / f"{name}.sql").read_text()


def is_hiding(name):
    """Tell whether a relation hides small counts, by itself or by reading only one of bi that does."""
    sql = sql_of(name)
    reads = set(re.findall(r"ref\('(\w+)'\)", sql))
    return "suppressed(" in sql or (all(read.startswith("bi_") for read in reads) and all(map(is_hiding, reads)))


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


@pytest.mark.parametrize("model", BI, ids=lambda model: model["name"])
def test_every_count_in_bi_is_hidden_where_small_or_is_of_no_person(model):
    counts = {column["name"] for column in model["columns"] if column["data_type"] in NUMBERS} - OF_ROW
    by_row = "amount_band" in str(names(model)) or names(model) & (ONE | {"first_person_id"})
    dimension = model["name"].startswith("bi_dim_") or model["name"] == "bi_fct_vacancies"
    if counts and not by_row and not dimension and model["name"] not in NOT_HIDDEN:
        assert is_hiding(model["name"]), counts


@pytest.mark.parametrize("model", BI, ids=lambda model: model["name"])
def test_what_help_was_worth_is_a_sum_that_is_hidden_with_its_count_or_a_band(model):
    specific = {name for name in names(model) if "specific" in CLASSES.get(name.removeprefix("later_"), set())}
    if specific:
        assert is_hiding(model["name"]) and "is_suppressed" in names(model)
        assert all(f"'{name}': '" in sql_of(model["name"]) for name in specific)  # hidden along with a count


@pytest.mark.parametrize("name", ["bi_fct_interventions", "bi_rpt_overlaps", "bi_rpt_untargeted_recipients"])
def test_rows_of_help_are_not_counted_for_what_their_counts_hide(name):
    sql = sql_of(name)
    columns = [line for line in sql.partition("from {{ ref")[0].splitlines() if " as " in line and "--" not in line]
    for line in columns:
        assert "case" in line or line.strip().startswith("end") or "first_of_month" in line, line


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
