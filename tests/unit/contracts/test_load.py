import shutil
from pathlib import Path

import pytest

from sinergi.contracts import ContractFaults, load_contract, load_contracts
from sinergi.settings import ROOT

GOOD = """\
title: Bantuan sembako
entity: interventions
contact: a@dinsos.example
delivery: {every: month, due_day: 10, mode: period, period_from: delivered_on}
file: {format: xlsx, sheet: Penerima, header_row: 4}
constants: {program_id: dinsos-sembako}
columns:
  full_name: [Nama Penerima]
  delivered_on: [Tanggal, Tgl Salur]
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "expectations"
    shutil.copytree(ROOT / "expectations" / "entities", root / "entities")
    return root


def write(root: Path, text: str, source_id: str = "dinsos/sembako") -> None:
    path = root / f"{source_id}.yml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)


def faults(root: Path) -> list[tuple[int, str]]:
    with pytest.raises(ContractFaults) as caught:
        load_contracts(root)
    return [(fault.line, f"{fault.path}: {fault.message}") for fault in caught.value.faults]


def test_a_contract_knows_where_it_stands(root: Path) -> None:
    write(root, GOOD)
    contract = load_contracts(root)["dinsos/sembako"]
    assert (contract.sender_id, contract.export, contract.source_id) == ("dinsos", "sembako", "dinsos/sembako")
    assert len(contract.version) == 12
    assert contract.entity_def.entity == "interventions"
    assert contract.required_headers == ["delivered_on"]
    assert (contract.codes, contract.unknown_columns, contract.row_limits.max_bad_share) == ("common", "evolve", 0.5)
    assert contract.file.header_rows == 1


def test_contracts_are_sorted_and_read_anew_only_when_changed(root: Path) -> None:
    write(root, GOOD)
    write(root, GOOD, "aaa/zzz")
    first = load_contracts(root)
    assert list(first) == ["aaa/zzz", "dinsos/sembako"]
    assert load_contracts(root)["aaa/zzz"] is first["aaa/zzz"]
    write(root, GOOD + "language: en\n", "aaa/zzz")
    changed = load_contracts(root)["aaa/zzz"]
    assert changed.language == "en" and changed.version != first["aaa/zzz"].version


def test_all_faults_of_all_files_are_told_at_once(root: Path) -> None:
    bad = GOOD.replace("due_day: 10", "due_day: 40").replace("header_row: 4", "heder_row: 4")
    write(root, bad.replace("full_name:", "ful_name:") + "expectation: []\n")
    write(root, "title: x\n  y: [\n", "dinsos/broken")
    with pytest.raises(ContractFaults) as caught:
        load_contracts(root)
    told = str(caught.value).splitlines()
    assert "expectations/dinsos/sembako.yml:4: delivery.due_day: Input should be less than or equal to 31" in told
    assert "expectations/dinsos/sembako.yml:5: file.heder_row: unknown key; did you mean 'header_row'?" in told
    assert any(
        line.startswith("expectations/dinsos/sembako.yml:8: columns.ful_name: interventions has no column 'ful_name'")
        and line.endswith("did you mean 'full_name'?")
        for line in told
    )
    assert "expectations/dinsos/sembako.yml:10: expectation: unknown key; did you mean 'expectations'?" in told
    assert any(line.startswith("expectations/dinsos/broken.yml:2: not YAML") for line in told)
    assert len(told) == 5


@pytest.mark.parametrize(
    ("old", "new", "line", "part"),
    [
        ("entity: interventions", "entity: intervention", 2, "did you mean 'interventions'?"),
        ("program_id: dinsos-sembako", "program_id: dinsos-sembakoo", 6, "did you mean 'dinsos-sembako'?"),
        ("constants: {program_id: dinsos-sembako}\n", "", 6, "program_id is required by interventions"),
        ("  full_name", "  nik_status: [Status]\n  full_name", 8, "derived by Sinergi"),
        ("  full_name", "  area_code: [Kode]\n  full_name", 8, "needs area_system"),
        ("  full_name: [Nama Penerima]", "  full_name: [Nama, tanggal]", 9, "already stands for full_name"),
        ("  full_name: [Nama Penerima]", "  full_name: Nama", 8, "valid list"),
        ("period_from: delivered_on", "period_from: delivered", 4, "did you mean 'delivered_on'?"),
        ("period_from: delivered_on", "period_from: joined", 4, "has no date column"),
        (", period_from: delivered_on", "", 4, "mode period needs period_from"),
        ("mode: period,", "mode: snapshot,", 4, "says nothing in mode snapshot"),
        ("every: month", "every: week", 4, "'once', 'month'"),
        ("sheet: Penerima", "sheet: '/[/'", 5, "is not a regular expression"),
        ("format: xlsx", "format: csv", 5, "says nothing about csv files"),
        ("sheet: Penerima", "encoding: utf-9", 5, "is no encoding"),
        ("columns:", "codes: p3ke_20233\ncolumns:", 7, "did you mean 'p3ke_2023'?"),
        ("columns:", "required: [nik]\ncolumns:", 7, "is not among columns"),
        ("columns:", "title: Lagi\ncolumns:", 7, "stands here twice"),
        ("columns:", "flags: {column: nik, headers: {A: pkh}}\ncolumns:", 7, "has no list column 'nik'"),
        ("dinsos-sembako}", "dinsos-sembako, sex: woman}", 6, "'woman' is no code of sex"),
        ("columns:", "expectations: [{type: expect_column_value_to_be_unique, column: nik}]\ncolumns:", 7, "did you"),
        ("columns:", "expectations: [{type: expect_column_values_to_be_unique, column: nikk}]\ncolumns:", 7, "'nik'?"),
        ("columns:", "expectations: [{type: expect_column_values_to_be_unique}]\ncolumns:", 7, "needs column"),
        (
            "columns:",
            "expectations: [{type: expect_column_values_to_be_between, column: amount_idr, minvalue: 1}]\ncolumns:",
            7,
            "did you mean 'min_value'?",
        ),
    ],
)
def test_each_fault_has_its_line_and_what_to_write_instead(
    root: Path, old: str, new: str, line: int, part: str
) -> None:
    assert old in GOOD
    write(root, GOOD.replace(old, new, 1))
    told = faults(root)
    assert any(at == line and part in message for at, message in told), told


def test_yaml_says_no_and_means_a_header(root: Path) -> None:
    write(root, GOOD.replace("full_name:", "phase: [No, Ya, 2024]\n  full_name:"))
    assert load_contract("dinsos/sembako", root).columns["phase"] == ["No", "Ya", "2024"]


def test_one_header_may_feed_two_columns_when_both_say_so(root: Path) -> None:
    write(root, GOOD + "  nik: [NIK]\n  reference_number: [NIK]\n")
    assert load_contract("dinsos/sembako", root)


def test_a_contract_that_is_not_there_comes_with_the_nearest(root: Path) -> None:
    write(root, GOOD)
    with pytest.raises(ContractFaults, match="did you mean 'dinsos/sembako'"):
        load_contract("dinsos/sembak0", root)
    with pytest.raises(ContractFaults, match="no contract"):
        load_contract("../entities/budgets", root)


def test_one_contract_loads_although_another_is_broken(root: Path) -> None:
    write(root, GOOD)
    write(root, "title: x\n", "dinsos/broken")
    assert load_contract("dinsos/sembako", root).title == "Bantuan sembako"


@pytest.mark.parametrize(
    ("severity", "kept"),
    [("critical", [("critical", 5)]), ("warning", [("critical", 0), ("warning", 5)])],
)
def test_own_rules_replace_the_entitys_unless_they_are_milder(
    root: Path, severity: str, kept: list[tuple[str, int]]
) -> None:
    rule = f"{{type: expect_column_values_to_be_between, column: amount_idr, min_value: 5, severity: {severity}}}"
    write(root, GOOD + f"expectations:\n  - {rule}\n")
    rules = [r for r in load_contract("dinsos/sembako", root).rules if r.columns == ["amount_idr"]]
    assert [(rule.severity, rule.arguments["min_value"]) for rule in rules] == kept
