"""Who is known already: rows of new deliveries that say what rows before them have said.

To link a city takes a minute; most rows of a monthly list repeat those of the month before. What says the same is one
profile, and so one person, whatever else has come: such a row gets person and family at once. Every other row waits
(method `waiting`, nobody's yet) for the linking of all that follows. Nothing is guessed, and nothing known is moved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from sinergi.ledger import ACCEPTED
from sinergi.linkage import store
from sinergi.linkage.evidence import contents, key_of, prepare
from sinergi.linkage.families import group_of, nearest

if TYPE_CHECKING:
    import psycopg

WAITING = "waiting"
MOST_WAITING = 0.5  # of the rows; more is no ordinary delivery
MOST = 20_000  # rows; more is a city's first day or a registry
IS_LINKED = "exists (select from linkage.crosswalk where crosswalk.delivery_id = deliveries.delivery_id)"
NEW = f"select delivery_id, rows_accepted from ops.deliveries where status in {ACCEPTED} and not {IS_LINKED}"
REPLACED = f"select exists (select from ops.deliveries where status not in {ACCEPTED} and {IS_LINKED})"
LAST = "select status from linkage.runs order by run_id desc limit 1"
KNOWN = """
    select profile_key, min(person_id::text) as person_id, min(method) as method, min(probability) as probability
    from linkage.crosswalk where profile_key = any({keys}) and person_id is not null
    group by profile_key having count(distinct person_id) = 1
"""
# What people have decided of: which of two sides a row is on, linking everything finds out.
DECIDED = """
    select unnest(left_keys || right_keys) as key from linkage.decisions
    union select key from linkage.decision_rows
"""
OF_MANY = "select delivery_id, row_number from linkage.findings where rule in ('nik_of_nobody', 'crowded_card')"


class Recognised(NamedTuple):
    """How many new rows got their person at once, or name nobody, and how many wait."""

    known: int
    waiting: int


def recognise(cursor: psycopg.Cursor) -> Recognised | None:
    """Tie the rows of deliveries that came after the last linking, where that is sure.

    Args:
        cursor: Of a transaction that holds the lock of linking.

    Returns:
        How many; None, and nothing is tied, where only linking everything will do: nothing was linked yet, the last
        linking is held, a delivery took another's place, very much has come, or most of it is unknown, as of a list
        that has lost a column: that is for the gate of linking to judge.
    """
    store.make_schema(cursor)
    if _first(cursor, LAST) != "published" or _first(cursor, REPLACED):
        return None
    new = cursor.execute(NEW).fetchall()
    if sum(rows for _, rows in new) > MOST:
        return None
    ids = ", ".join(str(delivery_id) for delivery_id, _ in new) or "null"
    records = store.read_records(cursor, f"where delivery_id in ({ids})")
    if records.is_empty():
        return Recognised(0, 0)
    rows = _tied(cursor, prepare(records))
    waiting = rows.filter(method=WAITING).height
    if waiting > MOST_WAITING * len(rows):
        return None
    store.write(cursor, "linkage.crosswalk", rows.select(list(store.CROSSWALK)), replace=False)
    return Recognised(len(rows) - waiting, waiting)


def _tied(cursor: psycopg.Cursor, rows: pl.DataFrame) -> pl.DataFrame:
    """Give each new row what the crosswalk says of it."""
    rows = rows.with_columns(group=group_of())
    named = _people(cursor, rows)
    rows = rows.join(named, on="record_id", how="left", maintain_order="left")
    near = _near(cursor, rows["person_id"].drop_nulls().unique())
    of_many = near.filter("is_of_many")
    stands = near.filter(~pl.col("is_of_many"), pl.col("family_id").is_not_null(), pl.col("group").is_not_null())
    families = _families(rows, stands.join(of_many, on="group", how="anti"))
    rows = rows.join(families, on="record_id", how="left", maintain_order="left")
    is_of_many = pl.any_horizontal(
        pl.col(name).is_in(of_many[name].drop_nulls().unique().implode()).fill_null(False)
        for name in ("nik", "no_kk", "group")
    )
    # Whom nothing ties to a list has no family; whose list is not known yet waits for it.
    homeless = pl.col("group").is_null() & ~pl.col("has_stand").fill_null(False)
    placed = pl.col("family_id").is_not_null() | homeless
    nobody = ~pl.col("record_id").is_in(named["record_id"].implode()) & pl.col("group").is_null()
    known = (pl.col("person_id").is_not_null() & placed | nobody) & ~is_of_many
    tied = ("person_id", "family_id", "method", "probability", "profile_key")
    rows = rows.with_columns(method=pl.when(nobody).then(pl.lit("none")).otherwise("method"))
    rows = rows.with_columns(pl.when(known).then(pl.col(tied)))
    return rows.with_columns(pl.col("method").fill_null(WAITING))


def _people(cursor: psycopg.Cursor, rows: pl.DataFrame) -> pl.DataFrame:
    """Return `record_id, profile_key, person_id, method, probability` of rows that name somebody; null: not known."""
    said = contents(rows).select(
        "record_id", "snapshot", "is_bare", profile_key=pl.col("content").map_elements(key_of, pl.String)
    )
    kinds = {name: store.CROSSWALK[name] for name in ("profile_key", "person_id", "method", "probability")}
    known = store.fetch(cursor, KNOWN.format(keys=_texts(said["profile_key"].unique().to_list())), kinds)
    known = known.join(
        store.fetch(cursor, DECIDED, {"key": pl.String}), left_on="profile_key", right_on="key", how="anti"
    )
    said = said.join(known, on="profile_key", how="left", maintain_order="left")
    # Two rows of one list are two people unless they say the same: which of them is the person, is found out later.
    is_twice = pl.col("profile_key").n_unique().over("snapshot", "person_id") > 1
    doubtful = pl.col("is_bare") | (pl.col("snapshot").is_not_null() & pl.col("person_id").is_not_null() & is_twice)
    return said.select("record_id", pl.when(~doubtful).then(pl.col(list(kinds))))


def _near(cursor: psycopg.Cursor, people: pl.Series) -> pl.DataFrame:
    """Return the linked rows of people, prepared, with `person_id, family_id, group`, and those `is_of_many`."""
    cursor.execute(
        "create temp table near on commit drop as select delivery_id, row_number, person_id, family_id, "
        f"false as is_of_many from linkage.crosswalk where person_id = any({_texts(people.to_list())}::uuid[])"
    )
    cursor.execute(f"insert into near select delivery_id, row_number, null, null, true from ({OF_MANY}) as found")
    cursor.execute("analyze near")
    kinds = {"person_id": pl.String, "family_id": pl.String, "is_of_many": pl.Boolean}
    rows = store.read_records(cursor, "join near using (delivery_id, row_number)", kinds)
    return prepare(rows).with_columns(group=group_of())


def _families(rows: pl.DataFrame, stands: pl.DataFrame) -> pl.DataFrame:
    """Return `record_id, family_id, has_stand`.

    Args:
        rows: New rows with `person_id, group`.
        stands: Rows of the same people that a list family holds: `person_id, family_id, group, seen_on, layer`.
    """
    listed = stands.select("group", "family_id").unique()
    listed = listed.filter(pl.len().over("group") == 1)
    of_list = rows.join(listed, on="group").select("record_id", "family_id")
    lone = rows.filter(pl.col("group").is_null(), pl.col("person_id").is_not_null())
    near = nearest(
        lone.select("record_id", "seen_on", person="person_id"),
        stands.select("seen_on", "layer", person="person_id", family="family_id"),
    )
    near = near.filter(pl.len().over("record_id") == 1).select("record_id", family_id="near")
    standing = rows.join(stands.select("person_id").unique(), on="person_id").select("record_id", has_stand=True)
    found = pl.concat([of_list, near])
    return standing.join(found, on="record_id", how="full", coalesce=True)


def _first(cursor: psycopg.Cursor, query: str) -> object:
    return (cursor.execute(query).fetchone() or (None,))[0]


def _texts(values: list[str]) -> str:
    # Digests and our own ids: nothing in them needs an escape.
    return "array[" + ", ".join(f"'{value}'" for value in values) + "]::text[]"
