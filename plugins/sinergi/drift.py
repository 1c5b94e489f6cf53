"""A required column is missing and a near one is there: propose the new header, with evidence; one approval adopts it.

Nothing is adopted by itself: a header that looks alike may be another number of the same person.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rapidfuzz import fuzz
from sqlalchemy import Connection, Engine, text

from sinergi import clock
from sinergi.contracts import Contract, load_contract
from sinergi.contracts.check import header_key
from sinergi.errors import SinergiError
from sinergi.examine import examine, read_source
from sinergi.outage import database_faults

if TYPE_CHECKING:
    from sinergi.intake import DeliveryResult
    from sinergi.settings import Settings

RULE = "columns.missing"
NEAR = 60  # of 100: below this two headers have nothing in common (rapidfuzz, letters and digits only)
VERY_NEAR = 85  # for a column that need not be there
OLDER = "superseded"  # folder beside the contracts: what they said before


class DriftRefused(SinergiError):
    """There is nothing to propose, or it cannot be adopted."""


@dataclass(frozen=True)
class Alias:
    """One header that may be the new name of a column.

    Attributes:
        column: canonical column.
        known: header that the contract names first.
        header: what stands in the file.
        likeness: of the two names, 0 to 100.
        filled: share of the file's rows in which the column is filled.
    """

    column: str
    known: str
    header: str
    likeness: int
    filled: float


@dataclass(frozen=True)
class Proposal:
    """What a contract would have to accept so that a held delivery can be read.

    Attributes:
        delivery_id: the delivery that is held.
        source_id: its contract.
        version: the contract's version that is proposed against.
        aliases: one a missing column.
        rows_read: rows of the file.
        rows_accepted: how many would be let in; the evidence of the contents.
        status: what the delivery would become.
    """

    delivery_id: int
    source_id: str
    version: str
    aliases: tuple[Alias, ...]
    rows_read: int
    rows_accepted: int
    status: str


def propose(engine: Engine, settings: Settings, delivery_id: int) -> Proposal | None:
    """Say which headers of a held file may be the missing columns, and how its rows would fare; nothing is changed.

    Args:
        engine: The database.
        settings: Where archive and contracts are.
        delivery_id: A delivery.

    Returns:
        None where the delivery is not held for a missing column, or a missing column has no near header.

    Raises:
        SinergiError: there is no such delivery.
    """
    with database_faults(f"the columns of delivery {delivery_id}"), engine.connect() as connection:
        delivery = _held(connection, delivery_id)
    if delivery is None:
        return None
    contract = load_contract(delivery["source_id"], settings.expectations)
    path = settings.archive / delivery["archive_path"]
    table = read_source(path, contract)
    aliases = _aliases(table.headers, contract)
    if not aliases:
        return None
    filled = {
        header: 1 - table.cells.to_series(at).null_count() / max(table.cells.height, 1)
        for at, header in enumerate(table.headers)
    }
    trial = _extended(contract, aliases)
    result = examine(
        path, trial, file_name=delivery["file_name"], lang=contract.language, others={}, reader=lambda *_: table
    )
    return Proposal(
        delivery_id,
        contract.source_id,
        contract.version,
        tuple(
            Alias(column, contract.columns[column][0], header, likeness, round(filled[header], 3))
            for column, (header, likeness) in aliases.items()
        ),
        result.rows_read,
        result.rows_accepted,
        result.status,
    )


def approve(engine: Engine, settings: Settings, delivery_id: int, reason: str, by: str) -> DeliveryResult:
    """Write the proposed headers into the contract, dated and signed, keep what it said before, and take the file in.

    The old headers stay accepted, so that files of before are still read; `superseded/` has the contract as it was.

    Args:
        engine: The database.
        settings: Where archive and contracts are.
        delivery_id: The held delivery.
        reason: Why; written into the contract.
        by: Who.

    Raises:
        DriftRefused: nothing is proposed, no reason is given, or the contract cannot be written.
    """
    from sinergi.intake import intake

    if not reason.strip():
        raise DriftRefused("Say why; whoever reads the contract later will ask.")
    proposal = propose(engine, settings, delivery_id)
    if proposal is None:
        raise DriftRefused(f"Delivery {delivery_id} is not held for a column that has a near header.")
    _adopt(settings.expectations, proposal, " ".join(reason.split()), " ".join(by.split()))
    return intake(engine, settings, delivery_id)


def _held(connection: Connection, delivery_id: int) -> Mapping[str, Any] | None:
    query = "select source_id, file_name, archive_path, status, rule from ops.deliveries where delivery_id = :id"
    row = connection.execute(text(query), {"id": delivery_id}).mappings().one_or_none()
    if row is None:
        raise SinergiError(f"There is no delivery {delivery_id}; `sinergi run` lists them.")
    return dict(row) if row["status"] == "held" and row["rule"] == RULE and row["archive_path"] else None


def _aliases(headers: list[str], contract: Contract) -> dict[str, tuple[str, int]]:
    """Give each missing column its nearest header; none at all where a required one has none, or two want the same."""
    keys = {header_key(header) for header in headers}
    known = {header_key(header) for accepted in contract.columns.values() for header in accepted}
    known |= {header_key(header) for header in (contract.flags.headers if contract.flags else {})}
    free = [header for header in headers if header.strip() and header_key(header) not in known]
    found: dict[str, tuple[str, int]] = {}
    for column, accepted in contract.columns.items():
        if any(header_key(header) in keys for header in accepted):
            continue
        is_required = column in contract.required_headers
        likeness, header = max(((round(_likeness(header, accepted)), header) for header in free), default=(0, ""))
        if likeness >= (NEAR if is_required else VERY_NEAR):
            found[column] = (header, likeness)
        elif is_required:
            return {}
    chosen = [header for header, _ in found.values()]
    return found if len(set(chosen)) == len(chosen) else {}


def _likeness(header: str, accepted: list[str]) -> float:
    key = header_key(header)
    return max(
        max(fuzz.ratio(key, header_key(own)), fuzz.token_set_ratio(header.lower(), own.lower())) for own in accepted
    )


def _extended(contract: Contract, aliases: Mapping[str, tuple[str, int]]) -> Contract:
    columns = {
        name: [aliases[name][0], *accepted] if name in aliases else accepted
        for name, accepted in contract.columns.items()
    }
    copy = contract.model_copy(update={"columns": columns})
    return copy.bind(contract.source_id, contract.version.encode(), contract.entity_def)


def _adopt(root: Path, proposal: Proposal, reason: str, by: str) -> None:
    from ruamel.yaml import YAML

    path = root / f"{proposal.source_id}.yml"
    before = path.read_bytes()
    today = clock.today()
    older = path.parent / OLDER / f"{path.stem}-{today}-{proposal.version}.yml"
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 100_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    document = yaml.load(before.decode())
    for alias in proposal.aliases:
        document["columns"][alias.column].insert(0, alias.header)
    names = "; ".join(f"{alias.column}: {alias.header}" for alias in proposal.aliases)
    said = f"# {today} {names} (delivery {proposal.delivery_id}), approved by {by}: {reason}\n"
    written = io.StringIO()
    yaml.dump(document, written)
    try:
        older.parent.mkdir(exist_ok=True)
        older.write_bytes(before)
        fresh = path.with_suffix(".new")
        fresh.write_text(said + written.getvalue(), encoding="utf-8")
        fresh.replace(path)
    except OSError as fault:
        raise DriftRefused(f"{path.name} cannot be written: {fault.strerror or type(fault).__name__}.") from None
