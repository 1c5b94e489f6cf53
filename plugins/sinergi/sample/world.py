"""The made-up city: its people and families, who moved, split, died and was born. Deterministic by seed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from sinergi import reference
from sinergi.errors import SinergiError
from sinergi.sample import KINDS, households
from sinergi.sample.families import make_families
from sinergi.sample.persons import make_people, split
from sinergi.sample.script import DECREE_FAMILIES, EXTRA_FAMILIES, choose

if TYPE_CHECKING:
    from sinergi.sample.story import Story

IN_P3KE = 7_975
IN_CITY = 315_153
FEWEST = 1_500


@dataclass(frozen=True)
class World:
    """People and families as they are now (end of 2024), with what they were before.

    Args:
        people: One row a person: `person_id`, `family_id`, `relationship` (now), `old_family_id`,
            `old_relationship`, `split_on` (who left their parents' card for one of their own), `nik` (null: has
            none yet), `full_name`, `sex`, `birth_date`, `died_on`, `father_name`, `mother_name`, `is_newborn`,
            `is_twin`, attributes, `phone`, `position` (order in the family).
        families: One row a family: `family_id`, `no_kk`, `new_no_kk`, `card_changed_on`, `area_code`,
            `new_area_code`, `moved_on`, `left_city_on`, `p3ke_id` (null: not in P3KE), `decile`, `dtsen_decile`,
            `percentile`, `address`, `new_address`, `rt`, `rw`, `member_count`, housing, `is_decree_family`.
    """

    kind: str
    seed: int
    people: pl.DataFrame = field(repr=False)
    families: pl.DataFrame = field(repr=False)

    @cached_property
    def story(self) -> Story:
        """What the kelurahan, the Muskel and the mayor did."""
        from sinergi.sample.story import build_story

        return build_story(self)

    def rng(self, *purpose: object) -> np.random.Generator:
        """Return the generator of one purpose, so that no draw depends on the order of the others."""
        text = "/".join(map(str, (self.kind, self.seed, *purpose)))
        return np.random.default_rng(list(text.encode()))

    def people_at(self, on: date, people: pl.DataFrame | None = None) -> pl.DataFrame:
        """Return who of `people` (default: all) lived in the city on a day, with family, card and address then."""
        people = (self.people if people is None else people).filter(
            pl.col("birth_date") <= on, pl.col("died_on").is_null() | (pl.col("died_on") > on)
        )
        if people["split_on"].null_count() < len(people):
            before = pl.col("split_on") > on
            people = people.with_columns(
                family_id=pl.when(before).then("old_family_id").otherwise("family_id"),
                relationship=pl.when(before).then("old_relationship").otherwise("relationship"),
            )
        return people.join(self.families_at(on, people), on="family_id", how="inner", maintain_order="left")

    def families_at(self, on: date, people: pl.DataFrame | None = None) -> pl.DataFrame:
        """Return the families of the city (only those of `people`) on a day, with the card and address of that day."""
        families = self.families
        if people is not None and len(people) < len(families):
            families = families.join(people.select("family_id").unique(), on="family_id", how="semi")
        changed, moved = pl.col("card_changed_on") <= on, pl.col("moved_on") <= on
        return (
            families.filter(
                pl.col("left_city_on").is_null() | (pl.col("left_city_on") > on),
                pl.col("formed_on").is_null() | (pl.col("formed_on") <= on),
            )
            .with_columns(
                no_kk=pl.when(changed).then("new_no_kk").otherwise("no_kk"),
                area_code=pl.when(moved).then("new_area_code").otherwise("area_code"),
                address=pl.when(moved).then("new_address").otherwise("address"),
            )
            .drop("new_no_kk", "card_changed_on", "new_area_code", "new_address", "moved_on", "left_city_on")
            .join(_areas(), on="area_code", how="left", maintain_order="left")
        )


def build_world(kind: str, seed: int, people: int | None = None) -> World:
    """Make the people and families.

    Args:
        kind: `palangkaraya`: the poor whom the registries list; `city`: everybody.
        seed: The same seed gives the same world.
        people: People listed by P3KE (`palangkaraya`) or in all (`city`).

    Raises:
        SinergiError: an unknown kind, or fewer people than the story needs.
    """
    if kind not in KINDS:
        raise SinergiError(f"The sample {kind!r} is unknown; use {' or '.join(KINDS)}.")
    total = people or (IN_CITY if kind == "city" else IN_P3KE)
    if total < FEWEST:
        raise SinergiError(f"{total} people are too few for thirty kelurahan; use at least {FEWEST}.")
    rng = np.random.default_rng([*kind.encode(), seed])
    listed = max(total * IN_P3KE // IN_CITY, FEWEST // 2) if kind == "city" else total
    named = [*DECREE_FAMILIES, *EXTRA_FAMILIES]
    decree = households.shaped(rng, [size for _, size in named])
    listed_by_p3ke = sum(size for _, size in DECREE_FAMILIES)
    poor = households.fill(rng, listed - listed_by_p3ke, "settled")
    so_far = int(pl.concat([decree, poor])["size"].sum())
    rest = total - so_far if kind == "city" else max(int(total * 0.05), 40)
    skeleton = pl.concat([decree, poor, households.fill(rng, rest, "size")])
    families = make_families(rng, kind, skeleton, [area for area, _ in named], len(poor), len(DECREE_FAMILIES))
    families, persons = split(rng, families, make_people(rng, skeleton, families))
    families, persons = choose(rng, families, persons)
    return World(kind, seed, persons, families)


def _areas() -> pl.DataFrame:
    rows = [(area.code, area.name, area.district_name) for area in reference.areas().values()]
    return pl.DataFrame(rows, schema=["area_code", "area_name", "district_name"], orient="row")
