"""Doubts and people without a number, as BI sees them: masked, the strongest pair of two people, decisions awaited."""

from datetime import date

from made_up import KAMELOH_BARU, MadeUp, kk, named, nik
from sqlalchemy import text

from sinergi import build as warehouse
from sinergi.database import engine as make_engine
from sinergi.link import link
from sinergi.linkage import decisions

SAME = {"full_name": "Sitirahayu Aminahwati", "birth_date": date(1980, 5, 1), "area_code": KAMELOH_BARU}


def rows(engine, query):
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(text(query)).mappings()]


def test_doubts_reach_bi_masked_and_people_without_number_are_counted(database_url, settings):
    engine = make_engine(database_url)
    city = MadeUp(engine)
    namesakes = [
        SAME | {"nik": nik(number), "registry_family_id": f"62000000{number}", "dukcapil_match": "matched"}
        for number in (1, 2)
    ]
    city.deliver("p3ke/individu_2022", "registry_people", namesakes)
    family = {"no_kk": kk(3), "area_code": KAMELOH_BARU}
    city.deliver("setda/sk_walikota", "decrees", [named("Lukas Tanpanomor", None, **family)])
    given = {"program_id": "dinsos-sembako", "recipient_kind": "person", "delivered_on": date(2024, 3, 5)}
    city.deliver("dinsos/sembako", "interventions", [given | SAME])
    link(engine, settings)
    doubts = decisions.review(engine)
    assert len(doubts) == 2
    first = doubts[0]
    number = decisions.merge(engine, first["left_person_id"], first["right_person_id"], who="Rina", why="seen")

    built = warehouse.build(engine, settings)
    assert built.failures == []
    warehouse.publish(engine, built)
    seen = rows(engine, "select * from bi.rpt_link_review order by proposed_decision_id nulls last")
    assert [row["proposed_decision_id"] for row in seen] == [number, None]
    assert {row["doubt"] for row in seen} == {"fits_two_people"} and not any(row["touches_decree"] for row in seen)
    assert all("born" in row["speaks_for"] for row in seen)
    for secret in ("Sitirahayu", "Aminahwati", nik(1), nik(2), "1980"):
        assert secret not in str(seen)
    [unmasked] = rows(engine, "select * from marts.rpt_link_review where proposed_decision_id is not null")
    assert unmasked["first_name"] == unmasked["second_name"] == "Sitirahayu Aminahwati"

    counts = rows(
        engine, "select area_code, people, people_without_nik, decreed_people_without_nik from marts.rpt_identity"
    )
    decreed = [row for row in counts if row["decreed_people_without_nik"]]
    assert len(decreed) == 1 and decreed[0]["people_without_nik"] >= 1
    assert sum(row["people_without_nik"] for row in counts) == 2
    hidden = rows(engine, "select * from bi.rpt_identity")
    assert all(row["people_without_nik"] is None and row["is_suppressed"] for row in hidden if row["area_code"])

    decisions.approve(engine, number, who="Yohanes")
    link(engine, settings)
    assert len(decisions.review(engine)) <= 1  # decided pairs leave the queue
    engine.dispose()
