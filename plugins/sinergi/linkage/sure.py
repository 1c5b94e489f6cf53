"""Sure links: one usable NIK under names that may be one person's. And which NIKs are confirmed."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import polars as pl
from rapidfuzz.distance import OSA, JaroWinkler

from sinergi.linkage.evidence import MOST_PEOPLE_OF_A_NIK, birth_in_nik

TOKEN_ALIKE = 0.87
WHOLE_ALIKE = 0.9
MOSTLY = 0.7  # of the letters of the shorter name


def same_name(left: str, right: str) -> bool:
    """Tell whether two plain names may be one person's: order, initials, left out and misspelt words allowed.

    Where each has a word that the other lacks, sharing one is not enough: Siti Aminah is not Aminah Rahmah.
    """
    if left == right:
        return True
    a, b = sorted((left.split(), right.split()), key=lambda words: sum(map(len, words)))
    rest, alike, alone = list(b), 0, []
    for word in sorted(a, key=len, reverse=True):
        match = next((other for other in rest if _alike(word, other)), None)
        if match is None:
            alone.append(word)
        else:
            alike += len(word)
            rest.remove(match)
    if not alone or (alike and not rest):
        return True
    if alike >= MOSTLY * sum(map(len, a)):
        return True
    return JaroWinkler.similarity("".join(a), "".join(b)) >= WHOLE_ALIKE


def _alike(left: str, right: str) -> bool:
    if len(left) == 1 or len(right) == 1:
        return left[0] == right[0]
    return JaroWinkler.similarity(left, right) >= TOKEN_ALIKE


def drop_worn(records: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """Empty the NIKs under which too many different people stand, and return them as a list.

    Args:
        records: Prepared (`evidence.prepare`); done before they are folded, so that a number of nobody folds nothing.
    """
    crowds = (
        records.filter(pl.col("is_person") & pl.col("nik").is_not_null() & pl.col("name").is_not_null())
        .select("nik", "name")
        .unique()
        .group_by("nik")
        .agg(pl.col("name").sort())
    )
    crowds = crowds.filter(pl.col("name").list.len() > MOST_PEOPLE_OF_A_NIK)
    worn = sorted(nik for nik, names in crowds.iter_rows() if _is_crowd(names))
    is_worn = pl.col("nik").is_in(worn).fill_null(False)
    return records.with_columns(pl.when(~is_worn).then(pl.col("nik", "born_nik"))), worn


def join_by_nik(profiles: pl.DataFrame) -> pl.DataFrame:
    """Add `sure` (profiles of one number are one person) and `wall` (the confirmed NIK, else null) to profiles.

    Where what stands under one NIK contradicts itself (`_contradict`), each side is a person of its own, and only what
    a trusted source or two senders say is confirmed. So is each `side` of what people have split (`decided.sides`).
    """
    if "side" not in profiles.columns:
        profiles = profiles.with_columns(side=pl.lit(""))
    said = ["name", "born", "sex"]
    known = profiles.filter(pl.col("nik").is_not_null())
    several = known.filter(pl.struct(said).n_unique().over("nik") > 1)
    carried = (pl.col("born_short") == pl.col("born_nik")).fill_null(False)
    several = several.select("nik", "profile_id", *said, carried.alias("carried"), "snapshots")
    rows = several.sort("nik", "profile_id").iter_rows()
    variants = [
        (profile, number)
        for _, of_one in groupby(rows, key=itemgetter(0))
        for number, people in enumerate(_people([_Profile(*row[1:]) for row in of_one]))
        for profile in people
    ]
    schema = {"profile_id": pl.Int64, "variant": pl.Int64}
    frame = profiles.join(
        pl.DataFrame(variants, schema=schema, orient="row"), on="profile_id", how="left", maintain_order="left"
    ).with_columns(variant=pl.col("variant").fill_null(0))
    person = ["nik", "variant", "side"]
    joins = pl.col("nik").is_not_null()
    sure = pl.when(joins).then(pl.col("profile_id").filter(joins).min().over(person)).otherwise("profile_id")
    frame = frame.with_columns(sure=sure)
    # Matched is believed where the row has a birth date and the number carries it: the flag stands beside typos too.
    carries = birth_in_nik("nik") == pl.col("born").str.slice(2).str.replace_all("-", "")
    matched = (pl.col("is_matched") & carries.fill_null(False)).any(ignore_nulls=True).over(person)
    senders = pl.col("senders").list.explode().n_unique()
    counts = frame.filter(pl.col("nik").is_not_null()).group_by(person).agg(senders.alias("independent"))
    frame = frame.join(counts, on=person, how="left", maintain_order="left")
    confirmed = (matched.fill_null(False) | (pl.col("independent") >= 2)) & pl.col("nik").is_not_null()
    frame = frame.with_columns(wall=pl.when(confirmed).then("nik"))
    slips = _slips(frame)
    return (
        frame.with_columns(wall=pl.when(~pl.col("nik").is_in(slips).fill_null(False)).then("wall"))
        .with_columns(
            is_conflict=pl.col("nik").is_not_null() & (pl.struct("variant", "side").n_unique().over("nik") > 1)
        )
        .drop("variant", "independent", "side")
    )


def _slips(frame: pl.DataFrame) -> list[str]:
    """List confirmed NIKs that are one slip away from a better attested one under the same name and birth date.

    Such a number is a typo rather than another person's, so that it is evidence and no wall. Serials count up, so that
    namesakes born on one day have numbers that follow each other: the number must be one sender's alone, no list may
    have both, and both must stand in one family of a list, on one card or at one street and number.
    """
    attested = (
        frame.filter(pl.all_horizontal(pl.col("wall", "sorted_name", "born").is_not_null()))
        .group_by("sorted_name", "born", "nik")
        .agg(
            pl.col("senders").list.explode().n_unique().alias("senders"),
            pl.col("snapshots").list.explode().unique().alias("snapshots"),
            pl.concat_list(
                "groups", pl.col("no_kk").cast(pl.String), pl.concat_str("area_code", "street", separator="|")
            ).list.explode().drop_nulls().unique().alias("homes"),
        )
        .filter(pl.len().over("sorted_name", "born") > 1)
    )  # fmt: skip
    pairs = attested.join(attested, on=["sorted_name", "born"], suffix="_other").filter(
        pl.col("nik") != pl.col("nik_other"),
        pl.col("senders") == 1,
        (pl.col("senders_other") > 1) | (pl.col("snapshots").list.len() < pl.col("snapshots_other").list.len()),
        pl.col("snapshots").list.set_intersection("snapshots_other").list.len() == 0,
        pl.col("homes").list.set_intersection("homes_other").list.len() > 0,
    )
    rows = pairs.select("nik", "nik_other").iter_rows()
    return sorted({nik for nik, other in rows if OSA.distance(nik, other, score_cutoff=1) <= 1})


class _Profile(NamedTuple):
    """What one profile says under a number."""

    profile_id: int
    name: str | None
    born: str | None
    sex: str | None
    is_carried: bool  # the number holds the birth date
    snapshots: list[str]


def _contradict(one: _Profile, other: _Profile) -> bool:
    """Tell whether two profiles of one number are two people: by their names, else by birth date and sex.

    Under names that are merely alike, or in two rows of one list, a birth date that is not near is another person's
    where the list itself, the sex or the number, which holds one of the two dates, says so too. Else it is mistyped.
    """
    assert one.name is not None and other.name is not None
    if not same_name(one.name, other.name):
        return True
    one_list = not set(one.snapshots).isdisjoint(other.snapshots)
    other_sex = bool(one.sex and other.sex and one.sex != other.sex)
    if one.name == other.name and not one_list:
        return False
    if not (one.born and other.born):
        return other_sex and one.name != other.name
    return not _near(one.born, other.born) and (one_list or other_sex or one.is_carried != other.is_carried)


def _near(born: str, other: str) -> bool:
    one, two = born.split("-"), other.split("-")
    return sum(a == b for a, b in zip(one, two, strict=True)) >= 2 or one == [two[0], two[2], two[1]]


def _people(profiles: list[_Profile]) -> list[list[int]]:
    """Part the profiles of one number into people; a row without a name belongs to the only one, else to itself."""
    groups: list[list[_Profile]] = []
    named = [profile for profile in profiles if profile.name is not None]
    for profile in sorted(named, key=lambda each: (-len(each.name or ""), each.name, each.profile_id)):
        home = next((group for group in groups if not any(_contradict(member, profile) for member in group)), None)
        if home is None:
            groups.append([profile])
        else:
            home.append(profile)
    people = [[profile.profile_id for profile in group] for group in groups]
    nameless = [profile.profile_id for profile in profiles if profile.name is None]
    if len(people) <= 1:
        return [[*(people[0] if people else []), *nameless]]
    return people + [[profile] for profile in nameless]


def _is_crowd(names: list[str]) -> bool:
    """Tell whether more people stand under the names than may share a number; stops as soon as they do."""
    found: list[str] = []
    for name in names:
        if not any(same_name(other, name) for other in found):
            found.append(name)
            if len(found) > MOST_PEOPLE_OF_A_NIK:
                return True
    return False
