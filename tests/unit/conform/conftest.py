"""A source table and a contract of a few lines, so that a test shows only what it is about."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sinergi.contracts.model import Contract
from sinergi.entities import load_entity
from sinergi.read import CellError, SourceTable

MALFORMED = {"row_number": pl.Int64, "text": pl.String, "reason": pl.String}
IGNORED = {"row_number": pl.Int64, "kind": pl.String, "text": pl.String}


@pytest.fixture
def table() -> Callable[..., SourceTable]:
    def make(
        headers: list[str],
        rows: list[list[str | None]],
        numeric: dict[int, list[bool]] | None = None,
        errors: list[CellError] | None = None,
        malformed: list[tuple[int, str, str]] | None = None,
    ) -> SourceTable:
        schema = {str(position): pl.String for position in range(len(headers))}
        return SourceTable(
            sheet="Data",
            headers=headers,
            cells=pl.DataFrame(rows, schema=schema, orient="row"),
            row_numbers=pl.Series("row_number", range(5, 5 + len(rows)), dtype=pl.Int64),
            numeric={position: pl.Series(mask) for position, mask in (numeric or {}).items()},
            errors=errors or [],
            formulas=0,
            ignored=pl.DataFrame(schema=IGNORED),
            malformed=pl.DataFrame(malformed or [], schema=MALFORMED, orient="row"),
        )

    return make


@pytest.fixture
def contract(tmp_path: Path) -> Callable[..., Contract]:
    def make(columns: dict[str, list[str]], entity: str = "interventions", **more: Any) -> Contract:
        data = {
            "title": "Uji",
            "entity": entity,
            "contact": "uji@example.org",
            "delivery": {"every": "once", "mode": "snapshot"},
            "file": {"format": "xlsx"},
            "columns": columns,
            "language": "en",
            **more,
        }
        return Contract.model_validate(data).bind("uji/coba", b"", load_entity(entity))

    return make


@pytest.fixture
def quick(table: Callable[..., SourceTable], contract: Callable[..., Contract]) -> Callable[..., Any]:
    """Conform one column of values to one canonical column; the required ones of the entity are constants."""
    from sinergi.conform import conform

    def run(column: str, values: list[str | None], numeric: list[bool] | None = None, **more: Any) -> Any:
        constants = {"program_id": "dinsos-sembako", "delivered_on": "2024-01-31"}
        constants.pop(column, None)
        made = contract({column: ["H"]}, constants=constants, **more)
        return conform(
            table(["H"], [[value] for value in values], {0: numeric} if numeric else None), made, lang="en", others={}
        )

    return run
