"""The last screen of the demo: what came in, where the families stand, how many are left, where to look next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

STAGES = {
    "registered": "only in a national registry (P3KE, DTSEN)",
    "enumerated": "pendataan: listed by a kelurahan",
    "deliberated": "Muskel: deliberated",
    "decreed": "SK Wali Kota: named in the decree, not yet helped",
    "assisted": "named and helped",
    "graduated": "graduasi: no longer extremely poor",
    "removed": "dihapus: taken off the list",
}
LABELS = {"held": "held", "duplicates": "again"}
BAR = 34


def show(
    console: Console,
    senders: Sequence[Mapping[str, Any]],
    held: Sequence[Mapping[str, Any]],
    stages: Mapping[str, int],
    months: Sequence[Mapping[str, Any]],
    area: str,
    places: Mapping[str, str],
) -> None:
    """Print the whole screen.

    Args:
        console: Where to.
        senders: As `figures.senders`.
        held: As `figures.held`.
        stages: As `figures.stages`.
        months: As `figures.headcount`, for `area`.
        area: The kelurahan shown beside the city.
        places: What to open next: label and address or command.
    """
    console.print()
    console.print(_senders(senders))
    if held:
        console.print(_held(held))
    console.print()
    console.print(_stages(stages))
    console.print()
    console.print(_headcount(months, area))
    console.print()
    console.print(Panel(_places(places), title="Where to look next", title_align="left", border_style="green"))


def _senders(rows: Sequence[Mapping[str, Any]]) -> RenderableType:
    columns = ("rows_read", "rows_accepted", "rows_quarantined", "rows_ignored", "files", "held", "duplicates")
    table = Table(
        title="Deliveries (penerimaan), in rows: read = accepted + quarantined",
        title_justify="left",
        title_style="bold",
        box=None,
        show_footer=True,
        header_style="dim",
    )
    table.add_column("sender", no_wrap=True, footer=Text("all", style="bold"))
    for name in columns:
        label = LABELS.get(name, name.removeprefix("rows_"))
        total = sum(int(row[name]) for row in rows)
        table.add_column(label, justify="right", no_wrap=True, footer=Text(f"{total:,}", style="bold"))
    for row in rows:
        figures = [Text(f"{row[name]:,}", style=_style(name, row[name])) for name in columns]
        table.add_row(row["sender_id"], *figures)
    return table


def _style(name: str, value: int) -> str:
    if not value:
        return "dim"
    return {"rows_quarantined": "yellow", "held": "red"}.get(name, "")


def _held(rows: Sequence[Mapping[str, Any]]) -> RenderableType:
    lines = [
        Text.assemble(("held ", "red"), f"{row['source_id']}/{row['file_name']}", (f"  {row['rule']}", "dim"))
        for row in rows[:5]
    ]
    more = len(rows) - len(lines)
    return Group(*lines, *([Text(f"and {more} more: sinergi status", style="dim")] if more > 0 else []))


def _stages(stages: Mapping[str, int]) -> RenderableType:
    table = Table(
        title="Families by stage (keluarga menurut tahap)",
        title_justify="left",
        title_style="bold",
        box=None,
        show_header=False,
    )
    for stage, families in stages.items():
        table.add_row(stage, f"{families:>6,}", Text(STAGES.get(stage, ""), style="dim"))
    return table


def _headcount(months: Sequence[Mapping[str, Any]], area: str) -> RenderableType:
    table = Table(
        title="Extremely poor and in force at month's end (miskin ekstrem)",
        title_justify="left",
        title_style="bold",
        box=None,
        header_style="dim",
    )
    table.add_column("month end")
    for name in ("people", f"in {area}", "families", "entered", "left"):
        table.add_column(name, justify="right")
    table.add_column("", no_wrap=True)
    most = max((month["people"] for month in months), default=0) or 1
    for month in months:
        there, people = int(month["people_there"]), int(month["people"])
        length, dark = round(BAR * people / most), round(BAR * there / most)
        bar = Text.assemble(("█" * dark, "dark_orange"), ("█" * (length - dark), "yellow"))
        table.add_row(
            f"{_day(month['month_end'])}",
            Text(str(people), style="bold"),
            str(there),
            str(month["families"]),
            str(month["entered"] or ""),
            str(month["people_left"] or ""),
            bar,
        )
    return table


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _places(places: Mapping[str, str]) -> RenderableType:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for label, place in places.items():
        table.add_row(label, Text(place))
    return table
