"""One platform for all end-to-end tests: the demo itself, in a folder of its own, on ports of its own."""

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from sinergi.database import connect
from sinergi.platform import processes, services
from sinergi.platform.environment import LOGIN
from sinergi.platform.watch import Airflow
from sinergi.settings import ROOT, Settings

SINERGI = Path(sys.executable).parent / "sinergi"


@dataclass(frozen=True)
class Platform:
    """A platform that is up, with the sample city in it."""

    settings: Settings
    environ: dict[str, str]
    screen: str

    def sinergi(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        command = [str(SINERGI), *arguments]
        return subprocess.run(command, env=self.environ, capture_output=True, text=True, check=check)

    def database(self, name: str = "sinergi") -> psycopg.Connection:
        return connect(services.embedded_server(self.settings).url(name), autocommit=True)

    def rows(self, query: str, *values: object, database: str = "sinergi") -> list[tuple]:
        with self.database(database) as connection:
            return connection.execute(query, values).fetchall()

    def value(self, query: str, *values: object, database: str = "sinergi") -> object:
        return self.rows(query, *values, database=database)[0][0]

    @property
    def airflow(self) -> Airflow:
        url = str(services.status(self.settings)["airflow_url"])
        return Airflow(url, LOGIN, services.airflow_password(self.settings))

    def processes(self) -> list[str]:
        return [f"{name} {process.pid}" for name, process in processes.marked(str(self.settings.home))]


@pytest.fixture(scope="session")
def platform():
    home = Path(tempfile.mkdtemp(prefix="sinergi-e2e-", dir="/tmp")).resolve()
    home.chmod(0o755)
    # A dbt project of its own, so that a test can break it.
    project = home / "dbt_project"
    shutil.copytree(ROOT / "dbt_project", project, ignore=shutil.ignore_patterns("target", "logs"))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SINERGI_", "AIRFLOW"))}
    environ = {**kept, "SINERGI_HOME": str(home), "SINERGI_DBT_PROJECT": str(project)}
    settings = Settings.load(environ)
    try:
        done = subprocess.run([str(SINERGI), "demo"], env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        yield Platform(settings, environ, done.stdout)
    finally:
        services.down(settings)
        shutil.rmtree(home, ignore_errors=True)
