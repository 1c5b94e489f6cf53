"""What pydantic cannot see: whether a contract fits its entity, the seeds and itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sinergi import reference
from sinergi.contracts.model import Contract
from sinergi.contracts.vocabulary import EXPECTATIONS
from sinergi.documents import Path_, suggest
from sinergi.entities import Entity, Expectation

Found = Iterator[tuple[Path_, str]]


def header_key(header: str) -> str:
    """Fold a header for comparison: letters and digits only, lower case."""
    return re.sub(r"[\W_]+", "", reference.key(header))


def code_domain(entity: Entity, column: str) -> str | None:
    """Give the domain whose codes a column holds; program_id is text, yet its values are those of a seed."""
    domain = entity.columns[column].domain
    return domain or (column if column == "program_id" else None)


def faults(contract: Contract, entity: Entity) -> Found:
    """Find every fault of a contract against its entity: (path, message)."""
    yield from _columns(contract, entity)
    yield from _headers(contract)
    yield from _constants(contract, entity)
    yield from _complete(contract, entity)
    yield from _delivery(contract, entity)
    yield from _flags(contract, entity)
    if contract.codes not in reference.editions():
        yield (
            ("codes",),
            f"no edition {contract.codes!r} in seeds/code_maps.csv; " + suggest(contract.codes, reference.editions()),
        )
    for index, expectation in enumerate(contract.expectations):
        yield from expectation_faults(expectation, entity, ("expectations", index))


def expectation_faults(expectation: Expectation, entity: Entity, path: Path_) -> Found:
    """Find the faults of one expectation: its type, its arguments, the columns that it names."""
    known = EXPECTATIONS.get(expectation.type)
    if known is None:
        yield (*path, "type"), f"no expectation {expectation.type!r}; {suggest(expectation.type, EXPECTATIONS)}"
        return
    given = set(expectation.arguments)
    for name in sorted(known.needs - given):
        yield path, f"{expectation.type} needs {name}"
    for name in sorted(given - known.takes):
        yield (*path, name), f"{expectation.type} takes no {name!r}; {suggest(name, known.takes)}"
    for name in expectation.columns:
        if name not in entity.columns:
            yield path, f"{entity.entity} has no column {name!r}; {suggest(name, entity.columns)}"


def _columns(contract: Contract, entity: Entity) -> Found:
    for name in contract.columns:
        if name not in entity.columns:
            yield ("columns", name), f"{entity.entity} has no column {name!r}; {suggest(name, entity.mappable)}"
        elif entity.columns[name].derived:
            yield ("columns", name), f"{name} is derived by Sinergi and cannot be mapped"
    for key, names in (("required", contract.required or []), ("split", list(contract.split))):
        for index, name in enumerate(names):
            if name not in contract.columns:
                path: Path_ = (key, name) if key == "split" else (key, index)
                yield path, f"{name!r} is not among columns; {suggest(name, contract.columns)}"
    for index, name in enumerate(contract.delivery.partition_by):
        if name not in entity.columns:
            yield (
                ("delivery", "partition_by", index),
                f"{entity.entity} has no column {name!r}; {suggest(name, entity.columns)}",
            )


def _headers(contract: Contract) -> Found:
    seen: dict[str, str] = {}
    for name, headers in contract.columns.items():
        for index, header in enumerate(headers):
            folded = header_key(header)
            if not folded:
                yield ("columns", name, index), "a header needs a letter or digit"
            # One header may feed two columns (DTSEN's family key is the No. KK), but only when that is said in full.
            elif seen.get(folded, name) != name and contract.columns[seen[folded]] != headers:
                yield (
                    ("columns", name, index),
                    f"{header!r} already stands for {seen[folded]}; "
                    "if one header feeds both columns, give both the same list",
                )
            seen.setdefault(folded, name)


def _constants(contract: Contract, entity: Entity) -> Found:
    for name, value in contract.constants.items():
        path = ("constants", name)
        if name not in entity.columns or entity.columns[name].derived:
            yield path, f"{entity.entity} has no such column; {suggest(name, entity.mappable)}"
            continue
        if name in contract.columns:
            yield path, "is also mapped under columns; keep one of the two"
        domain = code_domain(entity, name)
        if name == "program_id" and value not in reference.programs():
            yield path, f"no programme {value!r} in seeds/programs.csv; {suggest(value, reference.programs())}"
        elif domain and name != "program_id" and value not in reference.domains().get(domain, {}):
            yield path, f"{value!r} is no code of {domain}; {suggest(value, reference.domains().get(domain, {}))}"
        elif entity.columns[name].type == "area" and value not in reference.areas():
            yield path, f"{value!r} is no kelurahan; use the dotted Kemendagri code, such as 62.71.01.1001"
        elif entity.columns[name].type == "date" and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            yield path, f"{value!r} is no date; write it as 2024-01-31"


def _complete(contract: Contract, entity: Entity) -> Found:
    given = {*contract.columns, *contract.constants}
    if "area_name" in contract.columns:
        given.add("area_code")
    for column in entity:
        if column.required and not column.derived and column.name not in given:
            yield (
                ("columns",),
                f"{column.name} is required by {entity.entity}; map it here or give it under constants",
            )
    if "area_code" in contract.columns and contract.area_system is None:
        yield (
            ("columns", "area_code"),
            "needs area_system: kemendagri or bps; their ten digits mean different kelurahan",
        )


def _delivery(contract: Contract, entity: Entity) -> Found:
    name = contract.delivery.period_from
    if not name:
        return
    path = ("delivery", "period_from")
    dates = [column.name for column in entity if column.type == "date"]
    if name not in dates:
        yield path, f"{entity.entity} has no date column {name!r}; {suggest(name, dates)}"
    elif name not in contract.columns and name not in contract.constants:
        yield path, f"{name} is neither under columns nor under constants"


def _flags(contract: Contract, entity: Entity) -> Found:
    if not contract.flags:
        return
    lists = [column.name for column in entity if column.type == "list"]
    name = contract.flags.column
    if name not in lists:
        yield ("flags", "column"), f"{entity.entity} has no list column {name!r}; {suggest(name, lists)}"
        return
    if name in contract.columns:
        yield ("flags", "column"), f"{name} is also mapped under columns; keep one of the two"
    codes = reference.domains().get(entity.columns[name].domain or "", {})
    for header, code in contract.flags.headers.items():
        if code not in codes:
            yield (
                ("flags", "headers", header),
                f"{code!r} is no code of {entity.columns[name].domain}; " + suggest(code, codes),
            )
