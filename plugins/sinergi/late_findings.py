"""Findings that only all deliveries together show: written anew after each linking, beside what the intake found."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, text

from sinergi.contracts import Contract
from sinergi.ledger import ACCEPTED


def rewrite(connection: Connection, rules: Collection[str], rows: Sequence[Mapping[str, Any]]) -> int:
    """Let the live deliveries have these findings of these rules and no others; return how many there are.

    Those of replaced deliveries stay: they are what was said at the time.

    Args:
        connection: Inside a transaction.
        rules: Every rule that is written anew.
        rows: Rows of ops.findings, all with the same columns.
    """
    query = """delete from ops.findings f using ops.deliveries d
               where f.delivery_id = d.delivery_id and f.rule = any(:rules) and d.status = any(:accepted)"""
    connection.execute(text(query), {"rules": list(rules), "accepted": list(ACCEPTED)})
    if rows:
        columns, values = ", ".join(rows[0]), ", ".join(f":{name}" for name in rows[0])
        connection.execute(text(f"insert into ops.findings ({columns}) values ({values})"), rows)
    return len(rows)


def header_of(contract: Contract, column: str) -> str:
    """Give the header under which a sender knows a column, else its label."""
    return contract.columns.get(column, [contract.entity_def.columns[column].label])[0]
