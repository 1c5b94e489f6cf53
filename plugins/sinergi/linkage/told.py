"""What linking has to tell: findings on rows (`linkage.findings`) and, of a run as a whole, warnings.

A warning names a source and counts, never a value of a row: it is shown on screens and kept in logs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from sinergi.linkage import store
from sinergi.linkage.evidence import usable

if TYPE_CHECKING:
    import psycopg

    from sinergi.linkage.people import People

# One name on so many records of a source, and on such a share of them, is a value typed for everybody.
MANY_OF_A_NAME, SHARE_OF_A_NAME = 100, 0.05
# So many rows of a file without a kelurahan of this city, and such a share of them: another city's file.
MANY_UNKNOWN, SHARE_UNKNOWN = 20, 0.5
KEYS = {
    "nik": "NIK",
    "birth_word": "birth date and longest word of the name",
    "birth_area": "birth date and kelurahan",
    "name_area": "name and kelurahan",
    "name_year": "name and year of birth",
    "card_word": "family card and longest word of the name",
    "place_word": "RT/RW and longest word of the name",
    "door": "address",
    "list_word": "family on a list and longest word of the name",
    "swap_word": "birth date with day and month swapped",
    "birth_street": "birth date and street",
    "birth_first": "birth date and first word of the name",
    "birth_last": "birth date and last word of the name",
    "birth_initials": "birth date and initials",
    "name_street": "name and street",
}


def numbers_of_many(records: pl.DataFrame, prepared: pl.DataFrame, worn: list[str]) -> pl.DataFrame:
    """Return findings of numbers that were emptied because too many people stand under them.

    Args:
        records: As read, with `delivery_id`.
        prepared: The same, prepared: card numbers of too many people are empty there.
        worn: NIKs of nobody (`People.worn`).

    Returns:
        `record_id, rule, counted`: nik_of_nobody for every row, crowded_card for the first row of a card in a delivery;
        `counted` is how many names stand under the number.
    """
    nobody = prepared.filter(pl.col("nik").is_in(worn)).with_columns(
        counted=pl.col("name").n_unique().over("nik").cast(pl.Int64)
    )
    emptied = prepared.filter(pl.col("no_kk").is_null()).select("record_id")
    cards = (
        records.filter(pl.col("no_kk").is_not_null())
        .join(emptied, on="record_id", how="semi")
        .select("record_id", "delivery_id", "full_name", card=usable("no_kk", "no_kk_status"))
        .filter(pl.col("card").is_not_null())
        .with_columns(counted=pl.col("full_name").n_unique().over("card").cast(pl.Int64))
        .sort("record_id")
        .unique(["delivery_id", "card"], keep="first", maintain_order=True)
    )
    found = [(nobody, "nik_of_nobody"), (cards, "crowded_card")]
    return pl.concat([rows.select("record_id", rule=pl.lit(rule), counted="counted") for rows, rule in found])


def write(cursor: psycopg.Cursor, frame: pl.DataFrame, found: pl.DataFrame) -> None:
    """Write the findings (`record_id, rule, counted`) of linked records, one a row and rule."""
    once = found.sort("rule", "record_id", "counted").unique(["rule", "record_id"], keep="last", maintain_order=True)
    columns = ("source_id", "delivery_id", "row_number", "rule", "family_id", "person_id", "counted")
    rows = once.join(frame.drop("rule", strict=False), on="record_id", maintain_order="left").select(columns)
    store.write(cursor, "linkage.findings", rows)


def warnings(
    cursor: psycopg.Cursor, prepared: pl.DataFrame, people: People, found: pl.DataFrame, lost: list[int]
) -> list[dict[str, Any]]:
    """Return what a run must say to people, as `kind, subject, counted, message`; empty on an ordinary day."""
    return [
        *_left_out(people.told),
        *_names(prepared),
        *_undated(prepared),
        *_cities(prepared),
        *_foreign_files(cursor),
        *_numbers(prepared, found),
        *_lost(lost),
    ]


def last(connection: Any) -> list[str]:
    """Return the warnings of the last run, as sentences; none where nothing was linked yet."""
    if connection.exec_driver_sql("select to_regclass('linkage.runs')").scalar() is None:
        return []
    query = """
        select each ->> 'message' from (
            select warnings from linkage.runs order by run_id desc limit 1
        ) as run cross join lateral jsonb_array_elements(run.warnings) with ordinality as told (each, place)
        order by place
    """
    return list(connection.exec_driver_sql(query).scalars())


def _warning(kind: str, subject: str, counted: int, message: str) -> dict[str, Any]:
    return {"kind": kind, "subject": subject, "counted": counted, "message": message}


def _left_out(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        _warning(
            "block_left_out",
            row["key"],
            row["profiles"],
            f"{row['profiles']:,} profiles share one {KEYS.get(row['key'], row['key'])} with too many others "
            f"({row['blocks']:,} groups, the largest of {row['largest']:,}) and were not compared by it (key "
            f"{row['key']}), only by their other keys: a person among them may be counted twice. Mostly one value was "
            "typed for everybody: find the source that repeats it, have it corrected, and run again.",
        )
        for row in told
    ]


def _names(prepared: pl.DataFrame) -> list[dict[str, Any]]:
    named = prepared.filter(pl.col("is_person") & pl.col("sorted_name").is_not_null())
    most = (
        named.group_by("source_id", "sorted_name")
        .agg(pl.len().alias("times"))
        .with_columns(records=pl.col("times").sum().over("source_id"))
        .filter((pl.col("times") >= MANY_OF_A_NAME) & (pl.col("times") >= SHARE_OF_A_NAME * pl.col("records")))
        .sort("source_id", "times", descending=[False, True])
    )
    return [
        _warning(
            "one_name",
            source,
            times,
            f"{source}: one and the same name stands on {times:,} of its {records:,} records. They are joined by a "
            "number alone. If the name was typed for everybody, ask the sender for the real ones.",
        )
        for source, times, records in most.select("source_id", "times", "records").iter_rows()
    ]


def _undated(prepared: pl.DataFrame) -> list[dict[str, Any]]:
    dated = pl.any_horizontal(pl.col("born", "born_year").is_not_null())
    sources = (
        prepared.filter(pl.col("is_person") & pl.col("name").is_not_null())
        .group_by("source_id")
        .agg(pl.len().alias("records"), dated.any().alias("dated"), pl.col("nik").is_null().sum().alias("bare"))
        .filter(~pl.col("dated") & (pl.col("bare") > 0))
        .sort("bare", "source_id", descending=[True, False])
    )
    if sources.is_empty():
        return []
    # One line for all of them: offices' lists rarely have the column, and a dozen lines a run are read by nobody.
    each = [f"{source} {bare:,} of {records:,}" for source, records, _, bare in sources.iter_rows()]
    return [
        _warning(
            "no_birth_dates",
            ", ".join(sources["source_id"]),
            int(sources["bare"].sum()),
            "Sources without birth dates, and how many of their records have no usable NIK either and can be linked by "
            f"name and place only: {', '.join(each)}. Ask the senders to add the column, those with the most first.",
        )
    ]


def _cities(prepared: pl.DataFrame) -> list[dict[str, Any]]:
    city = pl.col("area_code").str.head(5)
    placed = prepared.filter(pl.col("area_code").is_not_null()).select("source_id", city=city)
    cities = placed.group_by("city").agg(pl.len().alias("records"), pl.col("source_id").unique().sort())
    others = cities.sort("records", "city", descending=[True, False]).rows()[1:]  # the first is ours
    return [
        _warning(
            "two_cities",
            city,
            records,
            f"{records:,} records are of another city, {city} ({', '.join(sources[:5])}{', …' * bool(sources[5:])}). "
            "Their list numbers are kept apart from ours. If they came here by mistake, ask the sender for the right "
            "file or a correction workbook, which takes their place.",
        )
        for city, records, sources in others
    ]


def _foreign_files(cursor: psycopg.Cursor) -> list[dict[str, Any]]:
    """Find files most of whose rows lie in no kelurahan of this city, as intake has reported row by row."""
    rows = cursor.execute(
        """
        select deliveries.source_id, deliveries.file_name, deliveries.delivery_id, deliveries.rows_accepted,
            count(distinct findings.row_number)
        from ops.deliveries as deliveries join ops.findings as findings using (delivery_id)
        where findings.rule = 'area.unknown' and deliveries.status in ('accepted', 'accepted_with_findings')
        group by deliveries.delivery_id
        having count(distinct findings.row_number) >= greatest(%s, %s * deliveries.rows_accepted)
        order by deliveries.delivery_id
        """,
        (MANY_UNKNOWN, SHARE_UNKNOWN),
    ).fetchall()
    return [
        _warning(
            "another_city",
            source,
            unknown,
            f"{source}, {name} (delivery {delivery}): {unknown:,} of {accepted:,} rows lie in no kelurahan of this "
            "city. If it is another city's file, ask the sender for the right one, which takes its place.",
        )
        for source, name, delivery, accepted, unknown in rows
    ]


def _numbers(prepared: pl.DataFrame, found: pl.DataFrame) -> list[dict[str, Any]]:
    words = {"nik_of_nobody": ("rows", "a NIK"), "crowded_card": ("cards", "a family card number")}
    counts = (
        found.filter(pl.col("rule").is_in(list(words)))
        .unique(["rule", "record_id"])
        .join(prepared.select("record_id", "source_id"), on="record_id")
        .group_by("rule", "source_id")
        .len()
        .sort("rule", "source_id")
    )
    return [
        _warning(
            rule,
            source,
            count,
            f"{source}: {count:,} {words[rule][0]} with {words[rule][1]} typed for too many different people. It joins "
            "nobody, and each is a finding in the sender's workbook.",
        )
        for rule, source, count in counts.iter_rows()
    ]


def _lost(decisions: list[int]) -> list[dict[str, Any]]:
    return [
        _warning(
            "decision_lost",
            str(number),
            1,
            f"Decision {number} finds no row any more on one of its sides and holds nothing. If the file was replaced "
            "by one that says something else, look (`sinergi link review`) and decide anew, or undo it: "
            f"`sinergi link undo {number}`.",
        )
        for number in decisions
    ]
