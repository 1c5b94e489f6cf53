"""Tell senders what linking found about their rows: families that do not add up or changed, numbers of nobody.

Linking writes `linkage.findings`; after it each becomes a finding of its row in the sender's own words, as
`sinergi.elsewhere` does. Of other senders' rows nothing is said but how many.
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
        query = "select distinct source_id, rule from linkage.findings order by source_id, rule"
        found = [
            row
            for source_id, rule in connection.execute(text(query)).tuples()
            if source_id in contracts and rule in RULES
            for row in _found(connection, contracts[source_id], rule, settings.lang)
        ]
        return late_findings.rewrite(connection, [rule for rule, _ in RULES.values()], found)


def _found(connection: Connection, contract: Contract, rule: str, lang: str) -> list[dict[str, object]]:
    told_as, candidates = RULES[rule]
    known = contract.entity_def.columns
    present = [name for name in candidates if name in known]
    column = next((name for name in present if name in contract.columns), present[0] if present else None)
    if column is None:
        return []
    cell = f"coalesce({column}_source, {column}::text)" if f"{column}_source" in known else f"{column}::text"
    query = f"""
        select found.delivery_id, found.row_number, {cell} as value,
            coalesce(nullif(source._sheet, ''), 'CSV') as sheet, found.counted
        from linkage.findings as found join raw."{contract.entity}" as source
            on source._delivery_id = found.delivery_id and source._row_number = found.row_number
        where found.source_id = :source and found.rule = :rule order by found.delivery_id, found.row_number
    """
    rows = [tuple(row) for row in connection.execute(text(query), {"source": contract.source_id, "rule": rule})]
    schema = {"delivery_id": pl.Int64, "row_number": pl.Int64, "value": pl.String, "sheet": pl.String}
    frame = pl.DataFrame(rows, schema=schema | {"counted": pl.Int64}, orient="row")
    spoken = findings.spoken(lang, contract.language)
    made = findings.make(
        told_as,
        frame["row_number"],
        column,
        frame["value"],
        personal=known[column].is_personal,
        lang=spoken,
        header=late_findings.header_of(contract, column),
        sheet=frame["sheet"],
        counted=frame["counted"],
    )
    return made.with_columns(frame["delivery_id"]).to_dicts() if len(made) else []
