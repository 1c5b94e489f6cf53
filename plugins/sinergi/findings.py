"""What can be wrong, in words: the rules of messages.yml, and frames of findings made from them.

A message says what, where, the value (personal ones masked to their last 4) and the next step.
"""

from __future__ import annotations

import os
import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import overload

import polars as pl
import yaml

FINDINGS_SCHEMA: dict[str, pl.DataType] = {
    "row_number": pl.Int64(),
    "column_name": pl.String(),
    "rule": pl.String(),
    "severity": pl.String(),
    "value": pl.String(),
    "message": pl.String(),
}
SEVERITIES = ("critical", "warning", "info")
_KEPT = 4


@dataclass(frozen=True)
class Wording:
    """One rule in one language."""

    text: str
    cause: str
    cure: str


@dataclass(frozen=True)
class Rule:
    """One thing that can be wrong: how severe, about a row, a table or a file, and in a few words for lists."""

    rule: str
    severity: str
    about: str
    brief: Mapping[str, str]
    wording: Mapping[str, Wording]


@lru_cache(maxsize=1)
def rules() -> Mapping[str, Rule]:
    """All rules by code."""
    path = Path(__file__).with_name("messages.yml")
    data = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    found = {}
    for name, own in data.items():
        entry = data[own["like"]] | own if "like" in own else own
        wording = MappingProxyType({lang: Wording(**entry[lang]) for lang in ("id", "en")})
        found[name] = Rule(name, entry["severity"], entry["about"], MappingProxyType(entry["brief"]), wording)
    return MappingProxyType(found)


def language(default: str = "id") -> str:
    """Give the language for offices: SINERGI_LANG where it is set, else the contract's."""
    return os.environ.get("SINERGI_LANG") or default


def spoken(setting: str, own: str) -> str:
    """Give the language to speak to a sender: the setting's where it is not the usual one, else the contract's."""
    return setting if setting != "id" else language(own)


class _Blanks(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "" if key == "near" else "–"


def message(rule: str, /, lang: str | None = None, **blanks: object) -> str:
    """Say what a rule found and what to do next. A blank that nobody fills reads as a dash.

    Raises:
        KeyError: there is no such rule in messages.yml.
    """
    wording = rules()[rule].wording[lang or language()]
    return fill(f"{wording.text} {wording.cure}", blanks)


def fill(template: str, blanks: Mapping[str, object]) -> str:
    """Fill the blanks of a sentence; one that nobody fills reads as a dash."""
    return template.format_map(_Blanks({name: value for name, value in blanks.items() if value is not None}))


@overload
def mask(value: str) -> str: ...
@overload
def mask(value: pl.Expr) -> pl.Expr: ...
@overload
def mask(value: pl.Series) -> pl.Series: ...
def mask(value: str | pl.Expr | pl.Series) -> str | pl.Expr | pl.Series:
    """Hide all but the last 4 characters; of a value of 4 or fewer, all of it."""
    if isinstance(value, str):
        kept = value[-_KEPT:] if len(value) > _KEPT else ""
        return "*" * (len(value) - len(kept)) + kept
    if isinstance(value, pl.Series):
        return value.to_frame("value").select(mask(pl.col("value")).alias(value.name)).to_series()
    length = value.str.len_chars().cast(pl.Int64)
    shown = pl.when(length > _KEPT).then(_KEPT).otherwise(0)
    return pl.concat_str(pl.lit("*" * 200).str.head(length - shown), value.str.tail(shown))


def empty() -> pl.DataFrame:
    """Give a frame without findings."""
    return pl.DataFrame(schema=FINDINGS_SCHEMA)


def make(
    rule: str,
    rows: pl.Series,
    column_name: str | None = None,
    values: pl.Series | None = None,
    *,
    personal: bool = True,
    severity: str | None = None,
    lang: str | None = None,
    name_rule: str | None = None,
    **blanks: object,
) -> pl.DataFrame:
    """Make one finding a row, vectorised.

    Args:
        rule: Code in messages.yml.
        rows: Row numbers, as Excel shows them.
        column_name: Canonical column.
        values: The cells as the sender wrote them, in the order of `rows`.
        personal: Whether the values are masked.
        severity: Another one than the rule's own.
        lang: id or en; SINERGI_LANG where left out.
        name_rule: Code to store where it differs from the one that has the words.
        **blanks: Words for the message; a Series gives one a row.
    """
    if rows.len() == 0:
        return empty()
    frame = pl.DataFrame({"row_number": rows.cast(pl.Int64)})
    if values is not None:
        text = values.cast(pl.String).alias("value")
        frame = frame.with_columns(mask(text) if personal else text)
    else:
        frame = frame.with_columns(value=pl.lit(None, pl.String))
    known: dict[str, pl.Expr] = {
        "row": pl.col("row_number").cast(pl.String),
        "value": pl.col("value").str.head(80).fill_null("–"),
    }
    for name, blank in blanks.items():
        if isinstance(blank, pl.Series):
            frame = frame.with_columns(blank.cast(pl.String).fill_null("–").alias(f"_{name}"))
            known[name] = pl.col(f"_{name}")
        elif blank is not None:
            known[name] = pl.lit(str(blank))
    entry = rules()[rule]
    wording = entry.wording[lang or language()]
    known.setdefault("header", pl.lit(column_name or "–"))
    known.setdefault("rule", pl.lit(name_rule or rule))
    return frame.select(
        "row_number",
        pl.lit(column_name, pl.String).alias("column_name"),
        pl.lit(name_rule or rule).alias("rule"),
        pl.lit(severity or entry.severity).alias("severity"),
        "value",
        _sentence(f"{wording.text} {wording.cure}", known).alias("message"),
    )


def table_finding(rule: str, /, lang: str | None = None, severity: str | None = None, **blanks: object) -> pl.DataFrame:
    """Make one finding about the table or file as a whole; its row number is null."""
    row: dict[str, list[object]] = {
        "row_number": [None],
        "column_name": [blanks.get("column_name")],
        "rule": [rule],
        "severity": [severity or rules()[rule].severity],
        "value": [None],
        "message": [message(rule, lang, **blanks)],
    }
    return pl.DataFrame(row, schema=FINDINGS_SCHEMA)


def join(frames: list[pl.DataFrame]) -> pl.DataFrame:
    """Put findings together, by row and column."""
    kept = [frame for frame in frames if frame.height]
    if not kept:
        return empty()
    return pl.concat(kept).sort("row_number", "column_name", "rule", nulls_last=False, maintain_order=True)


def blanks_of(rule: str) -> set[str]:
    """Give the names of the blanks in a rule's words."""
    entry = rules()[rule]
    texts = [*entry.brief.values(), *(part for w in entry.wording.values() for part in (w.text, w.cure))]
    return {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}


def _sentence(template: str, known: Mapping[str, pl.Expr]) -> pl.Expr:
    parts: list[pl.Expr] = []
    for piece in re.split(r"(\{\w+\})", template):
        if piece.startswith("{") and piece.endswith("}"):
            name = piece[1:-1]
            parts.append(known.get(name, pl.lit("" if name == "near" else "–")))
        elif piece:
            parts.append(pl.lit(piece))
    return pl.concat_str(parts)
