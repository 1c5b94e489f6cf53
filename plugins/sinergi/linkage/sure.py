"""Sure links: one usable NIK under names that may be one person's. And which NIKs are confirmed."""

from __future__ import annotations

import polars as pl
from rapidfuzz.distance import OSA, JaroWinkler

from sinergi.linkage.evidence import MOST_PEOPLE_OF_A_NIK, birth_in_nik

# So common that sharing them says nothing, unless a name has nothing else.
COMMON = frozenset({"MUHAMAD", "AHMAD", "ABDUL", "SITI", "NUR", "SRI"})
TOKEN_ALIKE = 0.87
WHOLE_ALIKE = 0.9


def same_name(left: str, right: str) -> bool:
    """Tell whether two plain names may be one person's: order, initials, left out and misspelt words allowed."""
    if left == right:
        return True
    a, b = sorted((_words(left), _words(right)), key=lambda words: sum(map(len, words)))
    rest, alike = list(b), 0
    for word in sorted(a, key=len, reverse=True):
        match = next((other for other in rest if _alike(word, other)), None)
        if match is not None:
            alike += len(word)
            rest.remove(match)
    if alike >= 0.6 * sum(map(len, a)):
        return True
    return JaroWinkler.similarity("".join(a), "".join(b)) >= WHOLE_ALIKE


def _words(name: str) -> list[str]:
    words = name.split()
    return [word for word in words if word not in COMMON] or words


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
    worn = sorted(nik for nik, names in crowds.iter_rows() if len(_people(names)) > MOST_PEOPLE_OF_A_NIK)
    is_worn = pl.col("nik").is_in(worn).fill_null(False)
    return records.with_columns(pl.when(~is_worn).then(pl.col("nik", "born_nik"))), worn


def join_by_nik(profiles: pl.DataFrame, parted: frozenset[str] = frozenset()) -> pl.DataFrame:
    """Add `sure` (profiles of one number are one person) and `wall` (the confirmed NIK, else null) to profiles.

    Where one NIK stands under clearly different names, each name is a person of its own, and only what a trusted
    source or two senders say is confirmed. Profiles whose key is `parted` stand alone: a person has split them off.
    """
    known = profiles.filter(pl.col("nik").is_not_null())
    names = known.group_by("nik").agg(pl.col("name").drop_nulls().unique().sort().alias("names"))
    several = names.filter(pl.col("names").list.len() > 1)
    variants = [
        (nik, name, number)
        for nik, spellings in several.iter_rows()
        for number, people in enumerate(_people(spellings))
        for name in people
    ]
    schema = {"nik": pl.String, "name": pl.String, "variant": pl.Int64}
    frame = profiles.join(
        pl.DataFrame(variants, schema=schema, orient="row"), on=["nik", "name"], how="left", maintain_order="left"
    ).with_columns(variant=pl.col("variant").fill_null(0))
    person = ["nik", "variant"]
    joins = pl.col("nik").is_not_null() & ~pl.col("key").is_in(sorted(parted))
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
        .with_columns(is_conflict=pl.col("nik").is_not_null() & (pl.col("variant").n_unique().over("nik") > 1))
        .drop("variant", "independent")
    )


def _slips(frame: pl.DataFrame) -> list[str]:
    """List confirmed NIKs that are one slip away from a better attested one under the same name and birth date.

    Such a number is a typo rather than another person's, so that it is evidence and no wall. Two that are attested
    alike stay two people's.
    """
    attested = (
        frame.filter(pl.all_horizontal(pl.col("wall", "sorted_name", "born").is_not_null()))
        .group_by("sorted_name", "born", "nik")
        .agg(
            pl.col("senders").list.explode().n_unique().alias("senders"),
            pl.col("snapshots").list.explode().n_unique().alias("snapshots"),
        )
    )
    attested = attested.filter(pl.len().over("sorted_name", "born") > 1)
    pairs = attested.join(attested, on=["sorted_name", "born"], suffix="_other").filter(
        pl.col("nik") != pl.col("nik_other"),
        (pl.col("senders") < pl.col("senders_other"))
        | ((pl.col("senders") == pl.col("senders_other")) & (pl.col("snapshots") < pl.col("snapshots_other"))),
    )
    rows = pairs.select("nik", "nik_other").iter_rows()
    return sorted({nik for nik, other in rows if OSA.distance(nik, other, score_cutoff=1) <= 1})


def _people(names: list[str]) -> list[list[str]]:
    groups: list[list[str]] = []
    for name in sorted(names, key=lambda text: (-len(text), text)):
        home = next((group for group in groups if same_name(group[0], name)), None)
        if home is None:
            groups.append([name])
        else:
            home.append(name)
    return groups
