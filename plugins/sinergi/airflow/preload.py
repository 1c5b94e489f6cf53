"""What every task would otherwise import by itself: Airflow's forkserver imports it once, its children inherit it.

Named in `[core] mp_forkserver_preload`. Only imports: a thread started here would not survive the fork. Contracts and
dbt models are read by each task anew; new code of this package is seen once the scheduler has started again.
"""

from __future__ import annotations

import os

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")

import airflow.providers.standard.decorators.python
import airflow.sdk.execution_time.task_runner
import dbt.adapters.postgres
import dbt.cli.main
import fastexcel
import great_expectations
import pandas
import polars
import psycopg
import sqlalchemy

import sinergi.airflow.tasks
import sinergi.airflow.triggers
import sinergi.bi
import sinergi.build
import sinergi.datadocs
import sinergi.intake
import sinergi.link
import sinergi.platform.figures
import sinergi.run

__all__ = ["airflow", "dbt", "fastexcel", "great_expectations", "pandas", "polars", "psycopg", "sinergi", "sqlalchemy"]
