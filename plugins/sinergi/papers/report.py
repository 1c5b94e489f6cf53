"""The mayor's page of one month, as PDF and HTML, with the same figures and the same charts."""

from __future__ import annotations

import json
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from sinergi.papers import charts, figures, words

HERE = Path(__file__).parent


def write_report(engine: Engine, month: date, folder: Path) -> list[Path]:
    """Write `laporan-YYYY-MM.pdf` and `.html`; return their paths.

    Args:
        engine: The warehouse.
        month: First day of the month.
        folder: Where to; made when it is not there.

    Raises:
        SinergiError: nothing is published, or nothing is known of the month.
    """
    page = _page(figures.collect(engine, month))
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"laporan-{month:%Y-%m}.{ending}" for ending in ("pdf", "html")]
    paths[0].write_bytes(_pdf(page))
    paths[1].write_text(_html(page), encoding="utf-8")
    return paths


def _page(found: dict[str, Any]) -> dict[str, Any]:
    now, families = found["now"], found["now"]["families"]
    coverage = [
        {
            "label": words.STRATEGIES[row["strategy"]],
            "done": row["helped"],
            "whole": row["families"],
            "text": f"{row['helped']} dari {row['families']} keluarga",
        }
        for row in found["coverage"]
    ]
    budget = [
        {
            "label": words.STRATEGIES.get(row["strategy"], "Strategi tidak disebut"),
            "done": row["realised"] or 0,
            "whole": row["ceiling"] or 0,
            "text": f"{words.billions(row['realised'])} dari {words.billions(row['ceiling'])}",
        }
        for row in found["budget"]
    ]
    half = f"semester {found['budget'][0]['semester']} {found['budget'][0]['year']}" if budget else ""
    drawn = {
        "people": charts.people(found["history"], words.short_month),
        "coverage": charts.shares(coverage, "sudah dibantu", "belum dibantu"),
    }
    if budget:
        drawn["budget"] = charts.shares(budget, "terealisasi", "belum terealisasi")
    return {
        "title": "Kemiskinan Ekstrem Kota Palangka Raya",
        "month": words.month(found["month"]),
        "day": words.full_day(found["day"]),
        "cards": [
            (
                words.number(now["people"]),
                "jiwa miskin ekstrem",
                f"semula {now['baseline_people']}, sasaran {now['target_people']}",
            ),
            (words.number(families), "keluarga", "masih berlaku dalam SK Wali Kota"),
            (
                words.number(now["left"]),
                "jiwa keluar bulan ini",
                _flows(now),
            ),
            (words.number(found["unserved"]), "keluarga belum dibantu", "oleh satu pun perangkat daerah"),
        ],
        "half": half,
        "offices": [
            (row["office"], row["need"], _count(row["needs"]), _count(row["unmet"])) for row in found["offices"]
        ],
        "areas": [
            (row["district"], row["area"], "tertutup" if row["hidden"] else words.number(row["people"]))
            for row in found["areas"]
            if row["hidden"] or row["people"]
        ],
        "zero": sum(1 for row in found["areas"] if row["people"] == 0),
        "build": f"Pembangunan data {found['build']['build_id']}, {words.full_day(found['build']['built_at'])}",
        "charts": drawn,
    }


def _flows(now: dict[str, Any]) -> str:
    withdrawn = f", {now['left_withdrawn']} karena SK dicabut" if now["left_withdrawn"] else ""
    return f"{now['left_graduated']} lulus, {now['left_removed']} dihapus{withdrawn}; {now['entered']} masuk"


def _count(value: int | None) -> str:
    return "tertutup" if value is None else words.number(value)


def _pdf(page: dict[str, Any]) -> bytes:
    import typst

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, svg in page["charts"].items():
            (root / f"{name}.svg").write_text(svg, encoding="utf-8")
        (root / "page.json").write_text(json.dumps(page | {"charts": sorted(page["charts"])}), encoding="utf-8")
        (root / "page.typ").write_bytes((HERE / "page.typ").read_bytes())
        return bytes(typst.compile(str(root / "page.typ"), root=folder, ignore_system_fonts=True))


def _html(page: dict[str, Any]) -> str:
    from jinja2 import Environment, FileSystemLoader
    from markupsafe import Markup

    drawn = {name: Markup(svg) for name, svg in page["charts"].items()}  # noqa: S704 - our own drawing
    template = Environment(loader=FileSystemLoader(HERE), autoescape=True).get_template("page.html")
    return template.render(**page | {"charts": drawn})
