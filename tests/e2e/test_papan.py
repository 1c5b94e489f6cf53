"""The story of the board, in a browser, in the real Airflow: an officer sends 10,000 rows, corrects them, is done.

10,000 rows where the month before had 320 are a surge, so the data team has its part too: it releases with a reason.
"""

import json
import os
import shutil
import time
import urllib.error
import urllib.request
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from sinergi.platform import services
from sinergi.platform.environment import logins_path

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
ROWS, PROMISED = 10_000, 10  # rows, and seconds until the officer knows
HEADERS = ["No", "NAMA PENERIMA", "NIK KTP", "NO KK", "TAHAP", "NM KEL", "ALAMAT", "STATUS", "TGL SALUR", "NILAI (Rp)"]
FIRST = 6  # the row of the sheet on which the first recipient stands
WRONG = {40: ("TGL SALUR", "lupa"), 1234: ("TGL SALUR", "belum"), 7000: ("NIK KTP", "62710112048")}
NAMES = ("Siti", "Budi", "Rina", "Tono", "Lina", "Hendra", "Dewi", "Agus", "Yanto", "Wati")
BORN = date(1960, 1, 1)


def right(row, header):
    """Give what belongs into a cell: made-up people, each with a number of their own."""
    number = row - FIRST
    born = BORN + timedelta(days=number)
    return {
        "No": number + 1,
        "NAMA PENERIMA": f"{NAMES[number % 10]} {NAMES[number // 10 % 10]} {number:04x}".translate(
            str.maketrans("0123456789", "ghijklmnop")
        ),
        "NIK KTP": f"627101{born:%d%m%y}{number % 9 + 1:04d}",
        "NO KK": f"627101{born:%d%m%y}{number % 9 + 11:04d}",
        "TAHAP": "I",
        "NM KEL": "Kameloh Baru",
        "ALAMAT": f"Jl. Damang No. {number + 1}",
        "STATUS": "",
        "TGL SALUR": f"{5 + number % 20:02d}/01/2025",
        "NILAI (Rp)": 600_000,
    }[header]


def written(path, rows=ROWS):
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Penerima")
        sheet.write_string(0, 0, "DAFTAR PENERIMA BANTUAN SEMBAKO, JANUARI 2025")
        sheet.write_row(FIRST - 2, 0, HEADERS)
        for row in range(FIRST, FIRST + rows):
            values = [right(row, header) for header in HEADERS]
            if row in WRONG:
                values[HEADERS.index(WRONG[row][0])] = WRONG[row][1]
            sheet.write_row(row - 1, 0, values)
    return path


def corrected(path):
    """Fill in the workbook as the officer would: type what is right into the coloured cells, and save."""
    book = openpyxl.load_workbook(path)
    sheet = book["Perbaikan"]
    headers = [cell.value for cell in sheet[1]]
    for line in range(2, sheet.max_row + 1):
        row = sheet.cell(line, 1).value
        header = WRONG[row][0]
        sheet.cell(line, 1 + headers.index(header)).value = right(row, header)
    book.save(path)
    return path


@pytest.fixture(scope="module")
def up(platform):
    """The platform, with the warehouse asleep: what is looked at here is what comes before it."""
    if not CHROMIUM:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no Chromium on this machine")
    services.up(platform.settings)
    with platform.database("airflow") as connection:
        connection.execute("update dag set is_paused = true where dag_id = 'warehouse'")
    yield platform
    with platform.database("airflow") as connection:
        connection.execute("update dag set is_paused = false where dag_id = 'warehouse'")


@pytest.fixture(scope="module")
def owned(up):
    """A delivery of Dinsos with something to correct."""
    query = "select min(delivery_id) from ops.deliveries where source_id = 'dinsos/sembako' and status = %s"
    return up.value(query, "accepted_with_findings")


@pytest.fixture(scope="module")
def logged_in(up):
    """Log people in, each in a browser of their own."""
    from playwright.sync_api import sync_playwright

    passwords = json.loads(logins_path(up.settings).read_text())
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)

        def log_in(login, viewport=DESK):
            url = str(services.status(up.settings)["airflow_url"])
            page = browser.new_context(base_url=url, viewport=viewport, locale="id-ID").new_page()
            page.goto("/auth/login/")
            page.locator("input[name=username]").fill(login)
            page.locator("input[name=password]").fill(passwords[login])
            page.locator("input[type=submit], button[type=submit]").first.click()
            page.wait_for_url(lambda at: "/login" not in at)
            return page

        yield log_in
        browser.close()


def picture(page, name):
    if folder := os.environ.get("SINERGI_PICTURES"):
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(500)
        page.screenshot(path=Path(folder) / f"board-{name}.png")


def upload(board, path, button="Kirim"):
    """Send a file and give the seconds until the verdict is read."""
    board.get_by_label("Jenis data").select_option("dinsos/sembako")
    board.get_by_label("Berkas Excel").set_input_files(path)
    started = time.monotonic()
    board.get_by_role("button", name=button, exact=True).click()
    board.get_by_role("heading", name="Hasil pemeriksaan").wait_for(timeout=60_000)
    return time.monotonic() - started


def receipt(board):
    """Wait until the intake has judged what was sent, and give the delivery's number."""
    board.locator("#receipt .state:not(.result-received)").wait_for(timeout=120_000)
    return int(board.get_by_role("link", name="Lihat kiriman ini").get_attribute("href").rpartition("/")[2])


def test_an_officer_sends_corrects_and_every_finding_closes(up, logged_in, tmp_path, record_property):
    # She finds the board in Airflow's own navigation, and in it nothing of anybody else.
    page = logged_in("dinsos")
    page.goto("/")
    page.get_by_role("link", name="Papan Kir").first.click()
    board = page.frame_locator("iframe")
    board.get_by_role("heading", name="Dinas Sosial").wait_for()
    picture(page, "sender")
    board.get_by_role("link", name="Kirim berkas").first.click()
    board.get_by_role("heading", name="Kirim berkas").wait_for()

    # Ten thousand rows: she knows within ten seconds what is wrong.
    seconds = upload(board, written(tmp_path / "Sembako Januari 2025 (final).xlsx"))
    record_property("seconds_until_verdict", round(seconds, 1))
    assert seconds < PROMISED
    assert board.locator(".causes li.critical").count() == 1
    text = board.locator("#result").inner_text()
    assert "Diterima, tetapi ada yang perlu diperbaiki" in text
    assert "10.000" in text
    with page.expect_download() as kept:
        board.get_by_role("link", name="Unduh buku perbaikan").click()
    kept.value.save_as(tmp_path / "perbaikan.xlsx")

    # The intake compares with the month before and holds it; the data team looks, and releases with its reason.
    first = receipt(board)
    assert "Ditahan" in board.locator("#receipt").inner_text()
    team = logged_in("tim_data")
    team.goto("/papan/")
    team.get_by_role("link", name=f"No. {first}").click()
    picture(team, "decision")
    team.get_by_label("Alasan").fill("Dinsos membenarkan: penerima tahun 2025 memang 10.000")
    team.get_by_role("button", name="Lepas").click()
    team.locator(".history", has_text="Dilepas oleh tim_data").wait_for(timeout=60_000)
    assert up.rows("select status, rows_read, rows_quarantined from ops.deliveries where delivery_id = %s", first) == [
        ("accepted_with_findings", ROWS, 2)
    ]

    # She corrects the cells in that workbook and sends it back: nothing is left to correct.
    board.get_by_role("link", name="Kirim berkas lain").click()
    board.get_by_role("heading", name="Kirim berkas").wait_for()
    upload(board, corrected(tmp_path / "perbaikan.xlsx"))
    assert "Tidak ada yang perlu diperbaiki" in board.locator("#result").inner_text()
    second = receipt(board)
    query = "select corrects, status, rows_read, rows_quarantined from ops.deliveries where delivery_id = %s"
    assert up.rows(query, second) == [(first, "accepted", ROWS, 0)]
    states = "select distinct state from ops.finding_states where delivery_id in (%s, %s) and severity <> 'info'"
    assert up.rows(states, first, second) == [("closed",)]
    board.get_by_role("link", name="Lihat kiriman ini").click()
    board.get_by_role("heading", name="Bantuan sembako, Januari 2025").wait_for()
    assert f"memperbaiki no. {first}" in board.locator(".history").inner_text()
    page.goto(f"/papan/deliveries/{first}")
    closed = page.locator("#states", has_text="Sudah diperbaiki dengan")
    closed.wait_for()
    assert f"No. {second}" in closed.inner_text()
    picture(page, "closed")

    # Who did what is on record.
    done = up.rows("select actor, action from ops.board_actions order by action_id")
    assert done == [("dinsos", "deliver"), ("dinsos", "download"), ("tim_data", "release"), ("dinsos", "deliver")]


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_the_board_fits_a_desk_and_a_phone(logged_in, owned, tmp_path):
    page = logged_in("tim_data")
    page.goto("/plugin/papan")
    page.frame_locator("iframe").locator("table.grid").wait_for()
    picture(page, "airflow")
    page.goto(f"/papan/deliveries/{owned}")
    picture(page, "delivery")
    phone = logged_in("dinsos", PHONE)
    phone.goto("/papan/senders/dinsos")
    assert fits(phone)
    picture(phone, "phone")
    phone.goto("/papan/deliver?source=dinsos/sembako")
    assert fits(phone)
    upload(phone, written(tmp_path / "Sembako Januari.xlsx", 60), "Periksa saja, jangan kirim")
    assert fits(phone)
    picture(phone, "upload-phone")


def test_the_board_is_worked_by_keyboard_and_read_aloud(logged_in):
    page = logged_in("tim_data")
    page.goto("/papan/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Langsung ke isi"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#content"
    cell = page.locator("table.grid a.cell").first
    assert cell.get_attribute("aria-label").startswith(cell.get_attribute("title")[:10])
    unnamed = """() => [...document.querySelectorAll('a, button, input, select, textarea')].filter(each =>
        each.type !== 'hidden' && !(each.innerText || each.ariaLabel || each.labels?.length)).length"""
    for path in ("/papan/", "/papan/deliver", "/papan/senders/dinsos"):
        page.goto(path)
        assert page.evaluate(unnamed) == 0, path
        assert page.locator("main h1").count() == 1
        assert page.locator("html").get_attribute("lang") == "id"
        assert page.locator("th:not([scope])").count() == 0


@pytest.mark.parametrize(
    ("login", "statuses"),
    [
        ("pengamat", (200, 200, 403, 403)),
        ("tim_data", (200, 200, 200, 200)),
        ("dinsos", (200, 200, 200, 200)),
        ("dinkes", (404, 404, 404, 200)),
        (None, (401, 401, 401, 401)),
    ],
)
def test_airflows_real_logins_open_what_is_their_own(up, owned, login, statuses):
    """The same matrix as tests/integration/board, with tokens of the running Airflow."""
    url = str(services.status(up.settings)["airflow_url"])
    headers = {"X-Requested-With": "test"}
    if login:
        body = json.dumps({"username": login, "password": json.loads(logins_path(up.settings).read_text())[login]})
        request = urllib.request.Request(f"{url}/auth/token", body.encode(), {"Content-Type": "application/json"})
        headers["Authorization"] = f"Bearer {json.load(urllib.request.urlopen(request))['access_token']}"
    delivery = f"/papan/deliveries/{owned}"
    paths = ("/papan/senders/dinsos", delivery, f"{delivery}/workbook", "/papan/deliver")
    found = []
    for path in paths:
        try:
            with urllib.request.urlopen(urllib.request.Request(url + path, headers=headers)) as answer:
                found.append(401 if "/auth/login" in answer.url else answer.status)
        except urllib.error.HTTPError as fault:
            found.append(fault.code)
    assert tuple(found) == statuses
