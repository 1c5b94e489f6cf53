"""A contract's rules as a Great Expectations suite, and its columns as the numbers on which GX is fast.

The pandas engine compares dates and texts cell by cell in Python, and hashes every text column of a batch. So a date
goes in as its day number and, where a rule only asks whether a value is there or stands twice, a text as its code.
Bounds are converted alike; what is stored and shown keeps the contract's own words.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import polars as pl

from sinergi.contracts import Contract
from sinergi.contracts.vocabulary import EXPECTATIONS
from sinergi.entities import Entity, Expectation

if TYPE_CHECKING:
    import great_expectations as gx
    import pandas as pd

EPOCH = date(1970, 1, 1)
BOUNDS = ("min_value", "max_value", "value_set")
PRESENCE = {
    "expect_column_values_to_not_be_null",
    "expect_column_values_to_be_null",
    "expect_column_proportion_of_non_null_values_to_be_between",
}
SAMENESS = PRESENCE | {
    "expect_column_values_to_be_unique",
    "expect_compound_columns_to_be_unique",
    "expect_column_unique_value_count_to_be_between",
    "expect_column_proportion_of_unique_values_to_be_between",
}
_LOCK = threading.Lock()


@dataclass(frozen=True)
class Rules:
    """What applies to one contract: the rules in order and the suite made from them."""

    rules: tuple[Expectation, ...]
    suite: gx.ExpectationSuite

    @property
    def columns(self) -> list[str]:
        """The columns that the rules name."""
        return list(dict.fromkeys(name for rule in self.rules for name in rule.columns))


def is_row_rule(rule: Expectation) -> bool:
    """Tell whether the rule speaks about single rows."""
    return EXPECTATIONS[rule.type].about == "row"


def rules_of(contract: Contract) -> list[Expectation]:
    """Give the rules about columns that the contract fills; the entity's others would only pass unseen."""
    filled = {*contract.columns, *contract.constants}
    if contract.flags:
        filled.add(contract.flags.column)
    if "area_name" in filled:
        filled.add("area_code")
    for name in list(filled):
        filled |= {f"{name}_status", f"{name}_source"}
        if name.endswith("birth_date"):
            filled.add(name.removesuffix("date") + "year")
    return [rule for rule in contract.rules if set(rule.columns) <= filled]


def suite_of(contract: Contract) -> Rules:
    """Build a contract's suite, once per version."""
    rules = tuple(rules_of(contract))
    key = (contract.source_id, contract.version, repr(rules))
    with _LOCK:
        if key not in _suites:
            _suites[key] = Rules(rules, _build(contract.source_id, rules, contract.entity_def))
        return _suites[key]


_suites: dict[tuple[str, str, str], Rules] = {}


def _build(source_id: str, rules: Iterable[Expectation], entity: Entity) -> gx.ExpectationSuite:
    gx_module = library()
    expectations = [
        # GX answers in an order of its own; the number in `meta` says which rule an answer is about.
        gx_class(rule.type)(**_encoded(rule, entity), severity=rule.severity, meta={"rule": number})
        for number, rule in enumerate(rules)
    ]
    return gx_module.ExpectationSuite(name=source_id, expectations=expectations)


def library() -> Any:
    """Import Great Expectations, quiet and without reporting home."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations

    return great_expectations


def gx_class(name: str) -> Any:
    """Give the class of an expectation type."""
    return getattr(library().expectations, "".join(part.capitalize() for part in name.split("_")))


def new_context(docs_site: dict[str, Any] | None = None) -> Any:
    """Make an ephemeral context, without the folder in /tmp that GX would leave behind for its documents."""
    from great_expectations.data_context.types.base import DataContextConfig, InMemoryStoreBackendDefaults

    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        data_docs_sites={"sinergi": docs_site} if docs_site else {},
    )
    context = library().get_context(mode="ephemeral", project_config=config)
    context.variables.progress_bars = {"globally": False}
    return context


@lru_cache(maxsize=1)
def batch_definition() -> Any:
    """Give the one ephemeral context's way to take a frame."""
    context = new_context()
    asset = context.data_sources.add_pandas("deliveries").add_dataframe_asset("rows")
    return asset.add_batch_definition_whole_dataframe("file")


def _encoded(rule: Expectation, entity: Entity) -> dict[str, Any]:
    arguments = rule.arguments
    if rule.type.startswith("expect_column_pair_"):
        arguments.setdefault("ignore_row_if", "either_value_is_missing")  # unknown is not zero
    if any(entity.columns[name].type == "date" for name in rule.columns) and "length" not in rule.type:
        for name in BOUNDS:
            if isinstance(arguments.get(name), list):
                arguments[name] = [day_number(value) for value in arguments[name]]
            elif arguments.get(name) is not None:
                arguments[name] = day_number(arguments[name])
    return arguments


def day_number(value: str | date) -> float:
    """Count a day from 1970-01-01."""
    return float(((date.fromisoformat(value) if isinstance(value, str) else value) - EPOCH).days)


def day(number: float) -> str:
    """Write a day number as a date."""
    return (EPOCH + timedelta(days=number)).isoformat()


def encode(rows: pl.DataFrame, rules: Rules) -> pd.DataFrame:
    """Give the columns that the rules name to pandas; the index is the row's position.

    Args:
        rows: A conformed frame.
        rules: What `suite_of` gave.
    """
    import pandas as pd

    asked: dict[str, set[str]] = {}
    for rule in rules.rules:
        for name in rule.columns:
            asked.setdefault(name, set()).add(rule.type)
    columns = {name: _column(rows[name], asked[name]) for name in asked}
    return pd.DataFrame(columns, index=pd.RangeIndex(rows.height), copy=False)


def _column(values: pl.Series, asked: set[str]) -> Any:
    if values.dtype == pl.Date:
        return values.to_physical().cast(pl.Float64).to_numpy()
    if values.dtype.is_numeric():
        return values.cast(pl.Float64).to_numpy()
    if asked <= PRESENCE:
        return values.is_not_null().cast(pl.Float64).replace(0.0, None).to_numpy()
    if values.dtype == pl.List:
        values = values.list.join(",")
    if asked <= SAMENESS:
        return values.cast(pl.String).cast(pl.Categorical).to_physical().cast(pl.Float64).to_numpy()
    return values.to_pandas()
