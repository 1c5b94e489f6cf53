import jsonschema
import pytest

from sinergi.contracts import load_contracts
from sinergi.contracts.odcs import to_odcs
from sinergi.contracts.reference import markdown
from sinergi.contracts.schema import contract_schema
from sinergi.contracts.vocabulary import EXPECTATIONS
from sinergi.documents import read_document
from sinergi.settings import ROOT

EXPECTATIONS_ROOT = ROOT / "expectations"


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    schema = contract_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def data_of(source_id: str) -> dict[str, object]:
    data = read_document(EXPECTATIONS_ROOT / f"{source_id}.yml", EXPECTATIONS_ROOT).data
    assert isinstance(data, dict)
    return data


@pytest.mark.parametrize("source_id", list(load_contracts()))
def test_the_schema_takes_what_the_loader_takes(validator: jsonschema.Draft202012Validator, source_id: str) -> None:
    assert [error.message for error in validator.iter_errors(data_of(source_id))] == []


@pytest.mark.parametrize(
    "change",
    [
        {"entity": "intervention"},
        {"colums": {}},
        {"columns": {"ful_name": ["Nama"]}},
        {"columns": {"nik_status": ["Status"]}},
        {"constants": {"program_id": "dinsos-sembakoo"}},
        {"codes": "p3ke"},
        {"delivery": {"every": "month", "mode": "period", "period_from": "nik"}},
        {"expectations": [{"type": "expect_column_values_to_be_unique"}]},
        {"expectations": [{"type": "expect_column_values_to_be_unique", "column": "nik", "colum": "x"}]},
    ],
)
def test_the_schema_refuses_what_the_loader_refuses(
    validator: jsonschema.Draft202012Validator, change: dict[str, object]
) -> None:
    assert list(validator.iter_errors({**data_of("dinsos/sembako"), **change}))


def test_the_reference_page_says_what_the_models_say() -> None:
    page = (ROOT / "docs" / "contracts.md").read_text(encoding="utf-8")
    assert page == markdown(), "run: python -m sinergi.contracts.reference > docs/contracts.md"


def test_odcs_carries_columns_rules_and_deadlines() -> None:
    contract = load_contracts()["dinsos/sembako"]
    document = to_odcs(contract)
    assert (document["kind"], document["apiVersion"], document["id"]) == ("DataContract", "v3.0.2", "dinsos/sembako")
    (table,) = document["schema"]
    properties = {item["name"]: item for item in table["properties"]}
    assert list(properties) == list(contract.entity_def.columns)
    assert properties["nik"]["classification"] == "identifier"
    assert properties["nik"]["transformSourceObjects"] == contract.columns["nik"]
    assert {rule["implementation"]["type"] for rule in table["quality"]} == {rule.type for rule in contract.rules}
    assert document["slaProperties"] == [
        {"property": "frequency", "value": 1, "unit": "m"},
        {"property": "timeOfAvailability", "value": 10, "unit": "d"},
    ]


def test_the_vocabulary_is_great_expectations_own() -> None:
    from great_expectations.expectations import core
    from great_expectations.expectations.expectation import BatchExpectation, ColumnAggregateExpectation

    for name, known in EXPECTATIONS.items():
        expectation = getattr(core, "".join(part.capitalize() for part in name.split("_")), None)
        assert expectation is not None, name
        fields = expectation.__fields__
        assert known.takes <= set(fields), name
        assert known.needs <= known.takes
        about = "table" if issubclass(expectation, ColumnAggregateExpectation | BatchExpectation) else "row"
        rows = not issubclass(expectation, ColumnAggregateExpectation) and "mostly" in fields
        assert known.about == ("row" if rows else about), name
