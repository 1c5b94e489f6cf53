"""Splink's Spark backend, for where one machine is outgrown: the settings, the model and the walls stay the same."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from sinergi.errors import SinergiError


def backend() -> Any:
    """Return Splink's database on the Spark of SINERGI_SPARK_MASTER (`spark://`, `k8s://`, `yarn`, `local[2]`).

    Raises:
        SinergiError: pyspark or Java is not installed; says what to install.
    """
    try:
        from pyspark.errors import PySparkRuntimeError
        from pyspark.sql import SparkSession
        from splink.backends.spark import SparkAPI, similarity_jar_location
    except ImportError as fault:
        raise SinergiError("SINERGI_LINK_ENGINE=spark needs pyspark: install the group `spark`.") from fault
    partitions = os.environ.get("SINERGI_SPARK_PARTITIONS", "4")
    settings = {
        "spark.jars": similarity_jar_location(),  # the comparisons that Spark's SQL lacks, as Splink ships them
        "spark.sql.shuffle.partitions": partitions,
        "spark.default.parallelism": partitions,
        "spark.ui.enabled": "false",
        "spark.sql.warehouse.dir": str(Path(tempfile.gettempdir()) / "sinergi-spark"),
    }
    builder = SparkSession.builder.master(os.environ.get("SINERGI_SPARK_MASTER", "local[2]")).appName("sinergi-link")
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except PySparkRuntimeError as fault:
        raise SinergiError(f"Spark does not start; it needs Java 17 or later (JAVA_HOME). {fault}") from fault
    session.sparkContext.setLogLevel("ERROR")
    return SparkAPI(spark_session=session, break_lineage_method="persist")
