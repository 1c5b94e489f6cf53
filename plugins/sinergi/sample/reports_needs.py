"""What reports about needs, work and conflicting words must show, from what can be known of the written rows."""

from __future__ import annotations

import re
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
    """The newest that one side says of one attribute, and its `earlier` words: day and value, the newest first."""

    value: str
    said_on: date
    earlier: tuple[tuple[date, str], ...] = ()

    def since(self, showing: list[str]) -> date:
        """Give the first day of the unbroken run of words that are among some values, up to this one."""
        begin = self.said_on
        for day, value in self.earlier:
            if value not in showing:
                break
            begin = day
        return begin


Jobless = dict[tuple[str, str], date]  # family, person -> since when
Key = tuple[str, str | None, str, bool]  # family, person (null: of the house), attribute, declared?
Words = dict[Key, Word]


def words(facts: Facts) -> Words:
    """Give the newest word of each side about every attribute of the families that were enumerated or decreed.

    Of two words of one day the later file's counts, and in one file the first row's.
    """
    by_day: dict[Key, dict[date, tuple[int, int, str]]] = defaultdict(dict)
    for entity, day_column in SAID_ON.items():
        rows = facts.rows[entity]
        if entity == "enumerations":
            alone = pl.len().over("delivery", "household_no") == 1
            rows = rows.with_columns(lives_alone=pl.when(pl.col("household_no").is_not_null()).then(alone))
        names = [name for name in (*HOUSES, *PEOPLE) if name in rows.columns]
        names = [name for name in names if entity != "interventions" or name not in HOUSES]
        names = [name for name in names if entity != "registry_families" or name in HOUSES]
        kept = rows.filter(pl.col("family_id").is_in(facts.of_interest))
        for row in kept.iter_rows(named=True):
            said_on, rank = _day(row[day_column]), (row["delivery"], -row["row_number"])
            for name in names:
                if row[name] is None:
                    continue
                person = None if name in HOUSES else row["person_id"]
                said = by_day[(row["family_id"], person, name, entity == "enumerations")]
                if said_on not in said or rank > said[said_on][:2]:
                    said[said_on] = (*rank, str(row[name]).lower())
    found = {}
    for key, said in by_day.items():
        (newest, value), *earlier = [(day, said[day][2]) for day in sorted(said, reverse=True)]
        found[key] = Word(value, newest, tuple(earlier))
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


def needs(facts: Facts, said: Words, today: date) -> tuple[Figures, Jobless]:
    """Per need of the decreed families: how many, met or not, after how many days; and who has the need `work`.

    A need lasts since the first word of the unbroken run that shows it, of the side whose newest word decides. What
    comes on the day of the newest word or later meets it. A person's age is that of `today`.
    """
    newest: dict[tuple[str, str | None], dict[str, Word]] = defaultdict(dict)
    for declared in (False, True):  # the city's own list comes before the registries
        for (family, person, name, own), word in said.items():
            if own == declared and family in facts.spells:
                newest[(family, person)][name] = word
    born = _particulars(facts, {person for _, person in newest if person})
    subjects = {row["need_id"]: row["subject"] for row in facts.seed("needs")}
    meets = {(row["need_id"], row["program_id"]) for row in facts.seed("need_programs")}
    stated: dict[tuple[str, str | None, str], tuple[date, date]] = {}
    for (family, person), attributes in newest.items():
        age = _age(born.get(person or "", {}).get("birth_date"), today)
        for rule in facts.seed("need_rules"):
            shown = attributes.get(rule["attribute"])
            if shown and _shows(rule, shown, age, attributes):
                key = (family, person, rule["need_id"])
                since, last = stated.get(key, (NEVER, date.min))
                begin = shown.since(rule["values"].split("|"))
                stated[key] = min(since, begin), max(last, shown.said_on)
    figures: Counter[str] = Counter()
    for (family, person, need), (since, last) in stated.items():
        days = [
            row["delivered_on"]
            for row in facts.given.get(family, [])
            if (need, row["program_id"]) in meets
            and row["delivered_on"] >= last
            and (subjects[need] == "family" or row["person_id"] == person)
        ]
        figures[f"{need}/needs"] += 1
        figures[f"{need}/in_force"] += facts.spells[family][-1].end is None
        figures[f"{need}/met"] += bool(days)
        figures[f"{need}/days_to_met"] += (min(days) - since).days if days else 0
        figures[f"{need}/days_stated"] += (last - since).days
    jobless = {(family, str(person)): times[0] for (family, person, need), times in stated.items() if need == "work"}
    return dict(figures), jobless


def _shows(rule: dict[str, str], word: Word, age: int | None, attributes: dict[str, Word]) -> bool:
    excuse = attributes.get(rule["unless_attribute"]) if rule["unless_attribute"] else None
    return (
        word.value in rule["values"].split("|")
        and (not rule["age_min"] or (age is not None and age >= int(rule["age_min"])))
        and (not rule["age_max"] or (age is not None and age <= int(rule["age_max"])))
        and not (excuse and excuse.value in rule["unless_values"].split("|"))
    )


def candidates(facts: Facts, jobless: Jobless) -> Figures:
    """Per month: pairs of a vacancy and a member of a family in force, jobless by then, who fits what is asked for.

    `skilled`: of those, who has a skill that the vacancy names in whole words.
    """
    level = {row["education"]: int(row["level"]) for row in facts.seed("education_levels")}
    particulars, placed = _particulars(facts, {person for _, person in jobless}), _placed(facts)
    skills = _skills(facts)
    figures: Counter[str] = Counter()
    for vacancy in facts.rows["vacancies"].iter_rows(named=True):
        day, asked = vacancy["posted_on"], vacancy["education_min"]
        asked_skills = _in_words(vacancy["skills"])
        for (family, person), since in jobless.items():
            who = particulars[person]
            age = _age(who.get("birth_date"), day)
            in_force = any(spell.holds(day) for spell in facts.spells[family])
            learned = level.get(who.get("education", ""), -1) >= level[asked] if asked else True
            sex = vacancy["sex_required"] in (None, who.get("sex"))
            no_age = vacancy["age_min"] is None and vacancy["age_max"] is None
            fits = no_age if age is None else (vacancy["age_min"] or 0) <= age <= (vacancy["age_max"] or 200)
            waits = since <= day < placed.get(person, NEVER)
            is_candidate = in_force and waits and learned and sex and fits
            is_skilled = any(skill in asked_skills for skill in skills.get(person, ()))
            figures[f"{day:%Y-%m}/pairs"] += is_candidate
            figures[f"{day:%Y-%m}/skilled"] += is_candidate and is_skilled
    return dict(figures)


def _skills(facts: Facts) -> dict[str, set[str]]:
    """Give the skills that rows of help tell of each person: courses, interests."""
    found: dict[str, set[str]] = defaultdict(set)
    for person, skill in facts.rows["interventions"].select("person_id", "skills").drop_nulls().iter_rows():
        if _in_words(skill).strip():
            found[person].add(_in_words(skill))
    return found


def _in_words(text: str | None) -> str:
    """Give the words of a text, a blank on either side of each."""
    words = " ".join(re.findall(r"[^\W_]+", (text or "").lower()))
    return f" {words} "


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
