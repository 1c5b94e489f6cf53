"""A decree's list exactly as signed: the cells of the archived file, none of them read as anything."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import polars as pl
from sqlalchemy import Engine, text

from sinergi.errors import SinergiError

if TYPE_CHECKING:
    from sinergi.settings import Settings

# Every row that was ever the decree's: it may have been corrected since, or set aside when a file was released.
# A correction workbook signs nothing: what was signed is the file that it corrects in the end.
FILES = """
    with recursive said as (
        select _delivery_id as delivery_id, _row_number as row_number, decree_number from raw.decrees
        union select _delivery_id, _row_number, decree_number from history.decrees
    ),
    touched as (
        select delivery_id from said where decree_number = :number
        union
        select aside.delivery_id from quarantine.rows as aside inner join ops.deliveries using (delivery_id)
        where entity = 'decrees' and status in ('accepted', 'accepted_with_findings', 'superseded')
            and exists (select from jsonb_each_text(source_row) as cell where trim(cell.value) = :number)
    ),
    chain as (
        select delivery_id as root_id, delivery_id, corrects from ops.deliveries inner join touched using (delivery_id)
        union
        select base.delivery_id, chain.delivery_id, base.corrects
        from chain inner join ops.deliveries as base on base.delivery_id = chain.corrects
    ),
    roots as (select distinct root_id from chain where corrects is null),
    links as (
        select root_id, root_id as delivery_id from roots
        union
        select links.root_id, later.delivery_id from links inner join ops.deliveries as later
            on later.corrects = links.delivery_id
            and later.status in ('accepted', 'accepted_with_findings', 'superseded')
    )
    select root.delivery_id, root.source_id, root.file_name, root.sha256, root.archive_path, root.received_at,
        root.status = 'superseded' as is_replaced,
        coalesce(array_agg(distinct said.row_number) filter (where said.decree_number = :number), '{}') as own,
        coalesce(array_agg(distinct said.row_number) filter (where said.decree_number <> :number), '{}') as others
    from links inner join ops.deliveries as root on root.delivery_id = links.root_id
    left join said on said.delivery_id = links.delivery_id
    group by root.delivery_id order by root.received_at, root.delivery_id
"""

WITHDRAWN = """
    select decree_number, coalesce(effective_on, decreed_on) as holds_from from raw.decree_withdrawals
    where withdrawn_number = :number order by holds_from, decree_number limit 1
"""


def signed_lists(engine: Engine, settings: Settings, number: str) -> list[dict[str, Any]]:
    """Give a decree's list, one entry for each file that carries it, in the order of arrival.

    Args:
        engine: The warehouse.
        settings: Where the archive and the contracts are.
        number: The decree's number.

    Returns:
        `delivery_id`, `file_name`, `sha256`, `received_at`, `is_replaced` (by a correction or a later file), `sheet`,
        `withdrawn` (by which decree and from which day; None while it stands) and `rows`: a frame with `row` (as Excel
        shows it) and the file's own headers and cells. Of a file with several decrees, rows of the others are left out.

    Raises:
        SinergiError: no such decree, or the archived file is gone or not the one that was received.
    """
    from sinergi.contracts import load_contracts
    from sinergi.examine import read_source

    with engine.connect() as connection:
        files = connection.execute(text(FILES), {"number": number}).mappings().all()
        end = connection.execute(text(WITHDRAWN), {"number": number}).mappings().first()
    if not files:
        raise SinergiError(f"No decree {number!r} has been taken in; the numbers are in marts.fct_decree_spells.")
    contracts = load_contracts(settings.expectations)
    withdrawn = f"by {end['decree_number']}, from {end['holds_from']} on" if end else None
    lists = []
    for file in files:
        path = settings.archive / str(file["archive_path"])
        if not path.is_file():
            raise SinergiError(f"{path}, the list of decree {number} as received, is not in the archive.")
        if hashlib.sha256(path.read_bytes()).hexdigest() != file["sha256"]:
            raise SinergiError(f"{path} is not the file that was received: its SHA-256 differs from the ledger's.")
        table = read_source(path, contracts[file["source_id"]])
        cells = table.cells.rename(dict(zip(table.cells.columns, table.names, strict=True)))
        cells = cells.insert_column(0, table.row_numbers.cast(pl.Int64).alias("row"))
        shown = {key: file[key] for key in ("delivery_id", "file_name", "sha256", "received_at", "is_replaced")}
        headers = contracts[file["source_id"]].columns["decree_number"]
        rows = _of_decree(cells, headers, file["own"], file["others"]).sort("row")
        lists.append(shown | {"sheet": table.sheet, "withdrawn": withdrawn, "rows": rows})
    return lists


def _of_decree(cells: pl.DataFrame, headers: Iterable[str], own: list[int], others: list[int]) -> pl.DataFrame:
    """Leave out the rows of other decrees: those read as such, and rows never let in that say the same number."""
    foreign = pl.col("row").is_in(sorted(set(others) - set(own)))
    if number := next((name for name in cells.columns if name in headers), None):
        written = pl.col(number).str.strip_chars()
        said = cells.filter(foreign)[number].drop_nulls().str.strip_chars().unique().to_list()
        foreign |= written.is_in(said).fill_null(value=False) & ~pl.col("row").is_in(own)
    return cells.filter(~foreign)
