"""How far linking may move a report's figure: no further than what is asked of it (`agreement.LEAST`) lets it.

A figure that counts rows, people or families may be off by that share of what it is made of, and by two for good
measure, since a share of few is less than one. What is added up (rupiah, days, members) may be off by as many times its
mean. What nothing but the decrees and the rows decide may not be off at all.
"""

from __future__ import annotations

from collections.abc import Mapping

from sinergi.agreement import LEAST
from sinergi.sample.reports import Facts

ROWS = 2
EXACT = (
    *("headcount/", "causes/", "interventions/", "rows/", "budget/", "stages/decreed", "stages/graduated"),
    *("stages/removed", "stages/withdrawn", "journey/spells", "journey/ended", "journey/days_in_force"),
)
# What is added up -> what it is added up over.
SUMS = {
    "amount_idr": "times_helped",
    "people": "families",
    "days_to_met": "met",
    "days_stated": "needs",
    "days_to_assisted": "assisted",
    "days_to_decreed": "deliberated",
    "days_to_deliberated": "deliberated",
}

Figures = Mapping[str, Mapping[str, float]]


def bound(group: str, name: str, true: Figures) -> float:
    """Give how far a figure may be from the truth by linking's fault.

    Args:
        group: Report of the figure.
        name: Its name in there.
        true: Every true figure, by report.
    """
    if f"{group}/{name}".startswith(EXACT):
        return 0.0
    share, count, each = 1 - LEAST["family f1"], true[group].get(name, 0.0), 1.0
    measure = name.rpartition("/")[2]
    if group == "overlaps":  # a pair is made or lost wherever one of the rows of help goes astray
        who, kind, _ = name.split("/")
        share, count = 1 - LEAST[f"{_counted_per(kind)} f1"], _helped(who, kind, true)
    elif group == "vacancy_candidates":  # who is found, or not, takes along every vacancy that fits
        people = true["needs"].get("work/needs", 0.0)
        count, each = people, max(count / people, 1.0) if people else 1.0
    elif measure in SUMS:
        figures, over = true[group], SUMS[measure]
        count = figures.get(name.removesuffix(measure) + over, 0.0)
        mean = figures.get(name, 0.0) / count if count else 0.0
        each = mean or _sum(figures, measure) / (_sum(figures, over) or 1.0)
    return round(each * (ROWS + share * count), 3)


def _sum(figures: Mapping[str, float], measure: str) -> float:
    return sum(value for name, value in figures.items() if name.rpartition("/")[2] == measure)


def _counted_per(kind: str) -> str:
    return next(row["counted_per"] for row in Facts.seed("help_kinds") if row["kind"] == kind)


def _helped(who: str, kind: str, true: Figures) -> float:
    """Count the rows of help of a kind, to families that a decree named or to the others."""
    programs = [row["program_id"] for row in Facts.seed("program_kinds") if row["kind"] == kind]
    others = sum(value for name, value in true["untargeted"].items() if name.endswith(tuple(f"/{p}" for p in programs)))
    if who == "others":
        return others
    return sum(value for name, value in true["interventions"].items() if name.split("/")[0] in programs) - others
