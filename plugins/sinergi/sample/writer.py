"""One clean export into one file of its office, and what must become of every row of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from sinergi.contracts import load_contracts
from sinergi.contracts.model import Contract
from sinergi.sample import FATE_COLUMNS, Delivery, Export
from sinergi.sample import page as pages
from sinergi.sample.columns import Part, make_part
from sinergi.sample.layouts import Column, Layout, layouts
from sinergi.sample.xlsx import Body, Sheet, joined, write_workbook

PART = 25_000  # rows in memory as text


@dataclass
class Ledger:
    """The expected fate of a file's rows, gathered part by part."""

    held: bool
    sheet: str | None
    parts: list[pl.DataFrame] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    def data(self, part: Part, first: int) -> None:
        """Note the rows of a part; `first` is the row number of its first one."""
        found: dict[int, set[str]] = {}
        for mask, rule in [*part.fates, (self._repeats(part), "row.duplicate")]:
            for row in np.flatnonzero(mask).tolist():
                found.setdefault(row, set()).add(rule)
        for mask, rule in part.broken:  # a row that cannot be placed is not looked at any further
            found |= {row: {rule} for row in np.flatnonzero(mask).tolist()}
        rules = pl.Series([None] * part.height, dtype=pl.String)
        rules = rules.scatter(list(found), [min(each) for each in found.values()])
        fates = pl.DataFrame({"rule": rules}).select(
            pl.when(pl.lit(self.held))
            .then(pl.lit("held"))
            .when(pl.col("rule").is_null())
            .then(pl.lit("accepted"))
            .otherwise(pl.lit("quarantined"))
        )
        self._add(np.arange(first, first + part.height), part.record_ids, fates.to_series(), rules, part.known)

    def ignored(self, first: int, kinds: list[str | None]) -> None:
        """Note rows that are no data, by kind; None stands for a row that nobody counts."""
        rows = [(first + place, kind) for place, kind in enumerate(kinds) if kind]
        if rows:
            numbers, names = zip(*rows, strict=True)
            nobody = pl.Series([None] * len(rows), dtype=pl.String)
            self._add(np.array(numbers), nobody, pl.Series(["ignored"]).new_from_index(0, len(rows)), pl.Series(names))

    def frame(self) -> pl.DataFrame:
        """Give all rows in the order of the file."""
        return pl.concat(self.parts, how="diagonal").sort("row_number", maintain_order=True)

    def _repeats(self, part: Part) -> np.ndarray:
        """Rows whose mapped cells all stood in the file before; rows that cannot be placed are not compared."""
        placed = np.ones(part.height, bool)
        for mask, _ in part.broken:
            placed &= ~mask
        seen, where = self.seen, np.flatnonzero(placed)
        hashes = part.hashes().gather(where).to_list()
        again = np.zeros(part.height, bool)
        again[where] = [each in seen or bool(seen.add(each)) for each in hashes]  # type: ignore[func-returns-value]
        return again

    def _add(
        self,
        numbers: np.ndarray,
        ids: pl.Series,
        fate: pl.Series,
        rule: pl.Series,
        known: pl.DataFrame | None = None,
    ) -> None:
        sheet = pl.Series([self.sheet], dtype=pl.String).new_from_index(0, len(numbers))
        columns = (sheet, pl.Series(numbers), ids, fate, rule)
        frame = pl.DataFrame(dict(zip(FATE_COLUMNS, columns, strict=True)))
        frame = frame.cast(FATE_COLUMNS)  # type: ignore[arg-type]
        self.parts.append(frame if known is None else frame.hstack(known))


def write(export: Export, path: Path, seed: int) -> tuple[pl.DataFrame, Delivery]:
    """Write one export in the format of its office.

    Args:
        export: Clean rows.
        path: The file.
        seed: Of the sample; the same export and seed give the same bytes.

    Returns:
        The expected fate of every row (`FATE_COLUMNS`), with what a perfect reader would know of it
        (`knowable.REPORTED`), and of the whole delivery.
    """
    contract, layout = load_contracts()[export.source_id], layouts()[export.source_id]
    columns = layout.file_columns(contract, tuple(export.meta.get("old_headers", ())))
    held = export.meta.get("held")
    words = pages.words(export)
    is_csv = contract.file.format == "csv"
    sheet = None if is_csv else pages.fill(layout.sheet or str(contract.file.sheet), words)
    ledger = Ledger(bool(held), sheet)
    parts = _parts(export, contract, layout, columns, seed)
    if is_csv:
        _write_csv(path, contract, columns, parts, ledger)
    else:
        _write_xlsx(path, contract, layout, columns, parts, ledger, words, export)
    rows = ledger.frame()
    counts: dict[Any, int] = dict(rows.group_by("fate").len().iter_rows())
    accepted, ignored = counts.get("accepted", 0), counts.get("ignored", 0)
    read = rows.height - ignored
    status = "held" if held else "accepted"
    return rows, Delivery(status, held, read, accepted, read - accepted, ignored, path.stat().st_size)


def _parts(export: Export, contract: Contract, layout: Layout, columns: list[Column], seed: int) -> Iterator[Part]:
    for start in range(0, export.frame.height, PART):
        yield make_part(export, export.frame.slice(start, PART), contract, layout, columns, seed, start)


def _write_xlsx(
    path: Path,
    contract: Contract,
    layout: Layout,
    columns: list[Column],
    parts: Iterator[Part],
    ledger: Ledger,
    words: dict[str, str],
    export: Export,
) -> None:
    page = pages.make_page(contract, layout, columns, words, export)
    ledger.ignored(1, page.head_kinds)
    number = len(page.head) + 1

    def bodies() -> Iterator[Body]:
        nonlocal number
        for part in parts:
            ledger.data(part, number)
            number += part.height
            yield Body(part.cells, part.kinds)

    main = Sheet(
        name=str(ledger.sheet),
        head=page.head,
        body=bodies(),
        tail=page.tail,
        merges=page.merges,
        blank_rows=layout.blank_tail,
        width=len(columns),
    )
    hidden = [Sheet(name, head=[["Pilihan"], ["Ya"], ["Tidak"]], hidden=True) for name in layout.hidden]
    write_workbook(path, [main, *hidden])
    ledger.ignored(number, page.tail_kinds)


def _write_csv(path: Path, contract: Contract, columns: list[Column], parts: Iterator[Part], ledger: Ledger) -> None:
    spec = contract.file
    number = 2
    ledger.ignored(1, ["header"])
    with path.open("wb") as out:
        out.write((spec.delimiter.join(column.header for column in columns) + "\n").encode(spec.encoding))
        for part in parts:
            ledger.data(part, number)
            number += part.height
            text = str(joined(part.lines(spec.delimiter) + "\n"), "utf-8")
            out.write(text.encode(spec.encoding))
