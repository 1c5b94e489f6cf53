"""From a chart of bi/ to the parameters of Superset's chart: what every chart of a kind has in common stands here."""

from __future__ import annotations

from typing import Any

from sinergi.errors import SinergiError

BLUE = {"r": 0, "g": 114, "b": 178, "a": 1}
WHOLE, MONTH = ",d", "%b %y"

BIG = {"header_font_size": 0.5, "subheader_font_size": 0.2, "subtitle_font_size": 0.2, "y_axis_format": WHOLE}
BARS = {
    "color_scheme": "sinergi",
    "show_value": True,
    "show_legend": True,
    "legendType": "scroll",
    "legendOrientation": "top",
    "rich_tooltip": True,
    "y_axis_format": WHOLE,
    "x_axis_time_format": MONTH,
    "tooltipTimeFormat": "%B %Y",
    "xAxisLabelInterval": "0",
    "xAxisLabelRotation": 45,
    "truncateYAxis": False,
    "minorSplitLine": False,
    "zoomable": False,
    "row_limit": 1000,
    "x_axis_title_margin": 30,
    "y_axis_title_margin": 40,
    "y_axis_title_position": "Left",
    "sort_series_type": "name",
    "sort_series_ascending": True,
}
KINDS: dict[str, dict[str, Any]] = {
    "big_number": {
        **BIG,
        "time_grain_sqla": "P1M",
        "show_trend_line": True,
        "start_y_axis_at_zero": True,
        "color_picker": BLUE,
        "time_format": "%B %Y",
        "rolling_type": "None",
        "show_timestamp": False,
    },
    "big_number_total": BIG,
    "echarts_timeseries_bar": BARS,
    "heatmap_v2": {
        "linear_color_scheme": "sinergi_blues",
        "normalize_across": "heatmap",
        "show_values": True,
        "show_legend": False,
        "show_percentage": False,
        "legend_type": "continuous",
        "left_margin": 20,
        "bottom_margin": 20,
        "xscale_interval": 1,
        "yscale_interval": 1,
        "sort_x_axis": "alpha_asc",
        "sort_y_axis": "alpha_desc",
        "x_axis_time_format": MONTH,
        "time_grain_sqla": "P1M",
        "y_axis_format": WHOLE,
        "value_bounds": [0, None],
        "row_limit": 10000,
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

    Raises:
        SinergiError: the chart names a column that its data have not, or is of a kind that is not here.
    """
    if chart["viz"] not in KINDS:
        raise SinergiError(f"Chart {chart['name']}: viz is {chart['viz']!r}; use one of {', '.join(KINDS)}.")
    named = [*chart.get("by", []), *filter(None, [chart.get("x"), chart.get("time")])]
    if unknown := sorted(set(named) - set(dataset["columns"])):
        raise SinergiError(f"Chart {chart['name']}: {chart['dataset']} has no column {', '.join(unknown)}.")
    made = {"viz_type": chart["viz"], **KINDS[chart["viz"]], "adhoc_filters": _filters(chart), "extra_form_data": {}}
    made |= _axes(chart, [metric(name, sql) for name, sql in chart["metrics"].items()])
    return made | {name: value for name, value in chart.get("params", {}).items() if name != "column_config"}


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
        case "heatmap_v2":
            return {"metric": metrics[0], "x_axis": x, "groupby": by[0]}
        case "table":
            whole = {name: {"d3NumberFormat": WHOLE, "horizontalAlign": "right"} for name in chart["metrics"]}
            own = chart.get("params", {}).get("column_config", {})
            formats = {name: given | own.get(name, {}) for name, given in whole.items()}
            order = _order(chart, metrics)
            return {"groupby": by, "metrics": metrics, "timeseries_limit_metric": order, "column_config": formats}
    grain: dict[str, Any] = {"time_grain_sqla": "P1M"} if x == "month" else {"xAxisLabelRotation": 0}
    return {"x_axis": x, "metrics": metrics, "groupby": by, **grain}


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
        found.append({"clause": "WHERE", "expressionType": "SQL", "sqlExpression": where})
    return found
