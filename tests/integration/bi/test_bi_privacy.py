"""Who sees what: every role, every relation, every column; views, functions, plans, errors, counts and statistics."""

import csv
import re

import psycopg
import pytest
from made_roles import AMOUNT, CHILD, DISABILITY, FAMILIES, SEEDS, STUNTED, City, secrets_of

from sinergi import roles
from sinergi.bench.dashboards import queries
from sinergi.database import connect
from sinergi.entities import load_entities
from sinergi.identity_hashes import digest, hash_key

ALL = [1, 2, 3]
COMMON = ["A-REFERENCE-7", "Tetangga Melapor"]
MEMBERS = City.MEMBERS
with (SEEDS / "office_columns.csv").open(encoding="utf-8") as file:
    OWN = [(row["opd_id"], row["column_name"]) for row in csv.DictReader(file)]
SEES_CHILDREN = {opd_id for opd_id, column in OWN if column == "is_child"}
CLASSES = {}
for entity in load_entities().values():
    for column in entity:
        CLASSES.setdefault(column.name, set()).add(column.privacy)
RELATIONS = """
select nspname, relname from pg_class join pg_namespace n on n.oid = relnamespace
where relkind in ('r', 'v', 'm', 'p', 'f') and nspname not in ('pg_catalog', 'information_schema') order by 1, 2
"""
COLUMNS = """
select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped order by attnum
"""


@pytest.fixture(params=MEMBERS)
def who(request, city):
    with connect(city.logins[f"test_{request.param}"], autocommit=True) as connection:
        connection.login = request.param
        yield connection


def found(shown, families=tuple(ALL)):
    """Give the families that a text tells of, and the secrets that are nobody's to see."""
    text = str(shown).lower()
    told = {family for family in families for secret in secrets_of(family) if secret.lower() in text}
    assert not [secret for secret in COMMON if secret.lower() in text]
    return told


def read(connection, relation, column):
    try:
        return connection.execute(f'select "{column}"::text from {relation}').fetchall()  # a date as people write it
    except psycopg.errors.InsufficientPrivilege:
        return None


def allowed(opd_id):
    """Give the columns that an office may read: those of all offices, and its own, each with a reason in the seed."""
    common = {name for name in roles.COMMON if "specific" not in CLASSES.get(name, set())}
    return common | {column for office, column in OWN if office == opd_id}


def lists_of(city, opd_id):
    """Give the further lists that an office reads, each with its columns: candidates only where work is its mandate."""
    with connect(city.owner, autocommit=True) as owner:
        needs = owner.execute("select opd_id from staging.needs where need_id = 'work'").fetchall()
        tables = [name for name in roles.LISTS if name != "office_candidates" or (opd_id,) in needs]
        return {name: {row[0] for row in owner.execute(COLUMNS, [f"office_blue.{name}"])} for name in tables}


def served(city, opd_id):
    """Give the families that an office helps or whose unmet need is its mandate, from the marts."""
    query = """
        select people.full_name from marts.dim_people as people where family_id in (
            select family_id from marts.rpt_needs where opd_id = %(opd)s and is_in_force and not is_met
            union select family_id from marts.fct_interventions where opd_id = %(opd)s
                and status in ('granted', 'delivered', 'completed') and recipient_kind is distinct from 'group'
        )
    """
    with connect(city.owner, autocommit=True) as owner:
        return found(owner.execute(query, {"opd": opd_id}).fetchall())


def specific(shown):
    """Give the specific data that a text tells of."""
    return {word for word in (DISABILITY, STUNTED, str(AMOUNT)) if re.search(rf"\b{word}\b", str(shown))}


def test_every_role_every_relation_every_column(who, city):
    is_office, readable, tried = who.login in City.OFFICES, {}, 0
    families = served(city, who.login) if is_office else set()
    for schema, name in who.execute(RELATIONS).fetchall():
        relation = f'{schema}."{name}"'
        for (column,) in who.execute(COLUMNS, [relation]).fetchall() if usable(who, schema) else [("ctid",)]:
            rows = read(who, relation, column)
            tried += 1
            if rows is None:
                continue
            readable.setdefault(schema if schema == "bi" else f"{schema}.{name}", set()).add(column)
            assert found(rows) <= (families if schema != "bi" else set()), (relation, column)
            is_own = schema != "bi" and (who.login, column) in OWN
            assert not specific(rows) or is_own, (relation, column)
            if who.login not in SEES_CHILDREN:
                assert CHILD not in str(rows), (relation, column)
    bi = readable.pop("bi")
    # Of what is specific, bi has only sums that are hidden with their counts.
    assert {name for name in bi if "specific" in CLASSES.get(name, set())} <= {"amount_idr"}
    expected = {}
    if is_office:
        for table, columns in {"office_people": allowed(who.login), **lists_of(city, who.login)}.items():
            view = f"office.{who.login}{roles.LISTS.get(table, '')}"
            expected |= {view: columns, f"office_blue.{table}": columns}
    assert readable == expected and tried > 200


def test_the_city_of_these_tests_has_specific_data_to_leak(city):
    with connect(city.owner, autocommit=True) as owner:
        assert specific(owner.execute("select disability, nutrition_status from office_blue.office_people").fetchall())
        assert specific(owner.execute("select amount_idr::bigint from marts.fct_interventions").fetchall())
        assert specific(owner.execute("select nutrition_status from raw.interventions").fetchall()) == {STUNTED}
        assert owner.execute("select count(*) from raw.registry_people where welfare_decile = 1").fetchone() == (1,)
    shared = {opd_id for opd_id in City.OFFICES if 2 in served(city, opd_id)}
    assert "disdik" in shared & SEES_CHILDREN


def test_no_plan_count_or_drop_down_tells_of_rows_that_are_not_ones_own(who, city):
    """Estimates, counters and lists of values, as each role sees them."""
    # The server tells everyone how large a table is: this one holds the lists of all offices, and no table one alone.
    with connect(city.owner, autocommit=True) as owner:
        everyone = owner.execute("select count(*) from office_blue.office_people").fetchone()[0]
    sizes = "select reltuples from pg_class where relname = 'office_people'"
    assert {int(size) for (size,) in who.execute(sizes)} <= {-1, 0, everyone}
    counters = "select n_live_tup, n_mod_since_analyze from pg_stat_all_tables where relname = 'office_people'"
    assert {count for row in who.execute(counters) for count in row} <= {0, everyone}
    tables = "select relname from pg_class where relkind = 'r' and relnamespace = 'office_blue'::regnamespace"
    assert {name for (name,) in who.execute(tables)} == {"office_people", *roles.LISTS}
    if who.login not in City.OFFICES:
        return
    mine = who.execute("select count(*) from office_blue.office_people").fetchone()[0]
    plan = who.execute(f"explain (analyze, timing off, summary off) select * from office.{who.login}").fetchall()
    assert found(plan) == set() and f"rows={mine}" in str(plan)
    # Whoever is in another office's list leaves the same plan as one who is in none.
    names = {name for family in set(ALL) - served(city, who.login) for name in FAMILIES[family]}
    ask = "explain (analyze, timing off, summary off, costs off, buffers off) select 1 from {} where full_name = '{}'"
    for relation in (f"office.{who.login}", "office_blue.office_people"):
        plans = {
            str(who.execute(ask.format(relation, name)).fetchall()).replace(name, "")
            for name in (*names, "Nobody At All")
        }
        assert len(plans) == 1
    for column in sorted(allowed(who.login)):
        listed = who.execute(f"select distinct {column} from office_blue.office_people").fetchall()
        assert len(listed) <= mine


def usable(connection, schema):
    return connection.execute("select has_schema_privilege(%s, 'usage')", [schema]).fetchone()[0]


def test_an_office_reads_its_families_and_its_columns(session):
    dinsos, disdik = session("dinsos"), session("disdik")
    query = "select full_name, needs, times_helped, nik from office.{} order by full_name"
    mine = dinsos.execute(query.format("dinsos")).fetchall()
    assert [row[0] for row in mine] == sorted(FAMILIES[1]) and mine[0][2] == 1
    assert mine[0][3] == "************0010"
    theirs = disdik.execute(query.format("disdik")).fetchall()
    assert [row[0] for row in theirs] == sorted(FAMILIES[2]) and "sekolah" in theirs[0][1]
    assert {row[0] for row in disdik.execute("select school_participation from office.disdik")} == {"left", None}
    for column in ("floor_material", "disability", "*"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            disdik.execute(f"select {column} from office_blue.office_people")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        dinsos.execute("select * from office.disdik")


def test_the_table_shows_no_other_offices_row_whatever_is_asked_of_it(session):
    disdik = session("disdik")
    everything = "select full_name, address, phone, needs from office_blue.office_people"
    assert found(disdik.execute(everything).fetchall()) == {2}
    assert disdik.execute("select count(*), count(distinct opd_id) from office_blue.office_people").fetchone() == (2, 1)
    assert disdik.execute("select distinct area_name from office_blue.office_people").fetchall() == [("Kameloh Baru",)]


def test_neither_an_error_nor_a_plan_tells_whether_someone_is_in_the_list(session):
    disdik = session("disdik")
    for name in (FAMILIES[1][0], "Nobody"):
        trap = f"select 1 / (full_name <> '{name}')::int from office_blue.office_people"
        assert len(disdik.execute(trap).fetchall()) == 2
    cast = "select full_name::date from office_blue.office_people where full_name ~ 'Budi'"
    assert disdik.execute(cast).fetchall() == []
    plans = [
        str(disdik.execute(f"explain select * from office.disdik where full_name = '{name}'").fetchall())
        for name in (FAMILIES[1][0], "Nobody" + FAMILIES[1][0][6:])
    ]
    assert re.sub(r"'\w+ \w+'", "", plans[0]) == re.sub(r"'\w+ \w+'", "", plans[1])


def test_no_view_of_anyone_passes_by_the_row_security(city, session):
    with connect(city.owner, autocommit=True) as owner:
        owner.execute("create view bi.oops as select * from office_blue.office_people")
        owner.execute("grant select on bi.oops to bi_disdik, bi_reader")
    try:
        assert found(session("disdik").execute("select * from bi.oops").fetchall()) == {2}
        assert session("reader").execute("select * from bi.oops").fetchall() == []
    finally:
        with connect(city.owner, autocommit=True) as owner:
            owner.execute("drop view bi.oops")


def test_nobody_makes_functions_or_tables_or_writes(who):
    leak = (
        "create function {}.leak(text) returns bool language plpgsql cost 0.0001 as 'begin raise notice ''%'', $1; end'"
    )
    attempts = [
        *(leak.format(schema) for schema in ("pg_temp", "public", "bi", "office")),
        *("create temp table mine (a int)", "create table public.mine (a int)", "create view bi.mine as select 1 as a"),
        *(
            "delete from bi.dim_opd",
            "update office.dinsos set full_name = ''",
            "insert into access.reads default values",
        ),
        *("copy (select 1) to program 'true'", "select pg_read_file('PG_VERSION')", "alter role bi_reader bypassrls"),
        *("set role test_city_owner", "set session authorization postgres", "load 'auto_explain'"),
        "alter table office_blue.office_people disable row level security",
    ]
    for attempt in attempts:
        with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidParameterValue)):
            who.execute(attempt)


def test_the_servers_own_tables_tell_nothing(who):
    reports = [
        row[0] for row in who.execute("select relname from pg_class where relnamespace = 'pg_catalog'::regnamespace")
    ]
    told = set()
    for name in reports:
        try:
            told |= found(who.execute(f"select * from pg_catalog.{name}").fetchall())
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.WrongObjectType):
            continue
    assert told == set()
    statistics = "select count(*) from pg_stats where schemaname in ('office_blue', 'marts_blue', 'raw', 'linkage')"
    assert who.execute(statistics).fetchone() == (0,)


def test_the_table_by_name_keeps_no_statistics(city):
    with connect(city.owner, autocommit=True) as owner:
        owner.execute("analyze office_blue.office_people")
        query = "select count(*) from pg_statistic where starelid = 'office_blue.office_people'::regclass"
        with connect(city.admin, autocommit=True) as admin:
            assert admin.execute(query).fetchone() == (0,)


def test_small_kelurahan_cannot_be_counted_and_the_city_can(session):
    reader = session("reader")
    assert reader.execute(
        "select count(people), count(families) from bi.rpt_headcount where people > 0"
    ).fetchone() == (0, 0)
    assert reader.execute("select max(people) from bi.rpt_headcount_city").fetchone() == (5,)
    # No relation of families or people has a place, nor a column of one that has a place to join to.
    query = """
        select table_name, array_agg(column_name::text) from information_schema.columns
        where table_schema = 'bi' group by 1
    """
    columns = {name: set(names) for name, names in reader.execute(query)}
    rows = {name for name, names in columns.items() if names & {"person_id", "family_id"}}
    places = {name for name, names in columns.items() if names & {"area_code", "partition", "delivery_id"}}
    assert len(rows) > 3 and not rows & places
    days = "select count(*) from bi.fct_family_stages where extract(day from event_on) > 1"
    assert reader.execute(days).fetchone() == (0,)


def test_no_day_joins_a_family_to_help(session):
    """A date of a family or of help is a month, and days between say no more than the months do."""
    reader = session("reader")
    query = """
        select table_name, column_name from information_schema.columns
        where table_schema = 'bi' and data_type = 'date' and table_name in (
            select table_name from information_schema.columns where table_schema = 'bi'
                and column_name in ('family_id', 'person_id', 'amount_band', 'later_amount_band')
        )
    """
    dates = reader.execute(query).fetchall()
    assert {"rpt_family_journey", "fct_interventions", "fct_family_stages"} <= {name for name, _ in dates}
    for relation, column in dates:
        days = reader.execute(f"select count(*) from bi.{relation} where extract(day from {column}) > 1").fetchone()
        assert days == (0,), (relation, column)
    names = {column for _, column in reader.execute(
        "select table_name, column_name from information_schema.columns where table_schema = 'bi' "
        "and table_name in ('rpt_family_journey', 'fct_interventions', 'rpt_overlaps')"
    )}  # fmt: skip
    assert not names & {"decree_number", "row_number", "delivery_id", "intervention_id"}
    said = "select first_assisted_on, decreed_on, days_to_assisted from bi.rpt_family_journey"
    journeys = [row for row in reader.execute(said) if row[0]]
    assert len(journeys) == 1
    for helped, decreed, days in journeys:
        assert days == 30 * ((helped.year - decreed.year) * 12 + helped.month - decreed.month)
    # The one delivery of help in that month has lost all that would tell whose it was.
    alone = "select distinct opd_id, program_id, amount_band, status from bi.fct_interventions"
    assert reader.execute(alone).fetchall() == [(None,) * 4]


def test_children_are_an_age_band_and_nothing_else(session):
    query = "select distinct sex, relationship, education, occupation from bi.dim_people where age_band = '0-17'"
    assert session("reader").execute(query).fetchall() == [(None, None, None, None)]


def test_no_chart_and_no_drop_down_names_anybody(session):
    asked = {f"{page}/{name}": sql for page, charts in queries().items() for name, sql in charts.items()}
    assert sum("/filter " in name for name in asked) >= 6
    for name, sql in asked.items():
        assert found(session("reader").execute(sql).fetchall()) == set(), name


def test_the_key_of_the_hashes_is_nowhere_in_the_database(city, city_settings, session):
    key = hash_key(city_settings)
    expected = {digest(key, number) for number in (secrets_of(1)[4], secrets_of(3)[2])}
    assert {row[0] for row in session("reader").execute("select nik_hash from bi.dim_people")} >= expected
    with connect(city.admin, autocommit=True) as admin:
        for schema, name in admin.execute(RELATIONS).fetchall():
            assert key.decode() not in str(admin.execute(f'select * from {schema}."{name}"').fetchall())
        assert key.decode() not in str(admin.execute("select * from pg_stat_activity").fetchall())
    log = (city.server.directory / "server.log").read_text(errors="replace")
    assert key.decode() not in log and secrets_of(1)[4] not in log
    assert (city_settings.home / "hash_key").stat().st_mode & 0o077 == 0


def test_identified_people_are_read_for_a_purpose_that_stays_on_record(city, session):
    restricted, other = session("restricted"), session("dinsos")
    people = "select full_name, nik from access.people({})"
    for attempt in ("select access.ask('x')", people.format(1)):
        with pytest.raises(psycopg.errors.RaiseException):
            restricted.execute(attempt)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        other.execute("select access.ask('Ingin tahu saja')")
    purpose = "Verifikasi lapangan bersama lurah"
    # Who asks and reads in one transaction could take the trace back: nothing is shown.
    with pytest.raises(psycopg.errors.RaiseException, match="commit"), restricted.transaction():
        number = restricted.execute(f"select access.ask('{purpose}')").fetchone()[0]
        restricted.execute(people.format(number))
    number = restricted.execute(f"select access.ask('{purpose}', '62.71.03.1002')").fetchone()[0]
    assert found(restricted.execute(people.format(number)).fetchall()) == {3}
    assert len(restricted.execute(people.format(number) + " limit 1").fetchall()) == 1
    with restricted.transaction(force_rollback=True):
        assert found(restricted.execute(people.format(number)).fetchall()) == {3}
    restricted.execute("set default_transaction_read_only = on")
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        restricted.execute(people.format(number))
    restricted.execute("reset default_transaction_read_only")
    with connect(city.admin, autocommit=True) as admin:
        reads = admin.execute(
            "select asked_by, purpose, area_code, kind from access.reads where kind = 'identified'"
        ).fetchall()
        assert reads == [("test_restricted", purpose, "62.71.03.1002", "identified")]
        readings = admin.execute("select read_by, rows from access.readings where read_id = %s", [number]).fetchall()
        assert readings == [("test_restricted", 1)] * 2  # each by itself, also where the reader asked for one row
        log = (city.server.directory / "server.log").read_text(errors="replace")
        assert log.count(f"access.people: request {number} of test_restricted, 1 rows") == 3  # and the one taken back
        admin.execute("update access.reads set asked_at = asked_at - interval '1 hour'")
    with pytest.raises(psycopg.errors.RaiseException):
        restricted.execute(people.format(number))


def test_no_function_opens_what_relations_close(who):
    query = """
        select p.oid::regprocedure::text from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace
        where nspname not in ('pg_catalog', 'information_schema')
            and has_schema_privilege(n.oid, 'usage') and has_function_privilege(p.oid, 'execute')
    """
    allowed = {"access.ask(text,text,uuid)", "access.people(bigint)"} if who.login == "restricted" else set()
    assert {name for (name,) in who.execute(query)} == allowed
