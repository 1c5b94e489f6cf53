"""One file from bytes to verdict, without a database: what the intake publishes and what `sinergi check` shows."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import polars as pl

from sinergi import findings, tablerules
from sinergi.contracts import Contract
from sinergi.read import FileFault, FileSpec, SourceTable, read

if TYPE_CHECKING:
    from sinergi.conform import Conformed

log = logging.getLogger(__name__)

WIDEST = {"integer": 2**31 - 1, "amount": 1e14 - 1}  # what raw.<entity> can hold


@dataclass(frozen=True)
class Hold:
    """Why a file is held whole.

    Attributes:
        rule: code of the rule.
        reason: the sentence for people.
        is_final: whether nobody can release it, since there is nothing that could be read.
    """

    rule: str
    reason: str
    is_final: bool = False


@dataclass
class Examination:
    """What is known about a file before the ledger is asked.

    Attributes:
        contract: the contract it was read by.
        lang: language of its messages.
        table: what was read; None where it could not be.
        conformed: None where the file has not the shape of its contract.
        findings: all findings, about rows and about the file.
        validation: what the suite said, for the ledger; None where it did not run.
        holds: why the file is held, most telling first.
        period: the period that it is about.
        partition: the part of the list that it is about.
    """

    contract: Contract
    lang: str
    table: SourceTable | None = None
    conformed: Conformed | None = None
    findings: pl.DataFrame = field(default_factory=findings.empty)
    validation: dict[str, Any] | None = None
    holds: list[Hold] = field(default_factory=list)
    period: str | None = None
    partition: str | None = None

    @property
    def rows_read(self) -> int:
        """Rows that must end up accepted or quarantined."""
        return self.table.rows_read if self.table else 0

    @property
    def rows_ignored(self) -> int:
        """Rows that are no data."""
        return self.table.ignored.height if self.table else 0

    @property
    def bad_rows(self) -> pl.Series:
        """Numbers of the rows that a critical finding keeps out."""
        critical = self.findings.filter((pl.col("severity") == "critical") & pl.col("row_number").is_not_null())
        return critical["row_number"].unique()

    @property
    def accepted(self) -> pl.DataFrame:
        """The rows that may be published when nothing holds the file."""
        if self.conformed is None:
            raise ValueError("the file has not the shape of its contract")
        bad = self.bad_rows
        rows = self.conformed.rows
        return rows.filter(~pl.col("_row_number").is_in(bad.implode())) if bad.len() else rows

    @property
    def rows_accepted(self) -> int:
        """How many rows may be published; 0 while something holds the file."""
        return 0 if self.holds or self.conformed is None else self.accepted.height

    @property
    def status(self) -> str:
        """The verdict, in the words of the ledger."""
        if self.holds:
            return "held"
        serious = self.findings["severity"].is_in(["critical", "warning"]).any()
        return "accepted_with_findings" if serious else "accepted"

    def hold(self, rule: str, *, is_final: bool = False, **blanks: object) -> None:
        """Hold the file by a rule, and add the finding that says so."""
        found = findings.table_finding(rule, self.lang, severity="critical", **blanks)
        self.findings = pl.concat([found, self.findings])
        self.holds.append(Hold(rule, found["message"][0], is_final))


def examine(
    path: Path,
    contract: Contract,
    *,
    file_name: str | None = None,
    lang: str | None = None,
    others: Mapping[str, Contract] | None = None,
    reader: Callable[[Path, Contract], SourceTable] | None = None,
) -> Examination:
    """Read, conform and check one file.

    Args:
        path: A local file.
        contract: The contract to read it by.
        file_name: The name that people know it by; the path's where left out.
        lang: Language of messages; SINERGI_LANG or the contract's where left out.
        others: All contracts, to tell a file in the wrong folder.
        reader: How its rows are had; `read_source` where left out.

    Raises:
        OSError: the file cannot be opened, or memory or disk is exhausted.
    """
    result = Examination(contract, lang or findings.language(contract.language))
    name = file_name or path.name
    try:
        _examine(result, (reader or read_source)(path, contract), others)
    except FileFault as fault:
        result.hold(fault.rule, is_final=True, **{"file": name, "source": contract.source_id, **fault.details})
    except OSError:
        raise
    except Exception as fault:  # one file that we cannot cope with must not stop the others
        # Neither log nor reason carries the fault's text: it may quote a cell.
        where = traceback.extract_tb(fault.__traceback__)[-1]
        place = f"{type(fault).__name__}, {Path(where.filename).name}:{where.lineno}"
        log.error("%s: %s could not be examined: %s", contract.source_id, name, place)
        result.hold("file.unreadable", is_final=True, file=name, source=contract.source_id, reason=place)
    return result


def read_source(path: Path, contract: Contract) -> SourceTable:
    """Read a file as its contract describes it.

    Raises:
        FileFault: it cannot be what the contract says.
        OSError: it cannot be opened.
    """
    wanted = {header for headers in contract.columns.values() for header in headers}
    if contract.flags:
        wanted |= set(contract.flags.headers)
    return read(path, cast(FileSpec, contract.file), wanted=wanted, footer=contract.ignore.footer)


def _examine(result: Examination, table: SourceTable, others: Mapping[str, Contract] | None) -> None:
    from sinergi.check import validate
    from sinergi.conform import conform

    contract, result.table = result.contract, table
    result.conformed = conform(result.table, contract, lang=result.lang, others=others)
    checked = validate(result.conformed, contract, result.lang)
    result.validation = checked.result
    storable = _unstorable(result.conformed, contract, result.lang)
    result.findings = findings.join([result.conformed.findings, checked.findings, *storable])
    result.period = tablerules.period_of(result.accepted, contract) or tablerules.period_of(
        result.conformed.rows, contract
    )
    result.partition = tablerules.partition_of(result.conformed.rows, contract)
    tablerules.hold_by_content(result)


def _unstorable(conformed: Conformed, contract: Contract, lang: str) -> list[pl.DataFrame]:
    """Find numbers too wide for their column in raw.<entity>; one would fail the COPY of the whole file."""
    found = []
    for column in contract.entity_def:
        widest = WIDEST.get(column.type)
        values = conformed.rows[column.name]
        if widest is None or values.null_count() == values.len() or values.abs().max() <= widest:  # type: ignore[operator]
            continue
        wide = conformed.rows.filter(pl.col(column.name).abs() > widest)
        found.append(
            findings.make(
                "number.unreadable",
                wide["_row_number"],
                column.name,
                wide[column.name].cast(pl.String),
                personal=column.is_personal,
                severity="critical",
                lang=lang,
                header=conformed.headers.get(column.name, column.label),
            )
        )
    return found
