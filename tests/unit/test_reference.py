import csv
from datetime import date

import pytest

from sinergi import reference
from sinergi.entities import load_entities
from sinergi.settings import ROOT

SEEDS = ROOT / "dbt_project" / "seeds"


def rows(seed: str) -> list[dict[str, str]]:
    with (SEEDS / f"{seed}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_the_same_ten_digits_mean_two_kelurahan() -> None:
    kemendagri, bps = reference.area_codes("kemendagri"), reference.area_codes("bps")
    assert reference.areas()[kemendagri["6271011001"]].name == "Pahandut"
    assert reference.areas()[bps["6271011001"]].name == "Kereng Bangkirai"
    collisions = {digits for digits in kemendagri if digits in bps and kemendagri[digits] != bps[digits]}
    assert len(collisions) >= 12
    with pytest.raises(ValueError, match="kemendagri or bps"):
        reference.area_codes("dukcapil")


@pytest.mark.parametrize("name", ["Kameloh Baru", "KEL. KAMELOH_BARU", "Kelurahan  Kemeloh Baru", "kameloh-baru"])
def test_names_are_found_however_they_are_written(name: str) -> None:
    assert reference.area_names()[reference.area_key(name)] == "62.71.04.1004"


def test_every_domain_of_the_entities_is_listed() -> None:
    used = {column.domain for entity in load_entities().values() for column in entity if column.domain}
    assert used <= set(reference.domains())


def test_maps_lead_to_codes_and_say_one_thing() -> None:
    seen = set()
    for row in rows("code_maps"):
        assert not row["code"] or row["code"] in reference.domains()[row["domain"]], row
        place = (row["edition"], row["domain"], reference.key(row["source_value"]))
        assert place not in seen, row
        seen.add(place)


def test_offices_and_programmes_are_domains_too() -> None:
    assert set(reference.domains()["opd"]) == set(reference.opd())
    assert set(reference.domains()["program_id"]) == set(reference.programs())
    assert {program.strategy for program in reference.programs().values()} <= set(reference.domains()["strategy"])


@pytest.mark.parametrize(
    ("edition", "domain", "word", "code"),
    [
        ("dtsen_v3", "roof_material", "6", "bamboo"),
        ("p3ke_2022", "toilet_facility", "ya, tanpa septic tank", "private_no_septic"),
        ("p3ke_2023", "boolean", "bukan target sasaran", ""),
        ("p3ke_2023", "sex", "perempuan", "female"),
        ("common", "marital_status", "widowed", "widowed"),
        ("nothing", "sex", "lk", "male"),
    ],
)
def test_an_edition_falls_back_to_common_words_then_to_codes(edition: str, domain: str, word: str, code: str) -> None:
    assert reference.code_map(edition, domain)[word] == code


@pytest.mark.parametrize(
    ("nik", "valid"),
    [
        ("6271015708450001", True),
        ("3171011708450001", True),  # the prefix is the place of first registration
        ("9671011708450001", True),  # a province of 2022
        ("6271012902000001", True),  # 29 February of 2000
        ("6271012902010001", False),
        ("6271013104000001", False),
        ("6271018108450001", False),
        ("6271014008450001", False),
        ("6271015708450000", False),
        ("9971015708450001", False),
        ("1111111111111111", False),
        ("627101570845001", False),
        ("627101570845000x", False),
    ],
)
def test_niks(nik: str, valid: bool) -> None:
    assert reference.is_valid_nik(nik) is valid


def test_a_family_card_has_no_womans_day() -> None:
    assert reference.is_valid_no_kk("6271011708150001")
    assert not reference.is_valid_no_kk("6271015708150001")


def test_the_century_comes_from_the_reported_birth_date() -> None:
    assert reference.nik_birth_date("6271015708150001", near=date(1915, 8, 17)) == date(1915, 8, 17)
    assert reference.nik_birth_date("6271015708150001", today=date(2024, 1, 31)) == date(2015, 8, 17)
    assert reference.nik_birth_date("6271015708450001", today=date(2024, 1, 31)) == date(1945, 8, 17)
    assert reference.nik_birth_date("1111111111111111") is None
