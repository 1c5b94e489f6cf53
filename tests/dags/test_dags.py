"""Every DAG keeps the house's rules: parsed cheaply, named and documented from the contracts, never twice at once."""

import os
import shutil
import subprocess
import sys

import pytest

from sinergi.airflow.doc import due
from sinergi.airflow.naming import NOTICES_DAG, RAW_ASSET, TAGS, UNCLAIMED, WAREHOUSE_DAG, batch_label, intake_dag_id
from sinergi.airflow.triggers import InboxTrigger
from sinergi.contracts import load_contracts
from sinergi.settings import ROOT

SENDERS = sorted({contract.sender_id for contract in load_contracts().values()})


def test_every_dag_imports(parsed):
    bag, _ = parsed
    assert bag.import_errors == {}
    assert sorted(bag.dags) == sorted(
        [*(intake_dag_id(sender) for sender in [*SENDERS, UNCLAIMED]), NOTICES_DAG, WAREHOUSE_DAG]
    )


def test_all_parse_in_two_seconds(parsed):
    assert parsed[1] < 2


def test_parsing_imports_nothing_heavy():
    heavy = ["dbt", "duckdb", "great_expectations", "pandas", "splink"]
    code = (
        "import sys, runpy\n"
        f"for name in ('intake', 'notices', 'warehouse'): runpy.run_path(f'{ROOT}/dags/{{name}}.py')\n"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_dag_files_stay_short():
    for path in sorted((ROOT / "dags").glob("*.py")):
        assert len(path.read_text().splitlines()) <= 100, path


def test_the_plugins_folder_is_not_imported_at_start():
    rules = (ROOT / "plugins" / ".airflowignore").read_text().splitlines()
    assert "sinergi/" in rules


def test_a_new_office_is_one_more_file(tmp_path):
    shutil.copytree(ROOT / "expectations", tmp_path / "expectations")
    (tmp_path / "expectations" / "damkar").mkdir()
    shutil.copy(ROOT / "expectations/dinsos/sembako.yml", tmp_path / "expectations/damkar/bantuan.yml")
    code = f"import runpy; print(sorted(k for k in runpy.run_path('{ROOT}/dags/intake.py') if 'damkar' in k))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "SINERGI_EXPECTATIONS": str(tmp_path / "expectations")},
    )
    assert done.stdout.splitlines()[-1] == "['intake__damkar']"


def test_tags_are_from_the_closed_list(dags):
    for dag in dags.values():
        assert dag.tags
        assert set(dag.tags) <= TAGS, dag.dag_id


def test_one_run_at_a_time_and_no_catching_up(dags):
    for dag in dags.values():
        assert dag.max_active_runs == 1, dag.dag_id
        assert not dag.catchup, dag.dag_id
        assert all(task.retries == 2 for task in dag.tasks), dag.dag_id


@pytest.mark.parametrize("sender_id", SENDERS)
def test_doc_names_every_export_its_due_day_and_contact(dags, sender_id):
    doc = dags[intake_dag_id(sender_id)].doc_md
    assert "Bila merah" in doc
    for contract in load_contracts().values():
        if contract.sender_id == sender_id:
            row = next(line for line in doc.splitlines() if line.startswith(f"| `{contract.export}`"))
            assert contract.contact in row
            assert due(contract) in row
            if contract.delivery.due_day:
                assert f"tanggal {contract.delivery.due_day} " in row


def test_warehouse_doc_says_what_to_do(dags):
    assert "Bila merah" in dags[WAREHOUSE_DAG].doc_md
    for task in dags[WAREHOUSE_DAG].tasks:
        assert task.task_id in dags[WAREHOUSE_DAG].doc_md


def test_a_file_that_lands_starts_its_sender(dags):
    for sender_id in SENDERS:
        (asset,) = dags[intake_dag_id(sender_id)].timetable.asset_condition.objects
        (watcher,) = asset.watchers
        assert isinstance(watcher.trigger, InboxTrigger)
        assert watcher.trigger.sender_id == sender_id


def test_what_no_contract_claims_starts_a_dag_of_its_own(dags):
    (asset,) = dags[intake_dag_id(UNCLAIMED)].timetable.asset_condition.objects
    trigger = asset.watchers[0].trigger
    assert trigger.claimed == SENDERS
    here, there = frozenset({("a",)}), frozenset({("b",)})
    assert trigger._mine({"dinsos": here, "dinsoss": there, "": frozenset({("c",)})}) == {("b",), ("c",)}


def test_what_intake_loads_starts_the_warehouse(dags):
    for sender_id in SENDERS:
        dag = dags[intake_dag_id(sender_id)]
        assert [outlet.name for outlet in dag.get_task("intake").outlets] == [RAW_ASSET]
        assert [outlet.name for task in dag.tasks if task.task_id != "intake" for outlet in task.outlets] == []
    (asset,) = dags[WAREHOUSE_DAG].timetable.asset_condition.objects
    assert asset.name == RAW_ASSET


def test_a_new_day_starts_the_warehouse(dags):
    """What is late and how old people are changes without any delivery."""
    assert dags[WAREHOUSE_DAG].timetable.timetable.expression == "30 0 * * *"


def test_warehouse_tasks_follow_each_other(dags):
    warehouse = dags[WAREHOUSE_DAG]
    chain = {task.task_id: sorted(task.downstream_task_ids) for task in warehouse.tasks}
    assert chain == {
        "known_first": ["link"],
        "link": ["build", "publish"],
        "build": ["publish"],
        "publish": ["report"],
        "report": [],
    }
    assert warehouse.get_task("link").trigger_rule == "all_done"


def test_mapped_tasks_show_file_names(dags):
    for sender_id in SENDERS:
        assert dags[intake_dag_id(sender_id)].get_task("intake").map_index_template == "{{ label }}"
    assert batch_label(["pahandut.xlsx"]) == "pahandut.xlsx"
    assert batch_label(["a/januari.xlsx", "a/februari.xlsx", "a/maret.xlsx"]) == "januari.xlsx (+2)"
