"""The demo ends with figures, or with one clear sentence."""

import io
from collections import Counter
from datetime import date

import pytest
from rich.console import Console

from sinergi.platform import demo, screen
from sinergi.platform.demo import DemoFault
from sinergi.platform.watch import Snapshot

DONE = Snapshot(Counter(success=21), {"report": "success"}, [], published=True)


class FakeAirflow:
    url = "http://127.0.0.1:1"

    def __init__(self, *snapshots):
        self.snapshots = list(snapshots)

    def look(self):
        return self.snapshots.pop(0) if len(self.snapshots) > 1 else self.snapshots[0]

    def failed_tasks(self, dag_id):
        return ["build"]


@pytest.fixture(autouse=True)
def hurried(monkeypatch):
    monkeypatch.setattr(demo, "POLL", 0)


def progress(monkeypatch, *steps):
    steps = list(steps)
    monkeypatch.setattr(demo, "_progress", lambda _: steps.pop(0) if len(steps) > 1 else steps[0])


def test_it_waits_for_every_file_and_for_the_last_run(monkeypatch):
    running = Snapshot(Counter(running=1), {"link": "running"}, [], published=False)
    progress(monkeypatch, (0, 0, 0), (2, 1, 10), (2, 2, 20))
    said = []
    demo._wait(FakeAirflow(Snapshot(), running, running, DONE), None, 2, said.append)
    assert said[0].startswith("collected 0/2")
    assert "warehouse: link running" in said[2]
    assert said[-1].startswith("collected 2/2 · checked 2/2 · 20 rows · no DAG runs under way")


def test_a_failed_dag_ends_it_with_its_name_and_task(monkeypatch):
    progress(monkeypatch, (2, 2, 20))
    failed = Snapshot(Counter(failed=1), {}, ["warehouse"], published=False)
    with pytest.raises(DemoFault, match=r"warehouse failed \(build\); its log is at http"):
        demo._wait(FakeAirflow(failed), None, 2, lambda _: None)


def test_it_does_not_wait_for_ever(monkeypatch):
    progress(monkeypatch, (1, 1, 20))
    monkeypatch.setattr(demo, "PATIENCE", 0.05)
    with pytest.raises(DemoFault, match="Not done after"):
        demo._wait(FakeAirflow(DONE), None, 2, lambda _: None)


def test_an_airflow_that_does_not_answer_for_a_moment_is_asked_again(monkeypatch):
    progress(monkeypatch, (2, 2, 20))
    airflow = FakeAirflow(DONE)
    answers = [OSError("busy"), DONE]
    airflow.look = lambda: raised(answers.pop(0) if answers else DONE)
    demo._wait(airflow, None, 2, lambda _: None)
    assert answers == []


def raised(answer):
    if isinstance(answer, Exception):
        raise answer
    return answer


def test_files_are_delivered_whole_with_their_dates_and_only_once(tmp_path):
    source, inbox = tmp_path / "sample", tmp_path / "inbox"
    (source / "dinsos" / "sembako").mkdir(parents=True)
    (source / "dinsos" / "sembako" / "a.xlsx").write_bytes(b"a")
    before = (source / "dinsos" / "sembako" / "a.xlsx").stat().st_mtime
    assert demo._deliver(source, inbox) == demo._deliver(source, inbox) == 1
    assert [path.name for path in (inbox / "dinsos" / "sembako").iterdir()] == ["a.xlsx"]
    assert (inbox / "dinsos" / "sembako" / "a.xlsx").stat().st_mtime == before


def test_the_screen_has_every_figure():
    console = Console(file=io.StringIO(), width=104)
    sender = {"rows_read": 1234, "rows_accepted": 1230, "rows_quarantined": 4, "rows_ignored": 7}
    moved = {"families": 22, "entered": 69, "people_left": 0}
    screen.show(
        console,
        senders=[{"sender_id": "dinsos", **sender, "files": 3, "held": 1, "duplicates": 0}],
        held=[{"delivery_id": 1, "source_id": "dinsos/sembako", "file_name": "a.xlsx", "rule": "table.collapse"}] * 7,
        stages={"decreed": 2, "graduated": 13},
        months=[{"month_end": date(2024, 1, 31), "people": 69, "people_there": 34, **moved}],
        area="Kameloh Baru",
        places={"Airflow": "http://127.0.0.1:8080"},
    )
    shown = console.file.getvalue()
    for figure in ("1,234", "1,230", "table.collapse", "and 2 more", "graduasi", "31 Jan 2024", "69", "34", ":8080"):
        assert figure in shown, figure
    assert all(len(line) <= 104 for line in shown.splitlines())


def test_the_bi_command_takes_the_role_that_sees_bi_alone():
    command = demo.bi_command("postgresql+psycopg://sinergi:secret@127.0.0.1:5433/sinergi")
    assert "PGOPTIONS='-c role=bi_reader'" in command
    assert "-h 127.0.0.1 -p 5433 -U sinergi sinergi" in command
