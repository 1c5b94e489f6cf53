"""What people see in the terminal. Everything here can also be had as JSON."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.table import Table

STYLES = {"accepted": "green", "accepted_with_findings": "yellow", "held": "red", "rejected": "red"}
Step = Callable[[str], None]


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Step]:
    """Show the current step on standard error, live where it is a terminal.

    Args:
        quiet: Show nothing, for whoever reads JSON.

    Yields:
        A function to call with each step.
    """
    if quiet:
        yield lambda _: None
    elif not sys.stderr.isatty():
        console = Console(stderr=True, highlight=False)
        yield lambda text: console.print(text, style="dim", markup=False)
    else:
        with Console(stderr=True).status("…") as live:
            yield lambda text: live.update(text.replace("[", r"\["))


def show_table(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print records as a table, one column per key of the first."""
    table = Table(box=None, header_style="bold")
    for name in rows[0] if rows else ():
        is_number = isinstance(rows[0][name], int | float)
        table.add_column(name, justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        style = STYLES.get(str(row.get("status")))
        table.add_row(*(_text(value) for value in row.values()), style=style)
    Console().print(table)


def show_pairs(values: Mapping[str, Any]) -> None:
    """Print names and values; of a mapping inside its pairs, of a list each item on a line."""
    table = Table(box=None, show_header=False)
    for name, value in values.items():
        if isinstance(value, Mapping):
            value = ", ".join(f"{key} {_text(item)}" for key, item in value.items())
        elif isinstance(value, list):
            value = "\n".join(str(item) for item in value) or None
        table.add_row(f"[bold]{name}", _text(value))
    Console().print(table)


def show_run(result: Mapping[str, Any]) -> None:
    """Print what became of each delivery, why files are held, and the seconds of each step."""
    names = ("delivery_id", "source_id", "file_name", "status", "rows_read", "rows_accepted", "rows_quarantined")
    console = Console()
    show_table([{name: row[name] for name in names} for row in result["deliveries"]])
    for row in result["deliveries"]:
        if row["status"] in ("held", "rejected"):
            console.print(f"\n{row['delivery_id']} {row['source_id']} {row['file_name']}", style="red", markup=False)
            console.print(f"  {row['reason']}", markup=False)
    if result.get("seconds"):
        console.print()
        show_pairs({name: f"{value:.1f} s" for name, value in result["seconds"].items()})
    for warning in result.get("warnings", ()):
        console.print(f"! {warning}", style="yellow", markup=False)
    for failure in result.get("failures", ()):
        console.print(failure, style="red", markup=False)


def show_check(report: Mapping[str, Any]) -> None:
    """Print the verdict of a dry run, what is to be corrected with one line a cause, and the first findings."""
    counts = ("status", "rows_read", "rows_accepted", "rows_quarantined", "rows_ignored", "period", "reason")
    show_pairs({name: report[name] for name in (*counts, "workbook") if report[name] is not None})
    console = Console()
    colours = {"critical": "red", "warning": "yellow"}
    for cause in report["causes"]:
        rows = f"{cause['rows']:,} × " if cause["rows"] else ""
        header = f"{cause['header']}: " if cause["header"] else ""
        line = f"{cause['severity']:9}{rows}{header}{cause['sentence'].rstrip('.')}. {cause['cure']}"
        console.print(line, style=colours.get(cause["severity"], "dim"), markup=False)
    if report["findings"]:
        console.print()
    for finding in report["findings"][:20]:
        console.print(f"{finding['severity']:9}{finding['message']}", style="dim", markup=False)
    if (more := len(report["findings"]) - 20) > 0:
        console.print(f"… {more} more; --json lists all", style="dim")


def show_evaluation(result: Mapping[str, Any]) -> None:
    """Print the agreement, what became of files and rows, per report whether its figures hold, and which do not.

    Figures that linking moved within its bound hold; they are shown with the others, since they are not the truth.
    """
    show_pairs({name: value for name, value in result.items() if name != "figures"})
    reports: dict[str, list[Mapping[str, Any]]] = {}
    for figure in result["figures"]:
        reports.setdefault(figure["figure"].partition("/")[0], []).append(figure)
    if reports:
        Console().print()
    show_table(
        [
            {
                "report": name,
                "figures": len(compared),
                "true": sum(each["actual"] == each["expected"] for each in compared),
                "moved by linking": sum(each["by_linking"] for each in compared),
                "wrong": sum(not each["ok"] for each in compared),
            }
            for name, compared in reports.items()
        ]
    )
    untrue = [each for each in result["figures"] if not each["ok"] or each["by_linking"]]
    if untrue:
        Console().print()
        columns = ("expected", "as_linked", "actual", "bound")  # whole numbers all of them, but the bound
        show_table(
            [
                {"figure": each["figure"], **{name: int(each[name]) for name in columns}, "ok": str(each["ok"])}
                for each in sorted(untrue, key=lambda each: each["ok"])
            ]
        )


def show_bench(result: Mapping[str, Mapping[str, Any]]) -> None:
    """Print the measures as a table."""
    show_table([{"measure": name, **{k: _text(v) for k, v in row.items()}} for name, row in result.items()])


def _text(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value).replace("[", r"\[")
