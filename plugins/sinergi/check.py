"""Check a conformed file by Great Expectations: every failing row is known by its number.

Row rules give findings with row numbers, table rules findings without one; `critical` quarantines the row, or holds
the file.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from sinergi import findings
from sinergi.contracts import Contract
from sinergi.entities import Entity, Expectation
from sinergi.errors import SinergiError
from sinergi.suite import batch_definition, day, encode, is_row_rule, suite_of

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

    from sinergi.conform import Conformed
    from sinergi.settings import Settings

COUNTS = (
    "element_count",
    "unexpected_count",
    "unexpected_percent",
    "unexpected_percent_nonmissing",
    "missing_count",
    "missing_percent",
)


class CheckFault(SinergiError):
    """A rule could not be applied: a fault of the contract, not of the file."""


@dataclass(frozen=True)
class Checked:
    """What the suite said.

    Attributes:
        findings: as `findings.FINDINGS_SCHEMA`; values are masked.
        result: counts per rule for the ledger and the Data Docs; no value of any row.
    """

    findings: pl.DataFrame
    result: dict[str, Any]

    @property
    def success(self) -> bool:
        """Whether every rule passed."""
        return bool(self.result["success"])


def check(conformed: Conformed, contract: Contract, lang: str | None = None) -> pl.DataFrame:
    """Give the findings of the contract's suite."""
    return validate(conformed, contract, lang).findings


def validate(conformed: Conformed, contract: Contract, lang: str | None = None) -> Checked:
    """Run the contract's suite on a conformed file.

    Args:
        conformed: What `sinergi.conform.conform` gave.
        contract: Its contract.
        lang: Language of the messages; SINERGI_LANG or the contract's where left out.

    Raises:
        CheckFault: a rule could not be applied.
    """
    rules = suite_of(contract)
    if not rules.rules:
        return Checked(findings.empty(), {"success": True, "results": []})
    batch = batch_definition().get_batch(batch_parameters={"dataframe": encode(conformed.rows, rules)})
    answers = batch.validate(rules.suite, result_format="COMPLETE").results
    lang = lang or findings.language(contract.language)
    found = []
    stored: list[dict[str, Any]] = []
    for answer in sorted(answers, key=lambda answer: answer.expectation_config.meta["rule"]):
        rule = rules.rules[answer.expectation_config.meta["rule"]]
        if answer.exception_info.get("raised_exception", True):  # keyed by metric where one was raised
            raise CheckFault(f"{contract.source_id}: the rule {rule.type} on {rule.columns} cannot be applied.")
        stored.append(_stored(rule, answer, contract.entity_def))
        if answer.success:
            continue
        if is_row_rule(rule):
            found.append(_row_findings(rule, answer.result["unexpected_index_list"], conformed, contract, lang))
        else:
            found.append(_table_finding(rule, stored[-1], conformed, contract, lang))
    success = all(entry["success"] for entry in stored)
    return Checked(findings.join(found), {"success": success, "results": stored})


def _stored(rule: Expectation, answer: Any, entity: Entity) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "type": rule.type,
        "kwargs": rule.arguments,
        "severity": rule.severity,
        "success": bool(answer.success),
        "result": {name: answer.result[name] for name in COUNTS if answer.result.get(name) is not None},
    }
    observed = answer.result.get("observed_value")
    columns = [entity.columns[name] for name in rule.columns]
    # A minimum or maximum is a value of one row: personal columns keep theirs to themselves.
    one_row = any(word in rule.type for word in ("_min_", "_max_", "_set"))
    hidden = one_row and any(column.is_personal for column in columns)
    if isinstance(observed, int | float) and not math.isnan(observed) and not hidden:
        is_day = any(column.type == "date" for column in columns) and any(
            word in rule.type for word in ("_min_", "_max_", "_mean_", "_median_")
        )
        entry["result"]["observed_value"] = day(observed) if is_day else round(float(observed), 6)
    return entry


def _row_findings(
    rule: Expectation, positions: list[int], conformed: Conformed, contract: Contract, lang: str
) -> pl.DataFrame:
    entity = contract.entity_def
    name = rule.columns[0]
    failing = conformed.rows[sorted(positions)]
    values = failing[name]
    if values.dtype.is_float():
        values = values.map_elements(_plain, pl.String) if failing.height < 1000 else values.cast(pl.String)
    arguments = rule.arguments
    labels = {key: _header(arguments[key], conformed, entity) for key in ("column_A", "column_B") if key in arguments}
    limits = {key: _plain(arguments[key]) for key in ("min_value", "max_value") if arguments.get(key) is not None}
    return findings.make(
        f"expectation.{rule.type}" if f"expectation.{rule.type}" in findings.rules() else "expectation.failed",
        failing["_row_number"],
        name,
        values if values.dtype != pl.List else None,
        personal=entity.columns[name].is_personal,
        severity=rule.severity,
        lang=lang,
        name_rule=f"expectation.{rule.type}",
        header=" + ".join(_header(column, conformed, entity) for column in rule.columns),
        expected=arguments.get("value"),
        value_set=", ".join(str(value) for value in arguments.get("value_set") or ()) or None,
        **labels,
        **limits,
    )


def _table_finding(
    rule: Expectation, entry: dict[str, Any], conformed: Conformed, contract: Contract, lang: str
) -> pl.DataFrame:
    limits = {key: value for key, value in rule.arguments.items() if key not in ("column", "column_A", "column_B")}
    observed = entry["result"].get("observed_value")
    found = findings.table_finding(
        f"expectation.{rule.type}" if f"expectation.{rule.type}" in findings.rules() else "expectation.table",
        lang,
        rule.severity,
        header=" + ".join(_header(column, conformed, contract.entity_def) for column in rule.columns) or None,
        observed=_plain(observed),
        rule=rule.type,
        limits=", ".join(f"{key} {value}" for key, value in limits.items()),
        min_value=_plain(limits.get("min_value")),
        max_value=_plain(limits.get("max_value")),
    )
    return found.with_columns(pl.lit(rule.columns[0] if rule.columns else None, pl.String).alias("column_name"))


def _header(name: str, conformed: Conformed, entity: Entity) -> str:
    return conformed.headers.get(name) or entity.columns[name].label


def _plain(value: Any) -> str | None:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return None if value is None else str(value)


def build_docs(settings: Settings, engine: Engine) -> Path:
    """Build the Data Docs of every source from the stored results; see `sinergi.datadocs.build_docs`."""
    from sinergi.datadocs import build_docs as build

    return build(settings, engine)
