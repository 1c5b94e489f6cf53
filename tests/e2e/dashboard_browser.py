"""A dashboard in a browser: opening it, setting its filters, reading what it says and what Superset answered."""

import json
from contextlib import contextmanager

import yaml

from sinergi.dashboards import assets

DASHBOARDS = assets.dashboards()


def view_of(slug):
    """Give a window as high as the dashboard: Superset draws what is in view."""
    heights = [DASHBOARDS[slug]["text_height"], *(row["height"] for row in DASHBOARDS[slug]["rows"])]
    return {"width": 1400, "height": 210 + 8 * sum(heights) + 16 * len(heights)}


@contextmanager
def listening(page, slug):
    """Collect what Superset answers meanwhile: `{chart or filter: (status, answer)}`."""
    answers = {}
    wanted = {chart["title"]: chart["name"] for chart in assets.page_charts(DASHBOARDS[slug])}
    listed = page.request.get(f"/api/v1/dashboard/{slug}/charts").json()["result"]
    names = {each["id"]: wanted[each["slice_name"]] for each in listed}

    def keep(response):
        if "/api/v1/chart/data" in response.url and response.request.method == "POST":
            form = json.loads(response.request.post_data)["form_data"]
            name = names.get(form.get("slice_id")) or f"filter {form['groupby'][0]}"
            answers[name] = (response.status, response.json())

    page.on("response", keep)
    try:
        yield answers
    finally:
        page.remove_listener("response", keep)


def drawn(page):
    page.wait_for_function("() => !document.querySelector('.dashboard-chart .loading, [data-test=loading-indicator]')")
    page.wait_for_timeout(1000)  # bars and cells grow for a moment


def opened(page, slug, path=None):
    """Open a dashboard, wait until every chart is drawn, and return what was answered."""
    page.set_viewport_size(view_of(slug))
    with listening(page, slug) as answers:
        page.goto(path or f"/superset/dashboard/{slug}/")
        count = "wanted => document.querySelectorAll('.dashboard-chart .slice_container').length >= wanted"
        page.wait_for_function(count, arg=len(list(assets.page_charts(DASHBOARDS[slug]))))
        drawn(page)
    return answers


def choose(page, title, value):
    """Set a filter as a reader does."""
    box = page.locator('[data-test="form-item-value"]').nth(
        page.locator('[data-test="filter-control-name"]').all_inner_texts().index(title)
    )
    box.click()
    if isinstance(value, str):
        page.keyboard.type(value)  # a long list draws its beginning only
        page.locator(f'.ant-select-item-option[title="{value}"]').click()
        page.keyboard.press("Escape")
    else:
        panel = page.locator(".ant-popover, .ant-modal").filter(has_text="Jenis periode").last
        panel.locator(".ant-select").first.click()
        page.locator(".ant-select-item-option").filter(has_text="Lanjutan").click()
        for field, day in zip(panel.locator("input[type=text]").all(), value, strict=True):
            field.fill(day)
        panel.get_by_role("button", name="TERAPKAN").click()
    page.get_by_test_id("filter-bar__apply-button").click()


def reached_by(slug, title):
    """Give the charts that a filter reaches, as it was imported."""
    made = yaml.safe_load(assets.compile_assets("postgresql://nowhere")[f"dashboards/{slug}.yaml"])
    [given] = [f for f in made["metadata"]["native_filter_configuration"] if f["name"] == title]
    numbered = enumerate(assets.page_charts(DASHBOARDS[slug]), start=1)
    return {chart["name"] for number, chart in numbered if number not in given["scope"]["excluded"]}


def figure(page, slug, name):
    """Give what a chart says: its headline, or how many cells a grid has."""
    chart = chart_of(page, slug, name)
    if (line := chart.locator(".header-line")).count():
        return line.inner_text().replace("\N{MINUS SIGN}", "-")
    return str(chart.locator("td.pvtVal .cell").count())


def chart_of(page, slug, name):
    title = next(chart["title"] for chart in assets.page_charts(DASHBOARDS[slug]) if chart["name"] == name)
    return page.locator(f'[data-test-chart-name="{title}"]')


def indonesian(value):
    """Write a figure of SQL as the dashboards do: 1.234,5."""
    text = str(value)
    if text.replace(".", "", 1).isdigit():
        text = f"{int(text):,}" if text.isdigit() else f"{float(text):,.2f}"
        return text.translate(str.maketrans(",.", ".,"))
    return text.replace(".", ",")
