"""A NIK that stands under another name elsewhere: who hears of it, and what nobody is shown."""

import pytest
from made_corrections import Corrections
from made_offices import person, sembako_rows
from made_up import MadeUp, named, nik

from sinergi import elsewhere
from sinergi.causes import summarise
from sinergi.database import engine as make_engine
from sinergi.link import link

PBI = "dinkes/pbi_jkn"
PBI_HEADERS = "No Kartu;NIK;No KK;Nama;Jenis Kelamin;PISAT;Kelurahan;TMT;Iuran"


@pytest.fixture
def made(database_url):
    engine = make_engine(database_url)
    yield MadeUp(engine)
    engine.dispose()


def told(engine, settings):
    link(engine, settings)
    elsewhere.refresh(engine, settings)
    with engine.connect() as connection:
        query = """select source_id, row_number, message from ops.findings join ops.deliveries using (delivery_id)
                   where findings.rule = 'nik.elsewhere' order by source_id, row_number"""
        return connection.exec_driver_sql(query).all()


def help_to(name, number, **more):
    return {"program_id": "dinsos-sembako", "recipient_kind": "person", "full_name": name, "nik": nik(number), **more}


def test_the_one_that_stands_alone_hears_of_it_and_the_others_do_not(made, settings):
    made.deliver("dinsos/sembako", "interventions", [help_to("Budi Saputra", 1), help_to("Rina Lestari", 2)])
    made.deliver("setda/sk_walikota", "decrees", [named("Siti Maharani", 1)])
    made.deliver("disdik/pip", "interventions", [help_to("Siti Maharani", 1)])
    found = told(made.engine, settings)
    assert [(row.source_id, row.row_number) for row in found] == [("dinsos/sembako", 2)]
    assert "tercatat atas nama lain di 2 instansi lain" in found[0].message


def test_nothing_of_the_others_is_shown(made, settings):
    made.deliver("dinsos/sembako", "interventions", [help_to("Budi Saputra", 1)])
    made.deliver("disdik/pip", "interventions", [help_to("Siti Maharani", 1)])
    found = told(made.engine, settings)
    assert [row.source_id for row in found] == ["dinsos/sembako", "disdik/pip"]  # one against one: both look
    said = " ".join(row.message for row in found)
    for secret in ("Siti", "Budi", "disdik", "dinsos", "pip", nik(1)):
        assert secret not in said


def test_spellings_of_one_name_and_one_senders_own_files_are_no_dispute(made, settings):
    made.deliver("dinsos/sembako", "interventions", [help_to("Siti Maharani", 1), help_to("Budi Saputra", 2)])
    made.deliver("disdik/pip", "interventions", [help_to("SITI MAHARANI, S.Pd", 1)])
    made.deliver("dinsos/sandang_pangan", "interventions", [help_to("Rina Lestari", 2)])
    assert told(made.engine, settings) == []


def test_a_rerun_says_the_same_once_and_forgets_what_is_settled(made, settings):
    made.deliver("dinsos/sembako", "interventions", [help_to("Budi Saputra", 1)], period="2024-01")
    other = made.deliver("disdik/pip", "interventions", [help_to("Siti Maharani", 1)])
    assert len(told(made.engine, settings)) == 2
    assert len(told(made.engine, settings)) == 2
    made.deliver("disdik/pip", "interventions", [help_to("Budi Saputra", 1)], period="2", replaces=other)
    with made.engine.begin() as connection:
        connection.exec_driver_sql(f"update ops.deliveries set status = 'superseded' where delivery_id = {other}")
    assert [row.source_id for row in told(made.engine, settings)] == ["disdik/pip"]  # history of the replaced one


def test_it_stands_in_the_workbook_on_the_offices_own_row(offices, tmp_path):
    offices.sembako("sembako.xlsx", sembako_rows(40))
    offices.run_one()
    path = offices.path("pbi.csv", PBI)
    rows = [f"{n:013d};{person(n)[1]};;{person(n)[0]};L;1;Kameloh Baru;2024-01-01;42000" for n in range(1, 41)]
    rows[2] = rows[2].replace(person(3)[0], "Wahyuni Kusumawati")
    path.write_text("\n".join([PBI_HEADERS, *rows]) + "\n")
    offices.arrive(path)
    delivery = offices.run_one()
    link(offices.engine, offices.settings)
    assert elsewhere.refresh(offices.engine, offices.settings) == 2
    book = Corrections.of(offices, delivery.delivery_id, tmp_path)
    assert book.rows == [4]
    assert "tercatat atas nama lain di 1 instansi lain" in book.cell(4, "NIK").comment.text
    found = offices.sql("select * from ops.findings where delivery_id = :id", id=delivery.delivery_id)
    (cause,) = [cause for cause in summarise([row._mapping for row in found]) if cause.rule == "nik.elsewhere"]
    assert cause.sentence_id == "NIK tercatat atas nama lain di instansi lain"
    assert all(person(3)[0] not in str(cell.value) for line in book.sheet for cell in line)
