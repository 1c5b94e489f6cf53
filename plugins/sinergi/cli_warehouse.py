"""`sinergi warehouse ...`: the steps that the warehouse DAG runs, one by one."""

from __future__ import annotations

import typer

from sinergi.cli_group import OPTIONS, AsJson, Database, Group, print_json
from sinergi.settings import Settings

warehouse_app = typer.Typer(cls=Group, help="The steps of the warehouse, one by one.", **OPTIONS)


@warehouse_app.command()
def link(database: Database = None, as_json: AsJson = False) -> None:
    """Tie every source record to a person and a family.

    Example: sinergi warehouse link
    """
    from sinergi import console
    from sinergi.link import link as link_all
    from sinergi.run import prepared

    settings = Settings.load(database_url=database)
    with prepared(settings) as engine:
        summary = link_all(engine, settings)
    print_json(summary) if as_json else console.show_pairs(summary)


@warehouse_app.command()
def build(database: Database = None, as_json: AsJson = False) -> None:
    """Build and test the marts in the schema that nobody reads; nothing is published.

    Example: sinergi warehouse build
    """
    _build(database, as_json, publish=False)


@warehouse_app.command()
def publish(database: Database = None, as_json: AsJson = False) -> None:
    """Build, test and, when every test passes, switch BI to the new build.

    Example: sinergi warehouse publish
    """
    _build(database, as_json, publish=True)


def _build(database: str | None, as_json: bool, *, publish: bool) -> None:
    from dataclasses import asdict

    from sinergi import build as warehouse
    from sinergi import console
    from sinergi.run import prepared

    settings = Settings.load(database_url=database)
    with prepared(settings) as engine:
        # Whoever publishes by hand wants what stands in raw, whatever was done to it there.
        result = warehouse.build(engine, settings, whole=publish)
        if publish and result.ok:
            warehouse.publish(engine, result)
    print_json(asdict(result)) if as_json else console.show_pairs(asdict(result))
    if not result.ok:
        raise typer.Exit(1)
