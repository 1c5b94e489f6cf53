"""Superset's dashboards in a browser: every chart drawn, no error, none empty, and the headlines are what SQL says."""

import os
import re
import shutil
from pathlib import Path

import pytest
import yaml
from dashboard_browser import DASHBOARDS, chart_of, choose, drawn, figure, indonesian, listening, opened, reached_by
from dashboard_figures import FILES, FILTERS, HEADLINES

from sinergi.bench.dashboards import QUERIES, queries
from sinergi.dashboards import assets, superset
from sinergi.errors import SinergiError

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRAWN = 60_000  # milliseconds
ENGLISH = ("No filter", "Apply", "Clear all", "options", "N/A", "Search", "entries", "Dashboards", "Charts", "Settings")

HEAD = "# What Superset asks for each dashboard; written by the browser test, read by `sinergi bench`.\n"


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
            log_in(page, superset.passwords(platform.settings)["pembaca"])
            yield page
            browser.close()
    finally:
        superset.stop(platform.settings)


def log_in(page, password, times=3):
    """Log in, and see that Superset knows it: on a busy machine it has been seen to forget whom it had just let in."""
    for _ in range(times):
        page.goto("/login/")
        page.locator("#username").fill("pembaca")
        page.locator("#password").fill(password)
        page.locator("button[type=submit]").first.click()
        page.wait_for_function("!location.pathname.startsWith('/login')")
        page.wait_for_load_state("networkidle")
        answer = page.request.get("/api/v1/me/")
        if answer.ok:
            return
    pytest.fail(f"logged in {times} times, and yet: {answer.status} {answer.text()[:500]}")


def faultless(answers):
    for status, answer in answers.values():
        assert status == 200, answer
        assert not [result["error"] for result in answer["result"] if result["error"]]


def asked(answers):
    """Give the queries by chart; a chart of two kinds asks two."""
    return {
        f"{name} {number}" if number else name: result["query"].strip()
        for name, (_, answer) in sorted(answers.items())
        for number, result in enumerate(answer["result"])
    }


def without_words(queries):
    """Leave out the lists of codes and their words, which change without a change of the query."""
    return {name: re.sub(r"\(values .*?\)\) as", "(values) as", sql) for name, sql in queries.items()}


@pytest.mark.parametrize("slug", DASHBOARDS)
def test_every_chart_of_a_dashboard_is_drawn_from_data(board, slug):
    answers = opened(board, slug)
    wanted = [chart["name"] for chart in assets.page_charts(DASHBOARDS[slug])]
    filters = {f"filter {each['column']}" for each in DASHBOARDS[slug]["filters"] if "column" in each}
    assert set(answers) == {*wanted, *filters}
    faultless(answers)
    for _, answer in answers.values():
        for result in answer["result"]:
            assert result["rowcount"] > 0, result["query"]
            assert any(value is not None for row in result["data"] for value in row.values()), result["query"]
    shown = board.locator("body").inner_text()
    for fault in ("Unexpected error", "Tidak ada data", "There is no chart definition", "Error", *ENGLISH):
        assert not re.search(rf"\b{fault}\b", shown), fault
    for name in wanted:
        assert chart_of(board, slug, name).count() == 1
    if folder := os.environ.get("SINERGI_PICTURES"):
        board.screenshot(path=Path(folder) / f"bi-{slug}.png", full_page=True)
        kept = {**(queries() if QUERIES.exists() else {}), slug: asked(answers)}
        QUERIES.write_text(HEAD + yaml.safe_dump(kept, allow_unicode=True, width=10_000))
    same = without_words(queries()[slug]) == without_words(asked(answers))
    assert same, "bench measures others: make the pictures again"


@pytest.mark.parametrize("slug", HEADLINES)
def test_headlines_are_what_sql_says(board, platform, slug):
    opened(board, slug)
    expected = {name: indonesian(platform.value(query)) for name, query in HEADLINES[slug].items()}
    assert {name: figure(board, slug, name) for name in expected} == expected
    tiles = {chart["name"] for chart in assets.page_charts(DASHBOARDS[slug]) if chart["viz"].startswith("big_number")}
    assert set(expected) == tiles


def test_the_headline_falls_from_69(board):
    opened(board, "ringkasan")
    tile = chart_of(board, "ringkasan", "people").inner_text()
    assert "Desember 2024" in tile and "jiwa pada akhir bulan" in tile
    assert figure(board, "ringkasan", "baseline") == "69"
    assert "-4\njiwa dari bulan sebelumnya" in chart_of(board, "ringkasan", "change").inner_text().replace("−", "-")


@pytest.mark.parametrize("slug", ["ringkasan", "per-kelurahan"])
def test_what_is_hidden_is_marked_and_is_no_zero(board, platform, slug):
    opened(board, slug)
    grid = chart_of(board, slug, "areas" if slug == "ringkasan" else "grid")
    assert grid.locator("td.pvtVal").count() == 30 * 12
    assert grid.locator(".cell-hidden", has_text="tertutup").count() == platform.value(
        "select count(*) from bi.rpt_headcount where people is null"
    )
    assert grid.locator(".cell-0", has_text=re.compile("^0$")).count() == platform.value(
        "select count(*) from bi.rpt_headcount where people = 0"
    )
    districts = grid.locator("tbody th.pvtRowLabel[rowspan]").all_inner_texts()
    named = [row[0] for row in platform.rows("select distinct district_name from bi.dim_areas order by 1")]
    assert list(dict.fromkeys(name for name in districts if name in named)) == named


def test_every_filter_is_tried():
    assert set(FILTERS) == {(slug, each["title"]) for slug, page in DASHBOARDS.items() for each in page["filters"]}


@pytest.mark.parametrize(("slug", "title"), FILTERS)
def test_a_filter_reaches_its_charts_and_changes_them_as_sql_says(board, platform, slug, title):
    value, name, query = FILTERS[slug, title]
    opened(board, slug)
    before, reached = figure(board, slug, name), reached_by(slug, title)
    assert name in reached
    with listening(board, slug) as answers:
        choose(board, title, value)
        for _ in range(int(DRAWN / 250)):
            if reached <= set(answers):
                break
            board.wait_for_timeout(250)
        drawn(board)
    assert {each for each in answers if not each.startswith("filter ")} == reached
    faultless(answers)
    assert figure(board, slug, name) == indonesian(platform.value(query)) != before


def test_a_figure_leads_to_its_files_and_on_to_the_board(board, platform):
    opened(board, "ringkasan")
    link = board.get_by_role("link", name="SK Wali Kota yang diterima").get_attribute("href")
    opened(board, "mutu-data", link)
    sent = platform.rows(f"select delivery_id {FILES} and sender_id = 'setda'")
    assert figure(board, "mutu-data", "files") == str(len(sent))
    files = chart_of(board, "mutu-data", "list").locator("td a")
    leads = {file.get_attribute("href") for file in files.all()}
    assert {f"/papan/deliveries/{number}" for (number,) in sent} <= leads
    answer = board.request.get(sorted(leads)[0], max_redirects=0)
    assert answer.status == 302
    assert answer.headers["location"] == f"{platform.airflow.url}{sorted(leads)[0]}"


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
