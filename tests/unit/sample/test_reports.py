"""The truth of reports, on a few made-up facts, and what remains known of a row after the mess."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from sinergi.contracts import load_contracts
from sinergi.sample import reports_decrees, reports_help, reports_needs
from sinergi.sample.draws import Draws
from sinergi.sample.knowable import known
from sinergi.sample.mess import Draft
from sinergi.sample.reports import Facts, stages
from sinergi.sample.reports_decrees import Spell
from sinergi.sample.world import World

MARCH = date(2024, 3, 5)
WAS = Spell(date(2024, 1, 24), date(2024, 4, 30), "graduated", 2)


def help_(day: date, program: str = "dinsos-sembako", **more: Any) -> dict[str, Any]:
    row = {"family_id": "F1", "person_id": "P1", "program_id": program, "delivered_on": day}
    return {**row, "ended_on": None, "amount_idr": 100, "status": "delivered", **more}


def test_help_counts_from_the_decree_and_is_untargeted_outside_of_it() -> None:
    days = [date(2024, 1, 23), date(2024, 1, 24), MARCH, date(2024, 4, 30)]
    facts = Facts({}, {"F1": [WAS], "F2": [WAS]}, {"F1": [help_(day) for day in days], "F9": [help_(MARCH)]})
    coverage = reports_help.coverage(facts)
    assert (coverage["reduce_expenditure/times_helped"], coverage["reduce_expenditure/amount_idr"]) == (3, 300)
    assert (coverage["reduce_expenditure/gap"], coverage["raise_income/gap"], coverage["unserved"]) == (1, 2, 1)
    assert reports_help.untargeted(facts) == {
        "before_decree/dinsos-sembako": 1,
        "after_end/dinsos-sembako": 1,
        "never_decreed/dinsos-sembako": 1,
    }
    outcomes = reports_help.outcomes(facts)
    assert (outcomes["2024-01/reduce_expenditure/graduated"], outcomes["2024-01/none/families"]) == (1, 1)


def test_twice_in_a_month_is_double_unless_a_rule_says_no() -> None:
    rows = [help_(date(2024, 3, 31)), help_(MARCH), help_(MARCH, "dinsos-sandang-pangan"), help_(date(2024, 4, 1))]
    assert reports_help.overlaps(Facts({}, {"F1": [WAS]}, {"F1": rows})) == {
        "decreed/food/pairs": 3,
        "decreed/food/doubled": 1,
    }


def test_help_to_one_person_in_two_families_overlaps_for_the_one_that_was_helped_first() -> None:
    insured = [help_(date(2024, 3, day), "dinkes-pbi-jkn", family_id=family) for day, family in ((1, "F1"), (9, "F2"))]
    facts = Facts({}, {"F1": [WAS]}, {"F1": insured[:1], "F2": insured[1:]})
    assert set(reports_help.overlaps(facts)) == {"decreed/health_insurance/pairs", "decreed/health_insurance/doubled"}


def test_a_course_overlaps_by_its_days() -> None:
    weeks = [(date(2024, 3, 1), date(2024, 3, 8)), (date(2024, 3, 8), None), (date(2024, 3, 9), None)]
    rows = [help_(begin, "disnaker-pelatihan", ended_on=end) for begin, end in weeks]
    assert reports_help.overlaps(Facts({}, {}, {"F1": rows}))["others/training/pairs"] == 1


TODAY = date(2024, 10, 1)
VISIT = date(2023, 10, 9)


def told(**births: date) -> dict[str, pl.DataFrame]:
    """Decrees that tell when people were born; the registries and offices say nothing."""
    schema = {"person_id": pl.String, "birth_date": pl.Date}
    rows = pl.DataFrame(list(births.items()), schema=schema, orient="row").with_columns(
        source_id=pl.lit("a"), row_number=1, delivery=1, decreed_on=VISIT, enumerated_on=VISIT, delivered_on=VISIT,
        period=pl.lit("2022"), skills=pl.lit(None, pl.String),
    )  # fmt: skip
    others = ("enumerations", "registry_people", "registry_families", "interventions")
    return {"decrees": rows, **dict.fromkeys(others, rows.clear())}


def test_a_need_is_the_citys_word_and_help_after_it_meets_it() -> None:
    word = reports_needs.Word
    said = {
        ("F1", None, "water_source", False): word("rain", date(2022, 1, 1)),
        ("F1", None, "water_source", True): word("piped", VISIT),
        **{("F1", f"P{who}", "employment_status", True): word("not_working", VISIT) for who in (1, 2, 3, 4)},
        ("F1", "P3", "occupation", True): word("student", VISIT),
    }
    born = told(P1=date(1964, 10, 2), P2=date(1964, 10, 1), P3=date(2000, 1, 1))  # P1 turns 60 tomorrow, P2 today
    facts = Facts(born, {"F1": [WAS]}, {"F1": [help_(MARCH, "disnaker-pelatihan")]})
    needs, jobless = reports_needs.needs(facts, said, TODAY)
    assert needs == {"work/needs": 1, "work/in_force": 0, "work/met": 1, "work/days_to_met": 148, "work/days_stated": 0}
    assert jobless == {("F1", "P1"): VISIT}
    assert reports_needs.conflicts(facts, said) == {"decreed/water_source": 1}


def test_a_need_lasts_since_the_first_word_of_its_unbroken_run() -> None:
    earlier = [(date(2022, 10, 9), "bamboo"), (date(2021, 10, 9), "ceramic"), (date(2020, 10, 9), "earth")]
    said = {("F1", None, "floor_material", True): reports_needs.Word("earth", VISIT, tuple(earlier))}
    built = [help_(day, "disperkimtan-rtlh") for day in (date(2023, 1, 1), VISIT)]
    for given, met, days in (
        (built, 1, 365),
        (built[:1], 0, 0),
        ([], 0, 0),
    ):  # a later visit found it of earth
        needs, _ = reports_needs.needs(Facts(told(), {"F1": [WAS]}, {"F1": given}), said, TODAY)
        assert needs == {
            **{"house/needs": 1, "house/in_force": 0, "house/met": met, "house/days_to_met": days},
            "house/days_stated": 365,
        }


def test_a_candidate_fits_on_the_day_of_posting() -> None:
    vacancy = {"posted_on": MARCH, "education_min": None, "age_min": None, "age_max": None, "sex_required": None}
    asked = [("Kelas malam", None), ("Juru LAS, listrik", None), ("-", 30)]
    vacancies = pl.DataFrame([vacancy | {"skills": skills, "age_min": age} for skills, age in asked])
    rows = told(P1=date(1990, 1, 1))
    rows["interventions"] = rows["decrees"].with_columns(skills=pl.lit("Las"))
    facts = Facts({**rows, "vacancies": vacancies}, {"F1": [WAS]}, {})
    since = {"P1": MARCH, "P2": VISIT, "P3": date(2024, 3, 6)}  # nobody knows how old P2 is; P3 was said jobless later
    found = reports_needs.candidates(facts, {("F1", person): day for person, day in since.items()})
    assert found == {"2024-03/pairs": 5, "2024-03/skilled": 1}


def test_what_came_in_the_second_half_year_is_known_beside_the_first_only() -> None:
    said = [(date(2024, 6, 30), "a", 40), (date(2024, 12, 31), "a", 160), (date(2024, 12, 31), "b", 90)]
    rows = pl.DataFrame(said, schema=["reported_on", "program_name", "realised_idr"], orient="row").with_columns(
        opd_id=pl.lit("dinsos"), activity_code=pl.lit("1"), strategy=pl.lit(None, pl.String),
        funding_source=pl.lit("DAU"), ceiling_idr=100, recipients=1,
    )  # fmt: skip
    found = reports_help.budget(rows)
    came = {name: value for name, value in found.items() if name.endswith("in_semester_idr")}
    assert came == {"2024-1/unknown/in_semester_idr": 40, "2024-2/unknown/in_semester_idr": 120}
    assert found["2024-2/unknown/realised_idr"] == 250


def test_of_two_words_of_one_day_the_later_files_counts_and_in_it_the_first_row() -> None:
    said = [(1, 9, "rain"), (2, 8, "piped"), (2, 7, "well"), (2, 9, "rain")]
    rows = pl.DataFrame(said, schema=["delivery", "row_number", "water_source"], orient="row").with_columns(
        person_id=pl.lit("P1"), family_id=pl.lit("F1"), household_no=pl.lit("1"), enumerated_on=pl.lit(MARCH)
    )
    nothing = rows.clear().with_columns(period=pl.lit("2022"), delivered_on="enumerated_on")
    others = dict.fromkeys(("registry_people", "registry_families", "interventions"), nothing)
    found = reports_needs.words(Facts({"enumerations": rows, **others}, {}, of_interest=["F1"]))
    assert found[("F1", None, "water_source", True)] == reports_needs.Word("well", MARCH)


def test_causes_add_up_to_the_headcount(world: World) -> None:
    people = reports_decrees.named(world.story.decrees)
    found = reports_decrees.causes(people)
    entered = sum(value for name, value in found.items() if "/entered" in name)
    left = sum(value for name, value in found.items() if "/left" in name)
    assert entered - left == len(world.story.in_force(date(2024, 12, 31)))
    assert found["2024-01/entered_first"] == 69
    spells = reports_decrees.spells(people)
    assert sum(len(each) for each in spells.values()) == len(spells) + 1  # one family was named again


def decrees(*rows: tuple[str, str, str, str, date, date | None]) -> pl.DataFrame:
    names = ["person_id", "family_id", "decree_number", "action", "decreed_on", "effective_on"]
    types = {"decreed_on": pl.Date, "effective_on": pl.Date}
    return pl.DataFrame(rows, schema=names, orient="row", schema_overrides=types).with_columns(area_code=pl.lit("A"))


def test_a_family_is_in_force_while_one_of_its_people_is() -> None:
    april, may = date(2024, 4, 2), date(2024, 5, 2)
    said = decrees(
        *[(person, "F1", "1", "named", MARCH, None) for person in ("P1", "P2")],
        ("P1", "F1", "2", "removed", april, None),
        ("P1", "F1", "2", "named", april, None),  # removed and named at once: moved
        ("P9", "F1", "2", "removed", april, None),  # whom nobody named
        ("P2", "F1", "3", "graduated", may, april),
        ("P1", "F1", "4", "named", may, None),  # an amending decree repeats who stays
    )
    people = reports_decrees.named(said)
    assert [(each.person_id, each.start, each.end, each.is_again) for each in people] == [
        ("P1", MARCH, april, False),
        ("P1", april, None, True),
        ("P2", MARCH, april, False),
    ]
    assert reports_decrees.spells(people) == {"F1": [Spell(MARCH, None, None, 2)]}
    headcount = reports_decrees.headcount(people)
    assert (headcount["2024-03/people/A"], headcount["2024-04/people/city"], headcount["2024-04/left/A"]) == (2, 1, 2)
    assert stages(Facts({"deliberations": pl.DataFrame(schema=["family_id", "outcome"])}, {"F1": [WAS]})) == {
        **{"enumerated": 0, "decreed": 1, "assisted": 0, "graduated": 1}
    }


def test_what_the_mess_takes_is_no_longer_known() -> None:
    contract = load_contracts()["kelurahan/pendataan"]
    names = ("enumerated_on", "water_source", "has_identity_papers")
    clean = pl.DataFrame(
        {"enumerated_on": [MARCH] * 3, "water_source": ["rain"] * 3, "has_identity_papers": [True] * 3}
    )
    draft = Draft(clean, Draws(pl.Series(["a", "b", "c"]), 1, contract.source_id), clean["water_source"] == "", False,
                  False, {}, (None,))  # fmt: skip
    draft.lose("enumerated_on", (pl.int_range(3, eager=True) == 1).to_numpy())
    words = {"enumerated_on": pl.Series(["1", "2", "3"]), "water_source": pl.Series(["Air Hujan", "Tidak Tahu", None])}
    words["has_identity_papers"] = pl.Series(["Ya", "Tidak", "?"])
    found = known(draft, contract, words)
    assert set(found.columns) == set(names)
    assert found["enumerated_on"].to_list() == [MARCH, None, MARCH]
    assert found["water_source"].to_list()[1:] == [None, None]
    assert found["has_identity_papers"].to_list() == [True, False, None]
