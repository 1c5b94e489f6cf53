"""Tell senders what linking found about their rows: families that do not add up or changed, numbers of nobody.

Linking writes `linkage.findings`; after it each becomes a finding of its row in the sender's own words, as
`sinergi.elsewhere` does. Of other senders' rows nothing is said but how many.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

import polars as pl
from sqlalchemy import Connection, Engine, text

from sinergi import findings, late_findings
from sinergi.contracts import Contract, load_contracts
from sinergi.outage import database_faults

if TYPE_CHECKING:
    from sinergi.settings import Settings

CARD = ("no_kk", "registry_family_id", "household_no")
PLACE = ("area_name", "area_code")
# rule of linkage.findings -> (rule of messages.yml, the cell that it is about: the first of these that a sender fills)
RULES = {
    "nik_of_nobody": ("nik.of_nobody", ("nik", "head_nik")),
    "two_heads": ("family.two_heads", ("relationship", "head_name", "full_name")),
    "two_families": ("family.two_families", ("nik", "head_nik", "full_name", "head_name")),
    "crowded_card": ("family.crowded_card", CARD),
    "new_card": ("family.new_card", CARD),
    "split_card": ("family.split_card", CARD),
    "merged_families": ("family.merged", CARD),
    "moved_family": ("family.moved", PLACE),
}


def refresh(engine: Engine, settings: Settings) -> int:
    """Write these findings of all live deliveries anew and return how many there are.

    Args:
        engine: The database, after linking.
        settings: Where the contracts are.
    """
    contracts = load_contracts(settings.expectations)
    with database_faults("telling senders what linking found"), engine.begin() as connection:
        # Written anew a moment ago: without its size the server would look up every finding in raw one by one.
        connection.execute(text("analyze linkage.findings"))
        sources: set[str] = set(connection.execute(text("select distinct source_id from linkage.findings")).scalars())
        told = sorted((contracts[source] for source in sources & contracts.keys()), key=_place)
        found = [
            row
            for _, of_entity in groupby(told, key=lambda contract: contract.entity)
            for frame in _found(connection, list(of_entity), settings.lang)
            for row in frame.to_dicts()
        ]
        return late_findings.rewrite(connection, [rule for rule, _ in RULES.values()], found)


def _place(contract: Contract) -> tuple[str, str]:
    return contract.entity, contract.source_id


def _found(connection: Connection, contracts: list[Contract], lang: str) -> Iterator[pl.DataFrame]:
    """Give the findings of contracts of one entity, whose table is read once: a frame for each contract and rule."""
    of_entity = contracts[0].entity_def.columns
    cells = sorted({name for _, names in RULES.values() for name in names if name in of_entity})
    values = [
        f"coalesce({name}_source, {name}::text)" if f"{name}_source" in of_entity else f"{name}::text" for name in cells
    ]
    query = f"""
        select found.source_id, found.rule, found.delivery_id, found.row_number, found.counted,
            coalesce(nullif(source._sheet, ''), 'CSV') as sheet, {", ".join(values)}
        from linkage.findings as found join raw."{contracts[0].entity}" as source
            on source._delivery_id = found.delivery_id and source._row_number = found.row_number
        where found.source_id = any(:sources) order by found.delivery_id, found.row_number
    """
    schema = {"source_id": pl.String, "rule": pl.String, "delivery_id": pl.Int64, "row_number": pl.Int64}
    schema |= {"counted": pl.Int64, "sheet": pl.String, **dict.fromkeys(cells, pl.String)}
    sources = [contract.source_id for contract in contracts]
    rows = pl.DataFrame(
        [tuple(row) for row in connection.execute(text(query), {"sources": sources})], schema=schema, orient="row"
    )
    for contract in contracts:
        for rule, (told_as, candidates) in RULES.items():
            present = [name for name in candidates if name in cells]
            column = next((name for name in present if name in contract.columns), present[0] if present else None)
            part = rows.filter(source_id=contract.source_id, rule=rule)
            if column is None or part.is_empty():
                continue
            made = findings.make(
                told_as,
                part["row_number"],
                column,
                part[column],
                personal=of_entity[column].is_personal,
                lang=findings.spoken(lang, contract.language),
                header=late_findings.header_of(contract, column),
                sheet=part["sheet"],
                counted=part["counted"],
            )
            yield made.with_columns(part["delivery_id"])
