"""What the decrees alone decide: who was in force from when to when, and so the headcount of every month."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from sinergi.sample.story import MONTHS, month_end

Figures = dict[str, float]
NEVER = date.max


@dataclass(frozen=True)
class Spell:
    """One time of a family in force: its first day, the first on which it no longer was, and why it ended."""

    start: date
    end: date | None
    cause: str | None
    people: int

    def holds(self, on: date) -> bool:
        """Whether the family was in force on a day."""
        return self.start <= on < (self.end or NEVER)


@dataclass(frozen=True)
class Named:
    """One time of a person in force, as in `Spell`; `is_again`: not the person's first."""

    person_id: str
    family_id: str
    area_code: str
    start: date
    end: date | None
    cause: str | None
    is_again: bool

    def is_in_force(self, on: date) -> bool:
        """Whether the person was in force on a day."""
        return self.start <= on < (self.end or NEVER)


def named(decrees: pl.DataFrame) -> list[Named]:
    """Give the times in force of every person: from the decree that names, up to the day that the one that ends gives.

    Args:
        decrees: One row a person and action. Who is named while in force stays; who is let go while not, too.
    """
    found: dict[str, list[Named]] = defaultdict(list)
    by_name = pl.col("action") == "named"
    for row in decrees.sort("decreed_on", by_name, "decree_number", maintain_order=True).iter_rows(named=True):
        own = found[row["person_id"]]
        last = own[-1] if own else None
        is_in_force = last is not None and last.cause is None
        if row["action"] == "named" and not is_in_force:
            if last and last.end and last.end > row["decreed_on"]:  # an end that lies ahead comes no more
                own[-1] = replace(last, end=max(last.start, row["decreed_on"]))
            who = (row["person_id"], row["family_id"], row["area_code"])
            own.append(Named(*who, row["decreed_on"], None, None, last is not None))
        elif row["action"] != "named" and last and is_in_force:
            end = max(last.start, row["effective_on"] or row["decreed_on"])
            own[-1] = replace(last, end=end, cause=row["action"])
    return [each for own in found.values() for each in own]


def spells(people: Iterable[Named]) -> dict[str, list[Spell]]:
    """Give per family its times in force, in order: while one of its people is, without a break."""
    by_family: dict[str, list[list[Named]]] = defaultdict(list)
    for each in sorted(people, key=lambda each: each.start):
        runs = by_family[each.family_id]
        if runs and each.start <= max(other.end or NEVER for other in runs[-1]):
            runs[-1].append(each)
        else:
            runs.append([each])
    return {family: [_together(run) for run in runs] for family, runs in by_family.items()}


def _together(run: list[Named]) -> Spell:
    last = max(run, key=lambda each: each.end or NEVER)
    return Spell(run[0].start, last.end, last.cause, len({each.person_id for each in run}))


def causes(people: Iterable[Named]) -> Figures:
    """Give per month how many people entered for the first time or again, and left by which cause."""
    figures: Counter[str] = Counter()
    for each in people:
        figures[f"{each.start:%Y-%m}/{'entered_again' if each.is_again else 'entered_first'}"] += 1
        if each.end:
            figures[f"{each.end:%Y-%m}/left_{each.cause}"] += 1
    return dict(figures)


def headcount(people: Iterable[Named]) -> Figures:
    """Give per month and kelurahan, and for the city, the people and families in force and who entered and left."""
    figures: Counter[str] = Counter()
    for month in MONTHS:
        in_force = [each for each in people if each.is_in_force(month_end(month))]
        counted = {
            "people": {(each.area_code, each.person_id) for each in in_force},
            "families": {(each.area_code, each.family_id) for each in in_force},
            "entered": [(each.area_code, "") for each in people if f"{each.start:%Y-%m}" == month],
            "left": [(each.area_code, "") for each in people if each.end and f"{each.end:%Y-%m}" == month],
        }
        for name, found in counted.items():
            for area, _ in found:
                figures[f"{month}/{name}/{area}"] += 1
                figures[f"{month}/{name}/city"] += 1
    return dict(figures)
