"""How fast, beside what: every figure is a ratio to a floor or a peer measured in the same run on the same machine.

`intake` times one file of 100,000 x 15 cells from disk to committed rows; `check` times the senders' own dry run of
10,000 rows from a cold start; `growth` runs the whole pipeline on the city sample at a tenth, a third and full size; at
full size `dashboards` lets twenty people open the dashboards at once, `rebuild` builds all marts again, and `arrival`
delivers 1,000 rows to a live Airflow over the same city and waits until `bi` has them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sinergi.settings import Settings

Report = Callable[[str], None]


def bench(
    settings: Settings, *, rows: int = 100_000, people: int = 315_153, repeats: int = 3, report: Report = lambda _: None
) -> dict[str, Any]:
    """Measure everything that `make bench` shows.

    Args:
        settings: Its database server is used; the bench works in databases of its own and drops them.
        rows: Rows of the intake file.
        people: People of the full-size city; 0 leaves out the growth runs and what is measured at city size.
        repeats: Interleaved repetitions; the median is reported.
        report: Called with a line of progress.

    Returns:
        `{measure: {value, unit, floor, ratio_to_floor, peers}}`; growth measures carry `seconds` per step, `rows` and
        `peak_memory_mb` instead of a floor; `dashboards`, `rebuild` and `arrival` have a limit in `limit`.
    """
    from sinergi.bench.check import measure_check
    from sinergi.bench.growth import measure_growth
    from sinergi.bench.intake import measure_intake

    results = measure_intake(settings, rows=rows, repeats=repeats, report=report)
    results |= measure_check(settings, repeats=repeats, report=report)
    if people:
        results |= measure_growth(settings, people=people, report=report)
    return results
