"""The warehouse: from the raw tables to what BI reads. Every intake starts it, and every new day; never twice at once.

known_first  what came of people in words that are known already, shown within a minute
link         who is who, over all sources
build        dbt: staging, intermediate and marts with their tests, in the schemas that nobody reads
publish      bi.* and marts.* switch to the new build
report       the figures of this build
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import DAG, Asset, AssetOrTimeSchedule, CronTriggerTimetable, task

from sinergi.airflow import tasks
from sinergi.airflow.doc import WAREHOUSE
from sinergi.airflow.failures import tell_data_team
from sinergi.airflow.naming import RAW_ASSET, WAREHOUSE_DAG
from sinergi.clock import ZONE

with DAG(
    dag_id=WAREHOUSE_DAG,
    dag_display_name="Gudang data",
    description="known_first, link, build, publish, report",
    doc_md=WAREHOUSE,
    # What is late, and how old people are, changes with the day.
    schedule=AssetOrTimeSchedule(
        timetable=CronTriggerTimetable("30 0 * * *", timezone=ZONE.key), assets=[Asset(RAW_ASSET)]
    ),
    tags=["gudang data"],
    catchup=False,
    max_active_runs=1,  # deliveries that finish meanwhile start it once more, together
    default_args={
        "owner": "tim data",
        "retries": 2,
        "retry_delay": timedelta(seconds=15),
        "priority_weight": 1,
        "weight_rule": "absolute",
        "on_failure_callback": tell_data_team(),
    },
) as warehouse:

    @task(task_display_name="Dahulukan yang sudah dikenal")
    def known_first() -> dict:
        """Show what is sure at once; skipped where only linking everything will do."""
        return tasks.known_first()

    # Whatever became of what went ahead: linking everything settles it.
    @task(task_display_name="Siapa adalah siapa", trigger_rule="all_done")
    def link() -> dict:
        """Link people and families."""
        return tasks.link()

    @task(task_display_name="Bangun dan uji")
    def build() -> dict:
        """Build and test; red when a test fails, and then nothing is published."""
        return tasks.build()

    @task(task_display_name="Terbitkan ke BI")
    def publish(built: dict, linked: dict) -> str:
        """Switch BI to the build."""
        return tasks.publish(built, linked)

    @task(task_display_name="Laporkan")
    def report() -> dict:
        """Return the headline figures."""
        return tasks.report()

    linked, built = link(), build()
    known_first() >> linked >> built
    publish(built, linked) >> report()  # type: ignore[arg-type]  # the tasks' results, once they are there
