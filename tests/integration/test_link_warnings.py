"""What a run of linking says to people about bad input: which source, how many, what to do, and no name or number."""

import json
from datetime import date

from made_up import KAMELOH_BARU, named, nik
from sqlalchemy import text
from typer.testing import CliRunner

from sinergi import console
from sinergi.cli import app
from sinergi.link import link
from sinergi.linkage import told
from sinergi.platform import services

SEMBAKO = "dinsos/sembako"


def helped(full_name, number=None, **more):
    given = {"program_id": "dinsos-sembako", "recipient_kind": "person", "delivered_on": date(2024, 3, 5)}
    return given | {"full_name": full_name, "nik": nik(number) if number else None, "area_code": KAMELOH_BARU} | more


def warned(city):
    """Link, and give the warnings by kind."""
    figures = link(city.engine, None)
    kinds = {}
    for warning in figures["warnings"]:
        kinds.setdefault(warning["kind"], []).append(warning)
    return kinds


def test_ordinary_files_give_no_warning(made_city):
    rows = [named("Budi Santoso", 1), named("Rusmiati", 2)]
    made_city.deliver("setda/sk_walikota", "decrees", [row | {"birth_date": date(1980, 5, 1)} for row in rows])
    made_city.deliver(SEMBAKO, "interventions", [helped("Budi Santoso", 1)])
    assert warned(made_city) == {}


def test_one_name_many_times_is_said_with_the_source_and_what_was_not_compared(made_city):
    made_city.deliver(SEMBAKO, "interventions", [helped("Siti Aminah", address=f"Jl. {n}") for n in range(120)])
    kinds = warned(made_city)
    (name,) = kinds["one_name"]
    assert name["counted"] == 120
    assert name["message"].startswith(f"{SEMBAKO}: one and the same name stands on 120 of its 120 records.")
    left_out = {warning["subject"]: warning for warning in kinds["block_left_out"]}
    assert "120 profiles share one name and kelurahan with too many others" in left_out["name_area"]["message"]
    assert "(key name_area)" in left_out["name_area"]["message"]
    assert left_out["name_area"]["message"].endswith(
        "find the source that repeats it, have it corrected, and run again."
    )
    assert "Aminah" not in json.dumps(kinds) and len(made_city.crosswalk()) == 120


def test_a_source_without_birth_dates_says_how_many_hang_on_name_and_place(made_city):
    made_city.deliver(SEMBAKO, "interventions", [helped("Budi", 1), helped("Rusmiati"), helped("Wagiyem")])
    dated = [helped("Sahay Bungai"), helped("Yohanes Tambun", birth_date=date(1980, 5, 1))]
    made_city.deliver("disdik/pip", "interventions", dated)
    (warning,) = warned(made_city)["no_birth_dates"]
    assert (warning["subject"], warning["counted"]) == (SEMBAKO, 2)
    assert f"can be linked by name and place only: {SEMBAKO} 2 of 3. Ask the senders" in warning["message"]


def test_several_sources_without_birth_dates_are_one_line_the_worst_first(made_city):
    made_city.deliver("disdik/pip", "interventions", [helped("Sahay Bungai")])
    made_city.deliver(SEMBAKO, "interventions", [helped("Rusmiati"), helped("Wagiyem")])
    (warning,) = warned(made_city)["no_birth_dates"]
    assert f"{SEMBAKO} 2 of 2, disdik/pip 1 of 1." in warning["message"] and warning["counted"] == 3


def test_a_source_without_birth_dates_whose_people_all_have_a_nik_says_nothing(made_city):
    made_city.deliver(SEMBAKO, "interventions", [helped("Budi", 1), helped("Rusmiati", 2)])
    assert "no_birth_dates" not in warned(made_city)


def test_records_of_another_city_are_counted_with_their_source(made_city):
    theirs = named("Ahmad Fauzi", None, nik="6371010506850001", area_code="63.71.01.1001")
    made_city.deliver("setda/sk_walikota", "decrees", [named("Budi Santoso", 1), named("Rusmiati", 2), theirs])
    (warning,) = warned(made_city)["two_cities"]
    assert warning["message"].startswith("1 records are of another city, 63.71 (setda/sk_walikota).")


def test_a_file_most_of_whose_rows_lie_nowhere_here_is_named(made_city):
    rows = [helped(f"Anak {chr(65 + n)}ndi", n + 1, area_code=None) for n in range(25)]
    delivery = made_city.deliver(SEMBAKO, "interventions", rows)
    some = made_city.deliver("disdik/pip", "interventions", [helped("Budi", 99)] * 60)
    insert = text(
        "insert into ops.findings (delivery_id, row_number, rule, severity, message) "
        "values (:delivery, :row, 'area.unknown', 'warning', 'x')"
    )
    with made_city.engine.begin() as connection:
        for at, many in ((delivery, 25), (some, 20)):
            connection.execute(insert, [{"delivery": at, "row": row} for row in range(2, many + 2)])
    (warning,) = warned(made_city)["another_city"]
    assert f"{SEMBAKO}, x (delivery {delivery}): 25 of 25 rows lie in no kelurahan of this city." in warning["message"]


def test_one_nik_for_a_whole_file_is_said_once_for_the_source(made_city):
    names = ("Budi Santoso", "Kartini Dewi", "Rusmiati", "Yohanes Tambun", "Wagiyem", "Parlindungan", "Sahay Bungai")
    made_city.deliver(SEMBAKO, "interventions", [helped(name, 1) for name in names])
    (warning,) = warned(made_city)["nik_of_nobody"]
    assert warning["message"].startswith(f"{SEMBAKO}: 7 rows with a NIK typed for too many different people.")
    assert nik(1) not in json.dumps(warning)


def test_run_status_and_the_command_line_show_them(made_city, settings, monkeypatch, capsys):
    from sinergi.run import run

    made_city.deliver(SEMBAKO, "interventions", [helped("Rusmiati"), helped("Wagiyem")])
    monkeypatch.setattr("sinergi.build.build", lambda *_: (_ for _ in ()).throw(AssertionError("not built here")))
    monkeypatch.setattr("sinergi.run._warehouse", lambda engine, settings, *_: (link(engine, settings), ([], ""))[1])
    result = run(settings)
    (sentence,) = result["warnings"]
    assert f"by name and place only: {SEMBAKO} 2 of 2." in sentence
    console.show_run(result)
    shown = " ".join(capsys.readouterr().out.split())
    assert "! Sources without birth dates" in shown and f"{SEMBAKO} 2 of 2." in shown
    assert services.status(settings)["link_warnings"] == [sentence]
    done = CliRunner().invoke(app, ["link", "run", "--database", settings.database_url])
    assert done.exit_code == 0 and "Sources without birth dates" in done.output


def test_what_a_run_said_is_kept_with_the_run_and_an_empty_database_says_nothing(made_city):
    with made_city.engine.connect() as connection:
        assert told.last(connection) == []
    made_city.deliver(SEMBAKO, "interventions", [helped("Rusmiati")])
    link(made_city.engine, None)
    made_city.deliver(SEMBAKO, "interventions", [helped("Wagiyem", birth_date=date(1980, 5, 1))])
    link(made_city.engine, None)
    with made_city.engine.connect() as connection:
        kept = connection.execute(text("select warnings from linkage.runs order by run_id")).scalars().all()
        assert [len(each) for each in kept] == [1, 0] and kept[0][0]["kind"] == "no_birth_dates"
        assert told.last(connection) == []


def test_a_database_that_does_not_answer_leaves_status_as_it_is(settings):
    from dataclasses import replace

    away = replace(settings, database_url="postgresql://nobody:x@127.0.0.1:1/none")
    assert services.status(away)["link_warnings"] == []
