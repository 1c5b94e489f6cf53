"""How each export looks: layouts/*.yml. The headers themselves are the contract's, so that they stand in one place."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from sinergi import reference
from sinergi.contracts import load_contracts
from sinergi.contracts.model import Contract
from sinergi.sample.mess import RATES

FOLDER = Path(__file__).with_name("layouts")
Shares = dict[str, float]


@dataclass(frozen=True)
class Column:
    """One column of a file: a canonical one, a flag of a list column, or filler that our entities do not keep."""

    header: str
    name: str | None = None
    flag: str | None = None
    filler: str | None = None

    @property
    def mapped(self) -> bool:
        """Whether the contract reads this column."""
        return self.filler is None


@dataclass(frozen=True)
class Layout:
    """The look of one export.

    Attributes:
        columns: In the order of the file; see `Column` and the comments in layouts/registries.yml.
        titles: Rows above the header, with {judul}, {bulan}, {kelurahan}, {kecamatan} to fill in.
        sheet: Name of the sheet where the contract only gives a pattern.
        case: upper or as_is, for names and addresses.
        dates, birth: Shares of the styles in which dates are written; `birth` for birth dates, else as `dates`.
        amounts: Shares of the styles in which rupiah are written.
        area: Shares of the styles in which a kelurahan is written.
        codes_as: digits or number, for area codes.
        numbers: number, text or comma, for other numbers.
        missing: How nothing is written.
        yes_no: The two words of flags.
        suffix: What ends every value.
        number_row: Whether a row under the header numbers the columns.
        total: Column that a JUMLAH row sums up.
        footer: Office that signs below.
        blank_tail: Rows of the used range beyond the last one.
        hidden: Hidden sheets.
        rates: Shares of mess that differ from the common ones.
    """

    columns: list[Any]
    titles: list[str] = field(default_factory=list)
    sheet: str | None = None
    case: str = "as_is"
    dates: Shares = field(default_factory=lambda: {"excel": 1.0})
    birth: Shares = field(default_factory=dict)
    amounts: Shares = field(default_factory=lambda: {"number": 1.0})
    area: Shares = field(default_factory=lambda: {"plain": 0.9, "alias": 0.04, "prefixed": 0.06})
    codes_as: str = "digits"
    numbers: str = "number"
    missing: list[str | None] = field(default_factory=lambda: [None, None, "-", "Kosong"])
    yes_no: list[str] = field(default_factory=lambda: ["Ya", "Tidak"])
    suffix: str = ""
    number_row: bool = False
    total: str | None = None
    footer: str | None = None
    blank_tail: int = 0
    hidden: list[str] = field(default_factory=list)
    rates: Shares = field(default_factory=dict)

    @property
    def all_rates(self) -> Shares:
        """The common rates with this layout's own."""
        unknown = set(self.rates) - set(RATES)
        if unknown:
            raise ValueError(f"no such mess: {', '.join(sorted(unknown))}")
        return RATES | self.rates

    def file_columns(self, contract: Contract, old_headers: tuple[str, ...] = ()) -> list[Column]:
        """Give the file's columns, under the headers of the contract: its newest ones, or the second where asked."""
        flags = dict(contract.flags.headers) if contract.flags else {}
        made: list[Column] = []
        for entry in self.columns:
            if isinstance(entry, dict):
                ((header, filler),) = entry.items()
                made.append(Column(header, filler=str(filler)))
            elif entry.startswith("=flags"):
                prefix = entry.partition(":")[2]
                chosen = [header for header in flags if header.startswith(prefix)]
                made += [Column(header, flag=flags.pop(header)) for header in chosen]
            else:
                headers = contract.columns[entry]
                made.append(Column(headers[min(1, len(headers) - 1) if entry in old_headers else 0], name=entry))
        return made


@lru_cache(maxsize=1)
def layouts() -> dict[str, Layout]:
    """All layouts by source id."""
    names = {each.name for each in fields(Layout)}
    found = {}
    for path in sorted(FOLDER.glob("*.yml")):
        if path.name == "labels.yml":
            continue
        for source_id, entry in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            if unknown := set(entry) - names:
                raise ValueError(f"{path.name}, {source_id}: no such keys: {', '.join(sorted(unknown))}")
            found[source_id] = Layout(**entry)
    return found


@lru_cache(maxsize=1)
def _labels() -> dict[str, dict[str, dict[str, list[str]]]]:
    return yaml.safe_load((FOLDER / "labels.yml").read_text(encoding="utf-8"))


@lru_cache(maxsize=512)
def labels(source_id: str, column: str) -> dict[str, list[str]]:
    """Give the words with which a source writes each code of a column.

    DTSEN writes numbers; they are taken from the code map itself, the smallest of each code.
    """
    contract = load_contracts()[source_id]
    definition = contract.entity_def.columns[column]
    domain = definition.domain or ("boolean" if definition.type == "boolean" else column)
    found = {code: [value.label_id] for code, value in reference.domains()[domain].items()}
    for edition in ("common", contract.codes, source_id):
        for name in (domain, column):
            found |= _labels().get(edition, {}).get(name, {})
    if contract.codes.startswith("dtsen"):
        words = reference.code_map(contract.codes, domain)
        digits = sorted((int(word), code) for word, code in words.items() if word.isdigit())
        found |= {code: [str(word)] for word, code in reversed(digits) if code}
    return found
