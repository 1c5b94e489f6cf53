"""What homes say of pairs: who else lives there, and what stands at one place of a source under one name."""

from __future__ import annotations

import polars as pl
from rapidfuzz.distance import OSA

from sinergi.linkage.cluster import Clusters
from sinergi.linkage.evidence import near, parents_of

# In bits: others of the two families are known to be the same people, or none is.
SAME_HOUSEHOLD, OTHER_HOUSEHOLD = 7.0, -3.0
SAME_PLACE, MOST_AT_A_PLACE = 20.0, 6  # bits of the same name at the same place of a source; more names say nothing
SLIPS = 2  # digits of two numbers that may differ at one place of a list


def with_elders(folded: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """Add `elders`: the names of heads and spouses in the families where a profile stands."""
    of_group = parents_of(records).explode("elders")
    named = folded.select("profile_id", pl.col("groups").alias("group_key")).explode("group_key").drop_nulls()
    named = named.join(of_group, on="group_key").group_by("profile_id").agg(pl.col("elders").unique().sort())
    return folded.join(named, on="profile_id", how="left", maintain_order="left")


def weigh_households(
    pairs: pl.DataFrame, folded: pl.DataFrame, clusters: Clusters, nodes: dict[int, int]
) -> pl.DataFrame:
    """Weigh the households of each pair, in bits as `household`: do others of the two families meet?

    Args:
        pairs: `left`, `right`: profiles.
        folded: All profiles, with the families (`groups`) where they stand.
        clusters: Who is one person, as far as it is known without the households.
        nodes: The node of each profile in `clusters`.
    """
    lone = folded.select("profile_id", "groups").explode("groups").drop_nulls()
    lone = lone.with_columns(
        person=pl.Series([clusters.find(nodes[profile]) for profile in lone["profile_id"].to_list()], dtype=pl.Int64)
    )
    people = lone.select(pl.col("groups").alias("group"), "person").unique()
    around = pairs.select("left", "right")
    for side in ("left", "right"):
        groups = lone.rename({"profile_id": side, "groups": f"group_{side}", "person": f"person_{side}"})
        around = around.join(groups, on=side)
    sizes = people.group_by("group").len()
    doors = around.select("group_left", "group_right").unique()
    shared = (
        doors.join(people.rename({"group": "group_left"}), on="group_left")
        .join(people.rename({"group": "group_right"}), on=["group_right", "person"])
        .group_by("group_left", "group_right")
        .agg(pl.col("person").alias("met"))
    )
    around = around.join(shared, on=["group_left", "group_right"], how="left")
    for side in ("left", "right"):
        around = around.join(sizes.rename({"group": f"group_{side}", "len": f"size_{side}"}), on=f"group_{side}")
    # Only others count: that the pair itself meets is what is asked.
    others = pl.col("met").list.len().fill_null(0) - pl.sum_horizontal(
        pl.col("met").list.contains(pl.col("person_left")).fill_null(False).cast(pl.Int64),
        (
            pl.col("met").list.contains(pl.col("person_right")) & (pl.col("person_left") != pl.col("person_right"))
        ).fill_null(False).cast(pl.Int64),
    )  # fmt: skip
    large = (pl.col("size_left") > 1) & (pl.col("size_right") > 1)
    weighed = around.with_columns(
        household=pl.when((pl.col("group_left") == pl.col("group_right")) | (others > 0))
        .then(SAME_HOUSEHOLD)
        .when(large)
        .then(OTHER_HOUSEHOLD)
        .otherwise(0.0)
    )
    best = weighed.group_by("left", "right").agg(pl.col("household").max())
    return (
        pairs.drop("household")
        .join(best, on=["left", "right"], how="left", maintain_order="left")
        .with_columns(pl.col("household").fill_null(0.0))
    )


def same_places(folded: pl.DataFrame) -> tuple[list[tuple[int, int, float]], list[dict[str, object]]]:
    """Join what stands under one name at one place: two editions of one registry, a decree and its later lists.

    Not where birth date, sex or number speak against it: a father and a son of one name are two.

    Returns:
        Edges, and a row as `blocking.add_keys` tells it where a place has more of one name than can be compared.
    """
    words = ("sure", "sorted_name", "born", "born_swapped", "sex", "nik")
    named = folded.filter(pl.col("sorted_name").is_not_null()).select("profile_id", *words, group="groups")
    named = named.explode("group").filter(pl.col("group").is_not_null())
    place = ["group", "sorted_name"]
    named = named.filter(pl.col("sure").n_unique().over(place) > 1)
    crowded = named.filter(pl.col("sure").n_unique().over(place) > MOST_AT_A_PLACE)
    told: list[dict[str, object]] = []
    if len(crowded):
        sizes = crowded.group_by(place).len()
        largest = int(sizes.select(pl.col("len").max()).item())
        told.append({"key": "name_in_list", "blocks": len(sizes), "profiles": len(crowded), "largest": largest})
    few = named.join(crowded.select(place).unique(), on=place, how="anti")
    pairs = few.join(few, on=place, suffix="_r").filter(pl.col("sure") < pl.col("sure_r"))
    against = (pl.col("sex") != pl.col("sex_r")).fill_null(False) | ~near("born", "born_r", "born_swapped").fill_null(
        True
    )
    # Other digits are a slip or two, or a birth date says that they are.
    numbered = pl.all_horizontal(pl.col("nik", "nik_r").is_not_null()) & pl.any_horizontal(
        pl.col("born", "born_r").is_null()
    )
    pairs = pairs.with_columns(against=against.any().over("sure", "sure_r"), numbered=numbered).filter(
        ~pl.col("against")
    )
    rows = pairs.select("sure", "sure_r", "numbered", "nik", "nik_r").unique().sort("sure", "sure_r").iter_rows()
    edges = {
        (left, right)
        for left, right, is_numbered, nik, other in rows
        if not is_numbered or OSA.distance(nik, other, score_cutoff=SLIPS) <= SLIPS
    }
    return [(left, right, SAME_PLACE) for left, right in sorted(edges)], told
