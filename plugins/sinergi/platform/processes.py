"""Detached processes that are found again whatever happened to whoever started them.

Every process carries a mark in its environment and hands it to its children, so that a scheduler killed with -9 leaves
workers that `stop` still finds. Nothing is ever ended by its name, and a process id read from a file is never trusted.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import psutil

MARK = "SINERGI_PLATFORM"
NAME = "SINERGI_SERVICE"


def start(name: str, command: Sequence[str], environ: Mapping[str, str], mark: str, log: Path) -> int:
    """Start a process in a session of its own, its output appended to `log`, and return its id."""
    log.parent.mkdir(parents=True, exist_ok=True)
    # setproctitle, which Airflow calls, writes over the environment that we read the mark from unless told not to.
    marked = {**environ, MARK: mark, NAME: name, "SPT_NOENV": "1"}
    with log.open("ab") as out:
        process = subprocess.Popen(
            command, env=marked, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True, cwd="/"
        )
    return process.pid


def marked(mark: str) -> Iterator[tuple[str, psutil.Process]]:
    """Yield the service's name and the process, for every living process that carries the mark."""
    for process in psutil.process_iter():
        try:
            if process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE:
                continue
            environ = process.environ()
        except (psutil.Error, OSError):  # gone meanwhile, or another user's
            continue
        if environ.get(MARK) == mark:
            yield environ.get(NAME, "?"), process


def leaders(mark: str) -> dict[str, int]:
    """Return the process id of each running service: the process that leads its session."""
    return {name: process.pid for name, process in marked(mark) if _leads_session(process.pid)}


def stop(mark: str, grace: float = 15, only: str | None = None) -> list[str]:
    """End every process that carries the mark: services first and gently, then whatever is left.

    Args:
        mark: The mark.
        grace: Seconds that a service has to end by itself.
        only: One service; all where left out.

    Returns:
        Names of the services that were ended.
    """
    names: set[str] = set()
    for signal_tree in (False, True):
        targets = []
        for name, process in _of(mark, only):
            names.add(name)
            if signal_tree or _leads_session(process.pid):
                targets.append(process)
        _end(targets, grace if not signal_tree else 3)
    # A supervisor that was ending may have started one more child in between.
    for _ in range(5):
        if not (left := [process for _, process in _of(mark, only)]):
            break
        _end(left, 1)
    return sorted(names)


def _of(mark: str, only: str | None) -> Iterator[tuple[str, psutil.Process]]:
    return ((name, process) for name, process in marked(mark) if only in (None, name))


def _end(processes: list[psutil.Process], grace: float) -> None:
    for process in processes:
        _quietly(process.terminate)
    _, alive = psutil.wait_procs(processes, timeout=grace)
    for process in alive:
        _quietly(process.kill)
    psutil.wait_procs(alive, timeout=3)


def _quietly(action: Callable[[], object]) -> None:
    try:
        action()
    except psutil.Error:
        return


def _leads_session(pid: int) -> bool:
    try:
        return os.getsid(pid) == pid
    except OSError:
        return False


def wait_for(condition: Callable[[], bool], seconds: float, every: float = 0.2) -> bool:
    """Wait until `condition()` is true; return whether it came true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True
