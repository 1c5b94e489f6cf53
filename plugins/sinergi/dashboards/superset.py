"""Superset beside the platform: its logins, its preparation, its one process. It lives in an environment of its own.

It stores its own state in the database `superset`, as a login that reads nothing else, and reads the warehouse as
another, a member of bi_reader. Both passwords are made at the first start and kept in the home.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, make_url, text

from sinergi.dashboards.assets import compile_assets
from sinergi.platform import processes, services
from sinergi.platform.environment import choose_port, write_private
from sinergi.run import prepared
from sinergi.settings import ROOT, Settings

PORT = 8088
LOGINS = ("admin", "pembaca")  # who may change dashboards, and who may look at them
STORE, READER = "superset", "superset_reader"
SERVICE = "superset"
STARTED_WITHIN = 120.0  # seconds
LONGEST_QUERY = "30s"


@dataclass(frozen=True)
class Secrets:
    """Made once, at the first start, and kept in a file that only its owner can read."""

    secret_key: str
    admin_password: str
    viewer_password: str
    store_password: str
    reader_password: str

    @classmethod
    def load(cls, path: Path) -> Secrets:
        """Read the secrets, making them first where there are none."""
        if not path.exists():
            write_private(path, json.dumps({name: secrets.token_urlsafe(24) for name in cls.__annotations__}))
        return cls(**json.loads(path.read_text()))


def start(settings: Settings, say: services.Say = lambda _: None) -> dict[str, str]:
    """Start Superset with the dashboards of bi/, over the published build; start again where it runs.

    Args:
        settings: Where things are; SINERGI_BI_VENV names Superset's environment, `.venv-bi` by default.
        say: Called with one short sentence as each step begins.

    Returns:
        `url`, `logins`, and the file that holds their `passwords`.

    Raises:
        PlatformFault: nothing is published, the environment is missing, or Superset did not come up.
    """
    python = environment_python()
    settings.home.mkdir(parents=True, exist_ok=True)
    stop(settings)
    kept = Secrets.load(_secrets(settings))
    say("PostgreSQL")
    with prepared(settings) as warehouse, warehouse.connect() as connection:
        if connection.execute(text("select to_regclass('bi.build_info')")).scalar() is None:
            raise services.PlatformFault("Nothing is published yet: run `make demo`, or `sinergi run`, and try again.")
    if not settings.database_url:
        services.embedded_server(settings).start()  # and it stays up: Superset asks it
    admin_url = settings.database_url or services.embedded_server(settings).url("sinergi")
    store_url, warehouse_url = make_logins(admin_url, kept)
    port = choose_port(PORT)
    environ = _environ(settings, kept, store_url)
    say("Dashboards")
    folder = settings.home / "superset" / "assets"
    write_assets(folder, warehouse_url, settings)
    try:
        _run(settings, [str(python), str(ROOT / "bi" / "prepare.py"), str(folder)], environ)
    finally:
        shutil.rmtree(folder)  # the warehouse's password is in it
    say("Superset")
    _state(settings).write_text(json.dumps({"port": port}))
    command = [str(python), "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "8"]
    command += ["--worker-class", "gthread", "--timeout", "120", "superset.app:create_app()"]
    processes.start(SERVICE, command, environ, services.mark(settings), _log(settings))
    if not processes.wait_for(lambda: _answers(port), STARTED_WITHIN, every=0.5):
        raise services.PlatformFault(
            f"Superset does not answer. Log: {_log(settings)}\n{services.tail(_log(settings))}"
        )
    return {"url": f"http://127.0.0.1:{port}", "logins": ", ".join(LOGINS), "passwords": str(_secrets(settings))}


def stop(settings: Settings) -> None:
    """Stop Superset alone; `sinergi down` stops it with everything else."""
    processes.stop(services.mark(settings), only=SERVICE)
    _state(settings).unlink(missing_ok=True)


def passwords(settings: Settings) -> dict[str, str]:
    """Return each login with its generated password."""
    kept = Secrets.load(_secrets(settings))
    return dict(zip(LOGINS, (kept.admin_password, kept.viewer_password), strict=True))


def address(settings: Settings) -> str | None:
    """Return where Superset answers, or None while it does not run."""
    if SERVICE not in processes.leaders(services.mark(settings)):
        return None
    return f"http://127.0.0.1:{json.loads(_state(settings).read_text())['port']}"


def environment_python(environ: Mapping[str, str] | None = None) -> Path:
    """Return the Python of Superset's environment.

    Raises:
        PlatformFault: there is none; says how it is made.
    """
    given = (os.environ if environ is None else environ).get("SINERGI_BI_VENV")
    python = Path(given or ROOT / ".venv-bi") / "bin" / "python"
    if not python.exists():
        raise services.PlatformFault(f"{python} is missing; `make bi` installs Superset and starts it.")
    return python


def reader_url(warehouse_url: str, secret: str) -> str:
    """Return the warehouse's URL as Superset reads it."""
    return _as(make_url(warehouse_url), READER, secret)


def write_assets(folder: Path, url: str, settings: Settings) -> None:
    """Write Superset's assets where only the owner reads, since the reader's password is in them.

    Args:
        folder: Where to; what was in it before goes.
        url: The warehouse, as Superset reads it.
        settings: Where the dbt project is.
    """
    for old in folder.glob("*"):
        shutil.rmtree(old) if old.is_dir() else old.unlink()
    for path, content in compile_assets(url, settings).items():
        write_private(folder / path, content)


def make_logins(admin_url: str, kept: Secrets) -> tuple[str, str]:
    """Make the database and the two logins where they are missing, and give them the passwords that are kept.

    Args:
        admin_url: The warehouse, as a login that may make roles and databases.
        kept: The passwords.

    Returns:
        The URL of Superset's own database, and that of the warehouse as Superset reads it.
    """
    admin = create_engine(make_url(admin_url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        _login(connection, STORE, kept.store_password)
        make_reader(connection, kept.reader_password)
        if not connection.execute(text("select 1 from pg_database where datname = :name"), {"name": STORE}).first():
            connection.execute(text(f"create database {STORE} owner {STORE}"))
            connection.execute(text(f"revoke all on database {STORE} from public"))
    admin.dispose()
    warehouse = make_url(admin_url)
    return (
        _as(warehouse.set(database=STORE), STORE, kept.store_password),
        reader_url(admin_url, kept.reader_password),
    )


def make_reader(connection: Connection, secret: str) -> None:
    """Make the login that reads the warehouse for Superset: a member of bi_reader, and of nothing else."""
    _login(connection, READER, secret)
    connection.execute(text(f"grant bi_reader to {READER}"))
    connection.execute(text(f"alter role {READER} set default_transaction_read_only = on"))
    connection.execute(text(f"alter role {READER} set statement_timeout = '{LONGEST_QUERY}'"))


def _login(connection: Connection, name: str, secret: str) -> None:
    if not connection.execute(text("select 1 from pg_roles where rolname = :name"), {"name": name}).first():
        connection.execute(text(f"create role {name} login"))
    connection.execute(text(f"alter role {name} password '{secret}'"))  # of our own alphabet, and never logged


def _as(url: URL, login: str, secret: str) -> str:
    mine = url.set(drivername="postgresql+psycopg2", username=login, password=secret)
    return mine.render_as_string(hide_password=False)


def _environ(settings: Settings, kept: Secrets, store_url: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("SINERGI_", "AIRFLOW"))}
    inherited.pop("PYTHONPATH", None)
    return {
        **inherited,
        "SUPERSET_CONFIG_PATH": str(ROOT / "bi" / "superset_config.py"),
        "SUPERSET_HOME": str(settings.home / "superset"),
        "SUPERSET_SECRET_KEY": kept.secret_key,
        "SUPERSET_METADATA_URL": store_url,
        "SUPERSET_ADMIN_PASSWORD": kept.admin_password,
        "SUPERSET_VIEWER_PASSWORD": kept.viewer_password,
        "SINERGI_BOARD_URL": settings.board_url or _own_board(settings),
        "SCARF_ANALYTICS": "false",
        "DO_NOT_TRACK": "1",
    }


def _own_board(settings: Settings) -> str:
    """The board of the Airflow that runs beside, if one does."""
    airflow = services.status(settings)["airflow_url"]
    return f"{airflow}/papan" if airflow else ""


def _run(settings: Settings, command: list[str], environ: Mapping[str, str]) -> None:
    log = _log(settings)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        done = subprocess.run(command, env=environ, stdin=subprocess.DEVNULL, stdout=out, stderr=out, check=False)
    if done.returncode:
        raise services.PlatformFault(f"Superset could not be prepared:\n{services.tail(log)}\nLog: {log}")


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
            return bool(answer.read() == b"OK")
    except (urllib.error.URLError, OSError):
        return False


def _secrets(settings: Settings) -> Path:
    return settings.home / "superset.json"


def _state(settings: Settings) -> Path:
    return settings.home / "superset.port.json"


def _log(settings: Settings) -> Path:
    return settings.home / "logs" / "superset.log"
