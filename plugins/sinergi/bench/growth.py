"""The whole pipeline on the city sample at a tenth, a third and full size: does cost grow with the rows, or faster?"""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sinergi.bench.arrival import measure_arrival
from sinergi.bench.dashboards import measure_dashboards
from sinergi.bench.intake import Database
from sinergi.settings import Settings

SHARES = (0.1, 1 / 3, 1.0)
REBUILD_LIMIT = 60  # seconds


def measure_growth(settings: Settings, *, people: int, report: Callable[[str], None]) -> dict[str, Any]:
    """Generate and run the city at three sizes, each in a process of its own so that peak memory is its own.

    Returns:
        `sample_<people>` (rows a second) and `run_<people>` (seconds per step, rows a second, peak memory in MB, and
        `growth`: time per row against the smallest size, 1.0 being linear); at full size `dashboards`, `rebuild` and
        `arrival`.
    """
    results: dict[str, Any] = {}
    smallest: float | None = None
    for share in SHARES:
        size = round(people * share)
        folder = Path(tempfile.mkdtemp(prefix="sinergi-city-"))
        try:
            report(f"city of {size:,}: writing the sample")
            sample = _sinergi(settings, "sample", "city", "--people", str(size), "--out", str(folder), "--seed", "1")
            with Database(settings) as url:
                report(f"city of {size:,}: running the pipeline")
                run = _sinergi(
                    settings, "run", "--inbox", str(folder / "inbox"), "--database", url, home=folder / "home"
                )
                if share == SHARES[-1]:
                    results |= measure_dashboards(url, report=report)
                    results |= _rebuild(settings, url, folder / "home", report)
                    results |= measure_arrival(_city(settings, url, folder), report=report)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        rows = sum(delivery["rows_read"] or 0 for delivery in run["json"]["deliveries"])
        per_row = run["seconds"] / rows
        smallest = smallest or per_row
        unmeasured: dict[str, Any] = {"unit": "rows/s", "floor": None, "ratio_to_floor": None, "peers": {}}
        results[f"sample_{size}"] = {
            "value": round(rows / sample["seconds"]),
            **unmeasured,
            "peak_memory_mb": sample["peak_memory_mb"],
        }
        results[f"run_{size}"] = {
            "value": round(rows / run["seconds"]),
            **unmeasured,
            "rows": rows,
            "seconds": run["json"]["seconds"],
            "peak_memory_mb": run["peak_memory_mb"],
            "growth": round(per_row / smallest, 2),
        }
        report(f"city of {size:,}: {results[f'run_{size}']}")
    return results


def _city(settings: Settings, url: str, folder: Path) -> Settings:
    """Give the settings that the city was run with."""
    folder.chmod(0o755)  # Airflow's own server is started in it, and not as root
    home = folder / "home"
    return dataclasses.replace(
        settings, home=home, inbox=str(folder / "inbox"), archive=home / "archive", database_url=url
    )


def _rebuild(settings: Settings, url: str, home: Path, report: Callable[[str], None]) -> dict[str, Any]:
    """Build, test and publish every mart again, with the start of the process."""
    report(f"rebuilding all marts, at most {REBUILD_LIMIT} s")
    done = _sinergi(settings, "warehouse", "publish", "--database", url, home=home)
    unmeasured: dict[str, Any] = {"floor": None, "ratio_to_floor": None, "peers": {}}
    return {"rebuild": {"value": round(done["seconds"], 1), "unit": "s", "limit": REBUILD_LIMIT, **unmeasured}}


def _sinergi(settings: Settings, *arguments: str, home: Path | None = None) -> dict[str, Any]:
    """Run one command with --json; return its output, its wall time and its peak memory."""
    command = [sys.executable, "-m", "sinergi.cli", *arguments, "--json"]
    environ = os.environ | {"SINERGI_HOME": str(home or settings.home)}
    start = time.perf_counter()
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(command, env=environ, stdout=output)
        peak = 0
        while process.poll() is None:
            peak = max(peak, _peak_memory(process.pid))
            time.sleep(0.1)
        output.seek(0)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command)
        return {
            "json": json.loads(output.read()),
            "seconds": time.perf_counter() - start,
            "peak_memory_mb": peak,
        }


def _peak_memory(pid: int) -> int:
    """Peak memory of a process in MB. What wait() reports would count this process's own, from before the exec."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:  # it has just ended
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), 0)
