"""`sinergi check` of 10,000 rows, cold start to written workbook, beside a process that only starts and reads."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from sinergi.bench import files
from sinergi.settings import Settings

ROWS = 10_000
SPOILT = 7  # every so many rows has a NIK that is too short
# What no check can do without: Python, the library of rules, and the cells.
FLOOR = """import sys, great_expectations, fastexcel
fastexcel.read_excel(sys.argv[1]).load_sheet(0, header_row=None, dtypes="string").to_arrow()
"""


def measure_check(settings: Settings, *, repeats: int, report: Callable[[str], None]) -> dict[str, Any]:
    """Time the dry run in processes of their own, interleaved with the floor.

    Returns:
        Measure `check_cold`: median seconds, and its ratio to the median floor.
    """
    folder = Path(tempfile.mkdtemp(prefix="sinergi-bench-"))
    try:
        shutil.copytree(settings.expectations / "entities", folder / "expectations" / "entities")
        files.write_contract(folder / "expectations", "xlsx")
        short = pl.int_range(pl.len()) % SPOILT == 0
        frame = files.people(ROWS).with_columns(
            pl.when(short).then(pl.col("NIK").str.head(12)).otherwise("NIK").alias("NIK")
        )
        path, script = folder / "people.xlsx", folder / "floor.py"
        files.write_file(frame, path)
        script.write_text(FLOOR)
        environment = os.environ | {
            "SINERGI_EXPECTATIONS": str(folder / "expectations"),
            "GX_ANALYTICS_ENABLED": "false",
        }
        check = ["-m", "sinergi.cli", "check", str(path), "--source", files.SOURCES["xlsx"], "--json", "--workbook"]
        floors, values = [], []
        for turn in range(repeats):
            floors.append(_seconds([str(script), str(path)], environment))
            values.append(_seconds([*check, str(folder / f"{turn}.xlsx")], environment))
            report(f"check {turn + 1}/{repeats}: floor {floors[-1]:.2f} s, ours {values[-1]:.2f} s")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    value, floor = statistics.median(values), statistics.median(floors)
    return {
        "check_cold": {
            "value": round(value, 3),
            "unit": "s",
            "rows": ROWS,
            "floor": round(floor, 3),
            "ratio_to_floor": round(value / floor, 2),
            "peers": {},
        }
    }


def _seconds(arguments: list[str], environment: dict[str, str]) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, *arguments], env=environment, check=True, capture_output=True)
    return time.perf_counter() - started
