"""Which pairs a person decides, and why: nothing is decided by weight where weight cannot tell."""

from __future__ import annotations

import polars as pl

from sinergi.linkage.cluster import Clusters, Walls
from sinergi.linkage.model import COMPARISONS
from sinergi.linkage.sure import same_name

STREET = 5.0  # bits of an address; less is a kelurahan
SERIAL = 12  # digits of a NIK before those that count up


def doubted(pairs: pl.DataFrame, folded: pl.DataFrame) -> pl.DataFrame:
    """Add `doubt`: of which pairs a person decides, however much they weigh, and why; null of the others.

    `other_name`: names that are not alike without one number, on one card or in one household, as of twins; or names
    that are merely much alike under two numbers, of one home, without a birth date or with numbers that follow each
    other (`_next_in_line`). `two_parents`: another parent is named, and neither number, card nor household is the same.
    `disputed_number`: nothing but one NIK under names that dispute it.
    """
    levels = {name: [label for label, _ in levels].index for name, levels in COMPARISONS.items()}
    names, numbers = levels["name"], levels["nik"]
    disputed = folded.filter("is_conflict")["profile_id"].implode()
    at_home = (pl.col("bits_card") > 0) | (pl.col("household") > 0)
    other_name = pl.col("level_name").is_in([names("a word in common"), names("different")])
    # A name that one family shares makes others of it much alike; two numbers then say that they are two.
    half_name = pl.col("level_name").is_in([names("much alike"), names("alike as written")])
    no_date = pl.col("bits_born") <= 0
    two_numbers = (pl.col("level_nik") > numbers("same")).fill_null(False)
    one_number = pl.col("level_nik") == numbers("same")
    no_number = ~one_number.fill_null(False)  # of twins, whose serials follow each other, one slip says nothing
    other_parent = (pl.col("level_parent") == levels["parent"]("another is named")) & (pl.col("bits_nik") <= 0)
    alone = (pl.col("bits_born") <= 0) & (pl.col("bits_home") < STREET)
    half_known = half_name & two_numbers
    half_known &= at_home | no_date | _next_in_line(pairs, folded, half_known)
    return pairs.with_columns(
        doubt=pl.when((other_name & no_number & at_home) | half_known).then(pl.lit("other_name"))
        .when(other_parent & ~at_home).then(pl.lit("two_parents"))
        .when(one_number & pl.col("left").is_in(disputed) & alone & ~at_home).then(pl.lit("disputed_number"))
    )  # fmt: skip


def _next_in_line(pairs: pl.DataFrame, folded: pl.DataFrame, asked: pl.Expr) -> pl.Series:
    """Tell of which of the pairs that are asked the numbers may be two people's, entered one after the other.

    The last four digits of a NIK count up for those of one place, birth date and sex: numbers that differ there alone,
    under names each of which has a word that the other lacks, are no slip of the pen.
    """
    words = folded.select("sorted_name", serial=pl.col("nik").str.head(SERIAL))
    ends = [words[pairs[end]] for end in ("left", "right")]
    is_asked = pairs.select(asked.fill_null(False)).to_series() & (ends[0]["serial"] == ends[1]["serial"])
    names = zip(is_asked.fill_null(False), *(end["sorted_name"] for end in ends), strict=True)
    return pl.Series([is_one and not same_name(left, right) for is_one, left, right in names], dtype=pl.Boolean)


def review_of(
    pairs: pl.DataFrame,
    nodes: dict[int, int],
    clusters: Clusters,
    walls: Walls,
    refused: list[tuple[int, int, float, str]],
    link: float,
    review: float,
) -> pl.DataFrame:
    """List the pairs that a person should see: strong ones that a wall refused, and probable ones below the line."""
    why = {(left, right): reason for left, right, _, reason in refused}
    rows = []
    total = pl.col("weight") + pl.col("household")
    likely = pairs.filter(total >= review).select("left", "right", "doubt", total=total)
    for left, right, doubt, weight in likely.iter_rows():
        a, b = nodes[left], nodes[right]
        if clusters.find(a) == clusters.find(b):
            continue
        reason = why.get((min(a, b), max(a, b)))
        if reason is None:
            if clusters.wall(a, b) or (weight >= link and not doubt):
                continue
            reason = doubt or "probable"
        # A wall against a record that has a better home is no doubt; against one that is left alone it is.
        if reason == "split_by_person" or (
            reason in ("two_confirmed_niks", "same_snapshot") and clusters.settled(a, b)
        ):
            continue
        rows.append((left, right, weight, reason))
    schema = {"left": pl.Int64, "right": pl.Int64, "weight": pl.Float64, "reason": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row").sort(
        "weight", "left", "right", descending=[True, False, False]
    )
