"""Twenty people with the dashboards open at once, at city size: how long each query of theirs takes.

The queries are Superset's own, as bi/queries.yml has them; the browser test fails when Superset sends others. Each user
opens dashboard after dashboard without a pause, as a member of bi_reader; nothing is cached but what PostgreSQL caches.
"""

from __future__ import annotations

import itertools
import random
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import yaml

from sinergi.database import connect
from sinergi.roles import READER
from sinergi.settings import ROOT

USERS = 20
SECONDS = 20.0
LIMIT = 200  # ms
QUERIES = ROOT / "bi" / "queries.yml"


def queries() -> dict[str, dict[str, str]]:
    """Return what each dashboard asks: `{dashboard: {chart: SQL}}`."""
    return dict(yaml.safe_load(QUERIES.read_text()))


def measure_dashboards(
    url: str, *, users: int = USERS, seconds: float = SECONDS, report: Callable[[str], None] = lambda _: None
) -> dict[str, Any]:
    """Let users open the dashboards at once, and time each query from asking to its last row.

    Args:
        url: A warehouse with a published build, as a login that may become bi_reader.
        users: How many, each with a connection of its own.
        seconds: How long they go on; each ends the dashboard that it has open.
        report: Called with a line of progress.

    Returns:
        The measure `dashboards`: `value` is the 95th percentile in ms, `floor` the median of the same queries asked by
        one user, `slowest` the five worst by their own 95th percentile.
    """
    asked = queries()
    report(f"dashboards: one user, {sum(map(len, asked.values()))} queries")
    alone = _watch(url, asked, 1, 0)
    report(f"dashboards: {users} users for {seconds:.0f} s")
    together = _watch(url, asked, users, seconds)
    everything = [value for values in together.values() for value in values]
    floor = statistics.median(value for values in alone.values() for value in values)
    worst = sorted(((round(_p95(values), 1), name) for name, values in together.items()), reverse=True)[:5]
    value = round(_p95(everything), 1)
    return {
        "dashboards": {
            "value": value,
            "unit": "ms",
            "limit": LIMIT,
            "floor": round(floor, 1),
            "ratio_to_floor": round(value / floor, 1),
            "peers": {},
            "users": users,
            "queries": len(everything),
            "slowest": {name: each for each, name in worst},
        }
    }


def _watch(url: str, asked: dict[str, dict[str, str]], users: int, seconds: float) -> dict[str, list[float]]:
    """Return the milliseconds of every query, by dashboard and chart."""
    taken: dict[str, list[float]] = {}
    faults: list[BaseException] = []
    ready = threading.Barrier(users)

    def use(seed: int) -> None:
        try:
            for name, milliseconds in _use(url, asked, seed, seconds, ready):
                taken.setdefault(name, []).append(milliseconds)  # the interpreter's lock makes this whole
        except BaseException as fault:
            faults.append(fault)
            ready.abort()

    threads = [threading.Thread(target=use, args=(seed,)) for seed in range(users)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return taken


def _use(
    url: str, asked: dict[str, dict[str, str]], seed: int, seconds: float, ready: threading.Barrier
) -> Iterator[tuple[str, float]]:
    order = list(asked)
    random.Random(seed).shuffle(order)  # noqa: S311 (so that not all open the same one at once)
    with connect(url, autocommit=True) as connection:
        connection.execute(f"set role {READER}")
        ready.wait()
        until = time.perf_counter() + seconds
        for turn, dashboard in enumerate(itertools.cycle(order)):
            if turn >= len(order) and time.perf_counter() >= until:
                return
            for chart, sql in asked[dashboard].items():
                start = time.perf_counter()
                connection.execute(sql).fetchall()
                yield f"{dashboard}/{chart}", 1000 * (time.perf_counter() - start)


def _p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]
