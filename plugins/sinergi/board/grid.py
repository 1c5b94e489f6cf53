"""The grid of the board: senders or sources by month, and what changed since the month before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sinergi.board import states
from sinergi.board.states import Arrival, Cell
from sinergi.contracts import Contract

NOTABLE = 0.2  # a change of the row count by this share is worth a line


@dataclass(frozen=True)
class Line:
    """One source, or one sender with all of its sources.

    Attributes:
        key: source or sender id.
        cells: one a month, oldest first.
    """

    key: str
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True)
class Change:
    """One source in the newest month that has something to say, and in the one before."""

    source_id: str
    month: str
    now: Cell
    before: Cell

    @property
    def share(self) -> float | None:
        """By what share the row count moved; None where either is unknown."""
        if not (self.now.rows_read and self.before.rows_read):
            return None
        return self.now.rows_read / self.before.rows_read - 1

    @property
    def is_notable(self) -> bool:
        """Whether the state is another one, or the row count moved much."""
        moved = self.share is not None and abs(self.share) >= NOTABLE
        return self.now.state != self.before.state or moved or self.now.to_correct > 2 * self.before.to_correct + 2


def sources(
    contracts: Mapping[str, Contract], arrivals: Sequence[Arrival], months: Sequence[str], today: date
) -> list[Line]:
    """Make one line per source, in order of its id."""
    by_month: dict[str, dict[str, list[Arrival]]] = defaultdict(lambda: defaultdict(list))
    for arrival in arrivals:
        if contract := contracts.get(arrival.source_id):
            month = states.month_of(arrival, contract.delivery.every)
            by_month[arrival.source_id][month].append(arrival)
    lines = []
    for source_id, contract in sorted(contracts.items()):
        own = by_month[source_id]
        since = min((month for month in own if own[month]), default=None)
        cells = (states.cell_of(contract, month, own.get(month, []), since=since, today=today) for month in months)
        lines.append(Line(source_id, tuple(cells)))
    return lines


def senders(lines: Sequence[Line]) -> list[Line]:
    """Put the lines of each sender's sources into one."""
    found = []
    for sender_id, own in groupby(lines, key=lambda line: line.key.partition("/")[0]):
        columns = zip(*(line.cells for line in own), strict=True)
        found.append(Line(sender_id, tuple(states.worst(cells) for cells in columns)))
    return found


def newest(contracts: Mapping[str, Contract], arrivals: Sequence[Arrival]) -> str | None:
    """Give the newest month for which a recurring file was ever delivered."""
    months = (
        states.month_of(arrival, contract.delivery.every)
        for arrival in arrivals
        if arrival.period and (contract := contracts.get(arrival.source_id)) and contract.delivery.every != "once"
    )
    return max(months, default=None)


def changes(lines: Sequence[Line], months: Sequence[str]) -> list[Change]:
    """Compare, for each source, the newest month that was due with the one due before."""
    found = []
    for line in lines:
        known = [(month, cell) for month, cell in zip(months, line.cells, strict=True) if cell is not None]
        told = [pair for pair in known if pair[1].state != "waiting"]
        if len(told) > 1:
            (_, before), (month, now) = told[-2:]
            found.append(Change(line.key, month, now, before))
    return found
