"""What all commands share: how a fault ends, how JSON is printed, options that many take."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from sinergi.errors import SinergiError


class Group(TyperGroup):
    """Commands whose expected faults end as one sentence on standard error and exit code 1."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except SinergiError as fault:
            typer.secho(str(fault), fg="red", err=True)
            raise typer.Exit(1) from None


OPTIONS: dict[str, Any] = {"no_args_is_help": True, "rich_markup_mode": "rich", "pretty_exceptions_show_locals": False}
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
Database = Annotated[str | None, typer.Option(help="PostgreSQL URL; default SINERGI_DATABASE_URL, else embedded.")]


def print_json(value: object) -> None:
    """Print a value as JSON; dates and ids become text."""
    typer.echo(json.dumps(value, default=str, ensure_ascii=False, indent=2))
