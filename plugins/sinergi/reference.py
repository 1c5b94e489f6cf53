"""Look-ups from the seeds: areas, offices, programmes and category codes. Read once, never changed.

The one place that says what a plausible NIK and No. KK are; `conform.identity` checks whole columns against it.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from stdnum import numdb
from stdnum.id import nik as stdnum_nik

from sinergi.settings import Settings

# Papua's provinces of 2022, which python-stdnum's table does not have yet.
_NEW_PROVINCES = frozenset({"92", "93", "94", "95", "96"})


@dataclass(frozen=True)
class Area:
    """One kelurahan, by both code systems."""

    code: str
    name: str
    district_code: str
    district_name: str
    bps_code: str
    postal_code: str


@dataclass(frozen=True)
class CodeValue:
    """One value of a domain, in both languages."""

    code: str
    label_id: str
    label_en: str


@dataclass(frozen=True)
class Program:
    """One programme of one office."""

    program_id: str
    opd_id: str
    name: str
    strategy: str
    recipient_type: str


@dataclass(frozen=True)
class Opd:
    """One office."""

    opd_id: str
    name: str
    abbreviation: str


def _rows(seed: str) -> list[dict[str, str]]:
    with (Settings.load().dbt_project / "seeds" / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def key(text: str) -> str:
    """Fold a label for look-up: compatibility form, lower case, one space between words."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def area_key(text: str) -> str:
    """Fold an area's name: also without Kel./Kelurahan/Desa/Kec. before it, underscores and punctuation."""
    folded = re.sub(r"[^a-z0-9]+", " ", key(text)).strip()
    return re.sub(r"^(kelurahan|kel|desa|ds|kecamatan|kec) ", "", folded).replace(" ", "")


@lru_cache(maxsize=1)
def areas() -> Mapping[str, Area]:
    """All kelurahan by dotted Kemendagri code."""
    return MappingProxyType(
        {
            row["area_code"]: Area(
                row["area_code"],
                row["area_name"],
                row["district_code"],
                row["district_name"],
                row["bps_code"],
                row["postal_code"],
            )
            for row in _rows("areas")
        }
    )


@lru_cache(maxsize=1)
def area_names() -> Mapping[str, str]:
    """Area code by folded name, official or alias."""
    names = {area_key(row["alias"]): row["area_code"] for row in _rows("area_aliases")}
    return MappingProxyType(names | {area_key(area.name): area.code for area in areas().values()})


@lru_cache(maxsize=2)
def area_codes(system: str) -> Mapping[str, str]:
    """Area code by the ten digits of one code system; the two systems use the same digits for different places."""
    if system not in ("kemendagri", "bps"):
        raise ValueError(f"area system {system!r}; use kemendagri or bps")
    if system == "bps":
        return MappingProxyType({area.bps_code: area.code for area in areas().values()})
    return MappingProxyType({code.replace(".", ""): code for code in areas()})


@lru_cache(maxsize=1)
def opd() -> Mapping[str, Opd]:
    """All offices by id."""
    return MappingProxyType(
        {row["opd_id"]: Opd(row["opd_id"], row["name"], row["abbreviation"]) for row in _rows("opd")}
    )


@lru_cache(maxsize=1)
def programs() -> Mapping[str, Program]:
    """All programmes by id."""
    fields = Program.__dataclass_fields__
    return MappingProxyType(
        {row["program_id"]: Program(**{name: row[name] for name in fields}) for row in _rows("programs")}
    )


@lru_cache(maxsize=1)
def domains() -> Mapping[str, Mapping[str, CodeValue]]:
    """All category domains: code -> value; offices and programmes are domains too."""
    found: dict[str, dict[str, CodeValue]] = {}
    for row in _rows("code_values"):
        value = CodeValue(row["code"], row["label_id"], row["label_en"])
        found.setdefault(row["domain"], {})[row["code"]] = value
    return MappingProxyType({name: MappingProxyType(values) for name, values in found.items()})


@lru_cache(maxsize=1)
def _code_maps() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = {}
    for row in _rows("code_maps"):
        found.setdefault(row["edition"], {}).setdefault(row["domain"], {})[key(row["source_value"])] = row["code"]
    return found


def editions() -> list[str]:
    """All editions of category codes."""
    return sorted({"common", *_code_maps()})


@lru_cache(maxsize=512)
def code_map(edition: str, domain: str) -> Mapping[str, str]:
    """Folded source value -> code: the edition's own words, else the common ones, else labels and codes themselves.

    An empty code in the seed means that the source's word says nothing (it becomes null without a finding).
    """
    values = domains()[domain]
    words = {key(value.code): value.code for value in values.values()}
    words |= {key(value.label_id): value.code for value in values.values()}
    words |= _code_maps().get("common", {}).get(domain, {})
    return MappingProxyType(words | dict(_code_maps().get(edition, {}).get(domain, {})))


@lru_cache(maxsize=1)
def provinces() -> frozenset[str]:
    """The two digits that a NIK or No. KK may begin with."""
    table = numdb.get("id/loc")
    return frozenset(f"{n:02}" for n in range(100) if table.info(f"{n:02}")[0][1]) | _NEW_PROVINCES


def is_placeholder(digits: str) -> bool:
    """Whether sixteen digits stand for no number: all equal, or nothing but zeros after the place."""
    return len(set(digits)) == 1 or digits[6:] == "0" * 10 or digits in ("1234567890123456", "0123456789012345")


def is_valid_nik(text: str) -> bool:
    """Whether a NIK is possible: 16 digits, a province, a birth date (woman's day + 40) and a serial from 0001.

    Stricter than python-stdnum in two points: no serial 0000, and no day past 71 (it takes day 81 for 1).
    The prefix is the place of first registration, so that other cities than 6271 are as valid.
    """
    if not re.fullmatch(r"\d{16}", text, re.ASCII) or is_placeholder(text) or text.endswith("0000"):
        return False
    if not 1 <= int(text[6:8]) <= 71 or text[:2] not in provinces():
        return False
    if text[:2] in _NEW_PROVINCES:
        text = "11" + text[2:]
    return bool(stdnum_nik.is_valid(text))


def is_valid_no_kk(text: str) -> bool:
    """Whether a No. KK is possible: as a NIK, but its date is the day of issue, without + 40 for anybody."""
    return is_valid_nik(text) and int(text[6:8]) <= 31


def nik_birth_date(nik: str, near: date | None = None, today: date | None = None) -> date | None:
    """Give the birth date inside a possible NIK: the century nearest to `near`, else the latest not in the future."""
    if not is_valid_nik(nik):
        return None
    day, month, year = int(nik[6:8]) % 40, int(nik[8:10]), int(nik[10:12])
    found = []
    for century in (1900, 2000):
        try:
            found.append(date(century + year, month, day))
        except ValueError:
            continue
    if near is not None:
        return min(found, key=lambda candidate: abs((candidate - near).days))
    limit = today or date.today()  # noqa: DTZ011 - a birthday has no time zone
    return max((candidate for candidate in found if candidate <= limit), default=found[0])
