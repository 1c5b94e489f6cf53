"""The command that starts Superset."""

from __future__ import annotations

import typer

from sinergi.cli_group import AsJson, print_json
from sinergi.settings import Settings


def bi(as_json: AsJson = False) -> None:
    """Start Superset with the dashboards of bi/ over the published build; `down` stops it.

    Example: sinergi bi
    """
    from sinergi.dashboards import superset

    settings = Settings.load()
    state = superset.start(settings, lambda step: typer.secho(step, dim=True, err=True))
    if as_json:
        print_json(state)
        return
    typer.echo(f"Superset  {state['url']}/dashboard/list/")
    for login, password in superset.passwords(settings).items():
        typer.echo(f"login     {login}  {password}")
