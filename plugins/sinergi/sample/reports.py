"""The truth of the report marts: figures that follow from what can be known of the written rows, and whose they are.

Nothing here has seen the warehouse or its SQL. What the seeds decide (kinds of help, needs, rules of overlap) is read
from them, since they are what the reports promise to follow. Whose a row is stands in it: by the truth, or by linking.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

import polars as pl

from sinergi.sample import reports_decrees, reports_help, reports_needs
from sinergi.sample.knowable import REPORTED
from sinergi.sample.reports_decrees import Named, Spell
from sinergi.sample.story import MONTHS, month_end
from sinergi.settings import Settings

KEPT = (
    "budgets",
    "decrees",
    "deliberations",
    "enumerations",
    "interventions",
    "registry_families",
    "registry_people",
    "vacancies",
)


PLACE = ("source_id", "file_name", "row_number")


@dataclass
class Facts:
    """What is known of the decreed families and of all help.

    Attributes:
        rows: Per entity the accepted rows of the files that stand; see `reports`.
        spells: Per decreed family, in order of time.
        given: Help that reached somebody, per family, or per person where the family is unknown.
        listed, deliberated: Days on which a family was enumerated and discussed.
        of_interest: Families that were enumerated or decreed.
        named: Each time of a person in force.
    """

    rows: dict[str, pl.DataFrame]
    spells: dict[str, list[Spell]]
    given: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    listed: dict[str, set[date]] = field(default_factory=dict)
    deliberated: dict[str, set[date]] = field(default_factory=dict)
    of_interest: list[str] = field(default_factory=list)
    named: list[Named] = field(default_factory=list)

    def helped_in(self, family: str, spell: Spell) -> list[dict[str, Any]]:
        """Give the help that reached a family while it was in force."""
        return [row for row in self.given.get(family, []) if spell.holds(row["delivered_on"])]

    @staticmethod
    @lru_cache(maxsize=16)
    def seed(name: str) -> list[dict[str, str]]:
        """Read a seed."""
        with (Settings.load().dbt_project / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


def keep(accepted: pl.DataFrame) -> pl.DataFrame:
    """Keep of a file's accepted rows what reports are made of: their place, whose they are, what can be known."""
    columns = [name for name in REPORTED if name in accepted.columns]
    return accepted.select(*PLACE, "delivery", "person_id", "family_id", *columns)


def reports(rows: Mapping[str, pl.DataFrame], today: date | None = None) -> dict[str, dict[str, float]]:
    """Give every figure of the report marts, by report.

    Args:
        rows: Per entity of KEPT the accepted rows of the files that stand, as `keep` gives them; `delivery` numbers the
            files in the order in which they were taken in, `person_id` and `family_id` say whose a row is.
        today: The day of the build, by which ages are judged; the end of the story where left out.
    """
    facts = _facts(rows)
    said = reports_needs.words(facts)
    needs, jobless = reports_needs.needs(facts, said, today or month_end(MONTHS[-1]))
    return {
        "headcount": reports_decrees.headcount(facts.named),
        "causes": reports_decrees.causes(facts.named),
        "stages": stages(facts),
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


def stages(facts: Facts) -> dict[str, float]:
    """Count the families that ever came to each stage; those discussed by what came of it."""
    ends = {(family, spell.cause) for family, spells in facts.spells.items() for spell in spells if spell.end}
    helped = [family for family, spells in facts.spells.items() if any(facts.helped_in(family, s) for s in spells)]
    figures = {"enumerated": len(facts.listed), "decreed": len(facts.spells), "assisted": len(helped)}
    figures |= {str(cause): sum(other == cause for _, other in ends) for _, cause in ends}
    outcomes = facts.rows["deliberations"].select("family_id", "outcome").drop_nulls().unique()
    figures |= {f"deliberated/{outcome}": count for outcome, count in outcomes["outcome"].value_counts().iter_rows()}
    return {name: float(count) for name, count in figures.items()}


def _facts(rows: Mapping[str, pl.DataFrame]) -> Facts:
    named = reports_decrees.named(rows["decrees"])
    facts = Facts(dict(rows), reports_decrees.spells(named), named=named)
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
    return facts


def _days(rows: pl.DataFrame, name: str) -> dict[str, set[date]]:
    found: dict[str, set[date]] = defaultdict(set)
    for family, day in rows.select("family_id", name).drop_nulls().iter_rows():
        found[family].add(day)
    return dict(found)
