"""What reports about needs, work and conflicting words must show, from what can be known of the written rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from sinergi.sample.reports_decrees import NEVER, Figures

if TYPE_CHECKING:
    from sinergi.sample.reports import Facts

HOUSES = (
    *("house_ownership", "roof_material", "wall_material", "floor_material", "lighting_source", "cooking_fuel"),
    *("water_source", "toilet_facility"),
)
PEOPLE = (
    *("sex", "birth_date", "marital_status", "education", "school_participation", "occupation", "employment_status"),
    *("disability", "has_identity_papers", "lives_alone", "nutrition_status"),
)
# The city's own word is declared, that of registries and offices administrative; when each of them speaks.
SAID_ON = {
    "enumerations": "enumerated_on",
    "registry_people": "period",
    "registry_families": "period",
    "interventions": "delivered_on",
}
# Whose word of a person's sex, birth date and education comes first, and when each speaks.
TOLD_ON = {"decrees": "decreed_on", **SAID_ON}
NO_CONFLICT = ("lives_alone", "has_identity_papers", "nutrition_status")  # only one side speaks of these


@dataclass(frozen=True)
class Word:
    """What one row says of one attribute."""

    value: str
    said_on: date
    age: int | None


Jobless = set[tuple[str, str]]  # family, person
Words = dict[tuple[str, str | None, str, bool], Word]  # family, person (null: of the house), attribute, declared?


def words(facts: Facts) -> Words:
    """Give the newest word of each side about every attribute of the families that were enumerated or decreed.

    Of two words of one day the later file's counts, and in one file the first row's.
    """
    found: Words = {}
    newest: dict[tuple[str, str | None, str, bool], tuple[date, int, int]] = {}
    for entity, day_column in SAID_ON.items():
        rows = facts.rows[entity]
        if entity == "enumerations":
            alone = pl.len().over("delivery", "household_no") == 1
            rows = rows.with_columns(lives_alone=pl.when(pl.col("household_no").is_not_null()).then(alone))
        names = [name for name in (*HOUSES, *PEOPLE) if name in rows.columns]
        names = [name for name in names if entity != "interventions" or name not in HOUSES]
        names = [name for name in names if entity != "registry_families" or name in HOUSES]
        born = "head_birth_date" if entity == "registry_families" else "birth_date"
        kept = rows.filter(pl.col("family_id").is_in(facts.of_interest))
        for row in kept.iter_rows(named=True):
            said_on = _day(row[day_column])
            age, rank = _age(row.get(born), said_on), (said_on, row["delivery"], -row["row_number"])
            for name in names:
                if row[name] is None:
                    continue
                person = None if name in HOUSES else row["person_id"]
                key = (row["family_id"], person, name, entity == "enumerations")
                if key not in newest or rank > newest[key]:
                    newest[key], found[key] = rank, Word(str(row[name]).lower(), said_on, age)
    return found


def _day(value: Any) -> date:
    """First day of a period (2022, 2024-Q3), or the day itself."""
    if isinstance(value, date):
        return value
    year, _, quarter = str(value).partition("-Q")
    return date(int(year), 3 * int(quarter) - 2 if quarter else 1, 1)


def _age(born: date | None, on: date) -> int | None:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day)) if born else None


def conflicts(facts: Facts, said: Words) -> Figures:
    """Per attribute: where the city's newest word and that of the others differ, for decreed families and the rest."""
    alike = {(row["attribute"], row["value"], row["also"]) for row in facts.seed("compatible_values")}
    figures: Counter[str] = Counter()
    for (family, person, name, declared), word in said.items():
        other = said.get((family, person, name, False))
        if not declared or other is None or other.value == word.value or name in NO_CONFLICT:
            continue
        if {(name, word.value, other.value), (name, other.value, word.value)} & alike:
            continue
        figures[f"{'decreed' if family in facts.spells else 'others'}/{name}"] += 1
    return dict(figures)


def needs(facts: Facts, said: Words) -> tuple[Figures, Jobless]:
    """Per need of the decreed families: how many, met or not, after how many days; and who has the need `work`."""
    newest: dict[tuple[str, str | None], dict[str, Word]] = defaultdict(dict)
    for declared in (False, True):  # the city's own list comes before the registries
        for (family, person, name, own), word in said.items():
            if own == declared and family in facts.spells:
                newest[(family, person)][name] = word
    subjects = {row["need_id"]: row["subject"] for row in facts.seed("needs")}
    meets = {(row["need_id"], row["program_id"]) for row in facts.seed("need_programs")}
    since: dict[tuple[str, str | None, str], date] = {}
    for (family, person), attributes in newest.items():
        for rule in facts.seed("need_rules"):
            shown = attributes.get(rule["attribute"])
            if shown and _shows(rule, shown, attributes):
                key = (family, person, rule["need_id"])
                since[key] = min(since.get(key, NEVER), shown.said_on)
    figures: Counter[str] = Counter()
    for (family, person, need), begin in since.items():
        days = [
            row["delivered_on"]
            for row in facts.given.get(family, [])
            if (need, row["program_id"]) in meets
            and row["delivered_on"] >= begin
            and (subjects[need] == "family" or row["person_id"] == person)
        ]
        figures[f"{need}/needs"] += 1
        figures[f"{need}/in_force"] += facts.spells[family][-1].end is None
        figures[f"{need}/met"] += bool(days)
        figures[f"{need}/days_to_met"] += (min(days) - begin).days if days else 0
    return dict(figures), {(family, str(person)) for family, person, need in since if need == "work"}


def _shows(rule: dict[str, str], word: Word, attributes: dict[str, Word]) -> bool:
    excuse = attributes.get(rule["unless_attribute"]) if rule["unless_attribute"] else None
    return (
        word.value in rule["values"].split("|")
        and (not rule["age_min"] or (word.age is not None and word.age >= int(rule["age_min"])))
        and (not rule["age_max"] or (word.age is not None and word.age <= int(rule["age_max"])))
        and not (excuse and excuse.value in rule["unless_values"].split("|"))
    )


def candidates(facts: Facts, jobless: Jobless) -> Figures:
    """Per month: pairs of a vacancy and a jobless member of a family in force who fits what is asked for."""
    level = {row["education"]: int(row["level"]) for row in facts.seed("education_levels")}
    particulars, placed = _particulars(facts, {person for _, person in jobless}), _placed(facts)
    figures: Counter[str] = Counter()
    for vacancy in facts.rows["vacancies"].iter_rows(named=True):
        day, asked = vacancy["posted_on"], vacancy["education_min"]
        for family, person in jobless:
            who = particulars[person]
            age = _age(who.get("birth_date"), day)
            in_force = any(spell.holds(day) for spell in facts.spells[family])
            learned = level.get(who.get("education", ""), -1) >= level[asked] if asked else True
            sex = vacancy["sex_required"] in (None, who.get("sex"))
            fits = age is not None and (vacancy["age_min"] or 0) <= age <= (vacancy["age_max"] or 200)
            waits = placed.get(person, NEVER) > day
            figures[f"{day:%Y-%m}/pairs"] += in_force and waits and learned and sex and fits
    return dict(figures)


def _placed(facts: Facts) -> dict[str, date]:
    """Give the day on which each person was first placed in a job."""
    job = {row["program_id"] for row in facts.seed("program_kinds") if row["kind"] == "job"}
    first: dict[str, date] = {}
    for row in (row for rows in facts.given.values() for row in rows):
        if row["program_id"] in job and row["status"] == "completed":
            first[row["person_id"]] = min(first.get(row["person_id"], NEVER), row["delivered_on"])
    return first


def _particulars(facts: Facts, people: set[str]) -> dict[str, dict[str, Any]]:
    """Give what is known of people's sex, birth date and education: by whose word comes first, the newest first."""
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for entity, day in TOLD_ON.items():
        rows = facts.rows[entity].filter(pl.col("person_id").is_in(list(people))).sort("source_id", "row_number")
        newest = sorted(rows.iter_rows(named=True), key=lambda row: (_day(row[day]), row["delivery"]), reverse=True)
        for row in newest:
            for name in ("sex", "birth_date", "education"):
                value = row.get(f"head_{name}" if entity == "registry_families" else name)
                if value is not None:
                    found[row["person_id"]].setdefault(name, value)
    return found
