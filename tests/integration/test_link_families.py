"""Families through linking: each rule finds what it is for and no more, and tells the sender on the row."""

from datetime import date

import pytest
from made_up import KAMELOH_BARU, MENTENG, kk, named, nik
from sqlalchemy import text

from sinergi import link_findings
from sinergi.findings import rules
from sinergi.link import link

P3KE, DTSEN = "p3ke/individu_2022", "dtsen/anggota"
NAMES = [
    "Budi Santoso",
    "Kartini Dewi",
    "Rusmiati Toendan",
    "Yohanes Tambun",
    "Wagiyem",
    "Parlindungan",
    "Sahay Bungai",
]


def member(family, number, relationship="child", **more):
    """Make up one member: the same number is the same person, whatever the list."""
    return {
        "registry_family_id": family,
        "full_name": NAMES[number - 1],
        "nik": nik(number),
        "relationship": relationship,
        "area_code": KAMELOH_BARU,
        "area_name": "Kameloh Baru",
        **more,
    }


def carded(card, number, relationship="child", **more):
    return member(kk(card), number, relationship, no_kk=kk(card), period="2024-Q1", **more)


def earlier(family, number, relationship="child", **more):
    return member(f"62000000{family}", number, relationship, period="2022", **more)


def found(city, settings=None):
    """Link, and give the findings of linking as (rule, source, row, counted)."""
    link(city.engine, settings)
    with city.engine.connect() as connection:
        query = "select rule, source_id, row_number, counted from linkage.findings order by 1, 2, 3"
        return [tuple(row) for row in connection.execute(text(query))]


def of(rule, rows):
    return [row[1:] for row in rows if row[0] == rule]


def test_a_family_like_any_other_has_no_finding(made_city):
    made_city.deliver(P3KE, "registry_people", [earlier(1, 1, "head"), earlier(1, 2, "spouse"), earlier(1, 3)])
    made_city.deliver(DTSEN, "registry_people", [carded(1, 1, "head"), carded(1, 2, "spouse"), carded(1, 3)])
    assert found(made_city) == []


def test_two_heads_on_one_list_are_told_and_a_new_head_of_a_later_list_is_not(made_city):
    made_city.deliver(DTSEN, "registry_people", [carded(1, 1, "head"), carded(1, 2, "head"), carded(1, 3)])
    assert found(made_city) == [("two_heads", DTSEN, 2, 2), ("two_heads", DTSEN, 3, 2)]


def test_the_widow_who_heads_the_family_now_is_no_second_head(made_city):
    made_city.deliver("p3ke/individu_2022", "registry_people", [earlier(1, 1, "head"), earlier(1, 2, "spouse")])
    made_city.deliver("p3ke/verval_2023", "registry_people", [earlier(1, 2, "head") | {"period": "2023"}])
    assert of("two_heads", found(made_city)) == []


def test_one_person_in_two_families_is_told_on_both_rows_of_that_person(made_city):
    rows = [carded(1, 1, "head"), carded(1, 2), carded(2, 3, "head"), carded(2, 2), carded(2, 4)]
    made_city.deliver(DTSEN, "registry_people", rows)
    assert of("two_families", found(made_city)) == [(DTSEN, 3, 2), (DTSEN, 5, 2)]


def test_a_new_card_is_told_once_on_the_later_list_and_a_mistyped_one_is_not(made_city):
    known = {"household_no": "1", "enumerated_on": date(2023, 10, 9), "full_name": NAMES[0], "area_code": KAMELOH_BARU}
    row = known | {"nik": nik(1), "relationship": "head", "area_name": "Kameloh Baru"}
    made_city.deliver("kelurahan/pendataan", "enumerations", [row | {"no_kk": kk(1)}])
    made_city.deliver(DTSEN, "registry_people", [carded(2, 1, "head")])  # one digit: a slip
    assert of("new_card", found(made_city)) == []
    other = {"no_kk": "6271040503239876"}
    made_city.deliver(DTSEN, "registry_people", [carded(2, 1, "head") | other | {"period": "2024-Q3"}])
    assert of("new_card", found(made_city)) == [(DTSEN, 2, None)]


OLD_CARD, NEW_CARD = "6271040503189876", "6271041509240501"


def helped(number, no_kk, on):
    given = {"program_id": "dinsos-sembako", "recipient_kind": "person", "delivered_on": on}
    return given | {"full_name": NAMES[number - 1], "nik": nik(number), "no_kk": no_kk, "area_code": KAMELOH_BARU}


def registry_of_2024(made_city, no_kk, period="2024-Q3"):
    rows = [member(no_kk, 1, "head", no_kk=no_kk, period=period), member(no_kk, 2, no_kk=no_kk, period=period)]
    made_city.deliver(DTSEN, "registry_people", rows)


@pytest.mark.parametrize(
    ("old", "on", "told"),
    [
        # The registry before has no card numbers; what an office wrote down in spring tells the card of then.
        (OLD_CARD, date(2024, 3, 5), [(DTSEN, 2, None)]),
        # An office that goes on writing the old card says nothing of what was before.
        (OLD_CARD, date(2024, 11, 5), []),
        # Two digits away, it is the same card typed twice.
        (NEW_CARD[:-2] + "12", date(2024, 3, 5), []),
        (NEW_CARD, date(2024, 3, 5), []),
    ],
)
def test_a_help_list_tells_which_card_a_family_had_before(made_city, old, on, told):
    made_city.deliver(P3KE, "registry_people", [earlier(1, 1, "head"), earlier(1, 2)])
    made_city.deliver("dinsos/sembako", "interventions", [helped(1, old, on)])
    registry_of_2024(made_city, NEW_CARD)
    assert of("new_card", found(made_city)) == told


def test_a_card_that_offices_alone_write_is_no_new_card_of_the_family(made_city):
    registry_of_2024(made_city, OLD_CARD)
    made_city.deliver("dinsos/sembako", "interventions", [helped(1, NEW_CARD, date(2024, 12, 5))])
    assert of("new_card", found(made_city)) == []


def test_a_list_that_goes_back_to_the_old_card_gives_no_new_one(made_city):
    registry_of_2024(made_city, OLD_CARD, "2024-Q1")
    registry_of_2024(made_city, NEW_CARD, "2024-Q2")
    registry_of_2024(made_city, OLD_CARD, "2024-Q3")
    with made_city.engine.connect() as connection:
        query = "select max(delivery_id) - 1 from ops.deliveries"
        second = connection.execute(text(query)).scalar_one()
    link(made_city.engine, None)
    with made_city.engine.connect() as connection:
        query = "select delivery_id from linkage.findings where rule = 'new_card'"
        assert connection.execute(text(query)).scalars().all() == [second]


def test_a_split_is_told_on_the_part_that_left(made_city):
    before = [earlier(1, 1, "head"), *(earlier(1, number) for number in range(2, 6))]
    after = [carded(1, 1, "head"), carded(1, 2), carded(1, 3), carded(9, 4, "head"), carded(9, 5)]
    made_city.deliver(P3KE, "registry_people", before)
    made_city.deliver(DTSEN, "registry_people", after)
    rows = found(made_city)
    assert of("split_card", rows) == [(DTSEN, 5, 2)] and of("merged_families", rows) == []


def test_a_merge_is_told_on_the_family_that_took_the_other_in(made_city):
    before = [earlier(1, 1, "head"), earlier(1, 2), earlier(1, 3), earlier(2, 4, "head"), earlier(2, 5)]
    after = [carded(1, 1, "head"), *(carded(1, number) for number in range(2, 6))]
    made_city.deliver(P3KE, "registry_people", before)
    made_city.deliver(DTSEN, "registry_people", after)
    rows = found(made_city)
    assert of("merged_families", rows) == [(DTSEN, 2, 2)] and of("split_card", rows) == []


def test_a_bride_leaves_a_family_that_goes_on_and_nothing_merges(made_city):
    before = [earlier(1, 1, "head"), earlier(1, 2), earlier(1, 3), earlier(2, 4, "head")]
    after = [carded(1, 1, "head"), carded(1, 2), carded(8, 4, "head"), carded(8, 3, "spouse")]
    made_city.deliver(P3KE, "registry_people", before)
    made_city.deliver(DTSEN, "registry_people", after)
    assert of("merged_families", found(made_city)) == []


def test_a_move_is_told_on_the_later_list_only(made_city):
    there = {"area_code": MENTENG, "area_name": "Menteng"}
    made_city.deliver(P3KE, "registry_people", [earlier(1, 1, "head"), earlier(1, 2)])
    made_city.deliver(DTSEN, "registry_people", [carded(1, 1, "head", **there), carded(1, 2, **there)])
    assert found(made_city) == [("moved_family", DTSEN, 2, None)]


def test_a_card_of_too_many_is_told_even_where_no_list_numbers_families(made_city):
    given = {"program_id": "dinsos-sembako", "recipient_kind": "person", "delivered_on": date(2024, 3, 5)}
    rows = [
        given | {"full_name": f"Anak {chr(65 + n % 26)}{chr(97 + n // 26)}o", "nik": nik(n + 1), "no_kk": kk(1)}
        for n in range(40)
    ]
    made_city.deliver("dinsos/sembako", "interventions", rows)
    assert found(made_city) == [("crowded_card", "dinsos/sembako", 2, 40)]


def test_a_nik_of_nobody_is_told_on_every_row(made_city):
    rows = [named(name, 1, household=str(n)) for n, name in enumerate(NAMES)]
    made_city.deliver("setda/sk_walikota", "decrees", rows)
    assert of("nik_of_nobody", found(made_city)) == [("setda/sk_walikota", row, 7) for row in range(2, 9)]


def told(city, settings):
    link(city.engine, settings)
    number = link_findings.refresh(city.engine, settings)
    with city.engine.connect() as connection:
        query = """select findings.rule, severity, source_id, row_number, column_name, value, message
                   from ops.findings as findings join ops.deliveries using (delivery_id)
                   order by findings.rule, row_number"""
        rows = connection.exec_driver_sql(query).all()
    assert number == len([row for row in rows if row.source_id])
    return rows


def test_the_sender_reads_where_what_and_what_next_and_no_number_whole(made_city, settings):
    rows = [carded(1, 1, "head"), carded(1, 2, "head"), carded(2, 3, "head"), carded(2, 2)]
    made_city.deliver(DTSEN, "registry_people", rows)
    said = told(made_city, settings)
    assert {row.rule for row in said} == {"family.two_heads", "family.two_families"}
    assert {row.severity for row in said} == {"warning"}
    twice = next(row for row in said if row.rule == "family.two_families")
    assert twice.message.startswith("Baris 3 lembar Data, kolom ")
    assert f"orang ini (************{nik(2)[-4:]}) tercatat dalam 2 keluarga" in twice.message
    assert "Mohon pertahankan di keluarga yang sesuai dengan Kartu Keluarga terbaru" in twice.message
    for secret in (nik(2), kk(1), *NAMES):
        assert secret not in " ".join(f"{row.value} {row.message}" for row in said)


def test_changes_are_notes_and_faults_are_warnings():
    severities = {ours: rules()[theirs].severity for ours, (theirs, _) in link_findings.RULES.items()}
    notes = {"new_card", "split_card", "merged_families", "moved_family"}
    assert {rule for rule, severity in severities.items() if severity == "info"} == notes
    assert {rule for rule, severity in severities.items() if severity == "warning"} == severities.keys() - notes


def test_in_english_where_the_settings_say_so(made_city, settings):
    from dataclasses import replace

    made_city.deliver(P3KE, "registry_people", [earlier(1, 1, "head")])
    made_city.deliver(DTSEN, "registry_people", [carded(1, 1, "head", area_code=MENTENG, area_name="Menteng")])
    (row,) = told(made_city, replace(settings, lang="en"))
    assert "was listed in another kelurahan before; it is in Menteng now." in row.message


def test_a_rerun_tells_nothing_twice_and_what_was_put_right_is_gone(made_city, settings):
    wrong = [carded(1, 1, "head"), carded(1, 2, "head")]
    first = made_city.deliver(DTSEN, "registry_people", wrong)
    once = told(made_city, settings)
    assert len(once) == 2 and told(made_city, settings) == once
    made_city.deliver(DTSEN, "registry_people", [wrong[0], wrong[1] | {"relationship": "spouse"}], replaces=first)
    with made_city.engine.begin() as connection:
        connection.exec_driver_sql(f"update ops.deliveries set status = 'superseded' where delivery_id = {first}")
    link(made_city.engine, settings)
    assert link_findings.refresh(made_city.engine, settings) == 0


@pytest.mark.parametrize("rule", sorted(link_findings.RULES))
def test_every_rule_of_linking_is_told_in_words(rule):
    theirs, columns = link_findings.RULES[rule]
    assert {"row", "sheet", "header"} <= {
        blank for blank in ("row", "sheet", "header") if f"{{{blank}}}" in rules()[theirs].wording["id"].text
    }
    assert columns
