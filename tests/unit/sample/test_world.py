from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from sinergi import reference
from sinergi.errors import SinergiError
from sinergi.sample import build_world
from sinergi.sample.registries import P3KE_DAY
from sinergi.sample.world import IN_P3KE, World

DOMAINS = (
    *("sex", "relationship", "marital_status", "education", "school_participation", "occupation"),
    *("employment_status", "disability"),
)
FAMILY_DOMAINS = (
    *("house_ownership", "roof_material", "wall_material", "floor_material", "lighting_source", "cooking_fuel"),
    *("water_source", "toilet_facility"),
)


def with_age(world: World) -> pl.DataFrame:
    return world.people.with_columns(age=(pl.lit(date(2024, 1, 1)) - pl.col("birth_date")).dt.total_days() / 365.25)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_p3ke_lists_exactly_the_published_number_of_people(seed: int) -> None:
    world = build_world("palangkaraya", seed)
    listed = world.people_at(P3KE_DAY).filter(pl.col("p3ke_id").is_not_null())
    assert len(listed) == IN_P3KE
    assert 1_800 < listed["family_id"].n_unique() < 2_400


def test_the_city_has_exactly_as_many_people_as_asked() -> None:
    assert len(build_world("city", seed=1, people=20_000).people) == 20_000


def test_the_same_seed_makes_the_same_city_and_another_seed_another(world: World) -> None:
    again, other = build_world("palangkaraya", seed=1), build_world("palangkaraya", seed=2)
    assert again.people.equals(world.people)
    assert again.families.equals(world.families)
    assert not other.people["full_name"].head(500).equals(world.people["full_name"].head(500))


def test_a_nik_belongs_to_one_person_and_says_birth_date_and_sex(world: World) -> None:
    people = world.people.drop_nulls("nik")
    assert people["nik"].is_unique().all()
    assert all(reference.is_valid_nik(nik) for nik in people["nik"])
    day = pl.col("nik").str.slice(6, 2).cast(pl.Int32)
    is_woman = pl.col("sex") == "female"
    assert people.select(((day > 40) == is_woman).all()).item()
    written = pl.concat_str(
        (day - 40 * is_woman.cast(pl.Int32)).cast(pl.String).str.zfill(2), pl.col("nik").str.slice(8, 4)
    )
    assert people.select((written == pl.col("birth_date").dt.strftime("%d%m%y")).all()).item()
    home = people["nik"].str.starts_with("6271").mean()
    assert 0.75 < home < 0.97
    assert 0 < world.people["nik"].null_count() < len(world.people) * 0.03


def test_a_card_number_belongs_to_one_family_and_to_no_person(world: World) -> None:
    cards = pl.concat([world.families["no_kk"], world.families["new_no_kk"].drop_nulls()])
    assert cards.is_unique().all()
    assert all(reference.is_valid_no_kk(card) for card in cards)
    assert not cards.is_in(world.people["nik"].drop_nulls().implode()).any()


def test_ages_fit_relationships(world: World) -> None:
    people = with_age(world)
    heads = people.filter(pl.col("relationship") == "head")
    assert heads["family_id"].is_unique().all()
    assert set(heads["family_id"]) == set(people["family_id"])
    assert heads["age"].min() > 18
    joined = people.join(heads.select("family_id", head_age="age", head_sex="sex"), on="family_id")
    spouses = joined.filter(pl.col("relationship") == "spouse")
    assert spouses["family_id"].is_unique().all()
    assert spouses.select((pl.col("age") - pl.col("head_age")).abs().max()).item() < 20
    children = joined.filter(pl.col("relationship") == "child")
    assert children.select((pl.col("head_age") - pl.col("age")).min()).item() > 15
    parents = joined.filter(pl.col("relationship") == "parent")
    assert parents.select((pl.col("age") - pl.col("head_age")).min()).item() > 17
    grandchildren = joined.filter(pl.col("relationship") == "grandchild")
    assert grandchildren.select((pl.col("head_age") - pl.col("age")).min()).item() > 30


def test_schooling_and_work_fit_ages(world: World) -> None:
    people = with_age(world)
    attends = pl.col("school_participation") == "attending"
    assert people.filter(attends & ~pl.col("age").is_between(6, 24)).is_empty()
    assert people.filter((pl.col("age") < 6) & (pl.col("education") != "none")).is_empty()
    works = ~pl.col("occupation").is_in(["none", "student", "homemaker", "pensioner"])
    assert people.filter(works & (pl.col("age") < 15)).is_empty()


def test_every_code_is_one_of_its_domain(world: World) -> None:
    for frame, names in ((world.people, DOMAINS), (world.families, FAMILY_DOMAINS)):
        for name in names:
            assert set(frame[name].drop_nulls()) <= set(reference.domains()[name]), name


def test_siblings_are_never_born_within_months_except_twins(world: World) -> None:
    children = world.people.filter(pl.col("relationship") == "child", pl.col("split_on").is_null())
    # Children of somebody who left with a card of their own are told by the parents' names.
    gaps = children.sort("family_id", "mother_name", "birth_date").with_columns(
        gap=pl.col("birth_date").diff().over("family_id", "mother_name").dt.total_days()
    )
    assert gaps.filter(pl.col("gap") == 0).height > 0
    assert gaps.filter((pl.col("gap") > 0) & (pl.col("gap") < 250)).is_empty()


def test_there_are_namesakes_single_elderly_moves_splits_and_new_cards(world: World) -> None:
    assert world.people["full_name"].is_duplicated().sum() > 100
    alone = with_age(world).filter(pl.len().over("family_id") == 1, pl.col("age") > 60)
    assert len(alone) > 50
    assert world.families["moved_on"].count() > 5
    assert world.families["card_changed_on"].count() > world.families["moved_on"].count()
    assert world.people["split_on"].count() > 10


def test_who_splits_off_stands_on_the_old_card_before_and_on_a_new_one_after(world: World) -> None:
    mover = world.people.filter(pl.col("split_on") > date(2024, 1, 1), pl.col("relationship") == "head").row(
        0, named=True
    )
    one = world.people.filter(pl.col("person_id") == mover["person_id"])
    before, after = world.people_at(date(2023, 1, 1), one), world.people_at(date(2024, 12, 1), one)
    assert before["family_id"].item() == mover["old_family_id"]
    assert before["relationship"].item() == "child"
    assert after["family_id"].item() == mover["family_id"]
    assert before["no_kk"].item() != after["no_kk"].item()


def test_a_family_keeps_its_id_when_its_card_changes(world: World) -> None:
    family = world.families.filter(pl.col("card_changed_on").is_not_null() & pl.col("left_city_on").is_null()).head(1)
    before, after = world.families_at(date(2023, 12, 1)), world.families_at(date(2024, 12, 1))
    one = pl.col("family_id") == family["family_id"].item()
    assert before.filter(one)["no_kk"].item() == family["no_kk"].item()
    assert after.filter(one)["no_kk"].item() == family["new_no_kk"].item()


def test_too_few_people_or_another_kind_is_refused_with_the_next_step() -> None:
    with pytest.raises(SinergiError, match="at least"):
        build_world("palangkaraya", 1, people=100)
    with pytest.raises(SinergiError, match="palangkaraya or city"):
        build_world("kota", 1)
