"""The hiding of small cells, attacked: every table of a size at once, by one who knows the totals and the method."""

import itertools
import random
from collections import defaultdict

import pytest
from jinja2 import Environment

from sinergi.database import connect
from sinergi.settings import ROOT

LEAST = 5
SOURCE = (ROOT / "dbt_project" / "macros" / "suppression.sql").read_text()
suppressed = Environment(autoescape=False).from_string(SOURCE, globals={"var": lambda _: LEAST}).module.suppressed


@pytest.fixture(scope="module")
def database(server):
    with connect(server.create_database("test_suppression"), autocommit=True) as connection:
        yield connection
    server.drop_database("test_suppression")


def cells(database, rows, columns="city integer, area text, month integer, people integer, whole integer"):
    database.execute("drop table if exists cells")
    database.execute(f"create table cells ({columns})")
    with database.cursor().copy("copy cells from stdin") as copy:
        for row in rows:
            copy.write_row(row)


def tables(areas, largest_total):
    """Give every table of so many areas whose total is no larger: all that an attacker could think of."""
    for values in itertools.product(range(largest_total + 1), repeat=areas):
        if sum(values) <= largest_total:
            yield values


def test_no_total_gives_a_small_cell_away(database):
    cities = list(tables(areas=4, largest_total=14))
    cells(database, [(n, area, 1, v, None) for n, city in enumerate(cities) for area, v in enumerate(city)])
    query = suppressed("cells", keys=["city", "area"], within=["city"], measures=["people"])
    shown = defaultdict(dict)
    for city, area, people, is_suppressed in database.execute(query):
        assert is_suppressed is (people is None)
        shown[city][int(area)] = people
    # What can be seen of a city is what is shown and the total. Cities that look alike cannot be told apart.
    alike = defaultdict(list)
    for number, city in enumerate(cities):
        alike[(sum(city), tuple(shown[number][area] for area in range(4)))].append(city)
    hidden, told_apart = 0, []
    for (_, seen), same in alike.items():
        assert not any(value is not None and 0 < value < LEAST for value in seen)
        for area, value in enumerate(seen):
            if value is None and any(0 < city[area] < LEAST for city in same):
                hidden += 1
                told_apart += [same] if len({city[area] for city in same}) == 1 else []
    assert told_apart == [] and hidden > 200


def test_nothing_is_hidden_without_need(database):
    cities = [(7, 9, 0, 12), (0, 0, 0, 0), (3, 6, 8, 20, 0, 0, 0, 0, 0, 0, 0, 0)]
    cells(database, [(n, area, 1, v, None) for n, city in enumerate(cities) for area, v in enumerate(city)])
    query = suppressed("cells", keys=["city", "area"], within=["city"], measures=["people"])
    hidden = {(city, int(area)) for city, area, people, _ in database.execute(query) if people is None}
    assert hidden == {(2, 0), (2, 1)}  # the three, and the next larger; not the twenty, not one zero


def test_no_two_months_give_a_small_change_away(database):
    chance = random.Random(5)
    rows = []
    for city in range(40):
        for area in "abcd":
            people = chance.randint(0, 40)
            for month in range(12):
                rows.append((city, area, month, people, None))
                people = max(0, people + chance.choice([0, 0, -1, -2, -3, -4, -6, 2, 5, 9]))
    cells(database, rows)
    query = suppressed(
        "cells", keys=["city", "area", "month"], within=["city", "month"], measures=["people"], cell=["city", "area"],
        over="month",
    )  # fmt: skip
    series = defaultdict(list)
    for city, area, month, people, _ in database.execute(query):
        if people is not None:
            series[city, area].append((month, people))
    changes = 0
    truth = {(city, area, month): people for city, area, month, people, _ in rows}
    for place, months in series.items():
        for (before, first), (after, second) in itertools.pairwise(sorted(months)):
            if all(truth[(*place, month)] <= truth[(*place, month - 1)] for month in range(before + 1, after + 1)):
                changes += 1
                assert first - second == 0 or first - second >= LEAST
    assert changes > 100


def test_what_is_left_of_a_known_whole_is_not_small_either(database):
    cells(database, [(1, "a", 1, 9, 10), (1, "b", 1, 10, 10), (1, "c", 1, 30, 60), (1, "d", 1, 0, 60)])
    query = suppressed("cells", keys=["area"], within=["city"], measures=["people"], of={"people": "whole"})
    assert {area: people for area, people, _ in database.execute(query)} == {"a": None, "b": None, "c": 30, "d": 0}


def test_money_is_hidden_with_its_people_and_what_another_report_hides(database):
    cells(database, [(1, "a", 1, 3, 900), (1, "b", 1, 8, 70), (1, "c", 1, 8, 10)])
    query = suppressed("cells", keys=["area"], within=["city"], measures=["people"], along={"whole": "people"})
    assert sorted(database.execute(query)) == [("a", None, None, True), ("b", None, None, True), ("c", 8, 10, False)]
    query = suppressed("cells", keys=["area"], within=["city"], measures=["people"], hide_when="area = 'c'")
    assert [row[0] for row in database.execute(query) if row[1] is not None] == ["b"]


def test_a_zero_after_a_small_count_does_not_tell_how_many_left(database):
    # The city falls from 8 to 7 in the third month: shown as zero, the first kelurahan would have had one.
    months = [(1, 1, 7), (2, 1, 7), (3, 0, 7), (4, 0, 7)]
    rows = [(1, area, month, counts[i], None) for month, *counts in months for i, area in enumerate("ab")]
    cells(database, [*rows, *((1, "c", month, 0, None) for month, *_ in months)])
    query = suppressed(
        "cells", keys=["area", "month"], within=["month"], measures=["people"], cell=["area"], over="month"
    )
    shown = {(area, month): people for area, month, people, _ in database.execute(query)}
    assert [shown["a", month] for month in (1, 2, 3, 4)] == [None] * 4
    assert all(shown["c", month] == 0 for month in (1, 2, 3, 4))


def test_all_months_and_totals_together_determine_no_small_cell(database):
    """Whoever solves for every hidden cell at once, knowing that nobody entered, finds no single value."""
    import numpy as np
    from scipy.optimize import linprog

    chance = random.Random(3)
    months, areas = range(8), range(10)
    people = {(area, 0): chance.choice([0, 0, 1, 2, 3, 4, 5, 30]) for area in areas}
    for area, month in itertools.product(areas, months[1:]):
        people[area, month] = max(0, people[area, month - 1] - chance.choice([0, 0, 0, 1, 2, 4, 7]))
    cells(database, [(1, str(area), month, count, None) for (area, month), count in people.items()])
    query = suppressed(
        "cells", keys=["area", "month"], within=["month"], measures=["people"], cell=["area"], over="month"
    )
    shown = {(int(area), month): count for area, month, count, _ in database.execute(query)}
    keys = sorted(shown)
    place = {key: number for number, key in enumerate(keys)}

    def row(*terms):
        line = np.zeros(len(keys))
        for key, factor in terms:
            line[place[key]] = factor
        return line

    known = {
        "A_eq": [row(*(((area, month), 1) for area in areas)) for month in months],
        "b_eq": [sum(people[area, month] for area in areas) for month in months],
        "A_ub": [row(((a, m), 1), ((a, m - 1), -1)) for a, m in itertools.product(areas, months[1:])],
        "b_ub": [0] * (len(areas) * (len(months) - 1)),
        "bounds": [(shown[key], shown[key]) if shown[key] is not None else (int(key[1] == 0), None) for key in keys],
    }
    small = [key for key in keys if shown[key] is None and 0 < people[key] < LEAST]
    assert len(small) > 8
    for key in small:
        low, high = linprog(row((key, 1)), **known), linprog(row((key, -1)), **known)
        assert -high.fun - low.fun >= 1, key


def test_needs_month_by_month_give_no_small_count_and_no_small_change(database):
    """The model that the mayor's page, open data and BI read, over a made-up city: met, unmet and their sum."""
    folder = ROOT / "dbt_project"
    macros = SOURCE + (folder / "macros" / "help.sql").read_text()
    model = (folder / "models" / "bi" / "bi_rpt_needs_monthly.sql").read_text()
    query = Environment(autoescape=False).from_string(macros + model).render(var=lambda _: LEAST, ref=lambda name: name)
    chance = random.Random(11)
    for table, columns in {
        "rpt_headcount_city": "month date, month_end date",
        "int_family_spells": "family_id integer, started_on date, ended_on date",
        "rpt_needs": "need_id text, need_name text, opd_id text, family_id integer, needed_since date, met_on date, "
        "days_to_met integer",
    }.items():
        database.execute(f"drop table if exists {table}")
        database.execute(f"create table {table} ({columns})")
    database.execute("""insert into rpt_headcount_city
        select m, (m + interval '1 month - 1 day')::date from generate_series(date '2024-01-01', '2024-12-01',
        interval '1 month') as m""")
    for family in range(60):
        left = chance.choice([None, None, 40, 130, 200, 290])
        database.execute("insert into int_family_spells values (%s, '2024-01-05', date '2024-01-05' + %s::int)",
                         [family, left])  # fmt: skip
        for need in "abcdef":
            if chance.random() < {"a": 0.9, "b": 0.5, "c": 0.25, "d": 0.1, "e": 0.05, "f": 0.6}[need]:
                met = chance.choice([None, chance.randint(10, 340), chance.choice([100, 220])])
                database.execute(
                    "insert into rpt_needs values (%s, %s, 'o', %s, '2024-01-01', date '2024-01-01' + %s::int, %s)",
                    [need, need, family, met, met],
                )
    rows = database.execute(query).fetchall()
    assert len(rows) == 12 * 6 * 2
    shown, changes = defaultdict(list), 0
    for month, need, _, _, is_in_force, needs, met, unmet, median, is_suppressed in sorted(rows):
        assert (met is None) == (unmet is None) and is_suppressed is (needs is None or met is None)
        assert met is None or needs == met + unmet  # whoever subtracts finds what is shown
        assert needs is not None or (met, unmet, median) == (None, None, None)
        for name, count in (("needs", needs), ("met", met), ("unmet", unmet)):
            if count is not None:
                assert not 0 < count < LEAST, (month, need, name)
                shown[need, is_in_force, name].append(count)
    for series in shown.values():
        for first, second in itertools.pairwise(series):
            if first != second:
                changes += 1
    for key, series in shown.items():
        if key[2] == "needs":
            assert all(abs(a - b) == 0 or abs(a - b) >= LEAST for a, b in itertools.pairwise(series)), key
    assert changes > 20
