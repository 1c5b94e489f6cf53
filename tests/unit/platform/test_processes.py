"""Processes are found by their mark and ended, whatever happened to whoever started them."""

import os
import signal
import sys
import time
from pathlib import Path

import psutil
import pytest

from sinergi.platform import processes

SLEEP = "import time; time.sleep(60)"


@pytest.fixture
def mark(tmp_path):
    yield str(tmp_path)
    for _, process in processes.marked(str(tmp_path)):
        process.kill()


def start(mark, code, name="sleeper"):
    return processes.start(name, [sys.executable, "-c", code], dict(os.environ), mark, Path(mark) / "log")


def test_a_started_process_is_found_by_its_service_name(mark):
    pid = start(mark, SLEEP)
    assert processes.leaders(mark) == {"sleeper": pid}


def test_stop_is_idempotent_and_names_what_it_ended(mark):
    start(mark, SLEEP, "one")
    start(mark, SLEEP, "two")
    assert processes.stop(mark) == ["one", "two"]
    assert processes.stop(mark) == []


def test_children_of_a_killed_service_are_found_and_ended(mark):
    child = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {SLEEP!r}]); time.sleep(60)"
    pid = start(mark, child)
    assert processes.wait_for(lambda: len(list(processes.marked(mark))) == 2, 10)
    os.kill(pid, signal.SIGKILL)
    assert processes.wait_for(lambda: processes.leaders(mark) == {}, 5)
    assert len(list(processes.marked(mark))) == 1
    processes.stop(mark)
    assert list(processes.marked(mark)) == []


def test_a_service_that_ignores_the_gentle_signal_is_killed(mark):
    stubborn = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); {SLEEP}"
    pid = start(mark, stubborn)
    assert processes.wait_for(lambda: "up" in (Path(mark) / "log").read_text(), 10)
    processes.stop(mark, grace=0.5)
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_another_platform_is_left_alone(mark, tmp_path_factory):
    other = str(tmp_path_factory.mktemp("other"))
    pid = start(other, SLEEP)
    try:
        processes.stop(mark)
        assert processes.leaders(other) == {"sleeper": pid}
    finally:
        processes.stop(other)


def test_wait_for_gives_up():
    started = time.monotonic()
    assert not processes.wait_for(lambda: False, 0.3, every=0.1)
    assert time.monotonic() - started < 2
