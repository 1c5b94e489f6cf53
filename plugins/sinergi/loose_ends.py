"""Tell the sender of decrees what fits nothing: an end for somebody never named, a withdrawal of an unknown decree.

Only all deliveries together show it, so it is worked out after linking, as `sinergi.elsewhere` is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from sqlalchemy import Connection, Engine, text

from sinergi import findings, late_findings
from sinergi.contracts import Contract, load_contracts
from sinergi.outage import database_faults

if TYPE_CHECKING:
    from sinergi.settings import Settings

# rule -> (column that it is about, query: source_id, delivery_id, row_number, value)
LOOSE_ENDS = {
    "decree.unknown": (
        "withdrawn_number",
        """
        select
            _source_id as source_id, _delivery_id as delivery_id, _row_number as row_number, withdrawn_number as value
        from raw.decree_withdrawals
        where withdrawn_number not in (select decree_number from raw.decrees where decree_number is not null)
        """,
    ),
    "decree.not_named": (
        "action",
        """
        with said as (
            select decrees.*, who.person_id
            from raw.decrees as decrees
            join linkage.crosswalk as who
                on who.delivery_id = decrees._delivery_id and who.row_number = decrees._row_number
        )
        select _source_id as source_id, _delivery_id as delivery_id, _row_number as row_number, action as value
        from said
        where action <> 'named' and person_id not in (
            select person_id from said where action = 'named' and person_id is not null
        )
        """,
    ),
}


def refresh(engine: Engine, settings: Settings) -> int:
    """Write the findings of all live deliveries anew and return how many there are.

    Args:
        engine: The database, after linking.
        settings: Where the contracts are.
    """
    contracts = load_contracts(settings.expectations)
    with database_faults("looking for decrees that fit nothing"), engine.begin() as connection:
        rows = [
            row
            for rule, (column, query) in LOOSE_ENDS.items()
            for row in _found(connection, rule, column, query, contracts, settings.lang)
        ]
        return late_findings.rewrite(connection, list(LOOSE_ENDS), rows)


def _found(
    connection: Connection, rule: str, column: str, query: str, contracts: dict[str, Contract], lang: str
) -> list[dict[str, object]]:
    schema = {"source_id": pl.String, "delivery_id": pl.Int64, "row_number": pl.Int64, "value": pl.String}
    rows = [tuple(row) for row in connection.execute(text(query)).all()]
    found: list[dict[str, object]] = []
    for key, part in pl.DataFrame(rows, schema=schema, orient="row").partition_by("source_id", as_dict=True).items():
        contract = contracts.get(str(key[0]))
        if contract is None:
            continue
        header = late_findings.header_of(contract, column)
        spoken = findings.spoken(lang, contract.language)
        made = findings.make(
            rule, part["row_number"], column, part["value"], personal=False, lang=spoken, header=header
        )
        found += made.with_columns(part["delivery_id"]).to_dicts()
    return found
