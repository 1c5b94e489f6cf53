"""One canonical column at a time: cleaned text to typed values, what cannot be read to findings."""

from __future__ import annotations

from datetime import date

import polars as pl

from sinergi import reference
from sinergi.conform import codes, dates, identity, numbers, text
from sinergi.conform.batch import Batch, dtype
from sinergi.contracts.check import code_domain

_BOOLEAN = {"true": True, "false": False}


def fill(batch: Batch, name: str) -> None:
    """Type one mapped column into `batch.typed`; areas and derived columns come later, from several columns."""
    column = batch.column(name)
    domain = code_domain(batch.contract.entity_def, name)
    if column.type in ("nik", "no_kk"):
        _identity(batch, name, family_card=column.type == "no_kk")
    elif column.type == "date":
        _date(batch, name)
    elif column.type in ("integer", "decimal", "amount"):
        _number(batch, name, column.type)
    elif column.type == "boolean":
        _code(batch, name, "boolean")
        batch.typed[name] = batch.typed[name].replace_strict(_BOOLEAN, default=None, return_dtype=pl.Boolean)
    elif domain and column.type != "list":
        _code(batch, name, domain)
    elif name in ("rt", "rw"):
        _unit(batch, name)
    elif column.type != "area":
        batch.typed[name] = batch.clean(name)


def constant(batch: Batch, name: str, value: str) -> pl.Series:
    """Give a column that has one value in the whole file."""
    kind = batch.column(name).type
    typed: object = value
    if kind == "date":
        typed = date.fromisoformat(value)
    elif kind in ("integer", "decimal", "amount"):
        typed = float(value)
    elif kind == "boolean":
        typed = value.lower() == "true"
    elif kind == "list":
        typed = [value]
    return pl.Series(name, [typed]).cast(dtype(batch.column(name))).new_from_index(0, batch.height)


def _identity(batch: Batch, name: str, *, family_card: bool) -> None:
    parsed = identity.parse(batch.clean(name), batch.numeric(name), family_card=family_card)
    outcome = parsed["outcome"]
    batch.typed[name] = parsed["number"]
    batch.typed[f"{name}_status"] = outcome.replace_strict(identity.STATUS, return_dtype=pl.String)
    known = outcome.is_in(["valid", "missing"])
    if f"{name}_source" in batch.contract.entity_def.columns and not known.all():
        batch.typed[f"{name}_source"] = batch.raw(name).str.strip_chars().set(known, None)
    prefix, number = ("no_kk", "No. KK") if family_card else ("nik", "NIK")
    for rule in outcome.unique().sort():
        if rule != "valid":
            batch.report(f"{prefix}.{rule}", outcome == rule, name, number=number)


def _date(batch: Batch, name: str) -> None:
    birth = "birth" in name
    parsed = batch.parse(name, lambda cells: dates.parse(cells, ranges=not birth, years=birth))
    batch.typed[name] = parsed["date"]
    status = parsed["status"]
    for rule in ("unreadable", "placeholder", "year_only"):
        batch.report(f"date.{rule}", status == rule, name)
    columns = batch.contract.entity_def.columns
    if name == "birth_date" and "birth_year" in columns:
        batch.typed["birth_year"] = parsed["year"]
    if name == "delivered_on" and "ended_on" in columns and "ended_on" not in batch.placed.columns:
        batch.typed.setdefault("ended_on", parsed["end"])


def _number(batch: Batch, name: str, kind: str) -> None:
    coded = name in reference.domains()  # DTSEN writes a class of power where others write its VA

    def parse(cells: pl.Series) -> pl.DataFrame:
        if coded:
            cells = codes.resolve(cells, batch.contract.codes, name)["code"].fill_null(cells)
        return numbers.parse(cells, kind)

    parsed = batch.parse(name, parse)
    number, status = parsed["number"], parsed["status"]
    numeric = batch.numeric(name)
    if numeric is not None and numeric.any() and not coded:
        held = numbers.cast(batch.clean(name), kind)
        number, status = held["number"].zip_with(numeric, number), held["status"].zip_with(numeric, status)
    batch.typed[name] = number.cast(pl.Int64) if kind == "integer" else number
    batch.report("number.unreadable", status == "unreadable", name)
    batch.report("number.ambiguous", status == "ambiguous", name)


def _code(batch: Batch, name: str, domain: str) -> None:
    mapped = batch.parse(name, lambda cells: codes.resolve(cells, batch.contract.codes, domain))
    batch.typed[name] = mapped["code"]
    batch.report("code.unknown", mapped["outcome"] == "unknown", name, near=mapped["near"].fill_null(""))


def _unit(batch: Batch, name: str) -> None:
    parsed = batch.parse(name, text.parse_unit)
    batch.typed[name] = parsed["unit"]
    batch.report("number.unreadable", parsed["unreadable"], name)
