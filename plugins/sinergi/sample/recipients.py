"""Who gets which help when: decreed families by their need while they are in force, others by turns from a pool."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from sinergi.sample.particulars import PARTICULARS
from sinergi.sample.programs import HELP, Help
from sinergi.sample.script import HELPED_TWICE, UNSERVED

if TYPE_CHECKING:
    from sinergi.sample.world import World

# What eligibility is asked of; the pools are made once, from little.
_PERSON = (
    "person_id",
    "family_id",
    "sex",
    "birth_date",
    "relationship",
    "education",
    "occupation",
    "employment_status",
)
_MORE = ("disability", "nik")
_FAMILY = ("family_id", "decile", "is_rural", "house_ownership", "water_source", "toilet_facility", "is_decree_family")
FIRST_DAYS, LAST_DAY = (3, 5, 8, 12, 15, 19), 19


def months_of(period: str) -> list[int]:
    """Return the months of `YYYY-MM` or `YYYY-Qn`."""
    if "Q" in period:
        first = int(period[-1]) * 3 - 2
        return [first, first + 1, first + 2]
    return [int(period[5:])]


def days_of(period: str) -> list[date]:
    """Return the days of a period on which offices deliver."""
    return [date(int(period[:4]), month, day) for month in months_of(period) for day in FIRST_DAYS]


def with_age(people: pl.DataFrame, on: date) -> pl.DataFrame:
    """Add `age_at`: age in years on a day."""
    return people.with_columns(age_at=(pl.lit(on) - pl.col("birth_date")).dt.total_days() / 365.25)


class Recipients:
    """The recipients of every export of help, in one world."""

    def __init__(self, world: World):
        self.world = world
        self.size = 1 if world.kind == "city" else 0
        self.scale = min(1.0, len(world.people) / (300_000 if world.kind == "city" else 7_900))
        self._pools = self._make_pools()
        decreed = world.families.filter(pl.col("decree_no").is_not_null())
        self._decreed = world.people.filter(pl.col("family_id").is_in(decreed["family_id"].implode()))
        ids = world.families["family_id"]
        self._unserved = [ids[place] for place in UNSERVED]
        self._twice = [ids[place] for place in HELPED_TWICE]
        self._spells = world.story.spells()

    def _make_pools(self) -> dict[str, np.ndarray]:
        slim = with_age(self.world.people.select(*_PERSON, *_MORE), date(2024, 6, 30)).join(
            self.world.families.select(_FAMILY), on="family_id", maintain_order="left"
        )
        slim = slim.with_row_index("row").filter(
            ~pl.col("is_decree_family"), ~pl.col("family_id").is_in(self._listed())
        )
        pools = {}
        for help_ in HELP:
            for program, eligible in help_.programs.items():
                rows = slim.filter(eligible)["row"].to_numpy()
                pools[program] = self.world.rng("pool", program).permutation(rows)
        return pools

    def _listed(self) -> pl.Series:
        """Families that the kelurahan spoke of and that are gone: nobody helps them."""
        families = self.world.families
        return families.filter(pl.col("outcome").is_in(["deceased", "moved"]))["family_id"].implode()

    def rows(self, help_: Help, period: str) -> pl.DataFrame:
        """Return the clean rows of one file: people, family, `program_id`, `delivered_on`, the delivery's columns."""
        rng = self.world.rng("help", help_.source_id, period)
        rows = pl.concat([self._decreed_rows(help_, period, rng), self._other_rows(help_, period, rng)])
        rows = rows[rng.permutation(len(rows))]
        return rows.with_columns(**PARTICULARS[help_.source_id](rng, rows))

    def _other_rows(self, help_: Help, period: str, rng: np.random.Generator) -> pl.DataFrame:
        days = days_of(period)
        wanted = int(help_.rows[self.size] * self.scale * rng.uniform(0.93, 1.07)) // len(help_.programs)
        number = (months_of(period)[0] - 1) // (3 if help_.every == "quarter" else 1)
        parts = []
        for program, eligible in help_.programs.items():
            pool = self._pools[program]
            start = int(number * max(wanted, 1) * help_.churn)
            chosen = pool[(start + np.arange(min(wanted + wanted // 8 + 4, len(pool)))) % max(len(pool), 1)]
            people = with_age(self.world.people_at(days[0], self.world.people[chosen]), days[0])
            people = people.filter(eligible).head(wanted)
            parts.append(people.with_columns(program_id=pl.lit(program)))
        rows = pl.concat(parts)
        return rows.with_columns(delivered_on=pl.Series(days, dtype=pl.Date)[rng.integers(0, len(days), len(rows))])

    def _decreed_rows(self, help_: Help, period: str, rng: np.random.Generator) -> pl.DataFrame:
        days = days_of(period)
        people = with_age(self.world.people_at(days[0], self._decreed), days[0])
        people = people.filter(~pl.col("family_id").is_in(self._unserved))
        parts = []
        for program, eligible in help_.programs.items():
            rows = people.filter(eligible).with_columns(program_id=pl.lit(program))
            if help_.decreed == "family":
                # Where both adults fetch the same help, the second one is no head of family.
                twice = people.filter(pl.col("family_id").is_in(self._twice), pl.col("relationship") == "spouse")
                twice = twice.join(rows.select("family_id").unique(), on="family_id", how="semi")
                first = rows.unique("family_id", keep="first", maintain_order=True)
                rows = (
                    pl.concat([first, twice.with_columns(program_id=pl.lit(program))]) if help_.share > 0.3 else first
                )
            parts.append(rows)
        rows = pl.concat(parts)
        by = "family_id" if help_.decreed == "family" else "person_id"
        turns = rows.select(by).unique(maintain_order=True)
        turns = turns.filter(pl.Series(rng.random(len(turns)) < help_.share))
        rows = rows.join(turns, on=by, how="semi", maintain_order="left")
        return rows.with_columns(delivered_on=self._days(rows, days, rng)).filter(pl.col("delivered_on").is_not_null())

    def _days(self, rows: pl.DataFrame, days: list[date], rng: np.random.Generator) -> pl.Series:
        """Choose a day on which the family is in force, null where there is none."""
        spells: dict[str, list[tuple[date, date | None]]] = {}
        for family, start, end in self._spells.iter_rows():
            spells.setdefault(family, []).append((start, end))
        chosen = []
        for family in rows["family_id"]:
            free = [day for day in days if any(s < day and (e is None or day < e) for s, e in spells.get(family, []))]
            chosen.append(free[int(rng.integers(len(free)))] if free else None)
        return pl.Series(chosen, dtype=pl.Date)
