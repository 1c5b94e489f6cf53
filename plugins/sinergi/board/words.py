"""The board's words in two languages, and numbers, days and months as each writes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from sinergi.papers.words import MONTHS
from sinergi.settings import LANGUAGES

ENGLISH = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


@cache
def _all() -> dict[str, dict[str, Any]]:
    return dict(yaml.safe_load(Path(__file__).with_name("words.yml").read_text(encoding="utf-8")))


class Words:
    """All words of one language: `words["states"]["late"]`, `words.month("2024-03")`."""

    def __init__(self, lang: str):
        """Take one of the languages; the first where it is none of them."""
        self.lang = lang if lang in LANGUAGES else LANGUAGES[0]
        self.other = next(each for each in LANGUAGES if each != self.lang)
        self._said: Mapping[str, Any] = _all()[self.lang]

    def __getitem__(self, key: str) -> Any:
        return self._said[key]

    def month(self, month: str, *, short: bool = False) -> str:
        """Write a month: Maret 2024, or Mar 24."""
        name = (ENGLISH if self.lang == "en" else MONTHS)[int(month[5:]) - 1]
        return f"{name[:3]} {month[2:4]}" if short else f"{name} {month[:4]}"

    def period(self, period: str | None) -> str:
        """Write a period as the ledger keeps it: Maret 2024, triwulan 1 2024; a dash where there is none."""
        if not period:
            return "–"
        year, _, part = period.partition("-")
        if part.isdigit():
            return self.month(period)
        kinds = {"Q": ("Triwulan", "Quarter"), "S": ("Semester", "Half")}
        if part[:1] in kinds:
            return f"{kinds[part[:1]][self.lang == 'en']} {part[1:]} {year}"
        return period

    def day(self, day: date) -> str:
        """Write a day: 10 April 2024."""
        return f"{day.day} {self.month(f'{day:%Y-%m}')}"

    def moment(self, at: datetime) -> str:
        """Write a moment: 10/04/2024 09.30 WIB."""
        return f"{at:%d/%m/%Y %H.%M} WIB"

    def number(self, value: int) -> str:
        """Write a whole number: 1.234 or 1,234."""
        text = f"{value:,}"
        return text if self.lang == "en" else text.replace(",", ".")

    def decimal(self, value: Decimal | float | None) -> str:
        """Write a number with what decimals it has: 12,5; a dash where it is not known."""
        if value is None:
            return "–"
        if value == int(value):
            return self.number(int(value))
        text = f"{value:,.1f}"
        return text if self.lang == "en" else text.translate(str.maketrans(",.", ".,"))

    def share(self, value: float | None) -> str:
        """Write a change: +12 %, −3 %; nothing where it is not known."""
        if value is None:
            return ""
        return f"{'+' if value >= 0 else '−'}{abs(value):.0%}".replace("%", " %")
