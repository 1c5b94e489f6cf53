"""What reports about help must show, worked out from the story and from what can be known of the written rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from sinergi import reference
from sinergi.sample.reports_decrees import Figures

if TYPE_CHECKING:
    from sinergi.sample.reports import Facts

GIVEN = ("granted", "delivered", "completed")  # help that reached somebody, or is on its way


def coverage(facts: Facts) -> Figures:
    """Per strategy: decreed families, how many had no such help since their (last) decree, and the help itself."""
    figures: Counter[str] = Counter()
    strategy = {program.program_id: program.strategy for program in reference.programs().values()}
    for family, spells in facts.spells.items():
        since = spells[-1].start
        own = [row for row in facts.given.get(family, []) if row["delivered_on"] >= since]
        figures["unserved"] += not own
        for name in sorted(set(strategy.values())):
            of_it = [row for row in own if strategy[row["program_id"]] == name]
            figures[f"{name}/families"] += 1
            figures[f"{name}/gap"] += not of_it
            figures[f"{name}/times_helped"] += len(of_it)
            figures[f"{name}/offices"] += len({reference.programs()[row["program_id"]].opd_id for row in of_it})
            figures[f"{name}/amount_idr"] += sum(row["amount_idr"] or 0 for row in of_it)
    return dict(figures)


def untargeted(facts: Facts) -> Figures:
    """Per reason and programme: help to whoever no decree named on that day."""
    figures: Counter[str] = Counter()
    for family, rows in facts.given.items():
        spells = facts.spells.get(family, [])
        for row in rows:
            day = row["delivered_on"]
            if any(spell.holds(day) for spell in spells):
                continue
            reason = "never_decreed" if not spells else "before_decree" if day < spells[0].start else "after_end"
            figures[f"{reason}/{row['program_id']}"] += 1
    return dict(figures)


def journey(facts: Facts) -> Figures:
    """Days between the steps of every family that a decree named, added up; and how many took each step."""
    figures: Counter[str] = Counter()
    for family, spells in facts.spells.items():
        for spell in spells:
            listed = max((day for day in facts.listed.get(family, ()) if day <= spell.start), default=None)
            spoken = max((day for day in facts.deliberated.get(family, ()) if day <= spell.start), default=None)
            helped = facts.helped_in(family, spell)
            first = min((row["delivered_on"] for row in helped), default=None)
            steps = {"spells": spell.start, "enumerated": listed, "deliberated": spoken, "assisted": first}
            figures.update(name for name, day in (steps | {"ended": spell.end}).items() if day)
            for name, begin, end in (
                ("days_to_deliberated", listed, spoken),
                ("days_to_decreed", spoken, spell.start),
                ("days_to_assisted", spell.start, first),
                ("days_in_force", spell.start, spell.end),
            ):
                figures[name] += (end - begin).days if begin and end else 0
    return dict(figures)


def outcomes(facts: Facts) -> Figures:
    """Per month of decree and set of strategies received while in force: families, and what became of them."""
    figures: Counter[str] = Counter()
    for family, spells in facts.spells.items():
        for spell in spells:
            programs = {row["program_id"] for row in facts.helped_in(family, spell)}
            received = sorted({reference.programs()[program].strategy for program in programs})
            cohort = f"{spell.start:%Y-%m}/{'+'.join(received) or 'none'}"
            figures[f"{cohort}/families"] += 1
            figures[f"{cohort}/people"] += spell.people
            figures[f"{cohort}/{spell.cause or 'in_force'}"] += 1
    return dict(figures)


def overlaps(facts: Facts) -> Figures:
    """Per kind: pairs of the same help to one family or person in overlapping time, and how many no rule excuses."""
    kinds = {row["kind"]: row for row in facts.seed("help_kinds")}
    kind_of = {row["program_id"]: row["kind"] for row in facts.seed("program_kinds")}
    groups: dict[tuple[str, str, date | None], list[dict[str, Any]]] = defaultdict(list)
    for rows in facts.given.values():
        for row in rows:
            kind = kinds.get(kind_of.get(row["program_id"], ""))
            subject = row["family_id" if kind and kind["counted_per"] == "family" else "person_id"]
            if kind is None or subject is None:
                continue
            begin, end, slot = _covered(row, kind["covers"])
            groups[(kind["kind"], subject, slot)].append(row | {"begin": begin, "end": end})
    figures: Counter[str] = Counter()
    rules = facts.seed("overlap_rules")
    for (kind_id, _, _), rows in groups.items():
        rows.sort(key=lambda row: row["delivered_on"])
        for place, later in enumerate(rows):
            for earlier in rows[:place]:
                if later["begin"] > earlier["end"]:
                    continue
                spells = facts.spells.get(earlier["family_id"], [])  # the family that was helped first
                decreed = any(spell.holds(later["delivered_on"]) for spell in spells)
                who = f"{'decreed' if decreed else 'others'}/{kind_id}"
                figures[f"{who}/pairs"] += 1
                figures[f"{who}/doubled"] += not any(_excuses(rule, kind_id, earlier, later) for rule in rules)
    return dict(figures)


def _covered(row: dict[str, Any], covers: str) -> tuple[date, date, date | None]:
    """How long one delivery covers: first day, last day, and the period itself."""
    day = row["delivered_on"]
    if covers == "dates":
        return day, max(day, row["ended_on"] or day), None
    months = {"month": 1, "quarter": 3, "year": 12}[covers]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    after = first.year * 12 + first.month - 1 + months
    return first, date(after // 12, after % 12 + 1, 1) - timedelta(1), first


def _excuses(rule: dict[str, str], kind: str, earlier: dict[str, Any], later: dict[str, Any]) -> bool:
    programs = {earlier["program_id"], later["program_id"]}
    same = len(programs) == 1
    return (
        rule["kind"] in ("", kind)
        and rule["same_program"] in ("", str(same).lower())
        and rule["status"] in ("", earlier["status"], later["status"])
        and (not rule["program_id_a"] or programs == {rule["program_id_a"], rule["program_id_b"]})
    )


def budget(rows: pl.DataFrame) -> Figures:
    """Per half-year and strategy: the last reports of each line, added up."""
    line = ["year", "semester", "opd_id", "program_name", "activity_code", "strategy", "funding_source"]
    day = pl.col("reported_on")
    last = (
        rows.with_columns(year=day.dt.year(), semester=(day.dt.month() > 6).cast(pl.Int64) + 1)
        .sort("reported_on", maintain_order=True)
        .group_by(line, maintain_order=True)
        .last()
    )
    figures: Counter[str] = Counter()
    of_year: dict[tuple[Any, ...], dict[int, list[int | None]]] = defaultdict(lambda: defaultdict(list))
    for row in last.iter_rows(named=True):
        key = f"{row['year']}-{row['semester']}/{row['strategy'] or 'unknown'}"
        for name in ("ceiling_idr", "realised_idr", "recipients"):
            figures[f"{key}/{name}"] += row[name] or 0
        fund = tuple(row[name] for name in ("year", "strategy", "opd_id", "program_name", "funding_source"))
        of_year[fund][row["semester"]].append(row["realised_idr"])
    for (year, strategy, *_), halves in of_year.items():
        said = {half: [each for each in halves[half] if each is not None] for half in (1, 2)}
        for half in (1, 2):  # what came in the second is only known beside the first
            if said[half] and said[1]:
                came = sum(said[half]) - (sum(said[1]) if half == 2 else 0)
                figures[f"{year}-{half}/{strategy or 'unknown'}/in_semester_idr"] += came
    return dict(figures)
