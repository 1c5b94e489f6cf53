"""Ids, display names and tags of the DAGs. Tags are a closed list; a test holds every DAG to it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from sinergi.contracts import Contract
from sinergi.reference import opd

RAW_ASSET = "raw"
WAREHOUSE_DAG = "warehouse"
NOTICES_DAG = "notices"
UNCLAIMED = "unclaimed"  # what lies in no folder that a contract knows

OTHER_SENDERS = {
    "p3ke": "P3KE (registri nasional)",
    "dtsen": "DTSEN (registri nasional)",
    "kelurahan": "30 kelurahan",
    "setda": "Sekretariat Daerah",
    UNCLAIMED: "folder tanpa kontrak",
}
CADENCES = {
    "once": "sekali",
    "month": "bulanan",
    "quarter": "triwulanan",
    "semester": "semesteran",
    "year": "tahunan",
}
TAGS = frozenset(
    {"penerimaan", "gudang data", "pemberitahuan", "opd", "registri", "wilayah", "sekretariat", *CADENCES.values()}
)
_KINDS = {"p3ke": "registri", "dtsen": "registri", "kelurahan": "wilayah", "setda": "sekretariat"}


def intake_dag_id(sender_id: str) -> str:
    """Return the id of a sender's DAG."""
    return f"intake__{sender_id}"


def inbox_asset(sender_id: str) -> str:
    """Return the name of the asset that stands for a sender's folder in the inbox."""
    return f"inbox__{sender_id}"


def sender_name(sender_id: str) -> str:
    """Return the sender's name as people know it; an office that no seed knows yet goes by its id."""
    office = opd().get(sender_id)
    return office.name if office else OTHER_SENDERS.get(sender_id, sender_id.replace("_", " ").title())


def tags(contracts: Sequence[Contract]) -> list[str]:
    """Return the tags of a sender's DAG: what it does, the kind of sender, and how often files are due."""
    kinds = {_KINDS.get(contract.sender_id, "opd") for contract in contracts}
    return sorted({"penerimaan", *kinds, *(CADENCES[contract.delivery.every] for contract in contracts)})


def batch_label(file_names: Sequence[str]) -> str:
    """Name a batch of files in the grid: its one file, or the first and how many more."""
    first = PurePosixPath(file_names[0]).name
    return first if len(file_names) == 1 else f"{first} (+{len(file_names) - 1})"
