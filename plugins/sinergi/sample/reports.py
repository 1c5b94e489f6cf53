"""The truth of the report marts: figures that follow from the story and from what can be known of the written rows.

Nothing here has seen the warehouse, its SQL or the linking. What the seeds decide (kinds of help, needs, rules of
overlap) is read from them, since they are what the reports promise to follow.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import polars as pl

from sinergi.sample import reports_help, reports_needs
from sinergi.sample.knowable import REPORTED
from sinergi.settings import Settings

if TYPE_CHECKING:
    from sinergi.sample.world import World

KEPT = (
    "budgets",
    "deliberations",
    "enumerations",
    "interventions",
    "registry_families",
    "registry_people",
    "vacancies",
)


@dataclass(frozen=True)
class Spell:
    """One time of a family in force: its first day, the first on which it no longer was, and why it ended."""

    start: date
    end: date | None
    cause: str | None
    people: int


@dataclass
class Facts:
    """What is known of the decreed families and of all help.

    Attributes:
        rows: Per entity the accepted rows of the files that stand: `file`, `person_id`, `family_id`, what can be known.
        spells: Per decreed family, in order of time.
        given: Help that reached somebody, per family, or per person where the family is unknown.
        listed, deliberated: Days on which a family was enumerated and discussed.
        of_interest: Families that were enumerated or decreed.
        particulars: What is known of each person of the decrees.
    """

    rows: dict[str, pl.DataFrame]
    spells: dict[str, list[Spell]]
    given: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    listed: dict[str, set[date]] = field(default_factory=dict)
    deliberated: dict[str, set[date]] = field(default_factory=dict)
    of_interest: list[str] = field(default_factory=list)
    particulars: dict[str, dict[str, Any]] = field(default_factory=dict)

    def helped_in(self, family: str, spell: Spell) -> list[dict[str, Any]]:
        """Give the help that reached a family while it was in force."""
        end = spell.end or date.max
        return [row for row in self.given.get(family, []) if spell.start <= row["delivered_on"] < end]

    @staticmethod
    @lru_cache(maxsize=16)
    def seed(name: str) -> list[dict[str, str]]:
        """Read a seed."""
        with (Settings.load().dbt_project / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


def keep(accepted: pl.DataFrame, file_name: str) -> pl.DataFrame:
    """Keep of a file's accepted rows what reports are made of."""
    columns = [name for name in REPORTED if name in accepted.columns]
    return accepted.select("person_id", "family_id", *columns).with_columns(file=pl.lit(file_name))


def reports(world: World, live: dict[str, list[pl.DataFrame]]) -> dict[str, dict[str, float]]:
    """Give every figure of the report marts, by report.

    Args:
        world: Who is who, and the story.
        live: Per entity what `keep` kept of the files that stand.
    """
    facts = _facts(world, live)
    said = reports_needs.words(facts)
    needs, jobless = reports_needs.needs(facts, said)
    return {
        "causes": causes(world),
        "coverage": reports_help.coverage(facts),
        "untargeted": reports_help.untargeted(facts),
        "overlaps": reports_help.overlaps(facts),
        "journey": reports_help.journey(facts),
        "outcomes": reports_help.outcomes(facts),
        "needs": needs,
        "vacancy_candidates": reports_needs.candidates(facts, jobless),
        "conflicts": reports_needs.conflicts(facts, said),
        "budget": reports_help.budget(facts.rows["budgets"]),
    }


def causes(world: World) -> dict[str, float]:
    """Give per month how many people entered for the first time or again, and left by which cause."""
    figures: Counter[str] = Counter()
    in_force: set[str] = set()
    known: set[str] = set()
    for row in world.story.decrees.sort("decreed_on", maintain_order=True).iter_rows(named=True):
        person, action = row["person_id"], row["action"]
        day = row["decreed_on"] if action == "named" else row["effective_on"] or row["decreed_on"]
        if action == "named" and person not in in_force:
            figures[f"{day:%Y-%m}/{'entered_again' if person in known else 'entered_first'}"] += 1
            in_force.add(person)
            known.add(person)
        elif action != "named" and person in in_force:
            figures[f"{day:%Y-%m}/left_{action}"] += 1
            in_force.remove(person)
    return dict(figures)


def spells_of(world: World) -> dict[str, list[Spell]]:
    """Give the spells of each decreed family: named from the decree's day, ended from the day that the list gives."""
    decrees = world.story.decrees.filter("is_whole_family").sort("decreed_on", maintain_order=True)
    spells: dict[str, list[Spell]] = defaultdict(list)
    for row in decrees.unique(["family_id", "decree_number"], keep="first", maintain_order=True).iter_rows(named=True):
        family = row["family_id"]
        if row["action"] == "named":
            named = decrees.filter(pl.col("family_id") == family, pl.col("decree_number") == row["decree_number"])
            spells[family].append(Spell(row["decreed_on"], None, None, len(named)))
        else:
            last = spells[family].pop()
            day = row["effective_on"] or row["decreed_on"]
            spells[family].append(Spell(last.start, day, row["action"], last.people))
    return dict(spells)


def _facts(world: World, live: dict[str, list[pl.DataFrame]]) -> Facts:
    rows = {entity: pl.concat(live[entity], how="diagonal_relaxed") for entity in KEPT}
    facts = Facts(rows, spells_of(world))
    reached = pl.col("status").fill_null("delivered").is_in(reports_help.GIVEN)
    is_group = pl.col("recipient_kind").eq_missing("group")
    help_ = rows["interventions"].with_columns(pl.col("status").fill_null("delivered")).filter(reached & ~is_group)
    columns = ("person_id", "family_id", "program_id", "delivered_on", "ended_on", "amount_idr", "status")
    for row in help_.select(columns).iter_rows(named=True):
        if recipient := row["family_id"] or row["person_id"]:
            facts.given.setdefault(recipient, []).append(row)
    facts.listed = _days(rows["enumerations"], "enumerated_on")
    facts.deliberated = _days(rows["deliberations"], "deliberated_on")
    facts.of_interest = sorted(facts.listed.keys() | facts.spells.keys())
    facts.particulars = _particulars(world, rows)
    return facts


def _days(rows: pl.DataFrame, name: str) -> dict[str, set[date]]:
    found: dict[str, set[date]] = defaultdict(set)
    for family, day in rows.select("family_id", name).drop_nulls().iter_rows():
        found[family].add(day)
    return dict(found)


def _particulars(world: World, rows: dict[str, pl.DataFrame]) -> dict[str, dict[str, Any]]:
    """Give sex and birth date by the decrees, and the education by the first list that knows it."""
    learned: dict[str, str] = {}
    for entity in ("enumerations", "registry_people", "interventions"):
        for person, education in rows[entity].select("person_id", "education").drop_nulls().iter_rows():
            learned.setdefault(person, education)
    decrees = world.story.decrees.unique("person_id", keep="first")
    return {
        row["person_id"]: {**row, "education": learned.get(row["person_id"])}
        for row in decrees.select("person_id", "sex", "birth_date").iter_rows(named=True)
    }
