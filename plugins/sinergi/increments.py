"""What a build may keep of the build before it in its colour: everything but what has been touched since.

What was touched is seen, not remembered: each build holds the links that it was made of, so that what differs between
`marts_<colour>.xwalk_people` and the links of now has changed since, whichever runs came between. Rows never change in
raw: they come and go with their delivery, and each build notes which deliveries it stood on. A heavy model takes out
what is of touched rows, people and families, and works those out anew (macros/touched.sql).

Where anything but rows may have changed, the build is whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, text

from sinergi import identity_hashes, ledger
from sinergi.errors import SinergiError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sinergi.settings import Settings

# Everything that a heavy model reads and that is no row, by the name under which the log says that it is another.
FIXED = ("dbt project", "entities", "program", "hash key", "day")
# One row of these says what holds of people and families that it does not name.
FAR_REACHING = ("decrees", "decree_withdrawals")
UNREAD = ("budgets", "vacancies")  # no heavy model reads them
MOST = 0.05  # share of all links; with more of them touched, a whole build is as fast
MADE = ("target", "logs", "__pycache__")  # folders that programs write into the project
MEMORY = "set local work_mem = '128MB'"  # a city's links are hashed in memory

DELIVERIES = """
select delivery_id::text, coalesce(finished_at::text, '') from ops.deliveries
where status = any(:accepted) and entity <> all(:unread)
"""
# The session's day too: the macros of masking count ages by it.
DAY = "select (now() at time zone 'Asia/Jakarta')::date || ' ' || current_date"
LINKS = """
select count(*) || ' ' || coalesce(bit_xor(hash_record_extended(
    (delivery_id, row_number, person_id, family_id, method, probability), 0
)), 0)
from linkage.crosswalk
"""
RUNS = """
select distinct on (of_colour) build_id, colour, base from (
    select *, colour = :colour as of_colour from ops.runs where build_id < :build_id
) as earlier
order by of_colour, build_id desc
"""
DIFFERING = """
select
    coalesce(was.delivery_id, now.delivery_id) as delivery_id,
    coalesce(was.row_number, now.row_number) as row_number,
    case
        when
            (was.person_id, was.family_id) is distinct from (now.person_id, now.family_id)
            or coalesce(was.delivery_id, now.delivery_id) = any(:deliveries)
            then array[was.person_id, was.family_id, now.person_id, now.family_id]
    end as ids
from marts_{colour}.xwalk_people as was
full join linkage.crosswalk as now on was.delivery_id = now.delivery_id and was.row_number = now.row_number
where
    (was.person_id, was.family_id, was.method, was.probability)
        is distinct from (now.person_id, now.family_id, now.method, now.probability)
    or coalesce(was.delivery_id, now.delivery_id) = any(:deliveries)
"""
# What has not been linked yet, or has gone since, has its place all the same.
DELIVERED = 'select _delivery_id, _row_number, null::uuid[] from raw."{entity}" where _delivery_id = any(:deliveries)'
TIED_ANEW = """
select exists (
    select from differing inner join ops.deliveries using (delivery_id)
    where entity = any(:far_reaching) and ids is not null
)
"""
ROWS = "create unlogged table linkage.touched_rows as select distinct delivery_id, row_number from differing"
IDS = (
    "create unlogged table linkage.touched as select distinct id from differing, unnest(ids) as id where id is not null"
)


@dataclass(frozen=True)
class Extent:
    """How much of a build is made anew.

    Args:
        rows: How many source rows came, went or were tied anew since; None: the build is whole.
        why_whole: Why it is.
        deliveries: Which deliveries came, went or were taken in again.
    """

    rows: int | None = None
    why_whole: str | None = None
    deliveries: frozenset[int] = frozenset()

    def __str__(self) -> str:
        """Return it for a log."""
        return f"whole: {self.why_whole}" if self.rows is None else f"{self.rows:,} rows touched"


class Whole(SinergiError):
    """Why everything must be made anew."""


def footing(connection: Connection, settings: Settings) -> dict[str, Any]:
    """Return what a build stands on: FIXED, deliveries (id -> time) and a sum over the links."""
    linked = connection.execute(text("select to_regclass('linkage.crosswalk') is not null")).scalar()
    parameters = {"accepted": list(ledger.ACCEPTED), "unread": list(UNREAD)}
    return {
        "dbt project": digest(settings.dbt_project),
        "entities": digest(settings.expectations / "entities"),
        "program": f"{metadata.version('sinergi')} {ledger.REVISION}",
        "hash key": identity_hashes.key_id(identity_hashes.hash_key(settings)),
        "day": connection.execute(text(DAY)).scalar(),
        "deliveries": dict(connection.execute(text(DELIVERIES), parameters).tuples().all()),
        "links": connection.execute(text(LINKS)).scalar() if linked else None,
    }


def prepare(engine: Engine, colour: str, build_id: int, stands_on: Mapping[str, Any]) -> Extent:
    """Find what was touched since the colour was built, and note it in linkage.touched and linkage.touched_rows.

    Args:
        engine: The warehouse.
        colour: To build into.
        build_id: The build; those before it are in ops.runs.
        stands_on: Its footing.
    """
    try:
        with engine.begin() as connection:
            return _touched(connection, colour, build_id, stands_on)
    except Whole as reason:
        return Extent(why_whole=str(reason))


def digest(folder: Path) -> str:
    """Return a hash of the names and contents of all files of a folder but what programs wrote into it."""
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and not set(name.parts) & {*MADE}:
            content = path.read_bytes()
            whole.update(f"{name.as_posix()}\0{len(content)}\0".encode() + content)
    return whole.hexdigest()


def differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Return which of FIXED are another."""
    return [name for name in FIXED if one.get(name) != other.get(name)]


def come_and_gone(one: Mapping[str, Any], other: Mapping[str, Any]) -> frozenset[int]:
    """Return the deliveries that only one of two builds stood on, or that were taken in again between them."""
    return frozenset(int(delivery) for delivery, _ in one["deliveries"].items() ^ other["deliveries"].items())


def _touched(connection: Connection, colour: str, build_id: int, stands_on: Mapping[str, Any]) -> Extent:
    runs = connection.execute(text(RUNS), {"colour": colour, "build_id": build_id}).all()
    if colour not in {run.colour for run in runs}:
        raise Whole(f"{colour} was never built")
    # `staging` and `intermediate` have no colour: they are those of the last run, whichever it was.
    bases = [run for run in runs if run.colour == colour or run.build_id == max(each.build_id for each in runs)]
    deliveries: frozenset[int] = frozenset()
    for run in bases:
        if run.base is None:
            raise Whole(f"build {run.build_id} is none to build upon")
        if others := differing(run.base, stands_on):
            raise Whole(f"since build {run.build_id} there is another {' and another '.join(others)}")
        if not connection.execute(text(f"select to_regclass('marts_{run.colour}.xwalk_people') is not null")).scalar():
            raise Whole(f"build {run.build_id} is gone")
        deliveries |= come_and_gone(run.base, stands_on)
    entities = _entities(connection, deliveries)
    if reached := entities & {*FAR_REACHING}:
        raise Whole(f"{' and '.join(sorted(reached))} came or went")
    rows = _write(connection, [run.colour for run in bases], deliveries, entities)
    return Extent(rows, deliveries=deliveries)


def _entities(connection: Connection, deliveries: Iterable[int]) -> set[str]:
    query = text("select distinct entity from ops.deliveries where delivery_id = any(:deliveries)")
    return set(connection.execute(query, {"deliveries": list(deliveries)}).scalars())


def _write(connection: Connection, colours: list[str], deliveries: Iterable[int], entities: set[str]) -> int:
    connection.execute(text(MEMORY))
    parts = [DIFFERING.format(colour=colour) for colour in colours]
    parts += [DELIVERED.format(entity=entity) for entity in sorted(entities)]
    found = text(f"create temp table differing on commit drop as {' union all '.join(parts)}")
    connection.execute(found, {"deliveries": list(deliveries)})
    if connection.execute(text(TIED_ANEW), {"far_reaching": list(FAR_REACHING)}).scalar():
        raise Whole("a decree's row is tied to another person or family")
    connection.execute(text("drop table if exists linkage.touched_rows, linkage.touched"))
    rows = connection.execute(text(ROWS)).rowcount
    connection.execute(text(IDS))
    connection.execute(text("analyze linkage.touched_rows, linkage.touched"))
    links: int = connection.execute(text("select count(*) from linkage.crosswalk")).scalar_one()
    if rows > MOST * links:
        raise Whole(f"{rows:,} of {links:,} rows are touched")
    return rows
