from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from datetime import date

import polars as pl
import pytest

from sinergi import reference
from sinergi.contracts import load_contracts
from sinergi.sample import RECORD_COLUMNS, Export, build_world
from sinergi.sample.exports import exports
from sinergi.sample.script import UNSERVED
from sinergi.sample.world import World


@pytest.fixture(scope="module")
def files(world: World) -> list[Export]:
    return list(exports(world))


def frames(files: list[Export], entity: str) -> Iterator[Export]:
    contracts = load_contracts()
    return (file for file in files if contracts[file.source_id].entity == entity and len(file.frame))


def test_every_contract_has_files_and_every_file_a_contract(files: list[Export]) -> None:
    # No decree of the story is withdrawn.
    assert {file.source_id for file in files} == set(load_contracts()) - {"setda/pencabutan_sk"}
    assert len({(file.source_id, file.file_name) for file in files}) == len(files)


def test_files_come_in_the_order_in_which_they_arrive(files: list[Export]) -> None:
    days = [file.received_on for file in files]
    assert days == sorted(days)
    assert days[0] >= date(2023, 10, 1)


def test_frames_have_the_entitys_columns_and_a_record_of_each_row(files: list[Export]) -> None:
    contracts = load_contracts()
    for file in files:
        entity = contracts[file.source_id].entity_def
        assert file.frame.columns == [*RECORD_COLUMNS, *(column.name for column in entity if not column.derived)]
        required = [column.name for column in entity if column.required]
        assert not any(file.frame[name].null_count() for name in required), file.file_name
    records = pl.concat([file.frame["record_id"] for file in files])
    assert records.is_unique().all()


def test_every_code_is_one_of_its_domain(files: list[Export]) -> None:
    contracts = load_contracts()
    for file in files:
        for column in contracts[file.source_id].entity_def:
            if column.type == "category" and not column.derived:
                found = set(file.frame[column.name].drop_nulls())
                assert found <= set(reference.domains()[column.domain or ""]), (file.source_id, column.name)
            if column.type == "area":
                assert set(file.frame[column.name].drop_nulls()) <= set(reference.areas())


def test_periods_and_row_counts_are_such_that_only_the_halved_file_is_held(files: list[Export]) -> None:
    contracts = load_contracts()
    last: dict[tuple[str, str], int] = {}
    for file in files:
        contract = contracts[file.source_id]
        if contract.delivery.mode == "append" or file.variant == "redelivery":
            continue
        scope = (file.source_id, str(file.meta.get("area_code")))
        before, size = last.get(scope), len(file.frame)
        if before and before >= contract.volume.min_rows and (low := contract.volume.min_ratio):
            assert (size < before * low) == (file.variant == "half"), file.file_name
        if file.variant != "half":
            last[scope] = size


def test_what_is_delivered_lies_in_the_files_period(files: list[Export]) -> None:
    for file in frames(files, "interventions"):
        days = file.frame["delivered_on"]
        if file.period and "Q" in file.period:
            quarters = days.dt.strftime("%Y-Q") + days.dt.quarter().cast(pl.String)
            assert set(quarters) == {file.period}
        else:
            assert set(days.dt.strftime("%Y-%m")) == {file.period}
        born = file.frame.filter(pl.col("birth_date") > pl.col("delivered_on"))
        assert born.is_empty()


def test_programmes_are_those_of_the_sender(files: list[Export]) -> None:
    for file in frames(files, "interventions"):
        for program in file.frame["program_id"].unique():
            assert reference.programs()[program].opd_id == file.source_id.split("/")[0]


def test_decreed_families_are_helped_before_they_leave_except_two_that_nobody_helps(
    world: World, files: list[Export]
) -> None:
    spells = defaultdict(list)
    for family, start, end in world.story.spells().iter_rows():
        spells[family].append((start, end or date(2025, 1, 1)))
    helped = set()
    for file in frames(files, "interventions"):
        for family, day in file.frame.select("family_id", "delivered_on").iter_rows():
            if family in spells:
                helped.add(family)
                assert any(start <= day < end for start, end in spells[family]), (file.source_id, family, day)
    ids = world.families["family_id"]
    assert set(spells) - helped == {ids[place] for place in UNSERVED}


def test_some_families_fetch_the_same_help_twice(files: list[Export], world: World) -> None:
    decreed = world.families.filter("is_decree_family")["family_id"]
    sembako = [file.frame for file in files if file.source_id == "dinsos/sembako"]
    per_month = pl.concat(sembako).group_by("family_id", pl.col("delivered_on").dt.month()).len()
    assert per_month.filter(pl.col("family_id").is_in(decreed.implode()), pl.col("len") > 1).height > 3


def test_the_variants_are_all_there(files: list[Export]) -> None:
    by_variant = defaultdict(list)
    for file in files:
        by_variant[file.variant].append(file)
    assert {name: len(found) for name, found in by_variant.items()} == {
        **{"original": len(files) - 13, "correction": 5, "redelivery": 4, "late": 3, "half": 1}
    }
    names = {(file.source_id, file.file_name): file for file in files}
    for file in by_variant["redelivery"]:
        assert file.frame.is_empty()
        assert names[file.source_id, file.meta["copy_of"]].received_on < file.received_on
    for file in by_variant["correction"]:
        first = names[file.source_id, file.meta["corrects"]].frame
        assert set(file.meta["clean"]) < set(file.frame["record_id"])
        assert set(file.frame["mess_key"]) < set(first["mess_key"])
        assert len(file.frame) == len(first) - 2
    assert any(file.meta.get("old_headers") for file in files)


def digest(files: Iterator[Export]) -> str:
    total = hashlib.sha256()
    for file in files:
        total.update(repr((file.source_id, file.file_name, file.received_on, file.meta)).encode())
        total.update(file.frame.write_json().encode())
    return total.hexdigest()


def test_the_same_seed_gives_the_same_files_and_another_seed_others() -> None:
    first, again, other = (digest(exports(build_world("palangkaraya", seed, 1_600))) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_the_city_has_about_three_rows_a_person() -> None:
    world = build_world("city", seed=1, people=12_000)
    rows = sum(len(file.frame) for file in exports(world))
    assert 2.5 < rows / 12_000 < 6
    assert [len(world.story.in_force(date(2024, 1, 31)))] == [69]


def test_a_city_too_small_for_its_corrections_still_has_every_file() -> None:
    # 3,000 people leave some corrected lists with fewer rows than an office puts right.
    small = list(exports(build_world("city", 1, 3_000)))
    corrections = [file for file in small if file.variant == "correction"]
    assert corrections and all(len(file.meta["clean"]) <= len(file.frame) for file in corrections)
    assert min(len(file.frame) for file in corrections) < 5
