"""Which canonical column a header and its cells look like. Used to draft contracts, never to read data."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import polars as pl
from rapidfuzz import fuzz, process

from sinergi import reference
from sinergi.contracts.check import code_domain, header_key
from sinergi.contracts.load import load_contracts
from sinergi.documents import ContractFaults
from sinergi.entities import Entity, load_entities

_NAME = 82  # a header this near to a known one is proposed
_BEGINS = 72.0
_WORD = 5
_SHARE = 0.8  # a column is taken for what this share of its cells look like
_ENOUGH = 3
# By content alone: what the cells are, and which columns that may be, likeliest first.
_BY_CONTENT = {
    "nik": ("nik", "head_nik"),
    "no_kk": ("no_kk",),
    "area_code": ("area_code",),
    "area_name": ("area_name",),
    "district_name": ("district_name",),
    "sex": ("sex", "head_sex", "sex_required"),
    "relationship": ("relationship",),
    "date": ("delivered_on", "enumerated_on", "deliberated_on", "decreed_on", "posted_on", "reported_on"),
    "birth": ("birth_date", "head_birth_date"),
    "rupiah": ("amount_idr", "ceiling_idr", "wage_idr"),
}


@dataclass(frozen=True)
class Guess:
    """One canonical column for one header, how sure (0 to 100) and why."""

    header: str
    column: str
    score: float
    why: str


@lru_cache(maxsize=4)
def known_headers(root: Path | str | None = None) -> Mapping[str, Mapping[str, str]]:
    """Give, by entity, every known folded header (aliases of all contracts, labels, names) and its column."""
    known: dict[str, dict[str, str]] = {}
    entities = load_entities(root)
    for name, entity in entities.items():
        labels = [(text, name_) for name_ in entity.mappable for text in (entity.columns[name_].label, name_)]
        known[name] = {header_key(text): column for text, column in labels}
    try:
        contracts = load_contracts(root)
    except ContractFaults:
        contracts = {}
    for contract in contracts.values():
        for column, headers in contract.columns.items():
            for header in headers:
                known[contract.entity].setdefault(header_key(header), column)
    # What one entity calls a column, another that has the column may call it too.
    for name, own in known.items():
        for other in known.values():
            for header, column in other.items():
                if column in entities[name].mappable:
                    own.setdefault(header, column)
    return known


def by_name(header: str, known: Mapping[str, str]) -> dict[str, float]:
    """Score the columns that a header may name; the last level of a joined header counts a little less."""
    scores: dict[str, float] = {}
    levels = [(header_key(header), 1.0)]
    if " / " in header:
        levels.append((header_key(header.rsplit(" / ", 1)[1]), 0.97))
    for folded, weight in levels:
        if not folded:
            continue
        near = process.extract(folded, known.keys(), scorer=fuzz.ratio, score_cutoff=_NAME, limit=None)
        found = [(other, score) for other, score, _ in near]
        # "Nilai Tabungan (Rp)" begins as "Nilai" does; weaker than any spelling of the whole.
        found += [(other, _BEGINS) for other in known if len(other) >= _WORD and folded.startswith(other)]
        if folded.startswith("nama") and "full_name" in known.values():
            found.append((header_key("full_name"), _BEGINS))
        for other, score in found:
            column = known[other]
            scores[column] = max(scores.get(column, 0.0), score * weight)
    return scores


def by_content(cells: pl.Series) -> str | None:
    """Tell what the cells look like: a key of `_BY_CONTENT`, or nothing in particular."""
    from sinergi.conform import dates, identity, text

    words = text.clean(cells).drop_nulls()
    if len(words) < _ENOUGH:
        return None

    def share(mask: pl.Series) -> float:
        return float(mask.fill_null(value=False).sum()) / len(words)

    def among(fold: Callable[[str], str], known: Collection[str]) -> float:
        distinct = words.unique()
        hits = [word for word in distinct if fold(word) in known]
        return share(words.is_in(hits))

    if share(words.str.contains(r"^\d{16}$|^\d[.,]\d+E\+?15$")) >= _SHARE:
        cards = identity.parse(words, None, family_card=True)["outcome"]
        people = identity.parse(words, None)["outcome"]
        # Only a NIK has days past 40: women's. A column without any is of families.
        return "nik" if share(people == "valid") - share(cards == "valid") > 0.1 else "no_kk"
    if share(words.str.replace_all(r"\D", "").str.contains(r"^6271\d{6}$")) >= _SHARE:
        return "area_code"
    districts = {reference.area_key(area.district_name) for area in reference.areas().values()}
    if among(reference.area_key, districts) >= _SHARE:
        return "district_name"
    if among(reference.area_key, reference.area_names()) >= _SHARE:
        return "area_name"
    for domain in ("sex", "relationship"):
        if among(reference.key, reference.code_map("common", domain)) >= _SHARE:
            return domain
    if share(words.str.contains(r"(?i)^rp")) >= _SHARE:
        return "rupiah"
    plain_number = words.str.contains(r"^\d+([.,]\d+)?$")
    parsed = dates.parse(words.filter(~plain_number))
    if len(parsed) and parsed["status"].is_in(["ok"]).sum() / len(words) >= _SHARE:
        early = parsed["date"].dt.year() < 2015
        return "birth" if early.sum() > 0.3 * len(words) else "date"
    return None


def known_words(cells: pl.Series, entity: Entity, column: str, edition: str) -> int:
    """Count the distinct cells that an edition of the codes knows."""
    from sinergi.conform import codes, text

    domain = code_domain(entity, column)
    if not domain:
        return 0
    words = text.clean(cells).drop_nulls().unique()
    return int((codes.resolve(words, edition, domain)["outcome"] == "ok").sum())


def contents(headers: list[str], cells: pl.DataFrame) -> list[str | None]:
    """Tell what each column's first cells look like."""
    return [by_content(cells.to_series(position).head(500)) if name else None for position, name in enumerate(headers)]


def propose(headers: list[str], looks: list[str | None], entity: Entity, known: Mapping[str, str]) -> list[Guess]:
    """Give each header at most one column of the entity and each column at most one header, the surest first.

    Args:
        headers: The file's headers.
        looks: What `contents` said of each.
        entity: The shape to fill.
        known: Folded headers of this entity and their columns.
    """
    guesses = []
    for header, content in zip(headers, looks, strict=True):
        if not header:
            continue
        fitting = [name for name in _BY_CONTENT.get(content or "", ()) if name in entity.columns]
        for column, score in by_name(header, known).items():
            if entity.columns[column].type in ("nik", "no_kk") and content not in ("nik", "no_kk", None):
                continue
            bonus = 5.0 if column in fitting else 0.0
            if content in ("nik", "no_kk", "area_code") and column not in fitting and score < 100:
                bonus = -20.0  # sixteen digits say more than a name that is only near
            guesses.append(Guess(header, column, score + bonus, f"header, {score:.0f}%"))
        for rank, column in enumerate(fitting):
            guesses.append(Guess(header, column, 75.0 - 5 * rank, f"content: {content}"))
    taken: dict[str, Guess] = {}
    used: set[str] = set()
    for guess in sorted(guesses, key=lambda guess: -guess.score):
        if guess.column not in taken and guess.header not in used:
            taken[guess.column] = guess
            used.add(guess.header)
    return [taken[name] for name in entity.mappable if name in taken]
