"""Examine a file before it is sent: the intake's rules and words, nothing stored, and the workbook to correct it in."""

from __future__ import annotations

import hashlib
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from sinergi import findings
from sinergi.contracts import Contract, load_contract, load_contracts
from sinergi.correction.chain import Reader, overlay
from sinergi.correction.marker import marker_of
from sinergi.correction.merge import Merged
from sinergi.errors import SinergiError
from sinergi.examine import examine, read_source
from sinergi.read import FileFault, SourceTable

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from sinergi.settings import Settings


def dry_run(
    settings: Settings,
    path: Path,
    source_id: str,
    *,
    file_name: str | None = None,
    workbook: Path | None = None,
    original: Path | None = None,
    engine: Engine | None = None,
) -> dict[str, Any]:
    """Examine a file as the intake would and store nothing: what compares with earlier deliveries is left out.

    Args:
        settings: Where the contracts are.
        path: The file, or a correction workbook together with its original.
        source_id: Its contract.
        file_name: The name that people know it by; the path's where left out.
        workbook: Where the correction workbook goes when something is to be corrected; none where left out.
        original: The file that a correction workbook corrects.
        engine: The database, where there is one: a correction workbook is then laid over the delivery that it corrects.

    Returns:
        `status`, the row counts, `period`, `rule`, `reason`, `findings` (a list), `causes` (one line each), `workbook`
        (where it is, or None) and `suite` (what GX said).

    Raises:
        sinergi.contracts.ContractFaults: no such contract, or one with faults.
        SinergiError: the file cannot be opened, or the workbook cannot be written.
    """
    contract = load_contract(source_id, settings.expectations)
    lang = findings.spoken(settings.lang, contract.language)
    others = load_contracts(settings.expectations)
    name = file_name or path.name
    try:
        with ExitStack() as stack:
            reader: Reader | _Reader = _Reader(lang, original)
            if engine is not None:
                reader = Reader(stack.enter_context(engine.connect()), settings, lang)
            result = examine(path, contract, file_name=name, lang=lang, others=others, reader=reader)
        result.findings = findings.join([*reader.notes, result.findings])
        is_wrong = result.findings["severity"].is_in(["critical", "warning"]).any()
        if workbook is not None and is_wrong and not reader.is_correction:  # a correction is corrected where it is
            from sinergi.workbook import write_checked

            write_checked(result, name, hashlib.sha256(path.read_bytes()).hexdigest(), workbook)
        else:
            workbook = None
    except OSError as fault:
        raise SinergiError(f"{fault.filename or path} cannot be opened: {fault.strerror}.") from None
    from sinergi.causes import summarise

    order = pl.col("severity").replace_strict({"critical": 0, "warning": 1, "info": 2})
    return {
        "source_id": source_id,
        "file": name,
        "status": result.status,
        "rows_read": result.rows_read,
        "rows_accepted": result.rows_accepted,
        "rows_quarantined": result.rows_read - result.rows_accepted,
        "rows_ignored": result.rows_ignored,
        "period": result.period,
        "partition": result.partition,
        "rule": result.holds[0].rule if result.holds else None,
        "reason": " ".join(hold.reason for hold in result.holds) or None,
        "workbook": str(workbook) if workbook is not None else None,
        "causes": [
            {"severity": cause.severity, "rule": cause.rule, "header": cause.header, "rows": cause.count}
            | dict(zip(("sentence", "cause", "cure"), vars(cause.words(lang)).values(), strict=True))
            for cause in summarise(result.findings)
        ],
        "findings": result.findings.sort(order, "row_number", maintain_order=True).to_dicts(),
        "suite": result.validation,
    }


class _Reader:
    """Reads an ordinary file, or a correction workbook over the original that the caller names."""

    _merged: Merged | None = None
    is_correction = False

    def __init__(self, lang: str, original: Path | None) -> None:
        self._lang, self._original = lang, original

    @property
    def notes(self) -> list[pl.DataFrame]:
        return self._merged.notes if self._merged else []

    def __call__(self, path: Path, contract: Contract) -> SourceTable:
        marker = marker_of(path)
        if marker is None:
            return read_source(path, contract)
        self.is_correction = True
        if marker.source_id != contract.source_id:
            raise FileFault("correction.wrong_source", other=marker.source_id)
        if self._original is None:
            raise FileFault("correction.needs_original")
        if hashlib.sha256(self._original.read_bytes()).hexdigest() != marker.sha256:
            raise FileFault("correction.unknown_delivery")
        table = read_source(self._original, contract)
        self._merged = overlay(path.read_bytes(), marker, table, table, self._lang)
        return self._merged.table


def beside(path: Path) -> Path:
    """Give the workbook's place next to the file; never one that is taken, which may hold somebody's corrections."""
    number = 1
    while True:
        place = path.with_name(f"{path.stem}-perbaikan{'' if number == 1 else f'-{number}'}.xlsx")
        if not place.exists():
            return place
        number += 1
