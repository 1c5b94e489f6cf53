"""What state a month of a source is in. Pure: from deliveries and a contract, on a given day."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sinergi.contracts import Contract

# The worst first: a month of a sender shows the worst of its sources.
STATES = ("held", "missing", "findings", "late", "received", "waiting", "on_time")
LIVE = ("received", "accepted", "accepted_with_findings", "held")
WINDOW = 12
CURRENT = 3  # months: where the newest period is older, the city of the ledger lives in the past
_LAST_MONTHS = {"month": 1, "quarter": 3, "semester": 6, "year": 12}
_PERIOD = re.compile(r"(\d{4})(?:-(?:(\d\d)|Q([1-4])|S([12])))?")


@dataclass(frozen=True)
class Arrival:
    """One delivery, as the grid needs it."""

    delivery_id: int
    source_id: str
    period: str | None
    status: str
    arrived_on: date
    rows_read: int = 0
    to_correct: int = 0


@dataclass(frozen=True)
class Cell:
    """One month of one source, or of all sources of a sender.

    Attributes:
        state: one of STATES.
        is_late: whether it came after its day, whatever else it is.
        due_on: the day; None where nothing was due.
        deliveries: numbers of the deliveries that stand for it.
        rows_read: rows in them.
        to_correct: rows of them that are not accepted.
    """

    state: str
    is_late: bool = False
    due_on: date | None = None
    deliveries: tuple[int, ...] = ()
    rows_read: int = 0
    to_correct: int = 0


def month_of(arrival: Arrival, every: str) -> str:
    """Give the month under which a delivery stands: the last of its period.

    Without a period it is the month before the arrival, or the month of arrival where a file comes once.
    """
    found = _PERIOD.fullmatch(arrival.period or "")
    if found and every != "once":
        year, month, quarter, half = found.groups()
        last = int(month) if month else int(quarter) * 3 if quarter else int(half) * 6 if half else 12
        return f"{year}-{last:02d}"
    arrived = f"{arrival.arrived_on:%Y-%m}"
    return arrived if every == "once" else shifted(arrived, -1)


def shifted(month: str, by: int) -> str:
    """Move a month: 2024-01 by -1 is 2023-12."""
    number = int(month[:4]) * 12 + int(month[5:]) - 1 + by
    return f"{number // 12}-{number % 12 + 1:02d}"


def distance(month: str, other: str) -> int:
    """Count the months from one to another: 2023-12 to 2024-01 is 1."""
    return (int(other[:4]) - int(month[:4])) * 12 + int(other[5:]) - int(month[5:])


def window(end: str, count: int = WINDOW) -> list[str]:
    """Give the months up to `end`, the oldest first."""
    return [shifted(end, by) for by in range(1 - count, 1)]


def last_month(newest: str | None, today: date) -> str:
    """Give the month that the grid ends with: the last that is over, or the newest that was ever delivered."""
    over = shifted(f"{today:%Y-%m}", -1)
    return over if newest is None or newest >= shifted(over, -CURRENT) else newest


def due_on(contract: Contract, month: str) -> date | None:
    """Give the day on which the period that ends with a month is due; None where none ends."""
    length = _LAST_MONTHS.get(contract.delivery.every)
    if length is None or int(month[5:]) % length:
        return None
    following = shifted(month, 1)
    year, number = int(following[:4]), int(following[5:])
    last = calendar.monthrange(year, number)[1]
    return date(year, number, min(contract.delivery.due_day or last, last))


def cell_of(
    contract: Contract, month: str, arrivals: Sequence[Arrival], *, since: str | None, today: date
) -> Cell | None:
    """Judge one month of one source.

    Args:
        contract: of the source.
        month: such as 2024-03.
        arrivals: the source's deliveries of this month.
        since: the first month that it ever delivered; nothing is missing before.
        today: the day on which it is judged.

    Returns:
        None where nothing was due and nothing came.
    """
    due = due_on(contract, month)
    came = [arrival for arrival in arrivals if arrival.status not in ("duplicate", "rejected")]
    is_late = bool(due and came and min(arrival.arrived_on for arrival in came) > due)
    live = [arrival for arrival in came if arrival.status in LIVE]
    if not live and came:  # replaced by a newer list: it did come
        last = came[-1]
        return Cell(
            "late" if is_late else "on_time", is_late, due, (last.delivery_id,), last.rows_read, last.to_correct
        )
    if not live:
        # Of new events there may be none.
        if due is None or contract.delivery.mode == "append" or (since is not None and month < since):
            return None
        return Cell("missing" if today > due else "waiting", due_on=due)
    state = min((_state(arrival, is_late) for arrival in live), key=STATES.index)
    return Cell(
        state,
        is_late,
        due,
        tuple(arrival.delivery_id for arrival in live),
        sum(arrival.rows_read for arrival in live),
        sum(arrival.to_correct for arrival in live),
    )


def _state(arrival: Arrival, is_late: bool) -> str:
    named = {"held": "held", "received": "received", "accepted_with_findings": "findings"}
    return named.get(arrival.status, "late" if is_late else "on_time")


def worst(cells: Iterable[Cell | None]) -> Cell | None:
    """Put the cells of a sender's sources into one."""
    real = [cell for cell in cells if cell is not None]
    if not real:
        return None
    days = [cell.due_on for cell in real if cell.due_on]
    return Cell(
        min((cell.state for cell in real), key=STATES.index),
        any(cell.is_late for cell in real),
        min(days) if days else None,
        tuple(number for cell in real for number in cell.deliveries),
        sum(cell.rows_read for cell in real),
        sum(cell.to_correct for cell in real),
    )
