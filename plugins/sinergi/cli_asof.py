"""`sinergi as-of` and `sinergi decree`: the figures of any past day, and a decree's list as it was signed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from sinergi.cli_group import AsJson, Database, print_json
from sinergi.settings import Settings

DAY = ["%Y-%m-%d"]
MOMENT = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"]


def as_of(
    day: Annotated[datetime, typer.Option("--date", formats=DAY, help="The day, YYYY-MM-DD.")],
    known_at: Annotated[
        datetime | None,
        typer.Option(formats=MOMENT, help="Only what had been taken in by then (a day: its end, UTC)."),
    ] = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Give headcount, stages and coverage of a past day: as it was, or as it was known at a moment.

    Example: sinergi as-of --date 2024-06-30 --known-at 2024-07-05
    """
    from sinergi import asof, console
    from sinergi.run import prepared

    settings = Settings.load(database_url=database)
    # A day without an hour means its end.
    known = known_at.date() if known_at and known_at.time() == datetime.min.time() and not known_at.tzinfo else known_at
    with prepared(settings) as engine:
        answer = asof.figures(engine, settings, day.date(), known)
    if as_json:
        print_json(answer)
        return
    console.show_pairs({key: answer[key] for key in ("on", "known_at", "people", "families")})
    for name in asof.FIGURES:
        typer.echo(f"\n{name}")
        console.show_table(answer[name])


def decree(
    number: Annotated[str, typer.Argument(help="The decree's number, as the file has it.")],
    out: Annotated[Path | None, typer.Option(help="Write CSV files into this folder; else print.")] = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Reproduce a decree's list exactly as signed: every cell of the archived file, whose SHA-256 is checked.

    Example: sinergi decree 188.45/24/2024 --out ./sk
    """
    from sinergi import console, decrees
    from sinergi.run import prepared

    settings = Settings.load(database_url=database)
    with prepared(settings) as engine:
        lists = decrees.signed_lists(engine, settings, number)
    for each in lists:
        rows = each.pop("rows")
        if out:
            out.mkdir(parents=True, exist_ok=True)
            each["csv"] = out / f"{each['delivery_id']}-{Path(each['file_name']).stem}.csv"
            rows.write_csv(each["csv"])
        else:
            each["rows"] = rows.to_dicts()
    if as_json:
        print_json(lists)
        return
    for each in lists:
        console.show_pairs({name: value for name, value in each.items() if name != "rows"})
        console.show_table(each.get("rows", []))
