"""Scoring on Splink's Spark backend, for where one machine is outgrown: settings, model and walls stay the same.

The platform's process lays the profiles into a folder that the cluster sees, runs this module in the environment that
has pyspark, and reads the pairs that Spark leaves there. No rows pass through Spark's driver, and Airflow never meets
pyspark.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import polars as pl

from sinergi.errors import SinergiError
from sinergi.linkage.engine import LinkSettings

PROFILES, JOB, PAIRS, FAULT = "profiles.parquet", "job.json", "pairs", "fault.txt"


def compare(profiles: pl.DataFrame, model: dict[str, Any], least: float, chosen: LinkSettings) -> pl.DataFrame:
    """Return what `scoring.predicted` finds, on Spark.

    Raises:
        SinergiError: the environment, Java or the cluster is missing, or Spark failed.
    """
    python = chosen.spark_python
    # Only its owner may read the folder: executors run as the user that links.
    with tempfile.TemporaryDirectory(prefix="sinergi-spark-", dir=chosen.spark_stage or None) as name:
        stage = Path(name).absolute()
        profiles.write_parquet(stage / PROFILES)
        (stage / JOB).write_text(json.dumps({"model": model, "least": least}))
        command = [str(python), "-m", "sinergi.linkage.spark", str(stage)]
        done = subprocess.run(command, env=_environment(), stdout=subprocess.DEVNULL, check=False)
        if done.returncode:
            fault = stage / FAULT
            raise SinergiError(
                fault.read_text() if fault.exists() else f"Spark ended with {done.returncode}; it says above why."
            )
        return pl.read_parquet(stage / PAIRS / "*.parquet")


def _environment() -> dict[str, str]:
    """Return what Spark's process is told: the caller's environment without the platform's secrets."""
    ours = ("AIRFLOW", "SINERGI_")
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(ours) or name.startswith(("SINERGI_SPARK_", "SINERGI_LINK_"))
    }
    return kept | {"PYTHONPATH": str(Path(__file__).parents[2])}


def run(stage: Path) -> None:
    """Score what lies in the folder; in Spark's process.

    Raises:
        SinergiError: pyspark is missing, or Spark does not start.
    """
    from sinergi.linkage.scoring import linker_of, of_new, predicted

    job = json.loads((stage / JOB).read_text())
    api = backend(LinkSettings.load(engine="spark"))
    # As a URI, lest a cluster look for the path in its own file system.
    profiles = api.spark.read.parquet((stage / PROFILES).as_uri())
    pairs = predicted(linker_of(profiles, of_new(job["model"]), api), job["least"])
    pairs.as_spark_dataframe().write.parquet((stage / PAIRS).as_uri())
    api.spark.stop()


def backend(chosen: LinkSettings) -> Any:
    """Return Splink's database on Spark; what is not set here, `spark-defaults.conf` of SPARK_CONF_DIR may say.

    Raises:
        SinergiError: pyspark or Java is not installed; says what to install.
    """
    try:
        from pyspark.errors import PySparkRuntimeError
        from pyspark.sql import SparkSession
        from splink.backends.spark import SparkAPI, similarity_jar_location
    except ImportError as fault:
        raise SinergiError(f"{sys.prefix} has no pyspark; `make spark` makes the environment that has.") from fault
    settings = {
        "spark.jars": similarity_jar_location(),  # the comparisons that Spark's SQL lacks, as Splink ships them
        "spark.sql.shuffle.partitions": str(chosen.spark_partitions),
        "spark.default.parallelism": str(chosen.spark_partitions),
        "spark.driver.memory": chosen.spark_memory,
        "spark.executor.memory": chosen.spark_memory,
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.warehouse.dir": str(Path(tempfile.gettempdir()) / "sinergi-spark"),
    }
    builder = SparkSession.builder.master(chosen.spark_master).appName("sinergi-link")
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except PySparkRuntimeError as fault:
        raise SinergiError(f"Spark does not start; it needs Java 17 or later (JAVA_HOME). {fault}") from fault
    session.sparkContext.setLogLevel("ERROR")
    return SparkAPI(spark_session=session, break_lineage_method="persist")


def main() -> None:
    """Run, and leave a fault that a person can act on where the caller finds it."""
    stage = Path(sys.argv[1])
    try:
        run(stage)
    except SinergiError as fault:
        (stage / FAULT).write_text(str(fault))
        sys.exit(1)


if __name__ == "__main__":
    main()
