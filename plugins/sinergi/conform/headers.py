"""Which column of the file is which canonical column, or why the file cannot be what its contract says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from sinergi.contracts import Contract, ContractFaults, load_contracts
from sinergi.contracts.check import header_key
from sinergi.read import FileFault

_NEAR = 70
# A running number at the left edge says nothing about the row.
_RUNNING_NUMBER = frozenset({"no", "nomor", "nourut", "nomorurut", "num"})


@dataclass(frozen=True)
class Placed:
    """Where everything is in the file; positions count from 0."""

    columns: dict[str, int]
    flags: list[tuple[str, int]]
    unknown: list[tuple[str, int]]

    @property
    def mapped(self) -> list[int]:
        """Every position that says something canonical, once."""
        return sorted({*self.columns.values(), *(position for _, position in self.flags)})


def place(headers: Sequence[str], contract: Contract, others: Mapping[str, Contract] | None = None) -> Placed:
    """Match the file's headers to the contract's; case, spaces and punctuation do not count.

    Args:
        headers: The file's headers by position; "" where there is none.
        contract: What the file should be.
        others: Contracts to compare with where columns are missing; all of the repository's where left out.

    Raises:
        FileFault: columns.missing, file.wrong_sender, columns.duplicated or columns.not_allowed.
    """
    keys = [header_key(header) for header in headers]
    first = {key: position for position, key in reversed(list(enumerate(keys))) if key}
    columns = {}
    for name, accepted in contract.columns.items():
        found = next((first[key] for key in map(header_key, accepted) if key in first), None)
        if found is not None:
            columns[name] = found
    flags = [
        (code, first[header_key(header)])
        for header, code in (contract.flags.headers if contract.flags else {}).items()
        if header_key(header) in first
    ]
    used = {*columns.values(), *(position for _, position in flags)}
    missing = [name for name in contract.required_headers if name not in columns]
    if missing:
        free = [header for position, header in enumerate(headers) if header and position not in used]
        raise _missing(headers, contract, missing, free, others)
    counts = Counter(key for key in keys if key)
    repeated = [headers[position] for position in sorted(used) if counts[keys[position]] > 1]
    if repeated:
        raise FileFault("columns.duplicated", headers=_quoted(repeated), source=contract.source_id)
    unknown = _unknown(headers, keys, used)
    if unknown and contract.unknown_columns == "freeze":
        raise FileFault("columns.not_allowed", headers=_quoted(name for name, _ in unknown), source=contract.source_id)
    return Placed(columns, flags, unknown)


def _unknown(headers: Sequence[str], keys: Sequence[str], used: set[int]) -> list[tuple[str, int]]:
    seen: Counter[str] = Counter()
    unknown = []
    for position, header in enumerate(headers):
        if position in used or not header.strip() or keys[position] in _RUNNING_NUMBER:
            continue
        seen[header] += 1
        unknown.append((header if seen[header] == 1 else f"{header} ({seen[header]})", position))
    return unknown


def _missing(
    headers: Sequence[str],
    contract: Contract,
    missing: list[str],
    free: list[str],
    others: Mapping[str, Contract] | None,
) -> FileFault:
    better = _fits_better(headers, contract, others)
    if better:
        return FileFault("file.wrong_sender", source=contract.source_id, other=better)
    near = []
    for name in missing:
        scored = [
            match
            for accepted in contract.columns[name]
            if (
                match := process.extractOne(accepted, free, scorer=fuzz.ratio, processor=header_key, score_cutoff=_NEAR)
            )
        ]
        if scored:
            best = max(scored, key=lambda match: match[1])
            near.append(f"{best[0]} → {contract.columns[name][0]}")
    return FileFault(
        "columns.missing",
        source=contract.source_id,
        missing=_quoted(contract.columns[name][0] for name in missing),
        near=f" ({'; '.join(near)})" if near else "",
        columns=missing,
    )


def _fits_better(headers: Sequence[str], contract: Contract, others: Mapping[str, Contract] | None) -> str | None:
    """Find another contract whose required headers are all there and that knows clearly more of the headers."""
    if others is None:
        try:
            others = load_contracts()
        except ContractFaults:
            return None
    keys = {header_key(header) for header in headers if header}
    own = _fit(keys, contract)
    best: tuple[float, str] | None = None
    for source_id, other in others.items():
        if source_id == contract.source_id:
            continue
        complete = all(any(header_key(h) in keys for h in other.columns[name]) for name in other.required_headers)
        fit = _fit(keys, other)
        if complete and fit >= 0.6 and fit >= own + 0.2 and (best is None or fit > best[0]):
            best = (fit, source_id)
    return best[1] if best else None


def _fit(keys: set[str], contract: Contract) -> float:
    """Share of the contract's columns and of the file's headers that meet; the smaller of the two."""
    meet = sum(any(header_key(header) in keys for header in headers) for headers in contract.columns.values())
    flags = sum(header_key(header) in keys for header in (contract.flags.headers if contract.flags else {}))
    return min(meet / len(contract.columns), (meet + flags) / max(len(keys), 1))


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)
