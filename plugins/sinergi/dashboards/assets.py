"""Superset's assets, made from the short YAML of bi/.

Superset's own export names every chart twice, by number and by UUID, and each box of a page by its parents: nobody can
review that. bi/ says only what a person decides. Ids are derived from names, so that importing again replaces.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import yaml

from sinergi.dashboards import charts, words
from sinergi.dictionary import labels, models
from sinergi.settings import ROOT, Settings

FOLDER = ROOT / "bi"
NAMESPACE = uuid.UUID("6f1c9c0e-7f0a-4f7b-9d57-0a6271000069")
TYPES = {"date": "DATE", "timestamp with time zone": "TIMESTAMP", "text": "TEXT", "boolean": "BOOLEAN", "uuid": "UUID"}
VERSION = "1.0.0"


def identity(kind: str, name: str) -> str:
    """Return the UUID of an asset: the same for the same name, for ever."""
    return str(uuid.uuid5(NAMESPACE, f"{kind}/{name}"))


def compile_assets(database_url: str, settings: Settings | None = None) -> dict[str, str]:
    """Return Superset's import as `{path: YAML}`.

    Args:
        database_url: The warehouse, as the login that Superset reads with.
        settings: Where the dbt project is, which names and describes the columns.
    """
    settings = settings or Settings.load()
    datasets = dict(_read("datasets"))
    described = describe(settings)
    assets: dict[str, Any] = {
        "metadata.yaml": {"version": VERSION, "type": "assets"},
        "databases/sinergi.yaml": _database(database_url),
    }
    for name, given in datasets.items():
        assets[f"datasets/sinergi/{name}.yaml"] = _dataset(name, given, described)
    for name, page in _read("dashboards"):
        chart_ids: dict[str, int] = {}
        for chart in page_charts(page):
            chart_ids[chart["name"]] = len(chart_ids) + 1
            assets[f"charts/{name}__{chart['name']}.yaml"] = _chart(name, chart, datasets[chart["dataset"]])
        assets[f"dashboards/{name}.yaml"] = _dashboard(name, page, datasets, chart_ids)
    return {path: yaml.safe_dump(asset, allow_unicode=True, sort_keys=False) for path, asset in assets.items()}


def describe(settings: Settings) -> dict[str, dict[str, str]]:
    """Return `{column: {type, label, description}}` of everything in `bi`, as the dbt project says it."""
    named = labels(settings)
    found: dict[str, dict[str, str]] = {}
    for model in models(settings.dbt_project / "models" / "bi"):
        for column in model["columns"]:
            found.setdefault(
                column["name"],
                {
                    "type": column["data_type"],
                    "label": named["columns"].get(column["name"], column["name"]),
                    "description": column["description"],
                },
            )
    return found


def page_charts(page: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the charts of a dashboard in reading order."""
    for row in page["rows"]:
        yield from row["charts"]


def dashboards() -> dict[str, dict[str, Any]]:
    """Return the dashboards of bi/ by their slug."""
    return dict(_read("dashboards"))


def linked(text: str) -> str:
    """Put the address of Mutu Data, with one sender chosen, where a text says {deliveries of that sender}."""

    def address(found: re.Match[str]) -> str:
        sender = quote(found[1])
        chosen = (
            f"(extraFormData:(filters:!((col:opd_name,op:IN,val:!('{sender}')))),"
            f"filterState:(label:'{sender}',value:!('{sender}')),id:NATIVE_FILTER-opd_name,ownState:())"
        )
        return f"/superset/dashboard/mutu-data/?native_filters=(NATIVE_FILTER-opd_name:{chosen})"

    return re.sub(r"\{deliveries of ([^}]+)\}", address, text)


def _read(folder: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted((FOLDER / folder).glob("*.yml")):
        yield path.stem, yaml.safe_load(path.read_text())


def _database(url: str) -> dict[str, Any]:
    given = yaml.safe_load((FOLDER / "database.yml").read_text())
    return {**given, "sqlalchemy_uri": url, "uuid": identity("database", "sinergi"), "version": VERSION}


def _dataset(name: str, given: dict[str, Any], described: dict[str, dict[str, str]]) -> dict[str, Any]:
    return {
        "table_name": given["title"],
        "description": given.get("note"),
        "main_dttm_col": given.get("time"),
        "schema": "bi",
        "sql": words.fill(given["sql"]),
        "uuid": identity("dataset", name),
        "database_uuid": identity("database", "sinergi"),
        "columns": [_column(column, given.get("own", {}), described) for column in given["columns"]],
        "metrics": [],
        "filter_select_enabled": True,
        "version": VERSION,
    }


def _column(name: str, own: dict[str, str], described: dict[str, dict[str, str]]) -> dict[str, Any]:
    """A column that the dataset makes itself is text, with the label that the dataset gives it."""
    known = {"type": "text", "label": own[name], "description": ""} if name in own else described[name]
    return {
        "column_name": name,
        "verbose_name": known["label"],
        "description": known["description"],
        "type": TYPES.get(known["type"], "NUMERIC"),
        "is_dttm": known["type"] in ("date", "timestamp with time zone"),
        "groupby": True,
        "filterable": True,
        "is_active": True,
    }


def _chart(page: str, chart: dict[str, Any], dataset: dict[str, Any]) -> dict[str, Any]:
    return {
        "slice_name": chart["title"],
        "description": chart.get("note"),
        "viz_type": chart["viz"],
        "params": charts.parameters(chart, dataset),
        "uuid": identity("chart", f"{page}/{chart['name']}"),
        "dataset_uuid": identity("dataset", chart["dataset"]),
        "version": VERSION,
    }


def _dashboard(
    name: str, page: dict[str, Any], datasets: dict[str, dict[str, Any]], chart_ids: dict[str, int]
) -> dict[str, Any]:
    return {
        "dashboard_title": page["title"],
        "description": page.get("note"),
        "slug": name,
        "css": (FOLDER / "style.css").read_text(),
        "uuid": identity("dashboard", name),
        "position": _position(name, page, chart_ids),
        "metadata": {
            "cross_filters_enabled": False,
            "filter_bar_orientation": "HORIZONTAL",
            "native_filter_configuration": [_filter(each, page, datasets, chart_ids) for each in page["filters"]],
        },
        "published": True,
        "version": VERSION,
    }


def _position(name: str, page: dict[str, Any], chart_ids: dict[str, int]) -> dict[str, Any]:
    """Lay the page out: a line of text, then rows of charts over twelve columns."""
    rows = ["ROW-head", *(f"ROW-{number}" for number in range(len(page["rows"])))]
    above = ["ROOT_ID", "GRID_ID"]
    boxes: dict[str, Any] = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
        "GRID_ID": {"type": "GRID", "id": "GRID_ID", "children": rows, "parents": ["ROOT_ID"]},
        "HEADER_ID": {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": page["title"]}},
        "MARKDOWN-head": {
            "type": "MARKDOWN",
            "id": "MARKDOWN-head",
            "children": [],
            "parents": [*above, "ROW-head"],
            "meta": {"code": linked(page["text"]), "width": 12, "height": page.get("text_height", 10)},
        },
    }
    boxes["ROW-head"] = _row("ROW-head", ["MARKDOWN-head"], above)
    for number, row in enumerate(page["rows"]):
        inside = []
        for chart in row["charts"]:
            box = f"CHART-{chart['name']}"
            inside.append(box)
            boxes[box] = {
                "type": "CHART",
                "id": box,
                "children": [],
                "parents": [*above, f"ROW-{number}"],
                "meta": {
                    "chartId": chart_ids[chart["name"]],
                    "uuid": identity("chart", f"{name}/{chart['name']}"),
                    "sliceName": chart["title"],
                    "width": chart["width"],
                    "height": row["height"],
                },
            }
        boxes[f"ROW-{number}"] = _row(f"ROW-{number}", inside, above)
    return boxes


def _row(name: str, children: list[str], parents: list[str]) -> dict[str, Any]:
    meta = {"background": "BACKGROUND_TRANSPARENT"}
    return {"type": "ROW", "id": name, "children": children, "parents": parents, "meta": meta}


def _filter(
    given: dict[str, Any], page: dict[str, Any], datasets: dict[str, dict[str, Any]], chart_ids: dict[str, int]
) -> dict[str, Any]:
    """A filter reaches the charts whose data have its column; a period, those that are dated."""
    column = given.get("column")
    reached = [
        chart
        for chart in page_charts(page)
        if (column in datasets[chart["dataset"]]["columns"] if column else chart.get("time"))
    ]
    excluded = [number for name, number in chart_ids.items() if name not in {chart["name"] for chart in reached}]
    target: dict[str, Any] = {}
    if column:
        target = {"column": {"name": column}, "datasetUuid": identity("dataset", given["dataset"])}
    return {
        "id": f"NATIVE_FILTER-{column or 'period'}",
        "name": given["title"],
        "description": given.get("note", ""),
        "type": "NATIVE_FILTER",
        "filterType": "filter_select" if column else "filter_time",
        "targets": [target],
        "adhoc_filters": [charts.condition(f"{column} is not null")] if column else [],
        "scope": {"rootPath": ["ROOT_ID"], "excluded": excluded},
        "controlValues": {"multiSelect": True, "enableEmptyFilter": False} if column else {"enableEmptyFilter": False},
        "defaultDataMask": {"extraFormData": {}, "filterState": {}},
        "cascadeParentIds": [],
    }
