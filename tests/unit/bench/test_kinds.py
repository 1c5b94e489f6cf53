"""What is wrong with a record is read off the truth."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from sinergi.bench import kinds
from sinergi.linkage.evidence import RECORD_SCHEMA

NIK = "6271014506790001"
PEOPLE = pl.DataFrame(
    {
        **{"person_id": ["p1", "p2"], "family_id": ["f1", "f1"], "full_name": ["Muhammad Rizki Ananda", "Siti Aminah"]},
        **{"nik": [NIK, None], "birth_date": ["1979-06-05", "1980-01-02"], "is_twin": ["true", "false"]},
        "split_on": pl.Series([None, "2024-02-01"], dtype=pl.String),
    }
)
FAMILIES = pl.DataFrame({"family_id": ["f1"], "moved_on": ["2024-03-01"], "card_changed_on": [None]}).cast(pl.String)


def of(person: str | None = "p1", **values: object) -> set[str]:
    said = {"full_name": "Muhammad Rizki Ananda", "nik": NIK, "nik_status": "valid", "birth_date": date(1979, 6, 5)}
    said = {"birth_year": 1979, "true_person": person, "true_family": "f1", **said, **values}
    schema = {**RECORD_SCHEMA, "true_person": pl.String, "true_family": pl.String}
    frame = pl.DataFrame([{name: said.get(name) for name in schema}], schema=schema)
    return set(kinds.of(frame, PEOPLE, FAMILIES)["kinds"].to_list()[0])


HARD = {"twin", "moved family"}


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({}, "nothing wrong"),
        ({"full_name": "H. MUHAMMAD RIZKI ANANDA, S.Pd"}, "title with the name"),
        ({"full_name": "RIZKI ANANDA MUHAMMAD"}, "words in another order"),
        ({"full_name": "Muh. Rizki Ananda"}, "name cut or abbreviated"),
        ({"full_name": "Muhammad Rizki"}, "name cut or abbreviated"),
        ({"full_name": "Muhammad Rizki Annda"}, "typo in the name"),
        ({"nik": None, "nik_status": "missing"}, "no NIK"),
        ({"nik": "1111111111111111", "nik_status": "placeholder"}, "NIK that is a placeholder"),
        ({"nik": "6271014506790002"}, "typo in the NIK"),
        ({"birth_date": None, "birth_year": None}, "no birth date"),
        ({"birth_date": None}, "year of birth only"),
        ({"birth_date": date(1979, 5, 6)}, "day and month swapped"),
        ({"birth_date": date(1979, 6, 15)}, "another birth date"),
    ],
)
def test_one_thing_wrong_is_one_kind(values: dict[str, object], kind: str) -> None:
    assert of(**values) == {kind} | HARD


def test_who_is_hard_to_tell_is_named_beside_what_is_wrong() -> None:
    found = of(
        "p2", full_name="Siti Aminah", nik=None, nik_status="missing", birth_date=date(1980, 1, 2), birth_year=1980
    )
    assert found == {"no NIK", "split card", "moved family"}
    assert "child by its parent's name" in of(nik=None, nik_status="missing", parent_name="Siti Aminah")


def test_a_record_of_nobody_has_no_kind() -> None:
    assert of(None) == set()
