"""Every committed contract loads, and names domains, programmes and codes that exist."""

import pytest

from sinergi import reference
from sinergi.contracts import Contract, load_contracts
from sinergi.contracts.check import code_domain, expectation_faults
from sinergi.entities import load_entities

CONTRACTS = load_contracts()


def test_the_senders_of_the_city_are_there() -> None:
    senders = {contract.sender_id for contract in CONTRACTS.values()}
    assert set(reference.opd()) <= senders
    assert {"p3ke", "dtsen", "kelurahan", "setda"} <= senders


def test_every_entity_is_delivered_by_somebody() -> None:
    assert {contract.entity for contract in CONTRACTS.values()} == set(load_entities())


@pytest.mark.parametrize("name", sorted(load_entities()))
def test_the_expectations_of_an_entity_can_be_run(name: str) -> None:
    entity = load_entities()[name]
    found = [fault for rule in entity.expectations for fault in expectation_faults(rule, entity, ("expectations",))]
    assert found == []
    for column in entity:
        assert column.domain is None or column.domain in reference.domains(), column.name


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=list(CONTRACTS))
def test_help_says_which_programme_it_is(contract: Contract) -> None:
    if contract.entity != "interventions":
        return
    program = contract.constants.get("program_id")
    if program:
        assert reference.programs()[program].opd_id == contract.sender_id
    else:
        words = reference.code_map(contract.codes, "program_id")
        own = {code for code in words.values() if code in reference.programs()}
        assert {p for p in own if reference.programs()[p].opd_id == contract.sender_id}


@pytest.mark.parametrize("source_id", sorted(CONTRACTS))
def test_constants_and_flags_are_codes_of_their_domain(source_id: str) -> None:
    contract = CONTRACTS[source_id]
    for name, value in contract.constants.items():
        domain = code_domain(contract.entity_def, name)
        assert domain is None or value in reference.domains()[domain]
    if contract.flags:
        domain = contract.entity_def.columns[contract.flags.column].domain
        assert domain is not None
        assert set(contract.flags.headers.values()) <= set(reference.domains()[domain])
