"""From a chart of bi/ to the parameters of Superset's chart: what every chart of a kind has in common stands here.

A cell of a `grid` is shaded by its number and says so where a count is hidden; Superset's own heat map leaves such a
cell white, as it does a zero. Numbers become text in SQL there, and in tables with `hidden`, in Indonesian writing.
"""

from __future__ import annotations

import json
from typing import Any

from sinergi.errors import SinergiError

WHOLE, MONTH = ",d", "%b %y"
# How a figure is written: Superset's format, and the same in SQL where the cell is text.
FORMATS = {
    "whole": (WHOLE, "replace(to_char(round({0}), 'FM999,999,999,990'), ',', '.')"),
    "tenths": (",.1f", "translate(to_char(round({0}, 1), 'FM999,999,990.0'), ',.', '.,')"),
    "percent": (".0%", "to_char(round(100 * ({0})), 'FM990') || ' ' || chr(37)"),
    "percent_tenths": (".1%", "translate(to_char(round(100 * ({0}), 1), 'FM990.0'), '.', ',') || ' ' || chr(37)"),
}
HIDDEN = "tertutup"

BIG = {"header_font_size": 0.5, "subtitle_font_size": 0.16, "y_axis_format": WHOLE}
BARS = {
    "color_scheme": "sinergi",
    "show_value": True,
    "show_legend": True,
    "legendType": "plain",
    "legendOrientation": "top",
    "rich_tooltip": True,
    "y_axis_format": WHOLE,
    "x_axis_time_format": MONTH,
    "tooltipTimeFormat": "%B %Y",
    "xAxisLabelInterval": "0",
    "xAxisLabelRotation": 0,
    "truncateYAxis": False,
    "minorSplitLine": False,
    "zoomable": False,
    "row_limit": 1000,
    "x_axis_title_margin": 30,
    "y_axis_title_margin": 40,
    "y_axis_title_position": "Left",
    "sort_series_type": "name",
    "sort_series_ascending": True,
    # A legend of our own: Superset's has two buttons in English.
    "echart_options": json.dumps({"legend": [{"top": 0, "right": 0}]}),
}
KINDS: dict[str, dict[str, Any]] = {
    "big_number": {
        **BIG,
        "time_grain_sqla": "P1M",
        "show_trend_line": False,  # smooth, which months are not
        "time_format": "%B %Y",
        "rolling_type": "None",
        "show_timestamp": False,
    },
    "big_number_total": BIG,
    "echarts_timeseries_bar": BARS,
    "mixed_timeseries": {
        **BARS,
        "seriesType": "bar",
        "seriesTypeB": "line",
        "show_valueB": False,
        "yAxisIndex": 0,
        "yAxisIndexB": 0,
        "markerEnabledB": False,
        "groupby_b": [],
        "row_limit_b": 1000,
    },
    "pivot_table_v2": {
        "metricsLayout": "COLUMNS",
        "aggregateFunction": "First",
        "rowOrder": "key_a_to_z",
        "colOrder": "key_a_to_z",
        "rowTotals": False,
        "colTotals": False,
        "transposePivot": False,
        "combineMetric": False,
        "date_format": MONTH,
        "allow_render_html": True,
        "row_limit": 10000,
        "series_limit": 10000,
        "order_desc": False,
    },
    "table": {
        "query_mode": "aggregate",
        "row_limit": 1000,
        "server_page_length": 50,
        "table_timestamp_format": "%d/%m/%Y %H.%M",
        "show_cell_bars": False,
        "color_pn": False,
        "allow_render_html": False,
        "order_desc": True,
    },
}


def parameters(chart: dict[str, Any], dataset: dict[str, Any]) -> dict[str, Any]:
    """Return Superset's parameters of a chart of bi/.

    Args:
        chart: As bi/dashboards says it: `viz`, `metrics`, `by`, `x`, `time`, `where`, and `params` for the rest.
        dataset: Its data, for the columns that it may name.

    `formats` says how each figure of a table or grid is written; `hidden: true`, that a missing one is a hidden one;
    `shades`, from which figures on a cell of a grid is darker; `lines`, what is drawn over the bars.

    Raises:
        SinergiError: the chart names a column that its data have not, or is of a kind that is not here.
    """
    if chart["viz"] not in KINDS:
        raise SinergiError(f"Chart {chart['name']}: viz is {chart['viz']!r}; use one of {', '.join(KINDS)}.")
    named = [*chart.get("by", []), *filter(None, [chart.get("x"), chart.get("time")])]
    if unknown := sorted(set(named) - set(dataset["columns"])):
        raise SinergiError(f"Chart {chart['name']}: {chart['dataset']} has no column {', '.join(unknown)}.")
    made = {"viz_type": chart["viz"], **KINDS[chart["viz"]], "adhoc_filters": _filters(chart), "extra_form_data": {}}
    made |= _axes(chart, [metric(name, _written(chart, name, sql)) for name, sql in chart["metrics"].items()])
    return made | chart.get("params", {})


def metric(name: str, sql: str) -> dict[str, Any]:
    """Return a metric under the name that readers see."""
    return {
        "expressionType": "SQL",
        "sqlExpression": sql,
        "label": name,
        "hasCustomLabel": True,
        "optionName": f"metric_{abs(hash_of(name + sql)):x}",
    }


def hash_of(text: str) -> int:
    """Return a number that is the same in every run, which Python's own hash is not."""
    import zlib

    return zlib.crc32(text.encode())


def _axes(chart: dict[str, Any], metrics: list[dict[str, Any]]) -> dict[str, Any]:
    by, x = chart.get("by", []), chart.get("x")
    match chart["viz"]:
        case "big_number":
            return {"metric": metrics[0], "x_axis": x}
        case "big_number_total":
            return {"metric": metrics[0]}
        case "mixed_timeseries":
            lines = [metric(name, sql) for name, sql in chart["lines"].items()]
            both = {"metrics_b": lines, "adhoc_filters_b": _filters(chart), "time_grain_sqla": "P1M"}
            return {"x_axis": x, "metrics": metrics, "groupby": [], **both}
        case "pivot_table_v2":  # it looks for its labels in `all_columns`
            return {"metrics": metrics, "groupbyRows": by, "groupbyColumns": [x], "all_columns": [*by, x]}
        case "table":
            formats = {
                name: {"d3NumberFormat": FORMATS[_format(chart, name)][0], "horizontalAlign": "right"}
                for name in chart["metrics"]
            }
            order = _order(chart, metrics)
            return {"groupby": by, "metrics": metrics, "timeseries_limit_metric": order, "column_config": formats}
    grain = {"time_grain_sqla": "P1M"} if x == "month" else {}
    return {"x_axis": x, "metrics": metrics, "groupby": by, **grain}


def _format(chart: dict[str, Any], name: str) -> str:
    return str(chart.get("formats", {}).get(name, "whole"))


def _written(chart: dict[str, Any], name: str, sql: str) -> str:
    """Return the SQL of a figure: as it is, or as the text of a cell."""
    is_grid = chart["viz"] == "pivot_table_v2"
    if not is_grid and not chart.get("hidden"):
        return sql
    text = FORMATS[_format(chart, name)][1].format(sql)
    if not (shades := chart.get("shades")):
        return f"coalesce({text}, '{HIDDEN if chart.get('hidden') else '–'}')"
    return (
        f"case when ({sql}) is null then '<span class=\"cell cell-hidden\">{HIDDEN}</span>' else "
        f"'<span class=\"cell cell-' || width_bucket(({sql})::numeric, array{shades}::numeric[]) || '\">' || {text} "
        "|| '</span>' end"
    )


def _order(chart: dict[str, Any], metrics: list[dict[str, Any]]) -> dict[str, Any] | None:
    if not (order := chart.get("order")):
        return None
    return next((each for each in metrics if each["label"] == order), metric("urutan", order))


def _filters(chart: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if time := chart.get("time"):
        found.append(
            {
                "clause": "WHERE",
                "expressionType": "SIMPLE",
                "operator": "TEMPORAL_RANGE",
                "subject": time,
                "comparator": "No filter",
            }
        )
    if where := chart.get("where"):
        found.append(condition(where))
    return found


def condition(sql: str) -> dict[str, Any]:
    """Return a condition of our own on the rows that are asked for."""
    return {"clause": "WHERE", "expressionType": "SQL", "sqlExpression": sql}
