"""Superset's dashboards in a browser: every chart drawn, no error, none empty, and the headlines are what SQL says."""

import json
import os
import re
import shutil
from pathlib import Path

import pytest
import yaml

from sinergi.bench.dashboards import QUERIES, queries
from sinergi.dashboards import assets, superset
from sinergi.errors import SinergiError

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DASHBOARDS = assets.dashboards()
DRAWN = 60_000  # milliseconds
REACHED = "status in ('granted', 'delivered', 'completed')"
STANDING = "status like 'accepted%%'"
LAST_MONTH = "month = (select max(month) from bi.rpt_headcount)"

HEAD = "# What Superset asks for each dashboard; written by the browser test, read by `sinergi bench`.\n"

# What the dashboards say in large, once more from the marts: another relation, another query.
HEADLINES = {
    "ringkasan": {
        "people": "select people from marts.rpt_headcount_city order by month desc limit 1",
        "families": "select families from marts.rpt_headcount_city order by month desc limit 1",
        "unserved": "select count(*) from marts.rpt_unserved_families where is_in_force",
        "realised": """select round(100 * sum(realised_idr) / sum(ceiling_idr)) || '%%' from marts.rpt_budget
                       group by year, semester order by year desc, semester desc limit 1""",
    },
    "per-opd": {
        # Without what is hidden: a headline over all would give the hidden cells' sum away.
        "times": f"select sum(times_helped) from bi.rpt_assistance where {REACHED}",
        "amount": f"select round(sum(amount_idr) / 1e9, 2) from bi.rpt_assistance where {REACHED}",
        "doubled": "select sum(doubled) from bi.rpt_overlap_counts",
        "untargeted": "select sum(recipients) from bi.rpt_untargeted_counts",
    },
    "per-kelurahan": {
        "none_left": f"select count(*) from bi.rpt_headcount where people = 0 and {LAST_MONTH}",
        "shown": f"select count(*) from bi.rpt_headcount where people > 0 and {LAST_MONTH}",
        "hidden": f"select count(*) from bi.rpt_headcount where people is null and {LAST_MONTH}",
    },
    "mutu-data": {
        "files": f"select count(*) from ops.deliveries where {STANDING}",
        "accepted": f"""select round(100.0 * sum(rows_accepted) / sum(rows_read), 1) || '%%' from bi.rpt_deliveries
                        where {STANDING}""",
        "held": "select count(*) from ops.deliveries where status = 'held'",
        "on_time": """select round(100.0 * sum(files_on_time) / sum(files_due), 1) || '%%'
                      from marts.rpt_sender_scorecard""",
    },
}


@pytest.fixture(scope="module")
def board(platform):
    """Superset over the demo's warehouse, and a browser that has logged in as whoever may only look."""
    if not CHROMIUM:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no Chromium on this machine")
    try:
        superset.environment_python()
    except SinergiError as fault:
        pytest.skip(str(fault))
    from playwright.sync_api import sync_playwright

    url = superset.start(platform.settings)["url"]
    try:
        with sync_playwright() as playwright:
            playwright.selectors.set_test_id_attribute("data-test")
            arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
            page = browser.new_page(base_url=url, locale="id-ID")
            page.goto("/login/")
            page.locator("#username").fill("pembaca")
            page.locator("#password").fill(superset.passwords(platform.settings)["pembaca"])
            page.locator("button[type=submit]").first.click()
            page.wait_for_function("!location.pathname.startsWith('/login')")
            yield page
            browser.close()
    finally:
        superset.stop(platform.settings)


def view_of(slug):
    """Give a window as high as the dashboard: Superset draws what is in view."""
    heights = [DASHBOARDS[slug]["text_height"], *(row["height"] for row in DASHBOARDS[slug]["rows"])]
    return {"width": 1400, "height": 210 + 8 * sum(heights) + 16 * len(heights)}


def opened(page, slug):
    """Open a dashboard, wait until every chart is drawn, and return `{chart or filter: (status, answer)}`."""
    page.set_viewport_size(view_of(slug))
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
    page.goto(f"/superset/dashboard/{slug}/")
    count = "wanted => document.querySelectorAll('.dashboard-chart .slice_container').length >= wanted"
    page.wait_for_function(count, arg=len(wanted))
    page.wait_for_function("() => !document.querySelector('.dashboard-chart .loading, [data-test=loading-indicator]')")
    page.wait_for_timeout(1000)  # bars and cells grow for a moment
    page.remove_listener("response", keep)
    return answers


def without_words(asked):
    """Leave out the lists of codes and their words, which change without a change of the query."""
    return {name: re.sub(r"\(values .*?\)\) as", "(values) as", sql) for name, sql in asked.items()}


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


@pytest.mark.parametrize("slug", DASHBOARDS)
def test_every_chart_of_a_dashboard_is_drawn_from_data(board, slug):
    answers = opened(board, slug)
    wanted = [chart["name"] for chart in assets.page_charts(DASHBOARDS[slug])]
    filters = {f"filter {each['column']}" for each in DASHBOARDS[slug]["filters"] if "column" in each}
    assert set(answers) == {*wanted, *filters}
    for status, answer in answers.values():
        assert status == 200, answer
        for result in answer["result"]:
            assert not result["error"]
            assert result["rowcount"] > 0, result["query"]
            assert any(value is not None for row in result["data"] for value in row.values()), result["query"]
    shown = board.locator("body").inner_text()
    for fault in ("Unexpected error", "No data", "No results", "There is no chart definition", "Error"):
        assert fault not in shown
    for name in wanted:
        assert chart_of(board, slug, name).count() == 1
    asked = {name: answer["result"][0]["query"].strip() for name, (_, answer) in sorted(answers.items())}
    if folder := os.environ.get("SINERGI_PICTURES"):
        board.screenshot(path=Path(folder) / f"bi-{slug}.png", full_page=True)
        kept = {**(queries() if QUERIES.exists() else {}), slug: asked}
        QUERIES.write_text(HEAD + yaml.safe_dump(kept, allow_unicode=True, width=10_000))
    assert without_words(queries()[slug]) == without_words(asked), "bench measures others: make the pictures again"


@pytest.mark.parametrize("slug", HEADLINES)
def test_headlines_are_what_sql_says(board, platform, slug):
    opened(board, slug)
    found = {name: chart_of(board, slug, name).locator(".header-line").inner_text() for name in HEADLINES[slug]}
    expected = {name: indonesian(platform.value(query)) for name, query in HEADLINES[slug].items()}
    assert found == expected


def test_a_filter_reaches_the_charts_that_have_its_column(board, platform):
    opened(board, "per-opd")
    board.get_by_test_id("NATIVE_FILTER-opd_name").click()
    board.locator('.ant-select-item-option[title="Dinsos"]').click()
    board.keyboard.press("Escape")
    with board.expect_response(lambda answer: "/api/v1/chart/data" in answer.url):
        board.get_by_test_id("filter-bar__apply-button").click()
    number = chart_of(board, "per-opd", "times").locator(".header-line")
    query = f"select sum(times_helped) from bi.rpt_assistance where {REACHED} and opd_id = 'dinsos'"
    expected = indonesian(platform.value(query))
    number.filter(has_text=expected).wait_for(timeout=DRAWN)
    assert number.inner_text() == expected


def test_superset_reads_bi_and_nothing_else(board, platform):
    with platform.database() as connection:
        connection.execute("set role superset_reader")
        assert connection.execute("select count(*) from bi.rpt_headcount_city").fetchone()[0] == 12
        for relation in ("marts.dim_people", "raw.decrees", "ops.deliveries", "office.dinsos"):
            with pytest.raises(Exception, match="permission denied"):
                connection.execute(f"select 1 from {relation}")


def test_whoever_looks_may_not_change_nor_ask_their_own_sql(board):
    token = board.request.get("/api/v1/security/csrf_token/").json()["result"]
    headers = {"X-CSRFToken": token, "Referer": board.url}
    for path in ("/api/v1/dashboard/1", "/api/v1/chart/1", "/api/v1/dataset/1", "/api/v1/database/1"):
        assert board.request.delete(path, headers=headers).status in (403, 404), path
    asked = {"database_id": 1, "sql": "select 1"}
    assert board.request.post("/api/v1/sqllab/execute/", data=asked, headers=headers).status == 403
