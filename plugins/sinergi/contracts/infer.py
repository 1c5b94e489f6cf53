"""Draft a contract from a file never seen: header rows found, columns and entity proposed, and it loads as it is."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any, cast

import polars as pl
import yaml
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from sinergi import reference
from sinergi.contracts import guess
from sinergi.contracts.check import header_key
from sinergi.contracts.guess import Guess
from sinergi.contracts.model import FileSpec
from sinergi.entities import Entity, load_entities
from sinergi.errors import SinergiError

_TOP = 40
_LEVELS = 4
_DELIMITERS = "|;\t,"
_PERIODS = ("delivered_on", "posted_on", "reported_on")


@dataclass(frozen=True)
class _Found:
    spec: FileSpec
    headers: list[str]
    cells: pl.DataFrame


def infer(path: Path | str, source_id: str | None = None, root: Path | str | None = None) -> str:
    """Draft a contract as YAML; lines to check are marked `# check`.

    Args:
        path: XLSX or CSV file.
        source_id: Where the contract will stand; its sender chooses among programmes.
        root: Folder of the known contracts and entities.

    Raises:
        SinergiError: no header row can be found.
        sinergi.read.FileFault: the file cannot be read at all.
    """
    path = Path(path)
    known = guess.known_headers(root)
    every = {header for headers in known.values() for header in headers}
    delimited = path.suffix.lower() in (".csv", ".txt")
    found = _read(path, *(_spec_csv(path, every) if delimited else _spec_xlsx(path, every)))
    looks = guess.contents(found.headers, found.cells)
    best: tuple[float, Entity, list[Guess]] | None = None
    for name, entity in load_entities(root).items():
        guesses = guess.propose(found.headers, looks, entity, known[name])
        mapped = {proposal.column for proposal in guesses}
        required = [column.name for column in entity if column.required and not column.derived]
        lacking = [column for column in required if column not in mapped and column not in ("program_id", "area_code")]
        score = sum(proposal.score for proposal in guesses) - 120 * len(lacking)
        if best is None or score > best[0]:
            best = (score, entity, guesses)
    if best is None or not best[2]:
        raise SinergiError(f"No header row was found in the first {_TOP} rows of {path.name}.")
    return _write(path, source_id, found, best[1], best[2])


def _read(path: Path, spec: FileSpec, headers: list[str]) -> _Found:
    from sinergi.read import read

    table = read(path, cast(Any, spec), wanted=headers)  # its protocol asks for fields that can be set
    return _Found(spec, table.headers, table.cells)


def _spec_xlsx(path: Path, known: set[str]) -> tuple[FileSpec, list[str]]:
    from sinergi.read import FileFault

    try:
        book = CalamineWorkbook.from_path(str(path))
    except Exception:  # calamine has an error class per defect; the reader names the defect for people
        raise FileFault("file.not_a_workbook", file=path.name) from None
    visible = [sheet.name for sheet in book.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
    best: tuple[float, str, int, int, list[str]] | None = None
    for name in visible or book.sheet_names:
        cells = book.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=_TOP)
        rows = [[str(cell).strip() for cell in row] for row in cells]
        score, first, count = _header(rows, known)
        if best is None or score > best[0]:
            best = (score, name, first, count, _join(rows[first : first + count] or [[]]))
    if best is None:
        raise FileFault("file.no_rows", file=path.name)
    return FileSpec(format="xlsx", sheet=best[1], header_row=best[2] + 1, header_rows=best[3]), best[4]


def _spec_csv(path: Path, known: set[str]) -> tuple[FileSpec, list[str]]:
    data = path.read_bytes()
    try:
        text, encoding = data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        text, encoding = data.decode("latin-1"), "latin-1"
    top = text.splitlines()[:_TOP]
    delimiter = max(_DELIMITERS, key=lambda mark: sum(line.count(mark) for line in top))
    rows = [[cell.strip() for cell in row] for row in csv.reader(StringIO("\n".join(top)), delimiter=delimiter)]
    _, first, _ = _header(rows, known, levels=1)
    spec = FileSpec(format="csv", delimiter=delimiter, encoding=encoding, header_row=first + 1)
    return spec, rows[first] if rows else []


def _header(rows: list[list[str]], known: set[str], levels: int = _LEVELS) -> tuple[float, int, int]:
    """Find the header rows: (score, first from 0, count). Known headers and distinct texts above data speak for it."""
    width = max((sum(1 for cell in row if cell) for row in rows), default=0)
    best = (0.0, 0, 1)
    for first in range(len(rows)):
        for count in range(1, min(levels, len(rows) - first) + 1):
            block = rows[first : first + count]
            if any(_bare(row) for row in (block[0], block[-1])):
                break
            joined = _join(block)
            texts = [text for text in joined if text and not text.replace(" / ", "").isdigit()]
            distinct = len(set(texts))
            hits = sum(_known(text, known) for text in texts)
            longest = max((len(cell) for row in block for cell in row), default=0)
            numbers = sum(any(c.isdigit() for c in cell) for row in block for cell in row)
            score = distinct + 3 * hits - 2 * numbers - 0.5 * (count - 1) - (longest > 80) * width
            if distinct * 2 >= width and score > best[0]:
                best = (score, first, count)
    return best


def _bare(row: list[str]) -> bool:
    """Whether a row has too little to be a level of a header: blank, or one title across."""
    return len({cell for cell in row if cell}) < 2


def _known(text: str, known: set[str]) -> bool:
    return header_key(text) in known or header_key(text.rsplit(" / ", 1)[-1]) in known


def _join(block: list[list[str]]) -> list[str]:
    width = max(len(row) for row in block)
    levels = []
    for depth, row in enumerate(block):
        padded = row + [""] * (width - len(row))
        if depth < len(block) - 1:  # a merged cell has its text at the left; it covers the cells to the right
            for index in range(1, width):
                below = any(len(under) > index and under[index] for under in block[depth + 1 :])
                padded[index] = padded[index] or (padded[index - 1] if below else "")
        levels.append(padded)
    return [" / ".join(dict.fromkeys(cell for cell in column if cell)) for column in zip(*levels, strict=True)]


def _write(path: Path, source_id: str | None, found: _Found, entity: Entity, guesses: list[Guess]) -> str:
    mapped = {proposal.column: proposal for proposal in guesses}
    system = _area_system(found, mapped)
    if "area_code" in mapped and system is None:
        del mapped["area_code"]
    constants = _constants(entity, mapped, source_id)
    period = next((name for name in _PERIODS if name in mapped), None)
    delivery = f"{{every: month, due_day: 10, mode: period, period_from: {period}}}" if period else None
    where = f"expectations/{source_id}.yml" if source_id else "expectations/<sender>/<export>.yml"
    lines = [
        f"# Drafted from {path.name}; save as {where}. Look at each line marked check.",
        f"title: {_flow(path.stem.replace('_', ' '))}  # check",
        f"entity: {entity.entity}  # check",
        f"contact: {(source_id or 'sender').split('/')[0]}@example.org  # check",
        f"delivery: {delivery or '{every: once, mode: snapshot}'}  # check",
        f"file: {_flow(found.spec.model_dump(exclude_defaults=True))}",
    ]
    if system and "area_code" in mapped:
        lines.append(f"area_system: {system}  # check: kemendagri or bps; their ten digits collide")
    lines.append(f"codes: {_edition(found, entity, mapped)}  # check: edition in seeds/code_maps.csv")
    if constants:
        lines.append("constants:")
        lines += [f"  {name}: {_flow(value)}  # check: no column was found for it" for name, value in constants.items()]
    lines.append("columns:")
    for column, proposal in mapped.items():
        lines.append(f"  {column}: {_flow([proposal.header])}  # {proposal.why}")
    used = {proposal.header for proposal in mapped.values()}
    left = [header for header in found.headers if header and header not in used]
    lines += ["unknown_columns: evolve"] + [f"# not mapped: {header}" for header in left]
    return "\n".join(lines) + "\n"


def _area_system(found: _Found, mapped: dict[str, Guess]) -> str | None:
    """Tell the code system only where the names beside the codes agree with one of them and not with the other."""
    if "area_code" not in mapped or "area_name" not in mapped:
        return None
    columns = [found.cells.to_series(found.headers.index(mapped[name].header)) for name in ("area_code", "area_name")]
    agree: Counter[str] = Counter()
    for code, name in pl.DataFrame({"code": columns[0], "name": columns[1]}).drop_nulls().unique().iter_rows():
        digits, said = "".join(filter(str.isdigit, code)), reference.area_names().get(reference.area_key(name))
        for system in ("kemendagri", "bps"):
            agree[system] += said is not None and reference.area_codes(system).get(digits) == said
    first, second = agree["kemendagri"], agree["bps"]
    return None if first == second else "kemendagri" if first > second else "bps"


def _constants(entity: Entity, mapped: dict[str, Guess], source_id: str | None) -> dict[str, str]:
    constants = {}
    for column in entity:
        if not column.required or column.derived or column.name in mapped:
            continue
        if column.name == "program_id":
            sender = (source_id or "").partition("/")[0]
            own = [program.program_id for program in reference.programs().values() if program.opd_id == sender]
            constants[column.name] = (own or sorted(reference.programs()))[0]
        elif column.type == "area":
            if "area_name" not in mapped:
                constants[column.name] = next(iter(reference.areas()))
        elif column.domain:
            constants[column.name] = next(iter(reference.domains()[column.domain]))
        else:
            constants[column.name] = {"date": "2024-01-01", "integer": "0", "amount": "0"}.get(column.type, "?")
    return constants


def _edition(found: _Found, entity: Entity, mapped: dict[str, Guess]) -> str:
    def known(edition: str) -> int:
        return sum(
            guess.known_words(found.cells.to_series(found.headers.index(p.header)).head(500), entity, name, edition)
            for name, p in mapped.items()
        )

    return max(["common", *reference.editions()], key=known)


def _flow(value: object) -> str:
    text = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10_000, sort_keys=False)
    return text.removesuffix("\n").removesuffix("\n...").strip()
