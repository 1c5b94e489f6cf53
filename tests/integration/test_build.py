"""The warehouse through real dbt: a good build, a build that a test stops, unit tests, documentation, the way back."""

from datetime import date

import pytest
from made_up import MadeUp, ended, kk, named, nik
from sqlalchemy import text

from sinergi import build as warehouse
from sinergi.database import engine as make_engine
from sinergi.dictionary import WALK_BACK
from sinergi.link import link


@pytest.fixture
def city(database_url):
    engine = make_engine(database_url)
    city = MadeUp(engine)
    family = {"household": "1", "no_kk": kk(1)}
    city.deliver(
        "setda/sk_walikota",
        "decrees",
        [named("Budi Santoso", 1, relationship="head", **family), named("Rusmiati", 2, **family)],
    )
    city.deliver("setda/sk_walikota", "decrees", [ended("graduated", "Rusmiati", 2, on=date(2024, 2, 29), **family)])
    help_given = {"program_id": "dinsos-sembako", "recipient_kind": "family", "delivered_on": date(2024, 2, 5)}
    recipient = {
        "nik": nik(1),
        "full_name": "BUDI SANTOSO",
        "no_kk": kk(1),
        "amount_idr": 600000,
        "status": "delivered",
    }
    city.deliver("dinsos/sembako", "interventions", [help_given | recipient], period="2024-02")
    group = {"recipient_kind": "group", "group_name": "Pokdakan Maju", "program_id": "perikanan-bantuan"}
    city.deliver("perikanan/bantuan_kelompok", "interventions", [help_given | group], period="2024-Q1")
    vacancy = {
        "employer_name": "PT Maju",
        "position": "Kasir",
        "posted_on": date(2024, 2, 1),
    }
    city.deliver("disnaker/lowongan", "vacancies", [vacancy], period="2024-02")
    yield city
    engine.dispose()


def rows(engine, query, **parameters):
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query), parameters)]


def test_from_raw_to_bi_and_back_and_a_failing_test_changes_nothing(city, settings):
    engine = city.engine
    link(engine, settings)
    first = warehouse.build(engine, settings)
    assert first.failures == [] and first.schema == "marts_blue"
    warehouse.publish(engine, first)

    headcount = rows(engine, 'select month::text, people, entered, "left" from marts.rpt_headcount where people > 0')
    assert headcount == [("2024-01-01", 2, 2, 0), ("2024-02-01", 1, 0, 1), ("2024-03-01", 1, 0, 0)]
    assert rows(engine, "select member_count, stage, stage_since::text from marts.dim_families") == [
        (2, "assisted", "2024-02-05")
    ]
    by_recipient = rows(engine, "select recipient_kind, family_id is null, group_name from marts.fct_interventions")
    assert sorted(by_recipient, key=str) == [("family", False, None), ("group", True, "Pokdakan Maju")]

    [(intervention_id,)] = rows(
        engine, "select intervention_id from marts.fct_interventions where recipient_kind = 'family'"
    )
    [origin] = rows(engine, WALK_BACK, intervention_id=intervention_id)
    assert origin[:1] + origin[2:4] == ("dinsos/sembako", "Data", 2)

    assert warehouse.unit_tests(engine, settings) == []
    assert warehouse.docs(settings, engine).read_text().startswith("<!")

    with engine.begin() as connection:
        connection.execute(text("update raw.interventions set delivered_on = null"))
    broken = warehouse.build(engine, settings)
    assert not broken.ok and broken.schema == "marts_green"
    assert any("fct_interventions" in failure for failure in broken.failures)
    with pytest.raises(warehouse.BuildFault, match="stays on the last good build"):
        warehouse.publish(engine, broken)
    assert rows(engine, "select build_id from bi.build_info") == [(first.build_id,)]
    assert rows(engine, "select status from ops.runs order by build_id") == [("published",), ("failed",)]
    [(reason,)] = rows(engine, "select reason from ops.runs where status = 'failed'")
    assert "fct_interventions" in reason


def test_an_empty_city_builds(database_url, settings):
    engine = make_engine(database_url)
    MadeUp(engine)
    link(engine, settings)
    result = warehouse.build(engine, settings)
    assert result.failures == []
    warehouse.publish(engine, result)
    assert rows(engine, "select count(*) from bi.dim_areas") == [(30,)]
    assert rows(engine, "select count(*) from bi.rpt_headcount") == [(0,)]
    engine.dispose()
