"""Numbers, months and codes as Bahasa Indonesia writes them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

MONTHS = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli"),
    *("Agustus", "September", "Oktober", "November", "Desember"),
)
STRATEGIES = {
    "reduce_expenditure": "Mengurangi beban pengeluaran",
    "raise_income": "Meningkatkan pendapatan",
    "reduce_pockets": "Mengurangi kantong kemiskinan",
}


def month(day: date) -> str:
    """Write a month: Juni 2024."""
    return f"{MONTHS[day.month - 1]} {day.year}"


def short_month(day: date) -> str:
    """Write a month for an axis: Jun 24."""
    return f"{MONTHS[day.month - 1][:3]} {day:%y}"


def full_day(day: date) -> str:
    """Write a day: 30 Juni 2024."""
    return f"{day.day} {month(day)}"


def number(value: int) -> str:
    """Write a whole number: 1.234."""
    return f"{value:,}".replace(",", ".")


def billions(rupiah: Decimal | None) -> str:
    """Write an amount in billions of rupiah: Rp5,3 miliar; a dash where it is not known."""
    if rupiah is None:
        return "–"
    return f"Rp{rupiah / 1_000_000_000:.1f} miliar".replace(".", ",")
