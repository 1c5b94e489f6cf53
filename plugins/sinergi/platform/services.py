"""Start, stop and describe the platform of one machine: PostgreSQL and Airflow's four services.

All state is under `settings.home`. Whatever ended badly before (a crash, kill -9, a reboot), `down` leaves nothing
running and `up` starts again.
"""

from __future__ import annotations

import fcntl
import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import create_engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from sinergi.database import EmbeddedServer
from sinergi.errors import SinergiError
from sinergi.platform import processes
from sinergi.platform.environment import LOGIN, Secrets, airflow_environment, choose_port, logins, logins_path
from sinergi.run import prepared
from sinergi.settings import Settings

SERVICES = {
    "api-server": ["api-server"],
    "scheduler": ["scheduler", "--skip-serve-logs"],
    "dag-processor": ["dag-processor"],
    "triggerer": ["triggerer", "--skip-serve-logs"],
}
Say = Callable[[str], None]


class PlatformFault(SinergiError):
    """A service did not start, or ended."""


def up(settings: Settings, say: Say = lambda _: None) -> dict[str, object]:
    """Start everything that does not run yet and wait until it answers.

    Args:
        settings: Where things are.
        say: Called with one short sentence as each step begins.

    Returns:
        The same as `status`.

    Raises:
        PlatformFault: A service did not come up; carries the end of its log.
        DatabaseUnavailable: PostgreSQL did not start.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    if "://" not in settings.inbox:
        Path(settings.inbox).mkdir(parents=True, exist_ok=True)
    with _lock(settings):
        say("PostgreSQL")
        server = embedded_server(settings)
        embedded_url = server.start()
        airflow_url = server.create_database("airflow")
        database_url = settings.database_url or embedded_url
        if not _is_whole(settings, database_url):
            processes.stop(mark(settings))
            port = choose_port()
            kept = Secrets.load(_secrets_path(settings))
            logins(settings, kept)
            environ = airflow_environment(settings, kept, port, database_url, airflow_url)
            say("Airflow database")
            for command in (["airflow", "db", "migrate"], ["sinergi.airflow.logins"]):
                _prepare(settings, environ, command)
            say("Airflow services")
            _state_path(settings).write_text(json.dumps({"port": port, "database_url": database_url}))
            for name, arguments in SERVICES.items():
                command = [sys.executable, "-m", "airflow", *arguments]
                processes.start(name, command, environ, mark(settings), _log(settings, name))
        with prepared(replace(settings, database_url=database_url)):
            pass  # the ledger and the raw tables are there before the first task asks for them
        _wait_until_healthy(settings)
    return status(settings)


def down(settings: Settings) -> list[str]:
    """Stop everything that `up` started, in whatever state it is, and return the names of what was stopped."""
    if not settings.home.exists():
        return []
    with _lock(settings):
        stopped = processes.stop(mark(settings))
        server = embedded_server(settings)
        if server.is_running():
            server.stop()
            stopped.append("postgresql")
        _state_path(settings).unlink(missing_ok=True)
    return stopped


def status(settings: Settings) -> dict[str, object]:
    """Describe the platform: what runs, and where to reach it. Starts nothing."""
    from sinergi.dashboards import superset  # it builds upon this module

    running = processes.leaders(mark(settings))
    server = embedded_server(settings)
    database_up = server.is_running()
    state = _state(settings)
    database_url = settings.database_url or (server.url("sinergi") if database_up else None)
    services = {name: "running" if name in running else "stopped" for name in SERVICES}
    return {
        "running": database_up and "stopped" not in services.values(),
        "database_url": database_url,
        "airflow_url": f"http://127.0.0.1:{state['port']}" if state and "api-server" in running else None,
        "superset_url": superset.address(settings),
        "airflow_login": LOGIN,
        "airflow_password": str(logins_path(settings)),
        "inbox": settings.inbox,
        "home": str(settings.home),
        "services": {"postgresql": "running" if database_up else "stopped", **services},
        "link_warnings": _link_warnings(database_url),
    }


def _link_warnings(url: str | None) -> list[str]:
    """Return what the last linking said to people; nothing where no database answers."""
    from sinergi.linkage import told

    if url is None:
        return []
    database = create_engine(make_url(url).set(drivername="postgresql+psycopg"), connect_args={"connect_timeout": 3})
    try:
        with database.connect() as connection:
            return told.last(connection)
    except SQLAlchemyError:
        return []
    finally:
        database.dispose()


def airflow_password(settings: Settings) -> str:
    """Return the generated password of Airflow's one login."""
    return Secrets.load(_secrets_path(settings)).admin_password


def embedded_server(settings: Settings) -> EmbeddedServer:
    """Return the embedded server of these settings, running or not."""
    return EmbeddedServer(settings.home / "postgres")


def environment(settings: Settings) -> dict[str, str]:
    """Return the environment of the running Airflow, for `airflow` commands against it.

    Raises:
        PlatformFault: The platform is not up.
    """
    state = _state(settings)
    if state is None:
        raise PlatformFault("The platform is not up; run `make up`.")
    kept = Secrets.load(_secrets_path(settings))
    airflow_url = embedded_server(settings).url("airflow")
    return airflow_environment(settings, kept, int(str(state["port"])), str(state["database_url"]), airflow_url)


def _is_whole(settings: Settings, database_url: str) -> bool:
    # Half of a platform, or one that talks to a server of before a crash, is not built upon.
    state = _state(settings)
    alive = set(processes.leaders(mark(settings)))
    return state is not None and state["database_url"] == database_url and alive >= set(SERVICES)


def _prepare(settings: Settings, environ: dict[str, str], module: list[str]) -> None:
    log = _log(settings, "migrate")
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        command = [sys.executable, "-m", *module]
        done = subprocess.run(command, env=environ, stdout=out, stderr=out, stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        raise PlatformFault(f"Airflow's database could not be prepared:\n{tail(log)}\nLog: {log}")


def _wait_until_healthy(settings: Settings, seconds: float = 120) -> None:
    port = int(str((_state(settings) or {})["port"]))

    def healthy() -> bool:
        alive = processes.leaders(mark(settings))
        for name in SERVICES:
            if name not in alive:
                log = _log(settings, name)
                raise PlatformFault(f"Airflow's {name} ended while starting:\n{tail(log)}\nLog: {log}")
        return all(state == "healthy" for state in _health(port).values())

    if not processes.wait_for(healthy, seconds, every=0.5):
        sick = [name for name, state in _health(port).items() if state != "healthy"]
        raise PlatformFault(
            f"Not healthy after {seconds:.0f} s: {', '.join(sick)}. Look into {settings.home / 'logs'}."
        )


def _health(port: int) -> dict[str, str]:
    parts = ("metadatabase", "scheduler", "triggerer", "dag_processor")
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v2/monitor/health", timeout=5) as answer:
            health = json.load(answer)
    except (urllib.error.URLError, OSError, ValueError):
        return dict.fromkeys(("api-server", *parts), "no answer")
    return {part: str((health.get(part) or {}).get("status")) for part in parts}


@contextmanager
def _lock(settings: Settings) -> Iterator[None]:
    with (settings.home / "platform.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _state(settings: Settings) -> dict[str, object] | None:
    try:
        return dict(json.loads(_state_path(settings).read_text()))
    except (OSError, ValueError):
        return None


def mark(settings: Settings) -> str:
    """Return the mark that every process of this home carries."""
    return str(settings.home.resolve())


def _state_path(settings: Settings) -> Path:
    return settings.home / "platform.json"


def _secrets_path(settings: Settings) -> Path:
    return settings.home / "secrets.json"


def _log(settings: Settings, name: str) -> Path:
    return settings.home / "logs" / f"{name}.log"


def tail(log: Path, lines: int = 12) -> str:
    """Return the last lines of a log."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else ""
