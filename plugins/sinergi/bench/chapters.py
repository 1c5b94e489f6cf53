"""A page of several chapters, each written by a command of its own: docs/accuracy.md."""

from __future__ import annotations

import re
from pathlib import Path


def put(page: Path, title: str, text: str) -> None:
    """Write one chapter (`# title`) of a page and leave the others as they stand.

    Args:
        page: Made where it does not exist; a new chapter comes last.
        title: Heading of the chapter, without `# `.
        text: What follows the heading.
    """
    old = page.read_text() if page.exists() else ""
    chapters = [part for part in re.split(r"^(?=# )", old, flags=re.MULTILINE) if part.strip()]
    new = f"# {title}\n\n{text.strip()}\n"
    own = [number for number, part in enumerate(chapters) if part.startswith(f"# {title}\n")]
    if own:
        chapters[own[0]] = new
    else:
        chapters.append(new)
    page.write_text("\n".join(part.strip() + "\n" for part in chapters))
