"""The sample city: made-up people in the real kelurahan, their offices' exports in the real formats, and the truth.

Two halves meet here, and this docstring is the line between them.

World (`names`, `world`, `story`, `exports`, `truth`) knows who is who and what happened; all its values are clean and
in our own codes. Files (`mess`, `layouts`, `xlsx`, `writer`, `files`) knows how offices write it down, and what
becomes of each row because of that.

`build_world(kind, seed, people=None) -> World`
    `world.people` (`PEOPLE_COLUMNS`), `world.families` (`FAMILY_COLUMNS`), `world.story`.

`exports(world) -> Iterator[Export]`
    One file at a time, in the order of `received_on`. Draws from the seed alone, so that it can be walked twice.
    `Export.frame` has the entity's canonical columns (not the derived ones) that its contract maps or holds constant,
    and first `RECORD_COLUMNS`: `record_id` (unique over all files), `person_id`, `family_id` (null where the row
    names nobody). Dates are Date, amounts Int64, decimals Float64, booleans Boolean, `aid_received` a list of text,
    categories our codes (`seeds/code_values.csv`), `area_code` dotted Kemendagri (the layout turns it into the
    system that the contract declares), everything else text.
    `Export.variant`: `original | late | correction | redelivery | half`.
    `Export.meta`, all keys optional:
      `old_headers`: canonical columns whose header is the older one of the contract (the second in its list);
      `copy_of`: file name of the same source whose bytes are delivered again (`redelivery`; `frame` is empty);
      `corrects`: file name that this file replaces; `clean`: record ids that were fixed by hand, so that they take
        no mess (all other rows keep the `mess_key` of the row that they repeat, and so its mess);
      `held`: rule that holds the file whole (`table.collapse`); no row of it is accepted;
      `protect`: true where no row may be quarantined and NIK, No. KK, dates and codes stay readable (the decrees);
      `area_code`: the one kelurahan of the file (pendataan, muskel); `sheet_title`: what the title rows speak of.
    `frame["mess_key"]` (text) seeds the mess of one row: equal keys, equal mess.

`files.write_exports(world, exports, out, seed, progress=None) -> dict`
    Writes `out/inbox/<source_id>/<file_name>`, sets each file's mtime to `received_on`, and calls for each file
    `truth.Writer.add(export, rows, delivery)`, where `rows` has `FATE_COLUMNS` and `delivery` is a `Delivery`;
    `truth.Writer(world, out)` is a context manager that writes `out/truth`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from sinergi.sample.world import World

KINDS = ("palangkaraya", "city")
RECORD_COLUMNS = ("record_id", "person_id", "family_id", "mess_key")
# One row of a written file. `row_number` is what Excel or an editor shows; `record_id` is null for what is no record
# (titles, footers, broken lines). `fate`: accepted | quarantined | ignored | held; `rule`: why, for quarantined rows.
FATE_COLUMNS = {
    "sheet": pl.String,
    "row_number": pl.Int64,
    "record_id": pl.String,
    "fate": pl.String,
    "rule": pl.String,
}


@dataclass(frozen=True)
class Export:
    """One file that an office sends, before it is written: clean values in our columns and codes."""

    source_id: str
    file_name: str
    period: str | None
    variant: str
    received_on: date
    frame: pl.DataFrame
    meta: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Delivery:
    """What should become of one written file.

    Args:
        status: `accepted` (with findings or without), `held` or `duplicate`; the truth works out `superseded`.
        reason: Rule that holds the file, else None.
        rows_read, rows_accepted, rows_quarantined, rows_ignored: As in ops.deliveries.
        bytes: Size of the file.
    """

    status: str
    reason: str | None
    rows_read: int
    rows_accepted: int
    rows_quarantined: int
    rows_ignored: int
    bytes: int


def build_world(kind: str, seed: int, people: int | None = None) -> World:
    """Make the people, the families and their story. See `sinergi.sample.world.build_world`."""
    from sinergi.sample.world import build_world

    return build_world(kind, seed, people)


def write_sample(
    kind: str,
    out: Path,
    seed: int,
    people: int | None = None,
    progress: Callable[[str, int], None] | None = None,
) -> dict[str, Any]:
    """Write the sample's inbox and its truth under `out`.

    Args:
        kind: `palangkaraya` (the registries' poor) or `city` (everybody).
        out: Folder that gets `inbox/` and `truth/`.
        seed: The same seed gives the same bytes.
        people: How many people; default 7,975 in P3KE for `palangkaraya`, 315,153 in all for `city`.
        progress: Called after each file with its source id and its number of rows.

    Returns:
        Counts: `files`, `rows`, `bytes`, `seconds`.

    Raises:
        SinergiError: an unknown kind, or fewer people than the story needs.
    """
    from sinergi.sample.exports import exports
    from sinergi.sample.files import write_exports

    world = build_world(kind, seed, people)
    return write_exports(world, exports(world), out, seed, progress)
