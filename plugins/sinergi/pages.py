"""The pages of docs/ that are made from the code; tests fail when a page and its code differ."""

from __future__ import annotations

from collections.abc import Callable

from sinergi import catalogue, cli_reference, dictionary, settings
from sinergi.contracts import reference
from sinergi.settings import ROOT

PAGES: dict[str, Callable[[], str]] = {
    "commands.md": cli_reference.markdown,
    "configuration.md": settings.reference,
    "contracts.md": reference.markdown,
    "data-dictionary.md": dictionary.markdown,
    "pesan.md": catalogue.markdown,
}


def write() -> None:
    """Write every page."""
    for name, make in PAGES.items():
        (ROOT / "docs" / name).write_text(make())


if __name__ == "__main__":
    write()
