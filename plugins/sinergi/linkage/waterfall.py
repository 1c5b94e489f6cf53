"""Pictures of a card: the weights as a waterfall (SVG), and the whole card as one page (HTML)."""

from __future__ import annotations

from html import escape
from typing import Any

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
LEFT, PLOT, ROW = 216, 440, 30  # pixels: the labels, the bars, one row
STYLE = (
    "body{font:14px/1.5 sans-serif;max-width:760px;margin:24px auto;padding:0 12px;color:#1c2430}"
    "table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #dde;padding:4px 8px;text-align:left}"
    "code{background:#f1f3f7;padding:2px 4px}svg{max-width:100%;height:auto}"
)


def chance(weight: float) -> float:
    """Return the probability that a weight in bits stands for."""
    return float(1 / (1 + 2 ** -max(min(weight, 60.0), -60.0)))


def waterfall(steps: list[tuple[str, float]], title: str) -> str:
    """Draw what each comparison adds to the weight of a pair, from the prior to the sum; returns SVG.

    Args:
        steps: Label and bits, the prior first.
        title: Heading of the picture.
    """
    bars: list[tuple[str, float, float, str]] = []
    level = 0.0
    for label, value in steps:
        bars.append((label, level, level + value, FOR if value > 0 else AGAINST))
        level += value
    bars.append(("Jumlah", 0.0, level, SUM))
    low = min(min(start, end) for _, start, end, _ in bars)
    high = max(max(start, end) for _, start, end, _ in bars)
    scale = PLOT / max(high - low, 1.0)

    def x(bits: float) -> float:
        return LEFT + 12 + (bits - low) * scale

    height = 52 + ROW * len(bars) + 34
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 {height}" width="760" height="{height}" '
        'font-family="sans-serif" font-size="13" fill="#1c2430">',
        f'<rect width="760" height="{height}" fill="white"/>',
        f'<text x="16" y="28" font-size="16" font-weight="bold">{escape(title)}</text>',
        f'<line x1="{x(0):.1f}" y1="44" x2="{x(0):.1f}" y2="{height - 34}" stroke="#99a3b5"/>',
    ]
    for number, (label, start, end, colour) in enumerate(bars):
        y, left, right = 52 + ROW * number, x(min(start, end)), x(max(start, end))
        parts += [
            f'<text x="{LEFT}" y="{y + 15}" text-anchor="end">{escape(label)}</text>',
            f'<rect x="{left:.1f}" y="{y}" width="{max(right - left, 1):.1f}" height="20" fill="{colour}"/>',
            f'<text x="{right + 6:.1f}" y="{y + 15}" stroke="white" stroke-width="4" paint-order="stroke">'
            f"{end - start:+.1f}</text>",
        ]
        if number + 1 < len(bars) and bars[number + 1][3] != SUM:
            parts.append(
                f'<line x1="{x(end):.1f}" y1="{y + 20}" x2="{x(end):.1f}" y2="{y + ROW}" stroke="#99a3b5" '
                'stroke-dasharray="2 2"/>'
            )
    note = f"Peluang satu orang: {chance(level):.2%}. Satuan bit: +1 bit = dua kali lebih mungkin."
    return "\n".join([*parts, f'<text x="16" y="{height - 12}">{note}</text>', "</svg>"])


def page(card: dict[str, Any]) -> str:
    """Return the card as one HTML page that needs nothing else."""
    from sinergi.linkage import card as cards

    parts = [f"<h1>Mengapa satu orang?</h1><p>{escape(' — '.join(card['people']))}</p>"]
    for pair in (*card["doubts"], *card["links"]):
        kind = "Diragukan" if pair["outcome"] == "review" else "Terkait"
        parts.append(waterfall(cards.steps(pair), f"{kind}: {pair['left_key'][:8]} – {pair['right_key'][:8]}"))
        parts.append(f"<p>{escape(cards.reason_of(pair))} {escape(cards.silent(pair))}</p>")
    header = ("Sumber", "Penerimaan", "Baris", "Cara", "Peluang", "Isi")
    rows = [
        (row["source_id"], row["delivery_id"], row["row_number"], cards.METHODS[row["method"]],
         f"{row['probability']:.2%}", row["profile_key"][:8])
        for row in card["records"]
    ]  # fmt: skip
    parts.append("<h2>Catatan</h2><table>" + _row("th", header) + "".join(_row("td", row) for row in rows) + "</table>")
    decided = [f"<li>{escape(cards.said(row))}</li>" for row in card["decisions"]] or ["<li>Belum ada.</li>"]
    parts.append(f"<h2>Keputusan</h2><ul>{''.join(decided)}</ul>")
    parts.append(f"<p>Membatalkan keputusan: <code>{escape(card['undo'])}</code></p>")
    head = f'<meta charset="utf-8"><title>Mengapa satu orang?</title><style>{STYLE}</style>'
    return f'<!doctype html><html lang="id"><head>{head}</head><body>{"".join(parts)}</body></html>\n'


def _row(tag: str, cells: tuple[object, ...]) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(str(cell))}</{tag}>" for cell in cells) + "</tr>"
