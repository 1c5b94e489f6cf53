"""The environment of the Airflow processes: everything that configures them, and nothing in a file of theirs."""

from __future__ import annotations

import base64
import json
import os
import secrets
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from sinergi.database import free_port
from sinergi.settings import ROOT, Settings

DEFAULT_PORT = 8080
LOGIN = "admin"


@dataclass(frozen=True)
class Secrets:
    """What is made once, at the first start, and kept in a file that only its owner can read."""

    fernet_key: str
    jwt_secret: str
    api_secret: str
    admin_password: str

    @classmethod
    def load(cls, path: Path) -> Secrets:
        """Read the secrets, making them first where there are none."""
        if not path.exists():
            made = cls(
                fernet_key=base64.urlsafe_b64encode(os.urandom(32)).decode(),
                jwt_secret=secrets.token_urlsafe(48),
                api_secret=secrets.token_urlsafe(32),
                admin_password=secrets.token_urlsafe(9),
            )
            write_private(path, json.dumps(made.__dict__))
        return cls(**json.loads(path.read_text()))


def write_private(path: Path, text: str) -> None:
    """Write a file that is readable by its owner alone from its first byte on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        handle.write(text)


def logins_path(settings: Settings) -> Path:
    """Give the file with the passwords of the first logins."""
    return settings.home / "logins.json"


def logins(settings: Settings, kept: Secrets) -> dict[str, str]:
    """Give the first logins with their passwords: the administrator, the data team, a viewer, one of each sender.

    A password is made once; a sender that is new gets one at the next start.
    """
    from sinergi.airflow.logins import TEAM, VIEWER, senders

    path = logins_path(settings)
    known = json.loads(path.read_text()) if path.exists() else {}
    made = {login: secrets.token_urlsafe(9) for login in (TEAM, VIEWER, *senders(settings)) if login not in known}
    found = {**known, **made, LOGIN: kept.admin_password}
    if found != known:
        write_private(path, json.dumps(found, indent=1))
    return found


def choose_port(preferred: int = DEFAULT_PORT) -> int:
    """Return `preferred` when nothing listens there, otherwise a free port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", preferred))
        except OSError:
            return free_port()
    return preferred


def airflow_environment(
    settings: Settings, kept: Secrets, port: int, database_url: str, airflow_database_url: str
) -> dict[str, str]:
    """Return the whole environment of an Airflow process: the caller's own, Sinergi's settings, Airflow's options.

    Args:
        settings: Where things are.
        kept: The generated secrets.
        port: Port of the API server, which every task talks to.
        database_url: Sinergi's database.
        airflow_database_url: Airflow's metadata.
    """
    home = settings.home / "airflow"
    url = f"http://127.0.0.1:{port}"
    options = {
        "CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__PARALLELISM": str(min(4, max(2, os.cpu_count() or 2) + 1)),
        "CORE__MP_FORKSERVER_PRELOAD": "sinergi.airflow.preload",
        "CORE__FERNET_KEY": kept.fernet_key,
        "CORE__AUTH_MANAGER": "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager",
        "CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "CORE__DEFAULT_TIMEZONE": "utc",
        "SCHEDULER__MP_START_METHOD": "forkserver",
        "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.5",
        "SCHEDULER__CATCHUP_BY_DEFAULT": "False",
        "DAG_PROCESSOR__PARSING_PROCESSES": "1",
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "60",
        "DAG_PROCESSOR__REFRESH_INTERVAL": "60",
        "DATABASE__SQL_ALCHEMY_CONN": _with_driver(airflow_database_url, "psycopg2"),
        "DATABASE__SQL_ALCHEMY_CONN_ASYNC": _with_driver(airflow_database_url, "asyncpg"),
        "API__HOST": "127.0.0.1",
        "API__PORT": str(port),
        "API__BASE_URL": url,
        "API__WORKERS": "1",
        "API__SECRET_KEY": kept.api_secret,
        "API_AUTH__JWT_SECRET": kept.jwt_secret,
        "API_AUTH__JWT_ISSUER": "sinergi",
        "LOGGING__BASE_LOG_FOLDER": str(settings.home / "logs" / "tasks"),
        "LOGGING__COLORED_CONSOLE_LOG": "False",
        "DAG_PROCESSOR__DAG_FILE_PROCESSOR_TIMEOUT": "60",
        "LOGGING__DAG_PROCESSOR_CHILD_PROCESS_LOG_DIRECTORY": str(settings.home / "logs" / "dag_processor"),
        "USAGE_DATA_COLLECTION__ENABLED": "False",
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW__")}
    return {
        **inherited,
        **{f"AIRFLOW__{name}": value for name, value in options.items()},
        "AIRFLOW_HOME": str(home),
        "SINERGI_LOGINS": str(logins_path(settings)),
        "SINERGI_BOARD_URL": f"{url}/papan",
        "GX_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        # The plugins folder is on the path of Airflow's processes, but not yet when the forkserver preloads.
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT / "plugins"), inherited.get("PYTHONPATH", "")])),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), inherited.get("PATH", os.defpath)]),
        **_sinergi_environment(settings, database_url),
    }


def _sinergi_environment(settings: Settings, database_url: str) -> dict[str, str]:
    given = {
        "SINERGI_HOME": str(settings.home),
        "SINERGI_INBOX": settings.inbox,
        "SINERGI_INBOX_CONNECTION": settings.inbox_connection or "",
        "SINERGI_ARCHIVE": str(settings.archive),
        "SINERGI_DATABASE_URL": database_url,
        "SINERGI_LANG": settings.lang,
        "SINERGI_EXPECTATIONS": str(settings.expectations),
        "SINERGI_DBT_PROJECT": str(settings.dbt_project),
        "SINERGI_HASH_KEY": settings.hash_key or "",
        "SINERGI_SMTP_URL": settings.smtp_url or "",
        "SINERGI_MAIL_FROM": settings.mail_from,
        "SINERGI_DATA_TEAM_MAIL": settings.data_team_mail or "",
        "SINERGI_BOARD_URL": settings.board_url or "",
    }
    return {name: value for name, value in given.items() if value}


def _with_driver(url: str, driver: str) -> str:
    return make_url(url).set(drivername=f"postgresql+{driver}").render_as_string(hide_password=False)
