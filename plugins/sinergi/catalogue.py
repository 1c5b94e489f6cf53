"""docs/pesan.md: every message that an office can get, made from messages.yml."""

from __future__ import annotations

import re

from sinergi import findings

GROUPS = {
    "file": "Berkas · File",
    "columns": "Kolom · Columns",
    "row": "Baris · Rows",
    "value": "Isian · Values",
    "nik": "NIK",
    "no_kk": "No. KK",
    "family": "Keluarga · Families",
    "date": "Tanggal · Dates",
    "number": "Angka · Numbers",
    "code": "Pilihan · Choices",
    "area": "Wilayah · Areas",
    "decree": "SK Wali Kota · Decrees",
    "table": "Daftar secara keseluruhan · The list as a whole",
    "delivery": "Kiriman · Deliveries",
    "archive": "Arsip · Archive",
    "correction": "Buku perbaikan · Correction workbook",
    "expectation": "Aturan kontrak · Rules of a contract",
}
LEVELS = {
    "critical": "wajib diperbaiki · must be corrected",
    "warning": "diterima, periksa · accepted, check",
    "info": "catatan · note",
}
ABOUT = {"row": "baris · row", "table": "daftar · list", "file": "berkas · file"}
HEAD = """# Katalog pesan · Catalogue of messages

Made from `plugins/sinergi/messages.yml`; a test fails when the two differ, or when code raises a rule that is not here.

Setiap temuan memiliki kode, tingkat, kalimat, sebab dan cara memperbaiki. Kata dalam kurung kurawal diisi saat pesan
dibuat; nilai pribadi hanya ditampilkan empat karakter terakhirnya.
"""


def markdown() -> str:
    """Return the page."""
    known = findings.rules()
    parts = [HEAD]
    for prefix, title in GROUPS.items():
        own = [rule for name, rule in known.items() if name.partition(".")[0] == prefix]
        parts.append(f"## {title}\n")
        parts += [_entry(rule) for rule in own]
    return "\n".join(parts)


def groups_without_title() -> set[str]:
    """Give the groups of rules that the page would leave out."""
    return {name.partition(".")[0] for name in findings.rules()} - GROUPS.keys()


def _entry(rule: findings.Rule) -> str:
    lines = [
        f"### `{rule.rule}`",
        "",
        f"{_plain(rule.brief['id'])} · {_plain(rule.brief['en'])}. "
        f"Tingkat: {LEVELS[rule.severity]}; tentang: {ABOUT[rule.about]}.",
        "",
        "| | Bahasa Indonesia | English |",
        "|---|---|---|",
    ]
    own, other = rule.wording["id"], rule.wording["en"]
    for label, name in (("Pesan", "text"), ("Sebab", "cause"), ("Perbaikan", "cure")):
        lines.append(f"| {label} | {_plain(getattr(own, name))} | {_plain(getattr(other, name))} |")
    return "\n".join([*lines, ""])


def _plain(text: str) -> str:
    return re.sub(r"\{(\w+)\}", r"*{\1}*", text).replace("|", "\\|")
