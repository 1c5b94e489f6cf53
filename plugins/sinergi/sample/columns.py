"""A part of a file: every column of it written down, with what that does to each row."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl

from sinergi import reference
from sinergi.conform import text as conform_text
from sinergi.contracts.model import Contract
from sinergi.sample import Export, mess, render
from sinergi.sample.draws import Draws, Mask, edit
from sinergi.sample.fillers import fill
from sinergi.sample.knowable import known
from sinergi.sample.layouts import Column, Layout
from sinergi.sample.mess import Cells, Draft
from sinergi.sample.xlsx import Kind

PEOPLE = ("full_name", "head_name", "parent_name")
SHOUTED = ("address", "area_name", "district_name", "enumerator_name", *PEOPLE)


@dataclass
class Part:
    """Some rows as they will stand in the file.

    Attributes:
        cells: Text by position; kinds: what the cells are to a spreadsheet program.
        record_ids: Of each row.
        mapped: Positions that the contract reads.
        known: What a perfect reader would know of each row, in our columns and codes.
        fates: (rows, rule) of what quarantines; broken: the same for rows that cannot be placed at all.
    """

    cells: pl.DataFrame
    kinds: dict[str, Kind | pl.Series]
    record_ids: pl.Series
    mapped: list[str]
    known: pl.DataFrame
    fates: list[tuple[Mask, str]]
    broken: list[tuple[Mask, str]] = field(default_factory=list)
    ruined: list[tuple[Mask, str]] = field(default_factory=list)

    @property
    def height(self) -> int:
        """Number of rows."""
        return self.cells.height

    def hashes(self) -> pl.Series:
        """Hash of what the contract reads of each row; all ways of writing nothing are one."""
        read = self.cells.select(self.mapped)
        nothing = sorted(conform_text.NOTHING)
        folded = read.with_columns(pl.all().str.strip_chars())
        folded = folded.with_columns(pl.when(~pl.all().str.to_lowercase().is_in(nothing)).then(pl.all()))
        return folded.hash_rows(seed=1)

    def lines(self, delimiter: str) -> pl.Series:
        """Give the rows as delimited text, the broken ones broken."""
        lines = self.cells.select(pl.concat_str(pl.all().fill_null(""), separator=delimiter)).to_series()
        for mask, way in self.ruined:
            lines = edit(lines, mask, lambda old, _, w=way: pl.Series([_ruin(line, delimiter, w) for line in old]))  # type: ignore[misc]
        return lines


def _ruin(line: str, delimiter: str, way: str) -> str:
    cells = line.split(delimiter)
    if way == "quote":
        cells[3] = '"' + cells[3]
    elif way == "short":
        cells = cells[: len(cells) // 2]
    else:
        cells.insert(4, "GG. DAMAI")
        cells[-1] = cells[-1] or "CEK"  # a blank cell too many is no cell too many
    return delimiter.join(cells)


def make_part(
    export: Export,
    frame: pl.DataFrame,
    contract: Contract,
    layout: Layout,
    columns: list[Column],
    seed: int,
    start: int,
) -> Part:
    """Write down the rows of `frame`, which is `export` from its row `start` on."""
    rates = layout.all_rates
    clean_ids = export.meta.get("clean", [])
    protect = bool(export.meta.get("protect"))
    keys = frame["mess_key"].fill_null(frame["record_id"])
    clean = frame["record_id"].is_in(clean_ids).to_numpy()
    draws = Draws(keys, seed, export.source_id)
    if not protect:
        frame, clean, draws = _repeated(frame, clean, draws, rates["duplicate"])
    draft = Draft(frame, draws, clean, protect, contract.file.format == "csv", rates, tuple(layout.missing))
    cells: dict[str, pl.Series] = {}
    said: dict[str, pl.Series] = {}
    kinds: dict[str, Kind | pl.Series] = {}
    for position, column in enumerate(columns):
        if column.filler is not None:
            made = fill(column.filler, draft, export, start)
        elif column.flag is not None:
            made = _flag(draft, layout, column, contract)
        else:
            made = _canonical(draft, layout, contract, str(column.name), export)
            said[str(column.name)] = made.text
        text = made.text
        if layout.suffix:
            text = text + layout.suffix
        cells[str(position)], kinds[str(position)] = text, made.kind
    part = Part(
        cells=pl.DataFrame(cells),
        kinds=kinds,
        record_ids=frame["record_id"],
        mapped=[str(position) for position, column in enumerate(columns) if column.mapped],
        known=known(draft, contract, said),
        fates=draft.fates,
    )
    if not protect:
        _spoil_rows(part, draft, contract, columns)
    return part


def _repeated(frame: pl.DataFrame, clean: Mask, draws: Draws, share: float) -> tuple[pl.DataFrame, Mask, Draws]:
    """Copy some rows right below themselves."""
    again = (draws.chance("duplicate") < share) & ~clean
    if not again.any():
        return frame, clean, draws
    order = np.repeat(np.arange(len(again)), 1 + again)
    return frame[order], clean[order], draws.take(order)


def _canonical(draft: Draft, layout: Layout, contract: Contract, name: str, export: Export) -> Cells:
    column, values = contract.entity_def.columns[name], draft.frame[name]
    is_shouted = layout.case == "upper" and name in SHOUTED
    if name in PEOPLE:
        # A slip is one of letters; it is made before the sheet shouts, where it would find no letter of its own.
        cells = mess.person_name(draft, name, values, _needs(contract, name))
        return Cells(cells.text.str.to_uppercase(), cells.kind) if is_shouted else cells
    if is_shouted:
        values = values.str.to_uppercase()
    if column.type == "nik":
        return mess.nik(draft, name, values)
    if column.type == "no_kk":
        return mess.no_kk(draft, name, values)
    if column.type == "date":
        lowest = _bound(contract, name, "min_value")
        earliest = date.fromisoformat(str(lowest)) if lowest else None
        return render.dates(draft, layout, name, values, column.required, earliest)
    if column.type == "amount":
        return render.amounts(
            draft, layout, name, values, column.required, _bound(contract, name, "min_value") is not None
        )
    if name in reference.domains() or column.domain or column.type == "boolean":
        return render.codes(draft, export.source_id, name, values, column.required)
    if column.type in ("integer", "decimal"):
        return render.numbers(draft, layout, name, values)
    if name == "area_code":
        return render.area_codes(draft, layout, values, contract.area_system, column.required)
    if name == "area_name":
        return render.area_names(draft, layout, values)
    return render.plain(draft, name, values, column.required)


def _needs(contract: Contract, name: str) -> str | None:
    """Which rule a row without this name breaks."""
    if contract.entity_def.columns[name].required:
        return "value.required"
    rule = "expect_column_values_to_not_be_null"
    critical = any(e.type == rule and name in e.columns and e.severity == "critical" for e in contract.rules)
    return f"expectation.{rule}" if critical else None


def _bound(contract: Contract, name: str, end: str) -> float | str | None:
    """One end of what the contract takes for a value, if going beyond quarantines."""
    for rule in contract.rules:
        if rule.type == "expect_column_values_to_be_between" and name in rule.columns and rule.severity == "critical":
            return rule.arguments.get(end)
    return None


def _flag(draft: Draft, layout: Layout, column: Column, contract: Contract) -> Cells:
    """Say yes or no; where two columns stand for one code, the second one often says nothing of it."""
    yes, no = layout.yes_no
    headers = (
        [header for header, code in contract.flags.headers.items() if code == column.flag] if contract.flags else []
    )
    has = draft.frame["aid_received"].list.contains(pl.lit(column.flag)).fill_null(value=False).to_numpy()
    if headers and column.header != headers[0]:
        has = has & (draft.draws.chance(column.header) < 0.5)
    return Cells(pl.Series(np.where(has, yes, no)))


def _spoil_rows(part: Part, draft: Draft, contract: Contract, columns: list[Column]) -> None:
    """Put in error cells, notes beside the table and broken lines."""
    entity = contract.entity_def.columns
    if draft.is_csv:
        drawn = draft.draws.chance("malformed")
        share = draft.rates["malformed"]
        bad = (drawn < share) & ~draft.clean
        bad &= ~np.concatenate([[False], bad[:-1]])
        ways = draft.draws.below("malformed way", 3)
        for place, (way, rule) in enumerate(
            (("quote", "row.malformed"), ("short", "row.malformed"), ("long", "row.extra_cells"))
        ):
            part.ruined.append((bad & (ways == place), way))
            part.broken.append((bad & (ways == place), rule))
        return
    optional = [
        str(position)
        for position, column in enumerate(columns)
        if column.name in ("amount_idr", "area_name", "welfare_decile", "rt", "phase", "age_min")
        and not entity[column.name].required
    ]
    errors = draft.pick("error_cell", "error_cell")["error_cell"]
    if optional and errors.any():
        target = optional[0]
        part.cells = part.cells.with_columns(edit(part.cells[target], errors, lambda _, __: "#N/A").alias(target))
        part.kinds[target] = Cells(part.cells[target], part.kinds[target]).with_kind(errors, Kind.ERROR).kind
        part.fates.append((errors, "value.error_cell"))
    notes = draft.pick("extra_cell", "extra_cell")["extra_cell"]
    if notes.any():
        beside = str(len(columns) + 1)
        nothing = pl.Series([None] * part.height, dtype=pl.String)
        note = edit(nothing, notes, lambda _, __: "cek ulang")
        part.cells = part.cells.with_columns(nothing.alias(str(len(columns))), note.alias(beside))
        part.broken.append((notes, "row.extra_cells"))
