"""What every task would otherwise import by itself: Airflow's forkserver imports it once, its children inherit it.

Named in `[core] mp_forkserver_preload`. Only imports: a thread started here would not survive the fork.
"""

from __future__ import annotations

import os

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")

import airflow.sdk.execution_time.task_runner
import dbt.adapters.postgres
import dbt.cli.main
import great_expectations
import pandas
import polars
import psycopg
import sqlalchemy

__all__ = ["airflow", "dbt", "great_expectations", "pandas", "polars", "psycopg", "sqlalchemy"]
