"""Linking on PostgreSQL: who is one person, who is one family, and which ids last."""

from datetime import date

import pytest
from made_up import KAMELOH_BARU, MENTENG, ended, kk, named, nik
from sqlalchemy import text

from sinergi.link import link


def registry(family, full_name, number=None, member=None, **more):
    return {
        "registry_family_id": family,
        "registry_member_no": member,
        "full_name": full_name,
        "nik": nik(number) if number else None,
        "area_code": KAMELOH_BARU,
        **more,
    }


def helped(full_name, number=None, **more):
    return {
        "program_id": "dinsos-sembako",
        "recipient_kind": "person",
        "delivered_on": date(2024, 3, 5),
        "full_name": full_name,
        "nik": nik(number) if number else None,
        **more,
    }


def linked(made_city):
    link(made_city.engine, None)
    return made_city.crosswalk()


def test_a_nik_joins_sources_whatever_the_spelling(made_city):
    made_city.deliver("p3ke/individu_2022", "registry_people", [registry("620000001", "Siti Aminah", 1)])
    made_city.deliver("setda/sk_walikota", "decrees", [named("SITI AMINAH, S.Pd", 1)])
    made_city.deliver("dinsos/sembako", "interventions", [helped("Hj. Sitti Amina", 1)])
    rows = linked(made_city)
    assert len({person for person, _, _ in rows.values()}) == 1
    assert len({family for _, family, _ in rows.values()}) == 1
    assert {method for _, _, method in rows.values()} == {"nik"}


@pytest.mark.parametrize("status", ["placeholder", "unreadable", "missing"])
def test_a_placeholder_joins_nobody(made_city, status):
    same = {"nik": "6271030105801234", "nik_status": status, "no_kk": "0000000000000000", "no_kk_status": "placeholder"}
    made_city.deliver("dinsos/sembako", "interventions", [helped("Budi", **same), helped("Budi", **same)])
    rows = linked(made_city)
    assert len({person for person, _, _ in rows.values()}) == 2
    assert {family for _, family, _ in rows.values()} == {None}


def test_a_constant_nik_joins_nobody_even_when_called_valid(made_city):
    rows = [helped(name, nik="1111111111111111") for name in ("Budi", "Budi")]
    made_city.deliver("dinsos/sembako", "interventions", rows)
    assert len({person for person, _, _ in linked(made_city).values()}) == 2


def test_a_nik_typed_for_everyone_joins_nobody(made_city):
    names = ["Budi", "Kartini", "Rusmiati", "Yohanes", "Wahyudi", "Agustina", "Budi"]
    made_city.deliver("dinsos/sembako", "interventions", [helped(name, 7) for name in names])
    rows = linked(made_city)
    assert len({person for person, _, _ in rows.values()}) == 7


def test_one_nik_under_two_names_is_two_people_and_welds_no_families(made_city):
    made_city.deliver(
        "dtsen/anggota",
        "registry_people",
        [
            registry(kk(1), "Budi Santoso", 1, no_kk=kk(1), relationship="head"),
            registry(kk(2), "Kartini Dewi", 1, no_kk=kk(2), relationship="head"),
            registry(kk(1), "Rusmiati", 2, no_kk=kk(1)),
        ],
    )
    rows = linked(made_city)
    budi, kartini, rusmiati = (rows["dtsen/anggota", number] for number in (2, 3, 4))
    assert budi[0] != kartini[0] and budi[1] != kartini[1]
    assert budi[2] == kartini[2] == "nik_conflict"
    assert rusmiati[1] == budi[1]


def test_without_nik_the_place_in_the_registry_joins(made_city):
    made_city.deliver("p3ke/individu_2022", "registry_people", [registry("620000001", "Yohanes", member="2")])
    made_city.deliver("p3ke/verval_2023", "registry_people", [registry("620000001", "Yohanes", 5, member="2")])
    made_city.deliver("p3ke/keluarga_2022", "registry_families", [head("620000001", "Yohanes")])
    rows = linked(made_city)
    assert len({person for person, _, _ in rows.values()}) == 1
    assert rows["p3ke/individu_2022", 2][2] == "model"
    assert rows["p3ke/keluarga_2022", 2][2] == "model"


def head(family, head_name, number=None):
    return {
        "registry_family_id": family,
        "head_name": head_name,
        "head_nik": nik(number) if number else None,
        "area_code": KAMELOH_BARU,
    }


def test_member_numbers_of_two_registries_or_placeholders_do_not_join(made_city):
    made_city.deliver("p3ke/individu_2022", "registry_people", [registry("0", "Budi", member="1")] * 2)
    rows = linked(made_city)
    assert len({person for person, _, _ in rows.values()}) == 2


def test_a_corrected_nik_holds_for_the_earlier_edition(made_city):
    wrong, right = nik(8), nik(9)
    made_city.deliver("p3ke/individu_2022", "registry_people", [registry("620000001", "Budi", nik=wrong, member="1")])
    made_city.deliver(
        "p3ke/verval_2023",
        "registry_people",
        [registry("620000001", "Budi", nik=wrong, member="1", corrected_nik=right)],
    )
    made_city.deliver("dinsos/sembako", "interventions", [helped("Budi", nik=right)])
    assert len({person for person, _, _ in linked(made_city).values()}) == 1


def test_a_graduation_with_a_mistyped_or_missing_nik_ends_the_same_entry(made_city):
    made_city.deliver("setda/sk_walikota", "decrees", [named("Budi Santoso", 1), named("Rusmiati", 2)])
    later = date(2024, 5, 31)
    rows = [ended("graduated", "Budi Santoso", 3, on=later), ended("graduated", "Rusmiati", on=later)]
    made_city.deliver("setda/sk_walikota", "decrees", rows)
    link(made_city.engine, None)
    with made_city.engine.connect() as connection:
        assert connection.execute(text("select count(distinct person_id) from linkage.crosswalk")).scalar() == 2


def test_one_person_in_two_families_does_not_weld_them(made_city):
    members = [registry(kk(f), f"Anak {name}", 10 * f + i, no_kk=kk(f)) for f in (1, 2) for i, name in enumerate("XYZ")]
    shared = [registry(kk(f), "Rusmiati", 99, no_kk=kk(f)) for f in (1, 2)]
    made_city.deliver("dtsen/anggota", "registry_people", members + shared)
    rows = linked(made_city)
    assert len({family for _, family, _ in rows.values()}) == 2
    assert rows["dtsen/anggota", 8][0] == rows["dtsen/anggota", 9][0]


def test_registries_without_card_numbers_are_bridged_by_their_people(made_city):
    people = [("Budi", 1, "head"), ("Rusmiati", 2, "spouse"), ("Anak", 3, "child")]
    dtsen = [registry(kk(1), name, number, no_kk=kk(1), relationship=who) for name, number, who in people]
    p3ke = [registry("620000001", name, number, relationship=who) for name, number, who in people[:2]]
    made_city.deliver("dtsen/anggota", "registry_people", dtsen)
    made_city.deliver("p3ke/individu_2022", "registry_people", p3ke)
    made_city.deliver("setda/sk_walikota", "decrees", [named("Budi", 1, relationship="head")])
    assert len({family for _, family, _ in linked(made_city).values()}) == 1


def test_a_group_is_nobody(made_city):
    group = {"recipient_kind": "group", "group_name": "Pokdakan Maju"}
    made_city.deliver("perikanan/bantuan_kelompok", "interventions", [helped(None, **group)])
    assert linked(made_city) == {("perikanan/bantuan_kelompok", 2): (None, None, "none")}


def test_ids_last_through_reruns_redeliveries_and_new_cards(made_city):
    def family(card):
        return [registry(card, n, i, no_kk=card) for i, n in enumerate(["Budi", "Rusmiati", "Yohanes"], start=1)]

    first = made_city.deliver("dtsen/anggota", "registry_people", family(kk(1)))
    lonely = made_city.deliver("dinsos/sembako", "interventions", [helped("Tanpa Nik")])
    before = linked(made_city)
    assert linked(made_city) == before
    made_city.deliver("dtsen/anggota", "registry_people", family(kk(2)), replaces=first)
    after = linked(made_city)
    assert lonely and after == before
    with made_city.engine.connect() as connection:
        assert connection.execute(text("select count(*) from linkage.id_history")).scalar() == 0


def test_ids_of_the_engine_before_this_one_are_inherited(made_city):
    family = [registry(kk(1), n, i, no_kk=kk(1)) for i, n in enumerate(["Budi", "Rusmiati"], start=1)]
    made_city.deliver("dtsen/anggota", "registry_people", family)
    made_city.deliver("dinsos/sembako", "interventions", [helped("Budi", 1), helped("Tanpa Nik")])
    before = linked(made_city)
    with made_city.engine.begin() as connection:  # as it left them: no profiles, keys of its own, methods of its own
        connection.execute(text("alter table linkage.crosswalk drop column profile_key"))
        connection.execute(text("update linkage.person_keys set key = 'nik:' || key"))
        connection.execute(text("update linkage.family_keys set key = 'old:' || key"))
    assert linked(made_city) == before


def test_a_merge_is_remembered(made_city):
    made_city.deliver("p3ke/individu_2022", "registry_people", [registry("620000001", "Budi", member="1")])
    made_city.deliver("dinsos/sembako", "interventions", [helped("Budi", 4)])
    before = linked(made_city)
    old = {before["p3ke/individu_2022", 2][0], before["dinsos/sembako", 2][0]}
    assert len(old) == 2
    made_city.deliver("p3ke/verval_2023", "registry_people", [registry("620000001", "Budi", 4, member="1")])
    after = {person for person, _, _ in linked(made_city).values()}
    assert len(after) == 1 and after < old
    with made_city.engine.connect() as connection:
        history = connection.execute(text("select old_id, new_id from linkage.id_history where kind = 'person'")).all()
    assert history == [(*(old - after), *after)]


def test_households_of_two_kelurahan_with_one_number_stay_apart(made_city):
    def household(area):
        common = {"household_no": "01", "enumerated_on": date(2023, 10, 9), "full_name": "Budi", "area_code": area}
        return [common | {"relationship": "head"}]

    for area in (KAMELOH_BARU, MENTENG):
        made_city.deliver(f"kelurahan/{area[-4:]}", "enumerations", household(area))
    outcome = {"minutes_number": "1", "deliberated_on": date(2023, 12, 1), "outcome": "confirmed", "household_no": "1"}
    made_city.deliver("kelurahan/muskel", "deliberations", [outcome | {"head_name": "BUDI", "area_code": KAMELOH_BARU}])
    rows = linked(made_city)
    assert rows["kelurahan/1004", 2] != rows["kelurahan/1002", 2]
    assert rows["kelurahan/1004", 2][:2] == rows["kelurahan/muskel", 2][:2]
