"""Codes as BI shows them: a dataset's SQL joins them under their names in braces, {strategies} for one."""

from __future__ import annotations

import re

from sinergi import findings
from sinergi.contracts import load_contracts
from sinergi.entities import load_entities
from sinergi.papers.words import STRATEGIES
from sinergi.settings import Settings

HELP_STATUSES = {
    "nominated": "diusulkan",
    "granted": "ditetapkan",
    "delivered": "disalurkan",
    "completed": "selesai",
    "returned": "dikembalikan",
    "cancelled": "dibatalkan",
}
DELIVERY_STATUSES = {
    "received": "diterima, belum diperiksa",
    "accepted": "diterima",
    "accepted_with_findings": "diterima dengan catatan",
    "held": "ditahan",
    "rejected": "ditolak",
    "duplicate": "sudah pernah dikirim",
    "superseded": "sudah diganti",
}
REASONS = {
    "never_decreed": "tidak pernah dalam SK",
    "before_decree": "sebelum SK",
    "after_end": "sesudah keluar dari SK",
}
METHODS = {
    "nik": "NIK sama",
    "nik_conflict": "NIK sama, nama berbeda",
    "model": "kemiripan data",
    "record": "catatan itu sendiri",
    "decision": "keputusan petugas",
    "none": "belum terhubung",
    "waiting": "menunggu dihubungkan",
}
DOUBTS = {
    "probable": "mungkin orang yang sama",
    "fits_two_people": "cocok dengan dua orang",
    "two_confirmed_niks": "dua NIK yang sah",
    "two_parents": "nama orang tua berbeda",
    "disputed_number": "satu NIK, dua nama",
    "other_name": "nama berbeda, selebihnya sama",
    "same_snapshot": "dua kali dalam satu daftar",
}
MIXES = {  # short, since a cohort had several
    "raise_income": "pendapatan",
    "reduce_expenditure": "pengeluaran",
    "reduce_pockets": "kantong kemiskinan",
    "unknown": "tidak disebut",
    "none": "tanpa bantuan",
}
SEVERITIES = {"critical": "berat", "warning": "peringatan", "info": "catatan"}
SENDERS = {
    "p3ke": "P3KE",
    "dtsen": "DTSEN",
    "kelurahan": "Kelurahan",
    "setda": "Setda",
}


NUMBERS = {"nik": "NIK", "no_kk": "No. KK"}


def _rules() -> dict[str, str]:
    return {
        rule: said.brief["id"].replace("{number}", NUMBERS.get(rule.partition(".")[0], "Nomor"))
        for rule, said in findings.rules().items()
    }


def _attributes() -> dict[str, str]:
    return {column.name: column.label for entity in load_entities().values() for column in entity}


def _sources() -> dict[str, str]:
    return {name: contract.title for name, contract in load_contracts(Settings.load().expectations).items()}


LISTS = {
    "strategies": lambda: {**STRATEGIES, "unknown": "Tidak disebut"},
    "help_statuses": lambda: HELP_STATUSES,
    "delivery_statuses": lambda: DELIVERY_STATUSES,
    "reasons": lambda: REASONS,
    "methods": lambda: METHODS,
    "doubts": lambda: DOUBTS,
    "severities": lambda: SEVERITIES,
    "senders": lambda: SENDERS,
    "rules": _rules,
    "mixes": lambda: MIXES,
    "attributes": _attributes,
    "sources": _sources,
}


def fill(sql: str) -> str:
    """Put the lists that a dataset's SQL names into it, as rows of code and word."""

    def values(found: re.Match[str]) -> str:
        rows = (f"('{code}', '{word.replace(chr(39), chr(39) * 2)}')" for code, word in LISTS[found[1]]().items())
        return f"(values {', '.join(rows)})"

    return re.sub(r"\{([a-z_]+)\}", values, sql)
