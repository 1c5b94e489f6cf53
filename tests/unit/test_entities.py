from pathlib import Path

import pytest

from sinergi.documents import ContractFaults
from sinergi.entities import load_entities, load_entity

NAMES = {
    "registry_families", "registry_people", "enumerations", "deliberations", "decrees", "interventions",
    "group_members", "vacancies", "budgets",
}  # fmt: skip


def test_the_entities_of_the_design_are_there() -> None:
    assert set(load_entities()) >= NAMES


def test_columns_know_their_name_and_what_is_masked() -> None:
    nik = load_entity("interventions").columns["nik"]
    assert (nik.name, nik.type, nik.is_personal) == ("nik", "nik", True)
    assert not load_entity("interventions").columns["program_id"].is_personal
    assert "nik_status" not in load_entity("interventions").mappable


def test_faults_of_entities_are_told_at_once_with_their_lines(tmp_path: Path) -> None:
    root = tmp_path / "expectations"
    (root / "entities").mkdir(parents=True)
    (root / "entities" / "one.yml").write_text(
        "entity: other\ntitle: One\ndescription: One.\ncolumns:\n"
        "  a: {type: text, privacy: open, label: A, description: A}\n"
        "  b: {type: category, privacy: open, label: B, description: B}\n"
    )
    (root / "entities" / "two.yml").write_text("entity: two\ntitle: [\n")
    with pytest.raises(ContractFaults) as caught:
        load_entities(root)
    told = [(fault.file, fault.line) for fault in caught.value.faults]
    assert ("expectations/entities/one.yml", 6) in told
    assert any(file.endswith("two.yml") for file, _ in told)
