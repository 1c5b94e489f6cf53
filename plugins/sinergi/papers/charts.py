"""The charts of the mayor's page, as SVG: Vega-Lite drawn by vl-convert, without a browser or a font of the system.

Colours are of Okabe and Ito (2008), told apart by the colour-blind, and differ in lightness, so that print keeps them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

BLUE, ORANGE, GREY = "#0072B2", "#E69F00", "#BDBDBD"
FONT = "Libertinus Serif, Georgia, serif"  # the font that typst carries
CONFIG = {
    "font": FONT,
    "view": {"stroke": None},
    "axis": {"labelFontSize": 12, "titleFontSize": 12, "grid": False, "domainColor": "#666", "tickColor": "#666"},
    "text": {"font": FONT, "fontSize": 12},
    "legend": {"orient": "top", "title": None, "labelFontSize": 12},
}


def people(history: Sequence[dict[str, Any]], month_name: Any) -> str:
    """Draw the number of people in force, month by month, from the baseline to the target."""
    values = [{"month": month_name(row["month"]), "people": row["people"], "order": i} for i, row in enumerate(history)]
    months = {"field": "month", "type": "ordinal", "sort": {"field": "order"}, "title": None}
    count = {"field": "people", "type": "quantitative", "title": "jiwa", "scale": {"domainMin": 0}}
    target = [{"target": history[-1]["target_people"], "text": f"sasaran {history[-1]['target_people']}"}]
    return _svg(
        {
            "width": 620,
            "height": 150,
            "layer": [
                {
                    "data": {"values": values},
                    "encoding": {"x": {**months, "axis": {"labelAngle": 0}}, "y": count},
                    "layer": [
                        {"mark": {"type": "bar", "color": BLUE, "width": {"band": 0.6}}},
                        {"mark": {"type": "text", "dy": -7}, "encoding": {"text": {"field": "people"}}},
                    ],
                },
                {
                    "data": {"values": target},
                    "mark": {"type": "rule", "color": ORANGE, "strokeWidth": 2},
                    "encoding": {"y": {"field": "target", "type": "quantitative"}},
                },
            ],
        }
    )


def shares(rows: Sequence[dict[str, Any]], done: str, open_: str) -> str:
    """Draw one bar per row, `done` of `whole`, with `text` beside it.

    Args:
        rows: Each with `label`, `done`, `whole` and `text`.
        done: What the filled part is called.
        open_: What the rest is called.
    """
    values = []
    for i, row in enumerate(rows):
        filled = float(row["done"] / row["whole"]) if row["whole"] else 0.0
        parts = ((done, min(filled, 1.0), 0), (open_, max(1 - filled, 0.0), 1))
        values += [{**row, "part": part, "share": size, "order": i, "side": side} for part, size, side in parts]
    label = {
        "field": "label",
        "type": "nominal",
        "sort": {"field": "order"},
        "title": None,
        "axis": {"labelLimit": 260},
    }
    share = {
        "field": "share",
        "type": "quantitative",
        "title": None,
        "axis": {"format": ".0%"},
        "scale": {"domain": [0, 1]},
    }
    colour = {"field": "part", "type": "nominal", "scale": {"domain": [done, open_], "range": [BLUE, GREY]}}
    text = {"field": "text", "type": "nominal"}
    plain = [{key: str(value) if key in ("done", "whole") else value for key, value in row.items()} for row in values]
    return _svg(
        {
            "width": 330,
            "height": {"step": 26},
            "data": {"values": plain},
            "encoding": {"y": label},
            "layer": [
                {
                    "mark": {"type": "bar", "height": {"band": 0.6}},
                    "encoding": {"x": share, "color": colour, "order": {"field": "side"}},
                },
                {
                    "transform": [{"filter": "datum.side == 0"}],
                    "mark": {"type": "text", "align": "left", "x": 338},
                    "encoding": {"text": text},
                },
            ],
        }
    )


def _svg(spec: dict[str, Any]) -> str:
    import vl_convert

    head = {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "background": "white", "config": CONFIG}
    return str(vl_convert.vegalite_to_svg({**head, **spec}))
