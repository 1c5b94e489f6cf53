"""The command line: what it prints, what it exits with, and how fast it is there."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer
import yaml
from typer.testing import CliRunner

from sinergi.cli import app
from sinergi.errors import SinergiError

runner = CliRunner()


def commands(group=None, path=()):
    for name, command in (group or typer.main.get_command(app)).commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


@pytest.mark.parametrize("command", list(commands()), ids=" ".join)
def test_every_command_has_help_with_an_example(command):
    result = runner.invoke(app, [*command, "--help"])
    assert result.exit_code == 0
    assert f"sinergi {' '.join(command)}" in re.sub(r"\s+", " ", result.output)
    assert "Example:" in result.output


def test_help_loads_nothing_heavy():
    heavy = "polars|pandas|great_expectations|dbt|airflow|duckdb|splink|sqlalchemy"
    code = f"import sys, re; from sinergi.cli import app; print([m for m in sys.modules if re.fullmatch('{heavy}', m)])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


def test_expected_fault_is_one_sentence_and_exit_1(monkeypatch):
    def fault(*_):
        raise SinergiError("What, where, next step.")

    monkeypatch.setattr("sinergi.platform.services.status", fault)
    result = runner.invoke(app, ["status"])
    assert result.exit_code == 1
    assert "What, where, next step." in result.output and "Traceback" not in result.output


@pytest.mark.parametrize(("ok", "code"), [(True, 0), (False, 1)])
def test_evaluate_fails_where_something_is_wrong(monkeypatch, ok, code):
    monkeypatch.setattr("sinergi.evaluate.evaluate", lambda settings, sample: {"ok": ok})
    assert runner.invoke(app, ["evaluate", "--sample", ".", "--json"]).exit_code == code


def test_evaluate_says_which_figures_are_not_equal(monkeypatch):
    true = {"expected": 2.0, "as_linked": 2.0, "actual": 2.0, "bound": 2.02, "by_linking": False, "ok": True}
    figures = [
        {"figure": "needs/house/met", **true},
        {"figure": "needs/house/needs", **true, "as_linked": 1.0, "actual": 1.0, "by_linking": True},
        {"figure": "needs/house/in_force", **true, "actual": 5.0, "ok": False},
    ]
    monkeypatch.setattr("sinergi.evaluate.evaluate", lambda settings, sample: {"ok": False, "figures": figures})
    shown = runner.invoke(app, ["evaluate", "--sample", "."]).output
    assert re.search(r"needs +3 +1 +1 +1\b", shown)
    assert re.search(r"needs/house/in_force +2 +2 +5 +2 +False *\n *needs/house/needs +2 +1 +1 +2 +True", shown)
    assert "needs/house/met" not in shown


def test_contract_commands():
    assert re.fullmatch(r"\d+ contracts, no fault\.\n", runner.invoke(app, ["contract", "validate"]).output)
    listed = json.loads(runner.invoke(app, ["contract", "list", "--json"]).output)
    assert {"source_id": "dinsos/sembako", "entity": "interventions"}.items() <= {
        **next(row for row in listed if row["source_id"] == "dinsos/sembako")
    }.items()
    assert json.loads(runner.invoke(app, ["contract", "schema"]).output)["type"] == "object"
    odcs = runner.invoke(app, ["contract", "export", "--odcs", "--source", "dinsos/sembako"]).output
    assert yaml.safe_load(odcs)["kind"] == "DataContract"
    assert len(list(yaml.safe_load_all(runner.invoke(app, ["contract", "export"]).output))) == len(listed)
    unknown = runner.invoke(app, ["contract", "export", "--source", "dinsos/sembakoo"])
    assert unknown.exit_code == 1 and "dinsos/sembako" in unknown.output


@pytest.fixture
def pbi(tmp_path: Path) -> Path:
    path = tmp_path / "pbi.csv"
    rows = [f"{n:013d};6271011501800{n:03d};;Orang {n};L;1;Menteng;2024-01-01;42000" for n in range(1, 41)]
    path.write_text("No Kartu;NIK;No KK;Nama;Jenis Kelamin;PISAT;Kelurahan;TMT;Iuran\n" + "\n".join(rows) + "\n")
    return path


def test_check_is_a_dry_run_by_the_same_rules(pbi):
    result = runner.invoke(app, ["check", str(pbi), "--source", "dinkes/pbi_jkn", "--json"])
    report = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (report["rows_read"], report["rows_accepted"], report["period"]) == (40, 40, "2024-01")
    assert report["suite"]["results"]


def test_check_shows_findings_and_fails_when_the_file_would_be_held(pbi):
    pbi.write_text(pbi.read_text().replace("TMT", "Mulai"))
    result = runner.invoke(app, ["check", str(pbi), "--source", "dinkes/pbi_jkn"])
    assert result.exit_code == 1
    assert "Kolom wajib" in re.sub(r"\s+", " ", result.output)


def test_check_of_an_unknown_source_names_the_nearest(pbi):
    result = runner.invoke(app, ["check", str(pbi), "--source", "dinkes/pbi"])
    assert result.exit_code == 1 and "pbi_jkn" in result.output


def test_infer_drafts_a_contract(pbi):
    result = runner.invoke(app, ["contract", "infer", str(pbi)])
    assert result.exit_code == 0
    assert yaml.safe_load(result.output)["file"]["delimiter"] == ";"
