"""Where pairs are scored, and with how much of the machine or the cluster. Everything comes from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from sinergi.errors import SinergiError
from sinergi.settings import ROOT

ENGINES = ("duckdb", "spark")


def _row(env: str, text: str) -> dict[str, str]:
    return {"env": env, "help": text}


@dataclass(frozen=True)
class LinkSettings:
    """Settings of linking. The metadata of each field is its row in the configuration table."""

    engine: str = field(
        default="duckdb",
        metadata=_row(
            "SINERGI_LINK_ENGINE", "Where pairs are scored: `duckdb` (default, this machine) or `spark` (a cluster)."
        ),
    )
    threads: int = field(default=2, metadata=_row("SINERGI_LINK_THREADS", "Threads of DuckDB; `2` by default."))
    memory: str = field(
        default="2GB",
        metadata=_row("SINERGI_LINK_MEMORY", "Memory of DuckDB, beyond which it uses the disk; `2GB` by default."),
    )
    spark_master: str = field(
        default="local[2]",
        metadata=_row(
            "SINERGI_SPARK_MASTER", "URL of the cluster: `spark://`, `k8s://`, `yarn`, or `local[2]` (default)."
        ),
    )
    spark_partitions: int = field(
        default=4,
        metadata=_row("SINERGI_SPARK_PARTITIONS", "Parts of a shuffle, two to four for each core; `4` by default."),
    )
    spark_memory: str = field(
        default="2g",
        metadata=_row("SINERGI_SPARK_MEMORY", "Memory of Spark's driver and of each executor; `2g` by default."),
    )
    spark_stage: str = field(
        default="",
        metadata=_row(
            "SINERGI_SPARK_STAGE",
            "Folder that this machine and every executor see under one path; profiles and pairs pass through it and "
            "are removed. Empty, which will do for `local[...]` only, is the temporary folder.",
        ),
    )
    spark_venv: str = field(
        default="",
        metadata=_row("SINERGI_SPARK_VENV", "Environment that has pyspark; `.venv-spark` (`make spark`) by default."),
    )

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None, engine: str | None = None) -> LinkSettings:
        """Read the environment; an engine that is given wins over it.

        Raises:
            SinergiError: a value that cannot be used, named with what is accepted.
        """
        env = os.environ if environ is None else environ
        given: dict[str, Any] = {each.name: value for each in fields(cls) if (value := _value(each, env)) is not None}
        made = cls(**given | ({"engine": engine} if engine else {}))
        if made.engine not in ENGINES:
            raise SinergiError(f"SINERGI_LINK_ENGINE is {made.engine!r}; use one of {', '.join(ENGINES)}.")
        if made.engine == "spark" and not made.spark_master.startswith("local") and not made.spark_stage:
            raise SinergiError(
                f"SINERGI_SPARK_MASTER is {made.spark_master}, but SINERGI_SPARK_STAGE is empty; "
                "name a folder that this machine and every executor see under one path."
            )
        return made

    @property
    def spark_python(self) -> Path:
        """The Python of the environment that has pyspark.

        Raises:
            SinergiError: there is none; says how it is made.
        """
        python = Path(self.spark_venv or ROOT / ".venv-spark") / "bin" / "python"
        if not python.exists():
            raise SinergiError(f"SINERGI_LINK_ENGINE=spark needs {python}, which is missing; `make spark` makes it.")
        return python


def _value(each: Field[Any], env: Mapping[str, str]) -> str | int | None:
    name = each.metadata["env"]
    given = env.get(name)
    if not given or not isinstance(each.default, int):
        return given or None
    if not given.isdigit() or int(given) < 1:
        raise SinergiError(f"{name} is {given!r}; use a whole number of 1 or more.")
    return int(given)
