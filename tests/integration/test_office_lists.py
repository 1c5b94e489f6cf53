"""Overlaps and candidates by name: each office reads its own, the reader of BI none; `sinergi list` has the sheets."""

from datetime import date

import openpyxl
import psycopg
import pytest
from made_roles import City
from made_up import KAMELOH_BARU, MadeUp, named, nik

from sinergi import build as warehouse
from sinergi.database import connect
from sinergi.database import engine as make_engine
from sinergi.link import link
from sinergi.papers import by_name

HEAD, JOBLESS = "Budisantosa Wibawanto", "Melatikusuma Simbolonsari"
OFFICES = ("dinsos", "ketahanan_pangan", "disnaker", "disdik")


@pytest.fixture(scope="module")
def town(server, city_settings):
    """Family 1 got food of two offices in one month; of family 2 a member without work fits a vacancy."""
    town = City(server, "test_lists")
    engine = make_engine(town.owner)
    made = MadeUp(engine)
    people = [named(HEAD, 1), named(JOBLESS, 2, household="2", birth_date=date(1990, 5, 1))]
    made.deliver("setda/sk_walikota", "decrees", people)
    listed = {"full_name": JOBLESS, "nik": nik(2), "household_no": "2", "area_code": KAMELOH_BARU}
    listed |= {"enumerated_on": date(2023, 10, 9), "employment_status": "not_working", "birth_date": date(1990, 5, 1)}
    made.deliver("kelurahan/pendataan", "enumerations", [listed])
    given = {"full_name": HEAD, "nik": nik(1), "recipient_kind": "family"}
    for source, program, day in (
        ("dinsos/sembako", "dinsos-sembako", date(2024, 2, 5)),
        ("ketahanan_pangan/cppd", "ketahanan-pangan-cppd", date(2024, 2, 19)),
    ):
        made.deliver(source, "interventions", [given | {"program_id": program, "delivered_on": day}])
    vacancy = {"position": "Kasir", "employer_name": "Toko", "posted_on": date(2024, 3, 1), "area_code": KAMELOH_BARU}
    made.deliver("disnaker/lowongan", "vacancies", [vacancy])
    link(engine, city_settings)
    built = warehouse.build(engine, city_settings)
    assert built.failures == []
    warehouse.publish(engine, built)
    for office in OFFICES:
        town.login(f"lists_{office}", member_of=f"bi_{office}")
    town.login("lists_reader", member_of="bi_reader")
    town.engine = engine
    yield town
    engine.dispose()
    town.close()


def ask(town, login, query):
    with connect(town.logins[f"lists_{login}"], autocommit=True) as connection:
        return connection.execute(query).fetchall()


def test_each_office_of_a_pair_reads_its_own_side(town):
    query = "select full_name, delivered_on::text, other_delivered_on::text from office_blue.office_overlaps"
    assert ask(town, "dinsos", query) == [(HEAD, "2024-02-05", "2024-02-19")]
    assert ask(town, "ketahanan_pangan", query) == [(HEAD, "2024-02-19", "2024-02-05")]
    assert ask(town, "disdik", query) == ask(town, "disnaker", query) == []
    assert ask(town, "dinsos", "select count(*) from office.dinsos_overlaps") == [(1,)]


def test_the_office_of_vacancies_alone_reads_who_fits_and_why(town):
    query = "select full_name, position, reason from office_blue.office_candidates"
    [(name, position, reason)] = ask(town, "disnaker", query)
    assert (name, position) == (JOBLESS, "Kasir") and "usia 33" in reason and "sekelurahan" in reason
    for office in ("dinsos", "disdik", "reader"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ask(town, office, query)


def test_neither_reader_nor_another_office_nor_a_view_shows_more(town):
    with connect(town.owner, autocommit=True) as owner:
        owner.execute("create view bi.oops as select * from office_blue.office_overlaps")
        owner.execute("create view bi.ouch as select * from office_blue.office_candidates")
        owner.execute("grant select on bi.oops, bi.ouch to bi_reader")
    for view in ("oops", "ouch"):
        assert ask(town, "reader", f"select * from bi.{view}") == ask(town, "disdik", f"select * from bi.{view}") == []
    for relation in ("office.dinsos_overlaps", "office.disnaker_candidates"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ask(town, "disdik", f"select * from {relation}")
    with connect(town.admin, autocommit=True) as admin:
        for table in ("office_overlaps", "office_candidates"):
            admin.execute(f"analyze office_blue.{table}")
            query = f"select count(*) from pg_statistic where starelid = 'office_blue.{table}'::regclass"
            assert admin.execute(query).fetchone() == (0,)


def test_a_list_has_a_sheet_for_each(town, tmp_path):
    def sheets(office):
        listed = by_name.write_list(town.engine, office, "pengumuman lowongan", tmp_path)
        book = openpyxl.load_workbook(listed.path)
        return {sheet.title: [[c.value for c in row] for row in sheet.iter_rows()] for sheet in book}

    of_work, of_food = sheets("disnaker"), sheets("dinsos")
    assert set(of_work) == set(by_name.SHEETS) and set(of_food) == {"Daftar", "Tumpang Tindih"}
    header, row = of_work["Calon Lowongan"][by_name.HEADER_ROW :]
    assert row[header.index("Nama")] == JOBLESS and "usia 33" in row[header.index("Alasan Cocok")]
    header, row = of_food["Tumpang Tindih"][by_name.HEADER_ROW :]
    assert row[header.index("Nama")] == HEAD and "RAHASIA" in of_food["Tumpang Tindih"][1][0]
