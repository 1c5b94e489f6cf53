"""Load every contract under expectations/<sender>/<export>.yml, or say everything that is wrong with them."""

from __future__ import annotations

import copy
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from sinergi.contracts import check
from sinergi.contracts.model import Contract, Delivery, FileSpec, Flags, Ignore, RowLimits, Volume
from sinergi.documents import ContractFaults, Document, Fault, read_document, suggest
from sinergi.entities import Entity, expectations_root, read_entities

_PARTS: dict[str, type[BaseModel]] = {
    "": Contract,
    "delivery": Delivery,
    "file": FileSpec,
    "flags": Flags,
    "ignore": Ignore,
    "row_limits": RowLimits,
    "volume": Volume,
}
_KEYS = {name: list(part.model_fields) for name, part in _PARTS.items()}
_PLACEHOLDERS: dict[str, Any] = {
    "title": "-",
    "entity": "-",
    "contact": "-",
    "delivery": {"every": "once", "mode": "snapshot"},
    "file": {"format": "xlsx"},
    "columns": {"-": ["-"]},
}
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def load_contracts(root: Path | str | None = None) -> dict[str, Contract]:
    """Load all contracts, sorted by source id; read anew only when a file has changed.

    Raises:
        ContractFaults: every fault of every entity and contract file, with file and line.
    """
    folder = expectations_root(root)
    stamps = []
    for path in sorted(folder.glob("*/*.yml")):
        stat = path.stat()
        stamps.append((path, stat.st_mtime_ns, stat.st_size))
    return dict(_load(folder, tuple(stamps)))


def load_contract(source_id: str, root: Path | str | None = None) -> Contract:
    """Load one contract, although another may have faults.

    Raises:
        ContractFaults: its faults, or that there is no such contract, with the nearest one.
    """
    folder = expectations_root(root)
    entities, documents = read_entities(folder)
    path = folder / f"{source_id}.yml"
    if not re.fullmatch(rf"{_NAME.pattern}/{_NAME.pattern}", source_id) or not path.is_file():
        others = [p.relative_to(folder).with_suffix("").as_posix() for p in contract_paths(folder)]
        where = f"{folder.name}/{source_id}.yml"
        raise ContractFaults([Fault(where, 1, "", f"no contract {source_id!r}; {suggest(source_id, others)}")])
    contract, document = read_contract(path, folder, entities)
    documents.append(document)
    faults = [fault for doc in documents for fault in doc.faults]
    if faults or contract is None:
        raise ContractFaults(faults)
    return contract


def contract_paths(root: Path) -> list[Path]:
    """List the contract files, sorted, so that whatever is made from them never jumps."""
    return [path for path in sorted(root.glob("*/*.yml")) if path.parent.name != "entities"]


def read_contract(path: Path, root: Path, entities: dict[str, Entity]) -> tuple[Contract | None, Document]:
    """Read one file; the contract is None where it has faults, which stay with the document."""
    document = read_document(path, root)
    if document.faults:
        return None, document
    source_id = path.relative_to(root).with_suffix("").as_posix()
    for part in source_id.split("/"):
        if not _NAME.fullmatch(part):
            document.fault((), f"{part!r} must be lower-case letters, digits and _, as it becomes an id")
    contract = None
    salvaged = None
    try:
        contract = Contract.model_validate(document.data)
    except ValidationError as error:
        document.validation_faults(error, _KEYS)
        salvaged = _salvage(document.data, error)
    name = document.data.get("entity")
    entity = entities.get(name) if isinstance(name, str) else None
    if entity is None and name is not None:
        document.fault(("entity",), f"no entity {name!r} in {root.name}/entities; {suggest(str(name), entities)}")
    elif entity is not None:
        # A wrong key elsewhere must not hide what is wrong between the columns and the entity.
        shape = contract or salvaged
        for at, message in check.faults(shape, entity) if shape else ():
            document.fault(at, message)
    document.faults[:] = dict.fromkeys(document.faults)
    if document.faults or contract is None or entity is None:
        return None, document
    return contract.bind(source_id, path.read_bytes(), entity), document


def _salvage(data: dict[str, Any], error: ValidationError) -> Contract | None:
    """Make a contract without the wrong parts, so that the right ones are still checked against the entity."""
    kept = copy.deepcopy(_PLACEHOLDERS | data)
    for item in error.errors(include_url=False):
        loc = item["loc"]
        if item["type"] == "missing" and len(loc) == 1:
            continue
        if loc[0] == "columns" and len(loc) > 1:
            kept["columns"][loc[1]] = [str(loc[1])]
        elif len(loc) == 1 or not _drop(kept, loc):
            kept.pop(str(loc[0]), None)
            kept.update({name: value for name, value in _PLACEHOLDERS.items() if name == loc[0]})
    try:
        return Contract.model_validate(kept)
    except ValidationError:
        return None


def _drop(data: Any, loc: tuple[int | str, ...]) -> bool:
    """Remove what stands at the path; False where nothing can be removed."""
    for part in loc[:-1]:
        if not isinstance(data, dict) or part not in data:
            return False
        data = data[part]
    return isinstance(data, dict) and data.pop(loc[-1], None) is not None


@lru_cache(maxsize=8)
def _load(root: Path, stamps: tuple[object, ...]) -> dict[str, Contract]:
    entities, documents = read_entities(root)
    contracts = {}
    for path in contract_paths(root):
        contract, document = read_contract(path, root, entities)
        documents.append(document)
        if contract is not None:
            contracts[contract.source_id] = contract
    faults = [fault for document in documents for fault in document.faults]
    if faults:
        raise ContractFaults(faults)
    return contracts
