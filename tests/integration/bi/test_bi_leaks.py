"""The test of who sees what, tested: each kind of leak is planted, and the walk must find it."""

import psycopg
import pytest
import test_bi_privacy as walk
from made_roles import AMOUNT, DISABILITY, FAMILIES, City, secrets_of

from sinergi.database import connect

LIST = "office_blue.office_people"
OPEN = f"alter table {LIST} no force row level security, disable row level security"
CLOSED = f"alter table {LIST} enable row level security, force row level security"
VIEW = "create view bi.leak as select {} from marts.dim_people", "grant select on bi.leak to bi_reader"
NAME, NIK = FAMILIES[3][0], secrets_of(3)[2]  # of a family that no office helps


@pytest.fixture(scope="module")
def city(server, city_settings):
    """A city of its own, since what is planted would be every other test's leak."""
    city = City(server, "test_leaks")
    city.build(city_settings)
    for login in ("reader", "dinsos", "disdik"):
        # The walk's name for it; roles are the whole server's, so that theirs must differ.
        city.logins[f"test_{login}"] = city.login(f"leaks_{login}", member_of=City.MEMBERS[login])
    yield city
    city.close()


@pytest.fixture
def plant(city):
    """Run statements as the owner, or as the mighty one, and undo them afterwards."""
    undo = []

    def planted(*statements, undone_by, mighty=False):
        undo.append((mighty, undone_by))
        with connect(city.admin if mighty else city.owner, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    yield planted
    for mighty, statement in undo:
        with connect(city.admin if mighty else city.owner, autocommit=True) as connection:
            connection.execute(statement)


@pytest.fixture
def who(city, request):
    with connect(city.logins[f"test_{getattr(request, 'param', 'reader')}"], autocommit=True) as connection:
        connection.login = getattr(request, "param", "reader")
        yield connection


@pytest.mark.parametrize(
    "column",
    ["nik", "full_name", "birth_date", f"'x {DISABILITY} y' as note", f"{AMOUNT} as note"],
    ids=["nik", "name", "birth date", "disability", "money"],
)
def test_a_view_is_found_column_by_column(city, plant, who, column):
    plant(*(each.format(column) for each in VIEW), undone_by="drop view bi.leak")
    with pytest.raises(AssertionError):
        walk.test_every_role_every_relation_every_column(who, city)


@pytest.mark.parametrize("who", ["disdik"], indirect=True)
def test_another_offices_column_is_found(city, plant, who):
    plant(
        f"grant select (disability) on {LIST} to bi_disdik",
        undone_by=f"revoke select (disability) on {LIST} from bi_disdik",
    )
    with pytest.raises(AssertionError):
        walk.test_every_role_every_relation_every_column(who, city)


def test_a_table_without_row_security_is_found(city, plant, session):
    plant(OPEN, undone_by=CLOSED)
    with pytest.raises(AssertionError):
        walk.test_the_table_shows_no_other_offices_row_whatever_is_asked_of_it(session)


def test_a_function_is_found(plant, who):
    plant(
        "create function bi.leak() returns text language sql security definer as $$ select max(nik) from "
        "marts.dim_people $$",
        "grant execute on function bi.leak() to bi_reader",
        undone_by="drop function bi.leak()",
    )
    with pytest.raises(AssertionError):
        walk.test_no_function_opens_what_relations_close(who)


@pytest.mark.parametrize("who", ["disdik"], indirect=True)
def test_a_plan_that_tells_of_others_rows_is_found(city, plant, who):
    """Without row security the rows that a plan counts tell whether somebody is in the list."""
    plant(OPEN, undone_by=CLOSED)
    with pytest.raises(AssertionError):
        walk.test_no_plan_count_or_drop_down_tells_of_rows_that_are_not_ones_own(who, city)


def test_a_count_of_others_rows_is_found(city, plant, who):
    plant("create table office_blue.office_secret (n int)", undone_by="drop table office_blue.office_secret")
    with pytest.raises(AssertionError):
        walk.test_no_plan_count_or_drop_down_tells_of_rows_that_are_not_ones_own(who, city)


def test_statistics_are_found(city, plant):
    plant(
        f"alter table {LIST} alter column full_name set statistics 100",
        f"analyze {LIST}",
        undone_by=f"alter table {LIST} alter column full_name set statistics 0",
    )
    with pytest.raises(AssertionError):
        walk.test_the_table_by_name_keeps_no_statistics(city)


def test_an_error_that_quotes_a_row_is_found(plant, session):
    """Without row security a division by zero tells that somebody of another office is in the list."""
    plant(OPEN, undone_by=CLOSED)
    with pytest.raises((AssertionError, psycopg.errors.DivisionByZero)):
        walk.test_neither_an_error_nor_a_plan_tells_whether_someone_is_in_the_list(session)


@pytest.mark.parametrize("secret", [NAME, NIK], ids=["name", "nik"])
def test_a_comment_that_names_somebody_is_found(plant, who, secret):
    plant(
        f"comment on table bi_blue.dim_opd is 'as {secret} said'", undone_by="comment on table bi_blue.dim_opd is null"
    )
    with pytest.raises(AssertionError):
        walk.test_the_servers_own_tables_tell_nothing(who)


def test_a_drop_down_value_that_names_somebody_is_found(plant, session):
    plant(
        f"update bi_blue.dim_opd set abbreviation = '{NAME}', name = '{NAME}' where opd_id = 'dinsos'",
        undone_by="update bi_blue.dim_opd set abbreviation = 'Dinsos', name = 'Dinas Sosial' where opd_id = 'dinsos'",
    )
    with pytest.raises(AssertionError):
        walk.test_no_chart_and_no_drop_down_names_anybody(session)


def test_a_small_count_by_kelurahan_is_found(plant, session):
    plant(
        "update bi_blue.rpt_headcount set people = 3 where area_code = '62.71.04.1004'",
        undone_by="update bi_blue.rpt_headcount set people = null where area_code = '62.71.04.1004'",
    )
    with pytest.raises(AssertionError):
        walk.test_small_kelurahan_cannot_be_counted_and_the_city_can(session)
