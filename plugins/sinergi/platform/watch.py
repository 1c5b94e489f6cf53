"""Watch Airflow work, through its REST API: which runs are under way, which are done, which failed."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from sinergi.airflow.naming import WAREHOUSE_DAG

ACTIVE = ("queued", "running")


@dataclass(frozen=True)
class Snapshot:
    """What Airflow does at one moment."""

    runs: Counter[str] = field(default_factory=Counter)
    warehouse: dict[str, str] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    published: bool = False

    @property
    def is_quiet(self) -> bool:
        """Whether nothing runs and nothing waits to."""
        return not any(self.runs[state] for state in ACTIVE)


class Airflow:
    """A login at a running Airflow."""

    def __init__(self, url: str, user: str, password: str):
        self.url = url
        self._login = {"username": user, "password": password}
        self._token = ""

    def look(self) -> Snapshot:
        """Return what Airflow does now.

        Raises:
            OSError: Airflow does not answer.
        """
        runs = self._get("/api/v2/dags/~/dagRuns?limit=500&order_by=-start_date")["dag_runs"]
        failed = sorted({run["dag_id"] for run in runs if run["state"] == "failed"})
        builds = [run for run in runs if run["dag_id"] == WAREHOUSE_DAG]
        latest = {}
        published = False
        if builds:
            builds.sort(key=lambda run: run["queued_at"] or "")
            latest = self._tasks(WAREHOUSE_DAG, builds[-1]["dag_run_id"])
            published = any(run["state"] == "success" for run in builds)
        return Snapshot(Counter(run["state"] for run in runs), latest, failed, published)

    def failed_tasks(self, dag_id: str) -> list[str]:
        """Return the tasks that failed in the DAG's newest failed run."""
        runs = self._get(f"/api/v2/dags/{dag_id}/dagRuns?limit=1&state=failed&order_by=-start_date")["dag_runs"]
        states = [item for run in runs for item in self._tasks(dag_id, run["dag_run_id"]).items()]
        return [name for name, state in states if state == "failed"]

    def _tasks(self, dag_id: str, run_id: str) -> dict[str, str]:
        path = f"/api/v2/dags/{dag_id}/dagRuns/{quote(run_id)}/taskInstances"
        return {task["task_id"]: task["state"] or "waiting" for task in self._get(path)["task_instances"]}

    def _get(self, path: str) -> dict[str, Any]:
        for attempt in (1, 2):
            if not self._token or attempt == 2:
                self._token = self._ask("/auth/token", self._login)["access_token"]
            try:
                return self._ask(path)
            except urllib.error.HTTPError as fault:
                if fault.code != 401 or attempt == 2:
                    raise
        raise AssertionError("unreachable")

    def _ask(self, path: str, body: dict[str, str] | None = None) -> dict[str, Any]:
        headers = {"Content-Type": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{self.url}{path}", data=data, headers=headers)  # noqa: S310 (http, ours)
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return dict(json.load(answer))
