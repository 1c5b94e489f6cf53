"""The whole, with the real scheduler: the demo, a file that lands, a build that fails, and the end of it all."""

import csv
import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections import Counter

import openpyxl
import pytest

from sinergi.airflow.naming import WAREHOUSE_DAG, intake_dag_id
from sinergi.contracts import load_contracts
from sinergi.platform import processes, services
from sinergi.platform.demo import bi_command

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]
SEMBAKO = "dinsos/sembako"


def wait(condition, seconds=240):
    assert processes.wait_for(condition, seconds, every=2), "not within the time"


def truth(platform, name):
    with (platform.settings.home / "sample" / "truth" / name).open(encoding="utf-8", newline="") as file:
        return json.load(file) if name.endswith(".json") else list(csv.DictReader(file))


def runs(platform, dag_id=WAREHOUSE_DAG):
    query = "select state, start_date, end_date, run_type from dag_run where dag_id = %s order by queued_at"
    return platform.rows(query, dag_id, database="airflow")


def is_quiet(platform):
    query = """select (select count(*) from dag_run where state in ('queued', 'running'))
                    + (select count(*) from asset_dag_run_queue)"""
    return platform.value(query, database="airflow") == 0


def trigger(platform, dag_id=WAREHOUSE_DAG):
    """Start a DAG by hand, as its button does, and wait for its end."""
    path = f"/api/v2/dags/{dag_id}/dagRuns"
    airflow = platform.airflow
    airflow.look()  # log in
    run_id = airflow._ask(path, {"logical_date": None})["dag_run_id"]
    state = "select state from dag_run where run_id = %s and dag_id = %s"
    wait(lambda: platform.value(state, run_id, dag_id, database="airflow") in ("success", "failed"))
    return run_id, platform.value(state, run_id, dag_id, database="airflow")


def test_the_screen_says_sixty_nine_and_fewer_every_month(platform):
    found = re.findall(r"^\s*(\d+ \w{3} 2024)\s+(\d+)\s+(\d+)\s", platform.screen, re.MULTILINE)
    assert found[0] == ("31 Jan 2024", "69", "34")
    people = [int(count) for _, count, _ in found]
    assert len(people) == 12
    assert people == sorted(set(people), reverse=True)


def test_the_screen_names_every_sender_and_where_to_look(platform):
    for sender_id in {contract.sender_id for contract in load_contracts().values()}:
        assert re.search(rf"^\s*{sender_id}\s+[\d,]+", platform.screen, re.MULTILINE), sender_id
    for label in ("Airflow", "password", "Data Docs", "dbt docs", "psql", "make down"):
        assert label in platform.screen


def test_the_printed_command_reads_bi_and_nothing_else(platform):
    command = bi_command(str(services.status(platform.settings)["database_url"]))
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)
    assert "month_end" in done.stdout
    nosy = command.replace("bi.rpt_headcount", "marts.dim_people")
    done = subprocess.run(nosy, shell=True, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "permission denied" in done.stderr


def test_every_delivery_ends_as_the_sample_says(platform):
    """The row accounting of the real scheduler's run, over all deliveries, against the truth."""
    figures = ("rows_read", "rows_accepted", "rows_quarantined", "rows_ignored")
    expected = {
        (row["source_id"], row["file_name"]): (row["status"], *(int(row[name]) for name in figures))
        for row in truth(platform, "deliveries.csv")
    }
    query = f"""select source_id, file_name, replace(status, 'accepted_with_findings', 'accepted'), {", ".join(figures)}
                from ops.deliveries"""
    actual = {(row[0], row[1]): tuple(row[2:]) for row in platform.rows(query)}
    assert {key: (actual.get(key), fate) for key, fate in expected.items() if actual.get(key) != fate} == {}
    assert len(actual) == len(expected)


def test_every_report_shows_what_is_true(platform):
    """Each figure of each report mart is what the sample's rows come to as linked, and linking stays in bounds."""
    sample = str(platform.settings.home / "sample")
    done = platform.sinergi("evaluate", "--sample", sample, "--json", check=False)
    result = json.loads(done.stdout)
    compared = {each["figure"]: each for each in result["figures"]}
    groups = {name.partition("/")[0] for name in compared}
    assert groups >= {"headcount", "causes", "coverage", "untargeted", "overlaps", "journey", "outcomes", "needs"}
    assert groups >= {"vacancy_candidates", "conflicts", "budget", "interventions", "stages", "rows"}
    assert len(compared) > 700
    assert [each for each in compared.values() if each["actual"] != each["as_linked"]] == []
    assert [each for each in compared.values() if abs(each["as_linked"] - each["expected"]) > each["bound"]] == []
    assert result["ok"]


def test_the_scheduler_ran_one_dag_per_sender_and_nothing_failed(platform):
    states = Counter(platform.rows("select dag_id, state from dag_run", database="airflow"))
    assert {state for _, state in states} == {"success"}
    for sender_id in {contract.sender_id for contract in load_contracts().values()}:
        assert 1 <= states[(intake_dag_id(sender_id), "success")] <= 2, "a storm of runs"


def test_many_deliveries_are_one_build(platform):
    assert platform.value("select count(*) from ops.runs") == 1
    assert len(runs(platform)) <= 3
    spans = [(start, end) for _, start, end, _ in runs(platform)]
    assert all(earlier[1] <= later[0] for earlier, later in itertools.pairwise(spans)), "two at once"


def test_mapped_tasks_are_named_after_their_files(platform):
    query = """select rendered_map_index from task_instance
               where dag_id = 'intake__dinsos' and task_id = 'intake' order by map_index"""
    labels = [label for (label,) in platform.rows(query, database="airflow")]
    assert labels
    assert all(re.search(r"\.xlsx( \(\+\d+\))?$", label) for label in labels), labels


def test_airflow_keeps_no_personal_value(platform):
    """Neither XComs nor any log, of tasks or services, has a NIK, a No. KK or a person's name."""
    people = truth(platform, "people.csv")
    secret = {row["nik"] for row in people if row.get("nik")}
    names = {row["full_name"] for row in people if len(row["full_name"].split()) > 2}
    kept = json.dumps([str(value) for (value,) in platform.rows("select value from xcom", database="airflow")])
    logs = {str(path): path.read_text(errors="replace") for path in (platform.settings.home / "logs").rglob("*.log")}
    for place, content in {"xcom": kept, **logs}.items():
        assert not secret & set(re.findall(r"\d{16}", content)), place
        assert not [name for name in names if name in content], place


def test_a_corrected_file_that_lands_reaches_bi(platform):
    folder = platform.settings.home / "inbox" / SEMBAKO
    accepted = """select file_name, rows_accepted from ops.deliveries
                  where source_id = %s and status like 'accepted%%' order by period desc limit 1"""
    name, before = platform.rows(accepted, SEMBAKO)[0]
    help_there = """select count(*) from marts.fct_interventions f join ops.deliveries d using (delivery_id)
                    where d.source_id = %s"""
    total = platform.value(help_there, SEMBAKO)

    workbook = openpyxl.load_workbook(folder / name)
    contract = load_contracts()[SEMBAKO]
    workbook[contract.file.sheet].delete_rows(contract.file.header_row + 3, 4)
    workbook.save(folder / "upload.part")
    (folder / "upload.part").rename(folder / f"{name.removesuffix('.xlsx')} perbaikan.xlsx")

    status = "select status from ops.deliveries where source_id = %s and file_name = %s"
    wait(lambda: platform.rows(status, SEMBAKO, name) == [("superseded",)])
    after = platform.rows(accepted, SEMBAKO)[0][1]
    assert before - 4 <= after < before
    wait(lambda: platform.value(help_there, SEMBAKO) == total - (before - after))
    wait(lambda: is_quiet(platform))
    assert platform.value("select count(*) from ops.runs") == 2


def test_who_is_known_is_shown_before_everything_is_linked(platform):
    """Next month's list, with a few strangers: shown whole at once, and they get their person a build later."""
    folder = platform.settings.home / "inbox" / "dinkes" / "pbi_jkn"
    last = max(folder.glob("*.csv"))
    header, *rows = last.read_text(encoding="utf-8").splitlines()
    month = [re.sub(r"\b(\d\d)([/-])12\2(20)?24\b", r"\g<1>\g<2>01\g<2>\g<3>25", row) for row in rows]
    month = [re.sub(r"\b2024-12-", "2025-01-", row) for row in month]
    name = header.split(";").index(next(each for each in ("Nama", "NAMA PESERTA") if each in header.split(";")))
    for at in range(0, len(month), 20):
        cells = month[at].split(";")
        cells[name] = f"Wulandari {cells[name]} Nugraheni"
        month[at] = ";".join(cells)
    (folder / "upload.part").write_text("\n".join([header, *month]) + "\n", encoding="utf-8")
    (folder / "upload.part").rename(folder / last.name.replace("2024-12", "2025-01"))

    before = platform.value("select max(build_id) from ops.runs")
    accepted = """select delivery_id from ops.deliveries
                  where source_id = 'dinkes/pbi_jkn' and file_name like '2025-01%%' and status like 'accepted%%'"""
    wait(lambda: platform.rows(accepted))
    delivery = platform.value(accepted)
    wait(lambda: platform.value("select max(build_id) from ops.runs where status = 'published'") == before + 2)
    wait(lambda: is_quiet(platform))
    ahead = "select value from xcom where dag_id = %s and task_id = 'known_first' order by timestamp desc limit 1"
    shown = platform.value(ahead, WAREHOUSE_DAG, database="airflow")
    assert shown["build_id"] == before + 1
    assert shown["known"] > 0.8 * len(month)
    assert 0 < shown["waiting"] <= len(month) - shown["known"]
    # The first build showed every row, and the second says whose the others are.
    links = "select method, person_id is null from {} where delivery_id = %s"
    settled = Counter(platform.rows(links.format("marts.xwalk_people"), delivery))
    assert not [method for method, _ in settled if method == "waiting"]
    assert {method for method, is_nobody in settled if is_nobody} <= {"none"}
    waited = platform.rows(links.format("history.crosswalk") + " and until_build = %s", delivery, before + 2)
    assert Counter(waited)["waiting", True] == shown["waiting"]


def test_a_file_in_a_folder_without_a_contract_is_held_and_said(platform):
    lost = platform.settings.home / "inbox" / "dinsoss" / "sembako" / "januari.xlsx"
    lost.parent.mkdir(parents=True)
    shutil.copy(next((platform.settings.home / "inbox" / SEMBAKO).glob("*.xlsx")), lost)
    query = "select status, rule from ops.deliveries where source_id = 'dinsoss/sembako'"
    wait(lambda: platform.rows(query) == [("held", "delivery.no_contract")])
    wait(lambda: is_quiet(platform))


def test_a_failing_test_leaves_bi_on_the_last_good_build_and_says_so(platform):
    published = platform.value("select build_id from ops.publication")
    count = platform.value("select count(*) from bi.fct_interventions")
    broken = platform.settings.home / "dbt_project" / "tests" / "families_never_fewer.sql"
    broken.write_text("select 1 as family_id\n")
    try:
        run_id, state = trigger(platform)
    finally:
        broken.unlink()
    assert state == "failed"
    tasks = dict(
        platform.rows(
            "select task_id, state from task_instance where dag_id = %s and run_id = %s",
            *(WAREHOUSE_DAG, run_id),
            database="airflow",
        )
    )
    assert tasks == {
        "known_first": "skipped",  # nothing has come
        "link": "success",
        "build": "failed",
        "publish": "upstream_failed",
        "report": "upstream_failed",
    }
    assert platform.value("select build_id from ops.publication") == published
    assert platform.value("select count(*) from bi.fct_interventions") == count
    log = next((platform.settings.home / "logs" / "tasks").glob(f"*{WAREHOUSE_DAG}/*{run_id}/task_id=build/*.log"))
    assert "families_never_fewer" in log.read_text()
    assert "families_never_fewer" in platform.value("select reason from ops.runs order by build_id desc limit 1")

    _, state = trigger(platform)
    assert state == "success"
    assert platform.value("select build_id from ops.publication") > published


def test_up_again_changes_nothing(platform):
    before = sorted(platform.processes())
    started = time.monotonic()
    platform.sinergi("up")
    assert time.monotonic() - started < 30
    leaders = {line for line in platform.processes() if line in before}
    assert {line.split()[0] for line in leaders} == {"api-server", "scheduler", "dag-processor", "triggerer"}


def test_status_has_what_scripts_rely_on(platform):
    status = json.loads(platform.sinergi("status", "--json").stdout)
    assert status["database_url"].startswith("postgresql")
    assert status["airflow_url"].startswith("http://127.0.0.1:")
    assert status["inbox"] == str(platform.settings.home / "inbox")


def test_down_leaves_no_process_even_after_a_crash(platform):
    os.kill(processes.leaders(str(platform.settings.home))["scheduler"], signal.SIGKILL)
    stopped = platform.sinergi("down").stdout
    assert "postgresql" in stopped
    assert platform.processes() == []
    assert not (platform.settings.home / "postgres" / "data" / "postmaster.pid").exists()
    assert "nothing was running" in platform.sinergi("down").stdout
