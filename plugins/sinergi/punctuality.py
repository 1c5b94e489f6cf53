"""What was due and whether it came in time, written down for BI: the board's own judgement, month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Engine, text

from sinergi.board import grid, reading, states
from sinergi.clock import today
from sinergi.contracts import load_contracts
from sinergi.outage import database_faults

if TYPE_CHECKING:
    from sinergi.settings import Settings


def refresh(engine: Engine, settings: Settings) -> int:
    """Judge every month of every source anew, as the board does, and return how many there are.

    Args:
        engine: The database.
        settings: Where the contracts are.
    """
    contracts = load_contracts(settings.expectations)
    day = today()
    with database_faults("judging what was due"), engine.begin() as connection:
        arrivals = reading.arrivals(connection, reading.senders(connection))
        known = [arrival for arrival in arrivals if arrival.source_id in contracts]
        first = min((states.month_of(each, contracts[each.source_id].delivery.every) for each in known), default=None)
        connection.execute(text("delete from ops.due_months"))
        if first is None:
            return 0
        last = states.last_month(grid.newest(contracts, arrivals), day)
        months = states.window(last, max(states.distance(first, last) + 1, 1))
        rows = [
            {
                "source_id": line.key,
                "sender_id": line.key.partition("/")[0],
                "month": month,
                "due_on": cell.due_on,
                "state": cell.state,
                "is_late": cell.is_late,
                "delivery_ids": list(cell.deliveries),
            }
            for line in grid.sources(contracts, arrivals, months, day)
            for month, cell in zip(months, line.cells, strict=True)
            if cell is not None
        ]
        columns = ("source_id", "sender_id", "month", "due_on", "state", "is_late", "delivery_ids")
        if rows:
            values = ", ".join(f":{name}" for name in columns)
            connection.execute(text(f"insert into ops.due_months ({', '.join(columns)}) values ({values})"), rows)
        return len(rows)
