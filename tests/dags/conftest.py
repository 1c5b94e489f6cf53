"""All DAGs, parsed once as the DAG processor parses them, without a database."""

import os
import time

import pytest

from sinergi.settings import ROOT


@pytest.fixture(scope="session")
def parsed(tmp_path_factory):
    os.environ.setdefault("AIRFLOW_HOME", str(tmp_path_factory.mktemp("airflow")))
    os.environ.setdefault("AIRFLOW__CORE__LOAD_EXAMPLES", "False")
    from airflow.dag_processing.dagbag import DagBag

    started = time.perf_counter()
    bag = DagBag(ROOT / "dags")
    return bag, time.perf_counter() - started


@pytest.fixture(scope="session")
def dags(parsed):
    return parsed[0].dags
