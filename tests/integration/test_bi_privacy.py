"""What a BI tool can see: bi alone, and in it nobody's number, name, birth date, address or phone."""

from datetime import date

import psycopg
import pytest
from made_up import MadeUp, kk, named, nik

from sinergi import bi
from sinergi import build as warehouse
from sinergi.database import connect
from sinergi.database import engine as make_engine
from sinergi.link import link
from sinergi.settings import Settings

NAMES = ["Budisantosa Wibawanto", "Rusmiatiningsih Halimah", "Yohanesputra Simbolonsari"]
SECRETS = [
    *(nik(number) for number in (1, 2, 3, 4)),
    *(kk(number) for number in (1, 2)),
    *(part for name in NAMES for part in name.split()),
    "1980-05-01",
    "Jalan Rahasia",
    "081234567890",
    "A-REFERENCE-7",
    "Tetangga Melapor",
]


@pytest.fixture(scope="module")
def reader(server, tmp_path_factory):
    database_url = server.create_database("test_bi_privacy")
    settings = Settings.load({}, home=tmp_path_factory.mktemp("home"), database_url=database_url)
    engine = make_engine(database_url)
    city = MadeUp(engine)
    secret = {"birth_date": date(1980, 5, 1), "address": "Jalan Rahasia 3"}
    people = [named(name, i, no_kk=kk(1), **secret) for i, name in enumerate(NAMES, 1)]
    city.deliver("setda/sk_walikota", "decrees", [{**row, "reason": "Tetangga Melapor"} for row in people])
    home = {"household_no": "1", "enumerated_on": date(2023, 10, 9), "area_code": "62.71.04.1004"}
    listed = {"full_name": NAMES[0], "nik": nik(1), "no_kk": kk(1), "phone": "081234567890", "relationship": "head"}
    city.deliver("kelurahan/pendataan", "enumerations", [home | listed | secret])
    registered = {"registry_family_id": kk(2), "no_kk": kk(2), "head_name": NAMES[2], "head_nik": nik(4)}
    city.deliver("dtsen/keluarga_v3", "registry_families", [registered | {"area_code": "62.71.04.1004"}])
    given = {"program_id": "dinsos-sembako", "recipient_kind": "family", "delivered_on": date(2024, 2, 5)}
    recipient = {"full_name": NAMES[0], "nik": nik(1), "reference_number": "A-REFERENCE-7", **secret}
    city.deliver("dinsos/sembako", "interventions", [given | recipient], period="2024-02")
    link(engine, settings)
    built = warehouse.build(engine, settings)
    assert built.failures == []
    warehouse.publish(engine, built)
    engine.dispose()
    with connect(database_url, autocommit=True) as connection:
        connection.execute(f"set role {bi.READER}")
        yield connection
    server.drop_database("test_bi_privacy")


def relations(connection, condition):
    query = f"""
        select format('%I.%I', nspname, relname) from pg_class join pg_namespace n on n.oid = relnamespace
        where relkind in ('r', 'v', 'm', 'p', 'f') and nspname not in ('pg_catalog', 'information_schema')
            and {condition}
    """
    return {name for (name,) in connection.execute(query)}


def test_the_reader_sees_bi_alone_and_nothing_personal_in_it(reader):
    readable = relations(reader, "has_schema_privilege(n.oid, 'usage') and has_table_privilege(pg_class.oid, 'select')")
    assert readable == relations(reader, "nspname = 'bi'") and len(readable) > 10
    closed = relations(reader, "nspname <> 'bi' and nspname not like 'pg_%'")
    assert {name.partition(".")[0] for name in closed} >= {"raw", "ops", "quarantine", "linkage", "marts", "staging"}
    for name in closed:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute(f"select * from {name}")

    shown = {name: str(reader.execute(f"select * from {name}").fetchall()) for name in readable}
    found = [(name, secret) for name, rows in shown.items() for secret in SECRETS if secret.lower() in rows.lower()]
    assert found == []
    assert (
        "('************0001'" in shown["bi.dim_people"].replace("UUID", "") or "************" in shown["bi.dim_people"]
    )
    assert "B. W." in shown["bi.dim_people"] and "'19-59'" in shown["bi.dim_people"]


def test_the_reader_writes_nothing(reader):
    attempts = ["create table public.mine (a int)", "create table bi.mine (a int)", "delete from bi.dim_opd"]
    for attempt in attempts:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute(attempt)


def test_small_kelurahan_are_hidden_and_the_city_is_not(reader):
    hidden = "select count(*) from bi.rpt_headcount where people between 1 and 4"
    assert reader.execute(hidden).fetchone() == (0,)
    assert reader.execute("select max(people) from bi.rpt_headcount_city").fetchone() == (3,)
