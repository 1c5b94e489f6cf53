"""docs/commands.md, made from the command line itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def markdown() -> str:
    """Return every command with its arguments, options and example."""
    from typer.main import get_command

    from sinergi.cli import app

    lines = ["# Commands", "", "Made from `sinergi --help`; a test fails when the two differ.", ""]
    for name, command in sorted(_leaves(get_command(app), "sinergi")):
        text = [line.strip() for line in (command.help or "").strip().splitlines()]
        example = next((line.removeprefix("Example: ") for line in text if line.startswith("Example: ")), "")
        lines += [f"## `{name}`", "", " ".join(line for line in text if line and not line.startswith("Example: ")), ""]
        lines += [f"- `{_spelling(option)}`: {_help(option)}" for option in command.params]
        lines += ["", "```", example, "```", ""] if example else [""]
    return "\n".join(lines)


def _leaves(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    for child, inner in getattr(command, "commands", {}).items():
        yield from _leaves(inner, f"{name} {child}")
    if not hasattr(command, "commands"):
        yield name, command


def _spelling(option: Any) -> str:
    return ", ".join(option.opts) if option.param_type_name == "option" else option.name.upper()


def _help(option: Any) -> str:
    return getattr(option, "help", None) or ""
