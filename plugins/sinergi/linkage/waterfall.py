"""Pictures of a card: the weights as a waterfall (SVG), and the whole card as one page (HTML)."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from sinergi.linkage import sentences
from sinergi.linkage.words import chance, percent, signed

FOR, AGAINST, SUM = "#2f7d4f", "#b3412e", "#33415c"
LEFT, PLOT, ROW = 296, 400, 42  # pixels: the labels, the bars, one row
STYLE = (
    "body{font:14px/1.5 sans-serif;max-width:760px;margin:24px auto;padding:0 12px;color:#1c2430}"
    "table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #dde;padding:4px 8px;text-align:left}"
    "code{background:#f1f3f7;padding:2px 4px}svg{max-width:100%;height:auto}"
)


def waterfall(steps: Sequence[sentences.Step], title: str) -> str:
    """Draw what each comparison adds to the weight of a pair, from the prior to the sum; returns SVG.

    What speaks against is hatched as well as red: the picture must read in grey print and without colours.

    Args:
        steps: As `sentences.steps` returns them, the prior first.
        title: Heading of the picture.
    """
    bars: list[tuple[str, str, float, float, str]] = []
    level = 0.0
    for label, found, bits in steps:
        bars.append((label, found, level, level + bits, FOR if bits > 0 else AGAINST if bits < 0 else SUM))
        level += bits
    bars.append(("Jumlah", f"peluang satu orang {percent(chance(level))}", 0.0, level, SUM))
    low = min(min(start, end) for _, _, start, end, _ in bars)
    high = max(max(start, end) for _, _, start, end, _ in bars)
    scale = PLOT / max(high - low, 1.0)

    def x(bits: float) -> float:
        return LEFT + 12 + (bits - low) * scale

    height = 56 + ROW * len(bars) + 34
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 780 {height}" width="780" height="{height}" '
        'font-family="sans-serif" font-size="13" fill="#1c2430">',
        '<defs><pattern id="against" width="6" height="6" patternTransform="rotate(45)" '
        f'patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="{AGAINST}"/>'
        '<rect width="2" height="6" fill="white"/></pattern></defs>',
        f'<rect width="780" height="{height}" fill="white"/>',
        f'<text x="16" y="28" font-size="16" font-weight="bold">{escape(title)}</text>',
        f'<line x1="{x(0):.1f}" y1="48" x2="{x(0):.1f}" y2="{height - 34}" stroke="#99a3b5"/>',
    ]
    for number, (label, found, start, end, colour) in enumerate(bars):
        y, left, right = 56 + ROW * number, x(min(start, end)), x(max(start, end))
        fill = "url(#against)" if colour == AGAINST else colour
        parts += [
            f'<text x="{LEFT}" y="{y + 12}" text-anchor="end" font-weight="bold">{escape(label)}</text>',
            f'<text x="{LEFT}" y="{y + 28}" text-anchor="end" font-size="12" fill="#4a5568">{escape(found)}</text>',
            f'<rect x="{left:.1f}" y="{y + 2}" width="{max(right - left, 1):.1f}" height="24" fill="{fill}"/>',
            f'<text x="{right + 6:.1f}" y="{y + 19}" stroke="white" stroke-width="4" paint-order="stroke">'
            f"{signed(end - start)}</text>",
        ]
        if number + 2 < len(bars):
            parts.append(
                f'<line x1="{x(end):.1f}" y1="{y + 26}" x2="{x(end):.1f}" y2="{y + ROW + 2}" stroke="#99a3b5" '
                'stroke-dasharray="2 2"/>'
            )
    note = "Satuan bit: +1 bit = dua kali lebih mungkin satu orang. Berarsir: berbicara menentang."
    return "\n".join([*parts, f'<text x="16" y="{height - 12}">{note}</text>', "</svg>"])


def page(card: dict[str, Any]) -> str:
    """Return the card as one HTML page that needs nothing else."""
    parts = [f"<h1>Mengapa satu orang?</h1><p>{escape(' — '.join(card['people']))}</p>"]
    for pair in (*card["doubts"], *card["links"]):
        parts.append(f"<h2>{escape(sentences.title(pair))}</h2><p>{escape(sentences.between(card, pair))}</p>")
        parts.append(waterfall(sentences.steps(pair), ""))
        parts.append(f"<p>{escape(sentences.reason_of(pair))} {escape(sentences.silent(pair))}</p>")
    for heading, told in (("Tanpa perbandingan", sentences.joined(card)), ("Yang memisahkan", sentences.walled(card))):
        if told:
            parts.append(f"<h2>{heading}</h2><ul>{''.join(f'<li>{escape(each)}</li>' for each in told)}</ul>")
    header = ("Orang", "Sumber", "Penerimaan", "Baris", "Cara", "Isi")
    rows = [
        (
            row["person_id"][:8], row["source_id"], row["delivery_id"], row["row_number"], sentences.standing(row),
            (row["profile_key"] or "")[:8],
        )
        for row in card["records"]
    ]  # fmt: skip
    parts.append("<h2>Catatan</h2><table>" + _row("th", header) + "".join(_row("td", row) for row in rows) + "</table>")
    decided = [f"<li>{escape(sentences.said(row))}</li>" for row in card["decisions"]] or ["<li>Belum ada.</li>"]
    parts.append(f"<h2>Keputusan</h2><ul>{''.join(decided)}</ul>")
    parts.append(f"<p>Membatalkan keputusan: <code>{escape(card['undo'])}</code></p>")
    head = f'<meta charset="utf-8"><title>Mengapa satu orang?</title><style>{STYLE}</style>'
    return f'<!doctype html><html lang="id"><head>{head}</head><body>{"".join(parts)}</body></html>\n'


def _row(tag: str, cells: tuple[object, ...]) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(str(cell))}</{tag}>" for cell in cells) + "</tr>"
