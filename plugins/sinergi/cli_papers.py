"""`sinergi report`, `sinergi publish-open-data` and `sinergi list`: what leaves the city on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sinergi.cli_group import OPTIONS, AsJson, Database, Group, print_json
from sinergi.settings import Settings

papers_app = typer.Typer(cls=Group, **OPTIONS)
Out = Annotated[Path | None, typer.Option(help="Folder to write into; default `papers` in the home.")]


@papers_app.command()
def report(
    month: Annotated[str, typer.Option(help="Month, as 2024-06.")],
    out: Out = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Write the mayor's page of one month as PDF and HTML.

    Example: sinergi report --month 2024-06
    """
    from sinergi.papers.figures import month_of
    from sinergi.papers.report import write_report
    from sinergi.run import prepared

    settings, day = Settings.load(database_url=database), month_of(month)
    with prepared(settings) as engine:
        paths = write_report(engine, day, out or settings.home / "papers")
    _show(paths, as_json=as_json)


@papers_app.command("publish-open-data")
def publish_open_data(out: Out = None, database: Database = None, as_json: AsJson = False) -> None:
    """Write the suppressed aggregates as CSV with Satu Data metadata.

    Example: sinergi publish-open-data --out open-data
    """
    from sinergi.papers.open_data import publish_open_data as write
    from sinergi.run import prepared

    settings = Settings.load(database_url=database)
    with prepared(settings) as engine:
        paths = write(engine, out or settings.home / "papers" / "open-data")
    _show(paths, as_json=as_json)


@papers_app.command("list")
def list_people(
    opd: Annotated[str, typer.Option(help="Office, as in seeds/opd.csv.")],
    purpose: Annotated[str, typer.Option(help="What the list is for; kept on record.", prompt=True)],
    kelurahan: Annotated[str | None, typer.Option(help="Name or code of one kelurahan; all where left out.")] = None,
    by: Annotated[str | None, typer.Option("--by", help="Who asks; default the login name.")] = None,
    out: Out = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Write an office's list by name as XLSX, watermarked; who asked, when and why is on record in access.reads.

    Example: sinergi list --opd dinsos --kelurahan "Kameloh Baru" --purpose "penyaluran sembako Juni"
    """
    from dataclasses import asdict

    from sinergi import console
    from sinergi.papers.by_name import write_list
    from sinergi.run import prepared

    settings = Settings.load(database_url=database)
    with prepared(settings) as engine:
        listed = asdict(write_list(engine, opd, purpose, out or settings.home / "papers", kelurahan, by))
    print_json(listed) if as_json else console.show_pairs(listed)


def _show(paths: list[Path], *, as_json: bool) -> None:
    if as_json:
        print_json({"files": [str(path) for path in paths]})
    else:
        typer.echo("\n".join(map(str, paths)))
