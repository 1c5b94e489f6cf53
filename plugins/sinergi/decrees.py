"""A decree's list exactly as signed: the cells of the archived file, none of them read as anything."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import polars as pl
from sqlalchemy import Engine, text

from sinergi.errors import SinergiError

if TYPE_CHECKING:
    from sinergi.settings import Settings

FILES = """
    select delivery_id, source_id, file_name, sha256, archive_path, received_at, array_agg(_row_number) as rows
    from raw.decrees inner join ops.deliveries on delivery_id = _delivery_id
    where decree_number = :number
    group by delivery_id order by received_at, delivery_id
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
        `delivery_id`, `file_name`, `sha256`, `received_at`, `sheet`, `withdrawn` (by which decree and from which day;
        None while it stands) and `rows`: a frame with `row` (as Excel shows it) and the file's own headers and cells.

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
        shown = {key: file[key] for key in ("delivery_id", "file_name", "sha256", "received_at")}
        rows = cells.filter(pl.col("row").is_in(file["rows"])).sort("row")
        lists.append(shown | {"sheet": table.sheet, "withdrawn": withdrawn, "rows": rows})
    return lists
