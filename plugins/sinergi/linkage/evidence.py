"""From source records to profiles: what each record says of a person, in forms that can be compared.

A profile is what several records say in the same words; only profiles are compared, so that a person whom twelve
monthly lists repeat costs one comparison.
"""

from __future__ import annotations

from hashlib import sha256

import polars as pl

from sinergi.linkage.spelling import patronym, spell

# What linking needs to know of a record; `linkage/records.sql` and the trial bench deliver exactly this.
RECORD_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "record_id": pl.Int64,
    "source_id": pl.String,
    "snapshot": pl.String,  # records of one snapshot are different people; null where a list may repeat a person
    "layer": pl.Int64,  # 1 decree, 2 enumeration, 3 DTSEN, 4 P3KE, 5 everyone else
    "seen_on": pl.Date,
    "nik": pl.String,
    "nik_status": pl.String,
    "is_matched": pl.Boolean,  # with Dukcapil
    "full_name": pl.String,
    "sex": pl.String,
    "birth_date": pl.Date,
    "birth_year": pl.Int64,
    "parent_name": pl.String,
    "no_kk": pl.String,
    "no_kk_status": pl.String,
    "group_key": pl.String,  # the family as its source numbers it
    "relationship": pl.String,
    "area_code": pl.String,
    "rt": pl.String,
    "rw": pl.String,
    "address": pl.String,
    "is_person": pl.Boolean,
}
# What profiles are made of; nothing else is carried along, for there are a million records.
FOLDED = (
    *("record_id", "source_id", "snapshot", "layer", "seen_on", "nik", "is_matched", "sex", "no_kk", "group_key"),
    *("area_code", "name", "core", "sound", "sorted_name", "born", "born_nik", "born_short", "born_year", "parent"),
    *("place", "street", "sender"),
)
PROFILE_WORDS = ("nik", "sorted_name", "born", "born_year", "sex", "area_code")
MOST_PEOPLE_OF_A_NIK = 5  # under more names than this a number is nobody's: a default, typed for everyone
LARGEST_FAMILY = 30  # a card with more people is a number typed for everyone


def usable(number: str, status: str) -> pl.Expr:
    """Return an identity number that may stand for somebody, else null: placeholders and cut ones are gone."""
    value = pl.col(number)
    serial = value.str.slice(12) != "0000"
    constant = value == pl.concat_str([value.str.head(1)] * 16)
    good = value.str.contains(r"^[1-9]\d{15}$") & serial & ~constant & ~value.str.contains("0{10}|123456789")
    return pl.when(good & pl.col(status).is_in(["valid", "implausible"])).then(value)


def birth_in_nik(nik: str) -> pl.Expr:
    """Return the birth date inside a NIK as `YYMMDD`, a woman's forty taken off; null when it is no date."""
    day = pl.col(nik).str.slice(6, 2).cast(pl.Int32)
    day = pl.when(day > 40).then(day - 40).otherwise(day)
    month = pl.col(nik).str.slice(8, 2)
    good = day.is_between(1, 31) & month.cast(pl.Int32).is_between(1, 12)
    text = pl.col(nik).str.slice(10, 2) + month + day.cast(pl.String).str.zfill(2)
    return pl.when(good).then(text)


def prepare(records: pl.DataFrame) -> pl.DataFrame:
    """Add the comparable forms to records; `records` has RECORD_SCHEMA and may have more columns.

    Returns:
        The records with `nik`, `no_kk` emptied where unusable, and `name, sorted_name, sound, born, born_nik,
        born_year, parent, place, street`.
    """
    # "By. Ny. Siti" is no name of a child but of its mother.
    unnamed = r"(?i)^\s*(?:by|bayi)\b\.?\s*(?:ny|nyonya|ibu)\b\.?\s*"
    is_unnamed = pl.col("full_name").str.contains(unnamed).fill_null(False)
    mother = pl.when(is_unnamed).then(pl.col("full_name").str.replace(unnamed, ""))
    records = records.with_columns(
        parent_name=pl.coalesce("parent_name", mother, patronym(pl.col("full_name"))),
        full_name=pl.when(~is_unnamed).then("full_name"),
    )
    names = spell(pl.concat([records["full_name"], records["parent_name"]]))
    parents = names.select(pl.col("raw").alias("parent_name"), pl.col("sorted_name").alias("parent"))
    frame = records.with_columns(nik=usable("nik", "nik_status"), no_kk=usable("no_kk", "no_kk_status"))
    frame = frame.with_columns(nik=pl.when(pl.col("nik").ne_missing(pl.col("no_kk"))).then("nik"))
    frame = frame.join(names.rename({"raw": "full_name"}), on="full_name", how="left", maintain_order="left")
    frame = frame.join(parents, on="parent_name", how="left", maintain_order="left")
    crowded = (
        frame.filter(pl.col("no_kk").is_not_null() & pl.col("is_person"))
        .group_by("no_kk")
        .agg(pl.col("sorted_name").n_unique().alias("people"))
        .filter(pl.col("people") > LARGEST_FAMILY)["no_kk"]
    )
    real = pl.col("birth_date") != pl.date(1970, 1, 1)
    birth = pl.when(real).then("birth_date").dt.to_string("%Y-%m-%d")
    street = pl.col("address").str.to_uppercase().str.replace_all(r"\b(?:JALAN|JLN|JL|NOMOR|NO|RT|RW)\b", " ")
    street = street.str.replace_all(r"[^A-Z0-9]+", " ").str.strip_chars()
    streets = frame.select("address").drop_nulls().unique()
    streets = streets.select("address", street=pl.when(street.str.len_chars() > 3).then(street))
    frame = frame.join(streets, on="address", how="left", maintain_order="left")
    return frame.with_columns(
        no_kk=pl.when(~pl.col("no_kk").is_in(crowded.implode())).then("no_kk"),
        born=birth,
        born_nik=birth_in_nik("nik"),
        born_short=birth.str.slice(2).str.replace_all("-", ""),
        born_year=pl.coalesce(pl.when(real).then("birth_date").dt.year().cast(pl.Int64), "birth_year"),
        place=pl.concat_str("area_code", "rt", "rw", separator="|"),
        sender=pl.col("source_id").str.split("/").list.first(),
    )


def profiles(records: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Fold prepared records of people into profiles: `fold(contents(records))`."""
    return fold(contents(records))


def key_of(content: str) -> str:
    """Return the digest that stands for a content outside of a run."""
    return sha256(content.encode()).hexdigest()[:24]


def contents(records: pl.DataFrame) -> pl.DataFrame:
    """Return the prepared records that name a person, with `content`: in one text all that a record says of it.

    `is_bare`: a name and no more, which the place in its list tells from others, so that no other record says the same.
    """
    told = pl.any_horizontal(pl.col("name", "nik", "parent").is_not_null())
    people = (
        records.filter(pl.col("is_person") & told)
        .select(*FOLDED, "relationship")
        .with_columns(
            role=pl.when(pl.col("relationship").is_not_null()).then(
                pl.when(pl.col("relationship") == "head").then(pl.lit("head")).otherwise(pl.lit("member"))
            )
        )
    )
    # Without a number a name is many people's, its birth date too: only at the same door, on the same card, in the
    # same family of a list and of the same parent it says the same.
    vague = pl.col("nik").is_null()
    door = pl.concat_str(
        *(pl.col(name).fill_null("") for name in ("place", "street", "no_kk", "group_key", "parent")), separator="|"
    )
    # A bare name is one record and no more: rows are told by their list and place in it, so that two of them stay two.
    bare = vague & pl.all_horizontal(pl.col("born", "place", "street", "no_kk", "group_key", "parent").is_null())
    listed = pl.concat_str("source_id", pl.col("seen_on").cast(pl.String).fill_null(""), separator="|")
    people = people.with_columns(
        content=pl.concat_str(
            *(pl.col(name).cast(pl.String).fill_null("") for name in PROFILE_WORDS),
            pl.when(vague).then(door).otherwise(pl.lit("")),
            pl.when(pl.col("name").is_null()).then("parent").otherwise(pl.lit("")).fill_null(""),
            separator="|",
        )
    )
    rows = people.filter(bare)
    place = pl.int_range(pl.len()).over("content", listed)
    rows = rows.select("record_id", told_apart=pl.concat_str("content", listed, place, separator="|"))
    people = people.join(rows, on="record_id", how="left", maintain_order="left")
    return people.with_columns(
        content=pl.coalesce("told_apart", "content"), is_bare=pl.col("told_apart").is_not_null()
    ).drop("told_apart")


def fold(people: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Fold records of people (`contents`) into profiles.

    Returns:
        The profiles, sorted by content so that the order of deliveries leaves no trace, with `profile_id` (0, 1, ...)
        `content` (their text), `key` (its digest); and `record_id, profile_id` for each record that names a person.
    """
    # Sorted, so that "the first value" is the same one whatever came first.
    people = people.sort("content", "layer", "source_id", "group_key", "no_kk", "place", "street", "seen_on")
    first = [
        pl.col(name).drop_nulls().first()
        for name in ("name", "core", "sound", "born_nik", "born_short", "no_kk", "place", "street", "parent", "role")
    ]
    kin = pl.col("group_key").drop_nulls().unique().sort().alias("groups")
    folded = (
        people.group_by("content", maintain_order=True)
        .agg(
            pl.col(*PROFILE_WORDS).first(),
            *first,
            kin,
            pl.col("is_matched").any(ignore_nulls=True),
            pl.col("sender").unique().sort().alias("senders"),
            pl.col("snapshot").drop_nulls().unique().sort().alias("snapshots"),
            pl.col("layer").min(),
            pl.len().alias("records"),
        )
        .with_row_index("profile_id")
        .with_columns(
            pl.col("profile_id").cast(pl.Int64),
            key=pl.col("content").map_elements(key_of, pl.String),
        )
    )
    ties = people.select("record_id", "content").join(folded.select("content", "profile_id"), on="content")
    return folded, ties.select("record_id", "profile_id")


def says() -> pl.Expr:
    """Return what a row of a list says of its person, as a number: two rows that say it both are one person twice.

    Null, which is never the same, without name or birth date. The NIK is weighed and not asked: it may be mistyped.
    """
    words = ("sorted_name", "born", "sex", "place", "street", "no_kk", "group_key", "parent")
    known = pl.all_horizontal(pl.col("sorted_name", "born").is_not_null())
    said = pl.concat_str(*(pl.col(word).fill_null("") for word in words), separator="|")
    return pl.when(known).then(said.hash())


def near(born: str, other: str, swapped: str) -> pl.Expr:
    """Tell whether two birth dates may be one, mistyped: all but one of day, month and year the same, or swapped."""
    left, right = pl.col(born), pl.col(other)
    parts = [left.str.slice(*part) == right.str.slice(*part) for part in ((0, 4), (5, 2), (8, 2))]
    return (pl.sum_horizontal(parts) >= 2) | (pl.col(swapped) == right)


def parents_of(records: pl.DataFrame) -> pl.DataFrame:
    """Return `group_key, relationship, elders`: the names of head and spouse of each family, for its other members.

    What has more people than a family has none: a number typed for everyone is nobody's family.
    """
    families = records.filter(pl.col("group_key").is_not_null())
    families = families.filter(pl.col("sorted_name").n_unique().over("group_key") <= LARGEST_FAMILY)
    heads = families.filter(pl.col("relationship").is_in(["head", "spouse"]))
    return heads.group_by("group_key").agg(pl.col("sorted_name").drop_nulls().unique().sort().alias("elders"))
