"""The card of a pair: what speaks for and against one person, drawn as a waterfall (SVG), without personal values."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from sinergi.linkage.decisions import DecisionFault

if TYPE_CHECKING:
    from sqlalchemy import Engine

LABELS = {
    "name": "Nama",
    "born": "Tanggal lahir",
    "sex": "Jenis kelamin",
    "nik": "NIK",
    "home": "Alamat",
    "card": "No. KK",
    "role": "Kedudukan dalam keluarga",
    "parent": "Nama orang tua",
    "household": "Anggota keluarga lain",
}
FOR, AGAINST, SUM = "#2f7d4f", "#b3412e", "#33415c"


def explain(engine: Engine, person: str) -> dict[str, Any]:
    """Return the card of a person: its records' places, the links that hold it together, doubts and decisions.

    Raises:
        DecisionFault: the id is unknown.
    """
    with engine.connect() as connection:

        def rows(query: str) -> list[dict[str, Any]]:
            return [dict(row) for row in connection.execute(text(query), {"person": person}).mappings()]

        own = "(select distinct profile_key from linkage.crosswalk where person_id::text = :person)"
        records = rows(
            "select source_id, delivery_id, row_number, method, probability, profile_key from linkage.crosswalk "
            "where person_id::text = :person order by delivery_id, row_number"
        )
        if not records:
            raise DecisionFault(f"The person {person} is unknown; `sinergi link review` lists known ids.")
        return {
            "person_id": person,
            "records": records,
            "links": rows(
                f"select * from linkage.pairs where outcome = 'linked' and left_key in {own} order by weight"
            ),
            "doubts": rows(
                f"select * from linkage.pairs where outcome = 'review' and (left_key in {own} or right_key in {own})"
            ),
            "decisions": rows(
                "select decision_id, kind, why, proposed_by, approved_by, undone_by from linkage.decisions where "
                f"left_keys && array{own} or right_keys && array{own} order by decision_id"
            ),
            "undo": "sinergi link undo DECISION --who NAME --why REASON",
        }


def waterfall(bits: dict[str, float | None], total: float, title: str) -> str:
    """Draw what each comparison adds to the weight of a pair, from the prior to the sum; returns SVG."""
    steps = [(LABELS[name], float(value)) for name, value in bits.items() if name in LABELS and value]
    prior = total - sum(value for _, value in steps)
    bars: list[tuple[str, float, float, str]] = [("Sebelum dibandingkan", 0.0, prior, AGAINST if prior < 0 else FOR)]
    level = prior
    for label, value in steps:
        bars.append((label, level, level + value, FOR if value > 0 else AGAINST))
        level += value
    bars.append(("Jumlah", 0.0, total, SUM))
    low = min(min(start, end) for _, start, end, _ in bars)
    high = max(max(start, end) for _, start, end, _ in bars)
    scale = 420 / max(high - low, 1)
    height = 70 + 30 * len(bars)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="760" height="{height}" font-family="sans-serif" font-size="13">',
        f'<rect width="760" height="{height}" fill="white"/><text x="16" y="26" font-size="15">{escape(title)}</text>',
    ]
    zero = 220 - low * scale
    parts.append(f'<line x1="{zero:.1f}" y1="40" x2="{zero:.1f}" y2="{height - 22}" stroke="#aab"/>')
    for number, (label, start, end, colour) in enumerate(bars):
        y, left, width = 44 + 30 * number, 220 + (min(start, end) - low) * scale, abs(end - start) * scale
        parts.append(f'<text x="208" y="{y + 15}" text-anchor="end">{escape(label)}</text>')
        parts.append(f'<rect x="{left:.1f}" y="{y}" width="{max(width, 1):.1f}" height="20" fill="{colour}"/>')
        parts.append(f'<text x="{left + width + 6:.1f}" y="{y + 15}">{end - start:+.1f}</text>')
    chance = 1 / (1 + 2 ** -max(min(total, 60), -60))
    parts.append(
        f'<text x="16" y="{height - 8}">Peluang satu orang: {chance:.4%}. Satuan: bit; +1 bit = dua kali lebih mungkin.</text>'
    )
    return "\n".join([*parts, "</svg>"])
