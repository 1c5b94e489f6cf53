"""Notices: one e-mail each morning to every contact who has news; nothing where no mail server is set."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import DAG, CronTriggerTimetable, task

from sinergi.airflow import tasks
from sinergi.airflow.doc import NOTICES
from sinergi.airflow.failures import tell_data_team
from sinergi.airflow.naming import NOTICES_DAG
from sinergi.clock import ZONE

with DAG(
    dag_id=NOTICES_DAG,
    dag_display_name="Pemberitahuan",
    description="Satu surel sehari untuk tiap narahubung",
    doc_md=NOTICES,
    schedule=CronTriggerTimetable("0 7 * * *", timezone=ZONE.key),
    tags=["pemberitahuan"],
    catchup=False,
    max_active_runs=1,
    default_args={
        "owner": "tim data",
        "retries": 2,
        "retry_delay": timedelta(minutes=5),
        "on_failure_callback": tell_data_team(),
    },
) as notices:

    @task(task_display_name="Kirim surel")
    def notify() -> dict[str, int]:
        """Send what has not been sent; red when the mail server refuses."""
        return tasks.notify()

    notify()
