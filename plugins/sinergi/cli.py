"""The command line: parses, calls one function, shows what it returns. Heavy modules load inside the commands."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sinergi.cli_asof import as_of, decree
from sinergi.cli_bi import bi
from sinergi.cli_contract import contract_app
from sinergi.cli_group import OPTIONS, AsJson, Database, Group, print_json
from sinergi.cli_link import link_app
from sinergi.cli_notices import notify
from sinergi.cli_papers import papers_app
from sinergi.cli_warehouse import warehouse_app
from sinergi.settings import Settings

app = typer.Typer(cls=Group, help="From sixteen offices' files to one warehouse that BI can query.", **OPTIONS)
app.add_typer(contract_app, name="contract")
app.add_typer(warehouse_app, name="warehouse")
app.command("as-of")(as_of)
app.command()(decree)
app.command()(bi)
app.command()(notify)
app.add_typer(link_app, name="link")
app.add_typer(papers_app)  # its commands stand beside ours

Inbox = Annotated[str | None, typer.Option(help="Folder or fsspec URL; default SINERGI_INBOX.")]
Why = Annotated[str, typer.Option(help="Why; kept with the decision.", prompt=True)]
Who = Annotated[str | None, typer.Option("--by", help="Who decides; default the login name.")]
DeliveryId = Annotated[int, typer.Argument(help="delivery_id, as `sinergi run` shows it.")]
SourceId = Annotated[str, typer.Option("--source", help="Source id: <sender>/<export>.")]


class SampleKind(StrEnum):
    """The two sizes of made-up city."""

    palangkaraya = "palangkaraya"
    city = "city"


def _said(text: str) -> None:
    typer.secho(text, dim=True, err=True)


@app.command()
def run(inbox: Inbox = None, database: Database = None, as_json: AsJson = False) -> None:
    """Collect, check, publish, link and build, once; needs no scheduler.

    Example: sinergi run --inbox ./inbox --database postgresql://user:password@host/sinergi
    """
    from sinergi import console
    from sinergi.run import run as run_all

    settings = Settings.load(inbox=inbox, database_url=database)
    with console.progress(quiet=as_json) as step:
        result = run_all(settings, step)
    print_json(result) if as_json else console.show_run(result)
    if result["failures"]:
        raise typer.Exit(1)


@app.command()
def status(as_json: AsJson = False) -> None:
    """Say what runs and where to reach it.

    Example: sinergi status --json
    """
    from sinergi import console
    from sinergi.platform import services

    state = services.status(Settings.load())
    print_json(state) if as_json else console.show_pairs(state)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="File to check.")],
    source: SourceId,
    workbook: Annotated[Path | None, typer.Option(help="The correction workbook; default beside the file.")] = None,
    original: Annotated[Path | None, typer.Option(exists=True, help="What a correction workbook corrects.")] = None,
    as_json: AsJson = False,
) -> None:
    """Check a file by the same rules as the intake, without a database; exit code 1 when it would be held.

    What is to be corrected is written into a workbook, which the intake takes back once the file was sent.

    Example: sinergi check sembako-januari.xlsx --source dinsos/sembako
    """
    from sinergi import console
    from sinergi.dryrun import beside, dry_run

    report = dry_run(Settings.load(), file, source, workbook=workbook or beside(file), original=original)
    print_json(report) if as_json else console.show_check(report)
    if report["status"] == "held":
        raise typer.Exit(1)


@app.command()
def release(
    delivery: DeliveryId, reason: Why, by: Who = None, database: Database = None, as_json: AsJson = False
) -> None:
    """Let a held delivery in: its table rules are set aside, its row rules are not.

    Example: sinergi release 42 --reason "half the list is right: the programme was cut"
    """
    _decide("release", delivery, reason, by, database, as_json)


@app.command()
def reject(
    delivery: DeliveryId, reason: Why, by: Who = None, database: Database = None, as_json: AsJson = False
) -> None:
    """Refuse a held delivery for good.

    Example: sinergi reject 42 --reason "sent by mistake"
    """
    _decide("reject", delivery, reason, by, database, as_json)


@app.command()
def workbook(
    delivery: DeliveryId,
    out: Annotated[Path | None, typer.Option(help="Where it goes; default perbaikan-<delivery>.xlsx here.")] = None,
    database: Database = None,
) -> None:
    """Write the correction workbook of a delivery, for its sender.

    Example: sinergi workbook 42 --out perbaikan-sembako-januari.xlsx
    """
    from sinergi.run import prepared
    from sinergi.workbook import write_workbook

    settings, target = Settings.load(database_url=database), out or Path(f"perbaikan-{delivery}.xlsx")
    with prepared(settings) as engine:
        write_workbook(engine, settings, delivery, target)
    typer.echo(str(target))


def _decide(decision: str, delivery: int, reason: str, by: str | None, database: str | None, as_json: bool) -> None:
    from sinergi import console, decisions
    from sinergi.run import prepared

    settings = Settings.load(database_url=database)
    with prepared(settings) as engine:
        result = decisions.decide(engine, settings, delivery, decision, reason, by)
    print_json(result.as_dict()) if as_json else console.show_run({"deliveries": [result.as_dict()]})
    if decision == "release" and result.status == "held":
        raise typer.Exit(1)


@app.command()
def sample(
    kind: Annotated[SampleKind, typer.Argument(help="Which city.")],
    out: Annotated[Path, typer.Option(help="Folder that gets inbox/ and truth/.")],
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 1,
    people: Annotated[int | None, typer.Option(help="How many people.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write a made-up city's exports in the real formats, with their known truth.

    Example: sinergi sample palangkaraya --out .sinergi --seed 1
    """
    from sinergi import console
    from sinergi.sample import write_sample

    with console.progress(quiet=as_json) as step:
        counts = write_sample(kind.value, out, seed, people, lambda source_id, rows: step(f"{source_id}: {rows:,}"))
    print_json(counts) if as_json else console.show_pairs(counts)


@app.command()
def evaluate(
    sample: Annotated[Path, typer.Option(help="Folder of the sample, with truth/.")],
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Compare the warehouse with the sample's truth; fails where a figure or a row's fate is wrong.

    Example: sinergi evaluate --sample .sinergi/sample --json
    """
    from sinergi import console
    from sinergi.evaluate import evaluate as evaluate_all

    result = evaluate_all(Settings.load(database_url=database), sample)
    print_json(result) if as_json else console.show_evaluation(result)
    if not result["ok"]:
        raise typer.Exit(1)


@app.command()
def bench(
    rows: Annotated[int, typer.Option(help="Rows of the intake file.")] = 100_000,
    people: Annotated[int, typer.Option(help="People of the full city; 0 leaves it out.")] = 315_153,
    repeats: Annotated[int, typer.Option(help="Repetitions; the median counts.")] = 3,
    as_json: AsJson = False,
) -> None:
    """Measure speed beside the floor and the peers of the same run.

    Example: sinergi bench --people 0
    """
    from sinergi import console
    from sinergi.bench import bench as measure

    result = measure(Settings.load(), rows=rows, people=people, repeats=repeats, report=_said)
    print_json(result) if as_json else console.show_bench(result)


@app.command()
def up(as_json: AsJson = False) -> None:
    """Start PostgreSQL and Airflow on this machine.

    Example: sinergi up
    """
    from sinergi import console
    from sinergi.platform import services

    state = services.up(Settings.load(), _said)
    print_json(state) if as_json else console.show_pairs(state)


@app.command()
def down() -> None:
    """Stop everything that `up` or `demo` started.

    Example: sinergi down
    """
    from sinergi.platform import services

    typer.echo(f"Stopped: {', '.join(services.down(Settings.load())) or 'nothing was running'}")


@app.command()
def demo() -> None:
    """Show the whole: a sample city through the real scheduler to the last screen.

    Example: sinergi demo
    """
    from sinergi.platform.demo import demo as show

    show(Settings.load())


if __name__ == "__main__":
    app()
