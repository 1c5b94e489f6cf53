from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from sinergi.sample import build_world
from sinergi.sample.script import DECREE_FAMILIES, DECREES, KAMELOH_BARU
from sinergi.sample.story import MONTHS, month_end
from sinergi.sample.truth import figures
from sinergi.sample.world import World

HEADCOUNT = [69, 66, 62, 57, 52, 47, 40, 36, 32, 28, 24, 20]


@pytest.mark.parametrize(
    ("kind", "seed", "people"), [("palangkaraya", 1, None), ("palangkaraya", 7, 1_600), ("city", 3, 9_000)]
)
def test_sixty_nine_people_and_fewer_month_after_month(kind: str, seed: int, people: int | None) -> None:
    story = build_world(kind, seed, people).story
    assert [len(story.in_force(month_end(month))) for month in MONTHS] == HEADCOUNT
    january = story.in_force(date(2024, 1, 31))
    assert january["family_id"].n_unique() == len(DECREE_FAMILIES)
    assert january.filter(pl.col("area_code") == KAMELOH_BARU).height == 34
    assert len(story.in_force(date(2024, 1, 23))) == 0


def test_the_headcount_of_every_month_adds_up(world: World) -> None:
    headcount = figures(world)["headcount"]
    before = 0
    for month in MONTHS:
        counts = headcount[month]
        assert counts["people"] == before + counts["entered"] - counts["left"]
        for name in ("people", "families", "entered", "left"):
            assert counts[name] == sum(area[name] for area in counts["areas"].values())
        before = counts["people"]


def test_the_amending_decree_names_a_new_family_and_one_that_had_been_removed(world: World) -> None:
    decrees = world.story.decrees
    amending = decrees.filter(pl.col("decree_number") == DECREES[6].number)
    assert set(amending["action"]) == {"named", "graduated", "removed"}
    earlier = set(decrees.filter(pl.col("decreed_on") < date(2024, 7, 1))["family_id"])
    named = set(amending.filter(pl.col("action") == "named")["family_id"])
    assert len(named - earlier) == 1
    assert len(named & earlier) == 1


def test_one_member_is_removed_alone_and_leaves_only_once(world: World) -> None:
    decrees = world.story.decrees
    alone = decrees.filter(~pl.col("is_whole_family"))
    assert len(alone) == 1
    assert alone["reason"].item() == "Meninggal dunia"
    ended = decrees.filter(pl.col("action") != "named")
    assert ended.group_by("person_id").len()["len"].max() == 1


def test_the_decrees_carry_a_nik_for_everybody(world: World) -> None:
    assert world.story.decrees["nik"].null_count() == 0
    people = world.story.decrees.select("person_id", "nik").unique()
    assert people["nik"].is_unique().all()


def test_thirty_kelurahan_list_and_deliberate_families(world: World) -> None:
    story = world.story
    per_area = story.deliberations.group_by("area_code").len()
    assert len(per_area) == 30
    assert 8 <= per_area["len"].min() <= per_area["len"].max() <= 15
    assert set(story.deliberations["outcome"]) == {"confirmed", "rejected", "deceased", "moved"}
    assert set(story.deliberations["family_id"]) == set(story.enumerations["family_id"])
    numbers = story.enumerations.select("area_code", "household_no", "family_id").unique()
    assert numbers.select("area_code", "household_no").is_unique().all()


def test_whom_the_first_decree_names_the_muskel_had_confirmed(world: World) -> None:
    story = world.story
    named = set(story.decrees.filter(pl.col("decree_number") == DECREES[0].number)["family_id"])
    confirmed = set(story.deliberations.filter(pl.col("outcome") == "confirmed")["family_id"])
    assert named < confirmed


def test_whom_the_muskel_found_dead_or_gone_is_in_no_later_list(world: World) -> None:
    gone = world.story.deliberations.filter(pl.col("outcome").is_in(["deceased", "moved"]))["family_id"]
    later = world.people_at(date(2024, 6, 1))
    assert not later["family_id"].is_in(gone.implode()).any()
