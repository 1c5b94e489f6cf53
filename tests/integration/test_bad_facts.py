"""Facts that readable files get wrong, and facts that change: what reports make of each, on a real warehouse."""

import csv
import shutil
from dataclasses import replace
from datetime import date

import pytest
from made_up import KAMELOH_BARU, MENTENG, MadeUp, ended, kk, named, nik
from sqlalchemy import text

from sinergi import asof, loose_ends, roles
from sinergi import build as warehouse
from sinergi.database import engine as make_engine
from sinergi.errors import SinergiError
from sinergi.link import link
from sinergi.papers.by_name import write_list
from sinergi.papers.report import write_report
from sinergi.settings import ROOT

OLD_OFFICE = {
    "opd_id": "dinkop", "name": "Dinas Koperasi", "abbreviation": "Dinkop", "mandate": "Usaha mikro",
    "is_assumed": "true", "valid_until": "2024-03-31", "successor_opd_id": "dkukmp",
}  # fmt: skip
OLD_PROGRAM = {
    "program_id": "dinkop-modal", "opd_id": "dinkop", "name": "Modal usaha", "strategy": "raise_income",
    "recipient_type": "person",
}  # fmt: skip
NAMES = {
    1: "Budi Santoso", 2: "Yohanes Simbolon", 3: "Tarigan Ambarwulan", 4: "Rusmiati Halimah", 5: "Dewi Kumalasari",
    6: "Hendra Wijaya",
}  # fmt: skip
WITHDRAWN = {"decree_number": "188.45/300/2024", "decreed_on": date(2024, 10, 1)}


def help_to(number, day, program="dinsos-sembako", **more):
    """Make up one delivery of help to the one person of a family."""
    who = {"nik": nik(number), "no_kk": kk(number), "full_name": NAMES[number], "recipient_kind": "family"}
    return {"program_id": program, "delivered_on": day, "status": "delivered", **who, **more}


@pytest.fixture(scope="module")
def seeds(tmp_path_factory):
    """A project whose seeds know an office that was merged into another, and its programme."""
    project = tmp_path_factory.mktemp("project") / "dbt_project"
    shutil.copytree(ROOT / "dbt_project", project)
    for seed, row in (("opd", OLD_OFFICE), ("programs", OLD_PROGRAM)):
        path = project / "seeds" / f"{seed}.csv"
        with path.open(newline="") as file:
            columns = next(csv.reader(file))
        with path.open("a", newline="") as file:
            csv.DictWriter(file, columns).writerow(row)
    return project


@pytest.fixture(scope="module")
def facts(server, tmp_path_factory, seeds):
    """One city in which all of it happened."""
    from sinergi.settings import Settings

    name = "test_bad_facts"
    engine = make_engine(server.create_database(name))
    settings = replace(Settings.load({}, home=tmp_path_factory.mktemp("home")), dbt_project=seeds)
    city = MadeUp(engine)
    sk, sembako = "setda/sk_walikota", "dinsos/sembako"

    def whom(number, **more):
        return {"household": str(number), "no_kk": kk(number), "relationship": "head", **more}

    first = [named(NAMES[n], n, **whom(n)) for n in (1, 2, 3, 4)]
    city.deliver(sk, "decrees", first)
    city.deliver(sk, "decrees", [ended("removed", NAMES[2], 2, on=date(2024, 3, 25), **whom(2))])
    again = {"decree_number": "188.45/250/2024", "decreed_on": date(2024, 9, 2), "area_code": MENTENG}
    city.deliver(sk, "decrees", [named(NAMES[2], 2, **whom(2, **again))])
    # One decree names family 5, repeats family 1 and lets family 4 go; six weeks later all of it is taken back.
    taken_back = [named(NAMES[n], n, **whom(n, **WITHDRAWN)) for n in (5, 1)]
    taken_back.append(ended("graduated", NAMES[4], 4, on=WITHDRAWN["decreed_on"], **whom(4, **WITHDRAWN)))
    city.deliver(sk, "decrees", taken_back)
    back = {"withdrawn_number": WITHDRAWN["decree_number"], "decree_number": "188.45/330/2024"}
    back |= {"decreed_on": date(2024, 11, 15)}
    city.deliver("setda/pencabutan_sk", "decree_withdrawals", [back])

    city.deliver(
        sembako, "interventions", [help_to(1, date(2024, 1, 9)), help_to(4, date(2024, 1, 9))], period="2024-01"
    )
    city.deliver(sembako, "interventions", [help_to(1, date(2024, 2, 5))], period="2024-02")
    city.deliver(
        sembako, "interventions", [help_to(1, date(2024, 4, 5)), help_to(2, date(2024, 4, 5))], period="2024-04"
    )
    old = [help_to(3, date(2024, 2, 6), "dinkop-modal", amount_idr=500)]
    city.deliver("dinkop/modal", "interventions", old, period="2024-02")
    city.deliver(
        "dkukmp/bantuan_usaha", "interventions", [help_to(3, date(2024, 5, 6), "usaha-baru")], period="2024-05"
    )
    city.deliver("dinbaru/apa_saja", "interventions", [help_to(6, date(2024, 5, 6), "apa-saja")], period="2024-05")
    line = {"program_name": "Usaha mikro", "activity_code": "2.17", "strategy": "raise_income", "ceiling_idr": 1000}
    before = {"opd_id": "dinkop", "reported_on": date(2024, 3, 31), "realised_idr": 100}
    after = {"opd_id": "dkukmp", "reported_on": date(2024, 6, 30), "realised_idr": 400}
    city.deliver("bapperida/anggaran", "budgets", [line | before], period="2024-Q1")
    city.deliver("bapperida/anggaran", "budgets", [line | after], period="2024-Q2")
    link(engine, settings)
    built = warehouse.build(engine, settings)
    assert built.failures == []
    warehouse.publish(engine, built)
    city.settings, city.built = settings, built
    yield city
    engine.dispose()
    server.drop_database(name)


def ask(city, query, **parameters):
    with city.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query), parameters)]


def family(city, number):
    """Give our id of a family."""
    [(found,)] = ask(city, "select family_id::text from marts.dim_people where nik = :nik", nik=nik(number))
    return found


def test_a_month_in_which_nobody_delivers(facts, tmp_path):
    headcount = "select people from marts.rpt_headcount_city where month = '2024-03-01'"
    assert ask(facts, headcount) == [(3,)]  # the decrees hold, whoever is silent
    months = "select distinct month::text from marts.rpt_assistance order by 1"
    assert [row[0][:7] for row in ask(facts, months)] == ["2024-01", "2024-02", "2024-04", "2024-05"]  # no row, not 0
    report = write_report(facts.engine, date(2024, 3, 1), tmp_path)
    assert all(path.stat().st_size > 5000 for path in report)


def test_help_before_the_decree_is_no_help_to_a_decreed_family(facts):
    reasons = """
        select reason, first_helped_on::text, times_helped from marts.rpt_untargeted_recipients
        where family_id = :family order by 2
    """
    assert ask(facts, reasons, family=family(facts, 1)) == [("before_decree", "2024-01-09", 1)]
    coverage = (
        "select times_helped from marts.rpt_coverage where family_id = :family and strategy = 'reduce_expenditure'"
    )
    assert ask(facts, coverage, family=family(facts, 1)) == [(2,)]
    unserved = "select family_id::text from marts.rpt_unserved_families where is_in_force"
    assert (family(facts, 4),) in ask(facts, unserved)
    assert ask(facts, "select count(*) from marts.fct_interventions where delivered_on < '2024-01-24'") == [(2,)]


def test_removed_and_decreed_again_elsewhere(facts):
    spells = """
        select started_on::text, ended_on::text, end_cause, area_code from marts.fct_decree_spells
        where family_id = :family order by 1
    """
    assert ask(facts, spells, family=family(facts, 2)) == [
        ("2024-01-24", "2024-03-25", "removed", KAMELOH_BARU),
        ("2024-09-02", None, None, MENTENG),
    ]
    september = """
        select area_code, people, entered_first, entered_again from marts.rpt_headcount
        where month = '2024-09-01' and people > 0 order by 1
    """
    assert ask(facts, september) == [(MENTENG, 1, 0, 1), (KAMELOH_BARU, 3, 0, 0)]
    between = "select reason from marts.rpt_untargeted_recipients where family_id = :family"
    assert ask(facts, between, family=family(facts, 2)) == [("after_end",)]  # in April no decree named it
    journeys = "select spell_number, decree_number from marts.rpt_family_journey where family_id = :family order by 1"
    assert ask(facts, journeys, family=family(facts, 2)) == [(1, "188.45/23/2024"), (2, "188.45/250/2024")]


def test_a_decree_withdrawn_whole(facts):
    months = """
        select month::text, people, entered, "left", left_graduated, left_withdrawn from marts.rpt_headcount_city
        where month between '2024-09-01' and '2024-11-01' order by 1
    """
    assert ask(facts, months) == [
        ("2024-09-01", 4, 1, 0, 0, 0),
        ("2024-10-01", 4, 1, 1, 1, 0),  # family 5 comes, family 4 goes
        ("2024-11-01", 4, 1, 1, 0, 1),  # family 5 goes, family 4 is back
    ]
    stages = "select stage, stage_since::text from marts.dim_families where family_id = :family"
    assert ask(facts, stages, family=family(facts, 5)) == [("withdrawn", "2024-11-15")]
    assert ask(facts, stages, family=family(facts, 4)) == [("decreed", "2024-11-15")]
    spells = "select decree_number from marts.fct_decree_spells where family_id = :family and ended_on is null"
    assert ask(facts, spells, family=family(facts, 1)) == [("188.45/23/2024",)]  # repeated by it, named before it
    people = [
        asof.figures(facts.engine, facts.settings, day)["people"] for day in (date(2024, 11, 14), date(2024, 11, 15))
    ]
    assert people == [4, 4]


def test_a_withdrawal_that_was_not_known_then(facts):
    arrived = """
        update ops.deliveries
        set finished_at = (case entity when 'decree_withdrawals' then '2024-11-20' else '2024-11-01' end)::timestamptz
    """
    with facts.engine.begin() as connection:
        connection.execute(text(arrived))
    day = date(2024, 11, 16)
    then, now = (asof.figures(facts.engine, facts.settings, day, known) for known in (date(2024, 11, 18), None))
    stages = [{row["stage"]: row["families"] for row in answer["stages"]} for answer in (then, now)]
    assert [(each.get("withdrawn", 0), each.get("graduated", 0)) for each in stages] == [(0, 1), (1, 0)]
    assert (then["people"], now["people"]) == (4, 4)


def test_an_office_merged_into_another_leaves_it_its_history(facts):
    given = "select opd_id, given_by_opd_id from marts.fct_interventions where program_id = 'dinkop-modal'"
    assert ask(facts, given) == [("dkukmp", "dinkop")]
    offices = "select opd_id, valid_until::text, current_opd_id from marts.dim_opd where abbreviation = 'Dinkop'"
    assert ask(facts, offices) == [("dinkop", "2024-03-31", "dkukmp")]
    budget = "select opd_id, ceiling_idr::int, realised_idr::int from marts.rpt_budget"
    assert ask(facts, budget) == [("dkukmp", 1000, 400)]  # one line, whose last report is the successor's
    by_name = "select distinct opd_id, times_helped, full_name from office_blue.office_people where full_name = :name"
    with facts.engine.connect() as connection:
        found = connection.execute(text(by_name), {"name": NAMES[3]}).all()
    assert [tuple(row) for row in found] == [("dkukmp", 2, NAMES[3])]


def test_the_successors_role_sees_the_families_of_the_office_of_old_and_the_old_role_none(facts):
    """By row security, in the office's view and in the table; with the columns that the seed gives the successor."""
    lists = ("{schema}.{office}", "office_{colour}.office_people", "{schema}.{office}_overlaps")
    for office, expected in (("dkukmp", [(NAMES[3],)]), ("dinkop", [])):
        with facts.engine.connect() as connection:
            connection.execute(text(f"set role bi_{office}"))
            colour = facts.built.colour
            people, everyone, pairs = (
                connection.execute(
                    text(f"select full_name from {name.format(schema='office', office=office, colour=colour)}")
                ).all()
                for name in lists
            )
            columns = "select count(*) from information_schema.columns where table_name = :office"
            shown = connection.execute(text(columns), {"office": office}).scalar_one()
            connection.rollback()  # the connection goes back to the pool as who it was
        assert [tuple(row) for row in people] == [tuple(row) for row in everyone] == expected, office
        assert pairs == [] and shown >= len(roles.COMMON)


@pytest.mark.parametrize(("opd_id", "said"), [("dinkop", "--opd dkukmp"), ("dinbaru", "opd.csv")])
def test_a_list_of_an_office_that_is_no_more_or_not_yet(facts, tmp_path, opd_id, said):
    with pytest.raises(SinergiError, match=said):
        write_list(facts.engine, opd_id, "Verifikasi lapangan", tmp_path)
    assert list(tmp_path.iterdir()) == []
    listed = write_list(facts.engine, "dkukmp", "Verifikasi lapangan", tmp_path)
    assert listed.families == 1


def test_a_programme_and_a_sender_that_no_seed_knows(facts):
    programs = "select program_id, opd_id, strategy from marts.dim_programs where strategy = 'unknown' order by 1"
    assert ask(facts, programs) == [("apa-saja", "dinbaru", "unknown"), ("usaha-baru", "dkukmp", "unknown")]
    assert ask(facts, "select name, is_assumed from marts.dim_opd where opd_id = 'dinbaru'") == [("dinbaru", True)]
    lost = """
        select count(*) from marts.rpt_assistance
        left join marts.dim_opd using (opd_id) left join marts.dim_programs using (program_id)
        where dim_opd.name is null or dim_programs.name is null
    """
    assert ask(facts, lost) == [(0,)]
    coverage = "select strategy, times_helped from marts.rpt_coverage where family_id = :family order by 1"
    assert ask(facts, coverage, family=family(facts, 3)) == [
        ("raise_income", 1), ("reduce_expenditure", 0), ("reduce_pockets", 0),
    ]  # fmt: skip


def test_decrees_that_fit_nothing_are_told_to_their_sender(facts):
    assert loose_ends.refresh(facts.engine, facts.settings) == 0
    odd = {"withdrawn_number": "188.45/999/2024", "decree_number": "188.45/400/2024", "decreed_on": date(2024, 12, 2)}
    facts.deliver("setda/pencabutan_sk", "decree_withdrawals", [odd])
    nobody = ended("graduated", "Siapa Saja", 99, on=date(2024, 12, 2), household="99")
    facts.deliver("setda/sk_walikota", "decrees", [nobody])
    link(facts.engine, facts.settings)
    for _ in range(2):  # said once, however often it is worked out
        assert loose_ends.refresh(facts.engine, facts.settings) == 2
    found = ask(facts, "select rule, severity, value, message from ops.findings where rule like 'decree.%' order by 1")
    assert [row[:3] for row in found] == [
        ("decree.not_named", "warning", "graduated"),
        ("decree.unknown", "warning", "188.45/999/2024"),
    ]
    assert "tidak ada SK yang menetapkannya" in found[0][3] and "belum pernah diterima" in found[1][3]
