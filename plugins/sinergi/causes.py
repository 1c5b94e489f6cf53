"""What explains the findings of a delivery: one cause one line, however many rows, the most useful first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import polars as pl

from sinergi import findings

LANGUAGES = ("id", "en")
EXAMPLES = 5
# Said of a cell about which something more telling is said too: a NIK that lost its digits is also "empty".
SYMPTOMS = ("value.required", "expectation.expect_column_values_to_not_be_null")
CONSEQUENCE = "table.bad_share"
# Blanks that differ from row to row, so that a line about many rows cannot have them.
OF_ONE_ROW = frozenset(
    {"row", "sheet", "value", "first", "near", "by_code", "by_name", "reason", "people", "offices", "counted"}
)


@dataclass(frozen=True)
class Cause:
    """One thing to correct.

    Attributes:
        rule: code of the rule.
        column: canonical column, or None.
        header: the sender's own name of the column, or None.
        severity: critical, warning or info.
        count: rows that it is about; 0 when it is about the file as a whole.
        example_rows: the first row numbers.
        sentence_id: what is wrong.
        sentence_en: the same in English.
        cause_id: why it happens.
        cause_en: the same in English.
        cure_id: what to do.
        cure_en: the same in English.
    """

    rule: str
    column: str | None
    header: str | None
    severity: str
    count: int
    example_rows: tuple[int, ...]
    sentence_id: str
    sentence_en: str
    cause_id: str
    cause_en: str
    cure_id: str
    cure_en: str

    def words(self, lang: str) -> findings.Wording:
        """Give sentence, cause and cure in one language."""
        if lang == "en":
            return findings.Wording(self.sentence_en, self.cause_en, self.cure_en)
        return findings.Wording(self.sentence_id, self.cause_id, self.cure_id)


def summarise(found: pl.DataFrame | Iterable[Mapping[str, Any]]) -> list[Cause]:
    """Give the causes behind findings.

    Critical causes come first, those about the whole file before those about most rows; then warnings, then notes.

    Args:
        found: Findings with (at least) the columns of `findings.FINDINGS_SCHEMA`.
    """
    frame = without_symptoms(as_frame(found))
    groups = frame.group_by("rule", "column_name", "severity", maintain_order=True).agg(
        pl.col("row_number").n_unique().alias("rows"),
        pl.col("row_number").is_null().all().alias("is_whole"),
        pl.col("row_number").unique().sort().head(EXAMPLES).alias("examples"),
        pl.col("message").unique(maintain_order=True).alias("messages"),
    )
    causes = []
    for group in groups.iter_rows(named=True):
        if group["is_whole"]:  # two sentences about one file are two causes
            causes += [_cause(group, message) for message in group["messages"]]
        else:
            causes.append(_cause(group, group["messages"][0]))
    return sorted(causes, key=_usefulness)


def as_frame(found: pl.DataFrame | Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Give findings as a frame of `findings.FINDINGS_SCHEMA`, whatever else they carry."""
    if isinstance(found, pl.DataFrame):
        return found.select(pl.col(name).cast(kind) for name, kind in findings.FINDINGS_SCHEMA.items())
    rows = [{name: each.get(name) for name in findings.FINDINGS_SCHEMA} for each in found]
    return pl.DataFrame(rows, schema=findings.FINDINGS_SCHEMA, orient="row")


def without_symptoms(frame: pl.DataFrame) -> pl.DataFrame:
    """Leave out what is said of a cell only because of something else that is said of it, which takes its severity."""
    cell = ("row_number", "column_name")
    rank = pl.col("rule").replace_strict({rule: rank for rank, rule in enumerate(SYMPTOMS, 1)}, default=0)
    level = pl.col("severity").replace_strict({name: at for at, name in enumerate(findings.SEVERITIES)})
    note = findings.SEVERITIES.index("info")
    ranked = frame.with_columns(rank.alias("_rank"), level.alias("_level")).with_columns(
        pl.when(pl.col("_level") == note).then(len(SYMPTOMS) + 1).otherwise("_rank").alias("_telling")
    )
    is_symptom = pl.col("_rank") > 0
    worst = pl.col("_level").filter(is_symptom).min().over(*cell).fill_null(note)
    takes = ~is_symptom & (pl.col("_level") < note) & pl.col("row_number").is_not_null() & (worst < pl.col("_level"))
    severity = worst.replace_strict(dict(enumerate(findings.SEVERITIES)), return_dtype=pl.String)
    kept = ~is_symptom | (pl.col("_rank") == pl.col("_telling").min().over(*cell)) | pl.col("row_number").is_null()
    settled = ranked.with_columns(
        pl.when(takes).then(severity).otherwise("severity").alias("severity"), kept.alias("_kept")
    )
    return settled.filter("_kept").drop("_rank", "_level", "_telling", "_kept")


def entry_of(rule: str, *, is_whole: bool) -> findings.Rule:
    """Give the catalogue's entry for a stored rule; expectations without words of their own share some."""
    known = findings.rules()
    return known.get(rule) or known["expectation.table" if is_whole else "expectation.failed"]


def blanks_in(rule: findings.Rule, message: str) -> dict[str, str] | None:
    """Read the blanks back from a message, in whichever language it is; None where the words have changed since."""
    for lang in LANGUAGES:
        found = _pattern(rule.rule, lang).fullmatch(message)
        if found:
            return found.groupdict()
    return None


@lru_cache(maxsize=512)
def _pattern(rule: str, lang: str) -> re.Pattern[str]:
    wording = findings.rules()[rule].wording[lang]
    seen: set[str] = set()
    parts = []
    for piece in re.split(r"(\{\w+\})", f"{wording.text} {wording.cure}"):
        name = piece[1:-1]
        if not (piece.startswith("{") and piece.endswith("}")):
            parts.append(re.escape(piece))
        elif name in seen:
            parts.append(f"(?P={name})")
        else:
            seen.add(name)
            parts.append(f"(?P<{name}>.*?)")
    return re.compile("".join(parts), re.DOTALL)


def _cause(group: Mapping[str, Any], message: str) -> Cause:
    is_whole = bool(group["is_whole"])
    entry = entry_of(group["rule"], is_whole=is_whole)
    blanks = blanks_in(entry, message)
    known = blanks or {}
    if not is_whole:
        known = {name: value for name, value in known.items() if name not in OF_ONE_ROW}
    known.setdefault("number", "No. KK" if "no_kk" in (group["column_name"] or "") else "NIK")
    header = known.get("header") or (None if is_whole else group["column_name"])
    said = {}
    for lang in LANGUAGES:
        wording = entry.wording[lang]
        if not is_whole:
            sentence = findings.fill(entry.brief[lang], known)
        elif blanks is None:  # stored in words that are no longer the catalogue's
            sentence = message
        else:
            sentence = findings.fill(wording.text, known)
        said[lang] = (sentence, findings.fill(wording.cause, known), findings.fill(wording.cure, known))
    return Cause(
        rule=group["rule"],
        column=group["column_name"],
        header=header if group["column_name"] else None,
        severity=group["severity"],
        count=0 if is_whole else group["rows"],
        example_rows=() if is_whole else tuple(group["examples"]),
        sentence_id=said["id"][0],
        sentence_en=said["en"][0],
        cause_id=said["id"][1],
        cause_en=said["en"][1],
        cure_id=said["id"][2],
        cure_en=said["en"][2],
    )


def _usefulness(cause: Cause) -> tuple[object, ...]:
    is_consequence = cause.rule == CONSEQUENCE
    return (findings.SEVERITIES.index(cause.severity), is_consequence, cause.count > 0, -cause.count, cause.rule)
