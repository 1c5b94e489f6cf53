"""Tell an office which of its NIKs stand under another name elsewhere: how many offices, never which, nor whom.

Computed after linking. Of two parties that disagree, the one that more offices side with hears nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from rapidfuzz import fuzz, process
from sqlalchemy import Connection, Engine, text

from sinergi import findings, late_findings
from sinergi.contracts import Contract, load_contracts
from sinergi.entities import Entity, load_entities
from sinergi.outage import database_faults

if TYPE_CHECKING:
    from sinergi.settings import Settings

RULE = "nik.elsewhere"
SAME_NAME = 70  # names more alike than this are spellings of one (rapidfuzz, words in any order)
NAMES = {"nik": "full_name", "head_nik": "head_name"}

CONTESTED = """
with numbered as ({numbers}),
linked as (
    select numbered.*, crosswalk.person_id
    from numbered join linkage.crosswalk using (delivery_id, row_number)
    where crosswalk.person_id is not null
),
holders as (select distinct nik, person_id from linked)
select source_id, sender_id, delivery_id, row_number, column_name, nik, name, person_id::text as person_id from linked
where nik in (select nik from holders group by nik having count(*) > 1)
"""


def refresh(engine: Engine, settings: Settings) -> int:
    """Write the findings `nik.elsewhere` of all live deliveries anew and return how many there are.

    Args:
        engine: The database, after linking.
        settings: Where the contracts are.
    """
    contracts = load_contracts(settings.expectations)
    entities = load_entities(settings.expectations)
    with database_faults("comparing NIKs between offices"), engine.begin() as connection:
        found = [
            _findings(rows, contracts[source_id], settings.lang)
            for source_id, rows in _by_source(disputed(_contested(connection, entities)))
            if source_id in contracts
        ]
        return late_findings.rewrite(connection, [RULE], [row for frame in found for row in frame.to_dicts()])


def _contested(connection: Connection, entities: dict[str, Entity]) -> pl.DataFrame:
    parts = [
        f"""select _source_id as source_id, split_part(_source_id, '/', 1) as sender_id, _delivery_id as delivery_id,
            _row_number as row_number, '{number}' as column_name, {number} as nik, {name} as name
            from raw."{entity.entity}" where {number}_status = 'valid'"""
        for entity in entities.values()
        for number, name in NAMES.items()
        if {number, name, f"{number}_status"} <= entity.columns.keys()
    ]
    rows = connection.execute(text(CONTESTED.format(numbers=" union all ".join(parts)))).all()
    names = ("source_id", "sender_id", "delivery_id", "row_number", "column_name", "nik", "name", "person_id")
    schema: dict[str, type[pl.DataType]] = dict.fromkeys(names, pl.String)
    schema |= {"delivery_id": pl.Int64, "row_number": pl.Int64}
    return pl.DataFrame([tuple(row._mapping[name] for name in names) for row in rows], schema=schema, orient="row")


def disputed(rows: pl.DataFrame) -> pl.DataFrame:
    """Give the rows whose NIK others know under another name, with `offices`, how many those are.

    Args:
        rows: Rows with a NIK that several people have: sender_id, nik, name, person_id and whatever else they carry.
    """
    holders = rows.group_by("nik", "person_id").agg(
        pl.col("sender_id").unique().alias("senders"),
        pl.col("name").drop_nulls().mode().sort().first().alias("known_as"),
    )
    pairs = holders.join(holders, on="nik", suffix="_other").filter(pl.col("person_id") != pl.col("person_id_other"))
    if pairs.is_empty():
        return rows.clear().with_columns(offices=pl.lit(None, pl.Int64))
    own, other = (pairs[name].fill_null("").str.to_uppercase().to_list() for name in ("known_as", "known_as_other"))
    alike = process.cpdist(own, other, scorer=fuzz.token_sort_ratio)
    against = (
        pairs.filter(
            pl.Series(alike < SAME_NAME) & pl.col("known_as").is_not_null() & pl.col("known_as_other").is_not_null()
        )
        .explode("senders_other")
        .group_by("nik", "person_id")
        .agg(pl.col("senders").first(), pl.col("senders_other").unique())
    )
    joined = rows.join(against, on=["nik", "person_id"])
    offices = pl.col("senders_other").list.set_difference(pl.concat_list("sender_id")).list.len().cast(pl.Int64)
    joined = joined.with_columns(offices.alias("offices"))
    return joined.filter((pl.col("offices") > 0) & (pl.col("offices") >= pl.col("senders").list.len())).drop(
        "senders", "senders_other"
    )


def _by_source(rows: pl.DataFrame) -> list[tuple[str, pl.DataFrame]]:
    parts = rows.sort("delivery_id", "row_number").partition_by("source_id", as_dict=True, maintain_order=True)
    return [(str(key[0]), part) for key, part in parts.items()]


def _findings(rows: pl.DataFrame, contract: Contract, setting: str) -> pl.DataFrame:
    made = []
    for key, part in rows.partition_by("column_name", as_dict=True).items():
        column = str(key[0])
        header = late_findings.header_of(contract, column)
        lang = findings.spoken(setting, contract.language)
        words = {"header": header, "offices": part["offices"]}
        found = findings.make(RULE, part["row_number"], column, part["nik"], lang=lang, **words)  # type: ignore[arg-type]
        made.append(found.with_columns(part["delivery_id"]))
    return pl.concat(made)
