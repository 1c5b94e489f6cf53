"""What is wrong with a record, or hard about it: known from the truth alone, never from how it was linked."""

from __future__ import annotations

import polars as pl

from sinergi.linkage.evidence import usable

# In the order of the page. A record may be of several kinds.
KINDS = (
    "nothing wrong",
    "title with the name",
    "words in another order",
    "name cut or abbreviated",
    "typo in the name",
    "no NIK",
    "NIK that is a placeholder",
    "typo in the NIK",
    "no birth date",
    "year of birth only",
    "day and month swapped",
    "another birth date",
    "twin",
    "namesake in the kelurahan",
    "child by its parent's name",
    "moved family",
    "split card",
    "new card number",
)

MUHAMMAD = ("MUH", "MOH", "MUHAMAD", "MOHAMMAD")


def of(records: pl.DataFrame, people: pl.DataFrame, families: pl.DataFrame) -> pl.DataFrame:
    """Add `kinds` (a list of KINDS) to records; empty where the record is of nobody.

    Args:
        records: RECORD_SCHEMA with `true_person` and `true_family`.
        people: The sample's truth/people.csv, as text.
        families: The sample's truth/families.csv, as text.
    """
    truth = _people(people).join(_families(families), on="family_id", how="left").drop("family_id")
    frame = records.join(truth, on="true_person", how="left", maintain_order="left")
    sharing = pl.col("true_person").n_unique().over("true_name", "area_code")
    is_known = pl.col("area_code").is_not_null() & pl.col("true_person").is_not_null()
    frame = frame.with_columns(has_namesake=is_known & (sharing > 1), own_words=_words("full_name"))
    wrong = {**_name(), **_nik(), **_birth()}
    hard = {
        "twin": pl.col("is_twin"),
        "namesake in the kelurahan": pl.col("has_namesake"),
        "child by its parent's name": pl.col("parent_name").is_not_null() & usable("nik", "nik_status").is_null(),
        "moved family": pl.col("has_moved"),
        "split card": pl.col("has_left"),
        "new card number": pl.col("has_new_card"),
    }
    clean = ~pl.any_horizontal(condition.fill_null(False) for condition in wrong.values())
    every = {"nothing wrong": clean, **wrong, **hard}
    named = [pl.when(every[kind].fill_null(False)).then(pl.lit(kind)) for kind in KINDS]
    found = pl.when(pl.col("true_person").is_not_null()).then(pl.concat_list(named).list.drop_nulls())
    return frame.with_columns(kinds=found.fill_null(pl.lit([], pl.List(pl.String)))).select(*records.columns, "kinds")


def _people(people: pl.DataFrame) -> pl.DataFrame:
    return people.select(
        "family_id",
        true_person="person_id",
        true_name="full_name",
        true_words=_words("full_name"),
        true_nik="nik",
        true_birth=pl.col("birth_date").str.to_date("%Y-%m-%d"),
        is_twin=pl.col("is_twin") == "true",
        has_left=pl.col("split_on").is_not_null(),
    )


def _words(name: str) -> pl.Expr:
    letters = pl.col(name).str.to_uppercase().str.replace_all(r"['\x02]", "").str.replace_all(r"[^A-Z]+", " ")
    return letters.str.strip_chars().str.split(" ")


def _families(families: pl.DataFrame) -> pl.DataFrame:
    return families.select(
        "family_id",
        has_moved=pl.col("moved_on").is_not_null(),
        has_new_card=pl.col("card_changed_on").is_not_null(),
    )


def _name() -> dict[str, pl.Expr]:
    """Of the names as they are written: what linking makes of them must not say what was wrong with them."""
    own, true = pl.col("own_words"), pl.col("true_words")
    same, same_words = own == true, own.list.sort() == true.list.sort()
    # Muh., Moh. and M. stand for Muhammad; initials for a word.
    kept = own.list.eval(pl.element().filter((pl.element().str.len_chars() > 1) & ~pl.element().is_in(MUHAMMAD)))
    short = own.list.set_difference(true).list.len() > 0
    is_cut = (kept.list.set_difference(true).list.len() == 0) & (short | (own.list.len() < true.list.len()))
    has_more = (true.list.set_difference(own).list.len() == 0) & (own.list.len() > true.list.len())
    return {
        "title with the name": ~same_words & has_more,
        "words in another order": ~same & same_words,
        "name cut or abbreviated": ~same_words & ~has_more & is_cut,
        "typo in the name": ~same_words & ~has_more & ~is_cut,
    }


def _nik() -> dict[str, pl.Expr]:
    number = usable("nik", "nik_status")
    is_placeholder = pl.col("nik_status") == "placeholder"
    return {
        "no NIK": number.is_null() & ~is_placeholder,
        "NIK that is a placeholder": is_placeholder,
        "typo in the NIK": number != pl.col("true_nik"),
    }


def _birth() -> dict[str, pl.Expr]:
    born, true = pl.col("birth_date"), pl.col("true_birth")
    year = pl.col("birth_year") == true.dt.year()
    turned = (
        (born.dt.day() == true.dt.month()) & (born.dt.month() == true.dt.day()) & (born.dt.year() == true.dt.year())
    )
    return {
        "no birth date": born.is_null() & pl.col("birth_year").is_null(),
        "year of birth only": born.is_null() & year,
        "day and month swapped": (born != true) & turned,
        "another birth date": (born != true) & ~turned,
    }
