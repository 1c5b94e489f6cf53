"""Every route, as every role and as nobody. Dinsos owns deliveries 1 (with findings) and 2 (held); dinkes has none."""

import pytest
from made_board import ROLES, upload

OWNED = {
    "GET /senders/{sender_id}": "/senders/dinsos",
    "GET /deliveries/{delivery_id}": "/deliveries/1",
    "GET /deliveries/{delivery_id}/checks": "/deliveries/1/checks",
    "GET /deliveries/{delivery_id}/states": "/deliveries/1/states",
    "GET /deliveries/{delivery_id}/workbook": "/deliveries/1/workbook",
    "POST /deliveries/{delivery_id}/decision": "/deliveries/2/decision",
    "GET /uploads/{action_id}": "/uploads/1",
    "GET /uploads/{action_id}/workbook": "/uploads/1/workbook",
    "POST /uploads": "/uploads",
}
COMMON = {"GET /": "/", "GET /deliver": "/deliver", "GET /static/{name}": "/static/board.css"}
# What each role gets: viewer, data team, the sender itself, another sender. Nobody is sent to the login page.
EXPECTED = {
    "GET /": (200, 200, 303, 303),
    "GET /static/{name}": (200, 200, 200, 200),
    "GET /senders/{sender_id}": (200, 200, 200, 404),
    "GET /deliveries/{delivery_id}": (200, 200, 200, 404),
    "GET /deliveries/{delivery_id}/checks": (200, 200, 200, 404),
    "GET /deliveries/{delivery_id}/states": (200, 200, 200, 404),
    "GET /deliveries/{delivery_id}/workbook": (403, 200, 200, 404),
    "POST /deliveries/{delivery_id}/decision": (403, 303, 403, 404),
    "GET /deliver": (403, 200, 200, 200),
    "GET /uploads/{action_id}": (403, 200, 200, 404),
    "GET /uploads/{action_id}/workbook": (403, 200, 200, 404),
    "POST /uploads": (403, 303, 303, 404),
}
# What a request must carry to be one.
FORMS = {
    "POST /deliveries/{delivery_id}/decision": lambda: {"data": {"decision": "reject", "reason": "keliru kirim"}},
    "POST /uploads": upload,
}


def routes(app):
    return {f"{method} {route.path}" for route in app.routes for method in route.methods - {"HEAD"}}


def test_no_route_is_left_out(board):
    assert routes(board.app) == set(EXPECTED) == set(OWNED) | set(COMMON)


@pytest.mark.parametrize("route", EXPECTED)
def test_every_role_gets_what_is_its_own(board, route):
    method, path = route.split()[0], {**OWNED, **COMMON}[route]
    if path.startswith("/uploads/"):
        board.ask("pengirim_dinsos", "POST", "/uploads", **upload())
    form = FORMS.get(route, dict)
    # Whoever may least asks first: what they may not do must leave it to be done.
    found = {role: board.ask(role, method, path, **form()).status_code for role in reversed(ROLES)}
    assert tuple(found[role] for role in ROLES) == EXPECTED[route]
    nobody = board.ask(None, method, path, **form())
    assert nobody.status_code == (303 if method == "GET" else 401)
    assert "dinsos" not in nobody.text.lower()


def test_nobody_is_sent_to_airflows_login_page(board):
    answer = board.ask(None, "GET", "/deliveries/1")
    assert "/auth/login" in answer.headers["location"]


def test_a_sender_sees_no_other_name_count_or_menu(board):
    assert board.ask("pengirim_dinkes", "GET", "/").headers["location"] == "/senders/dinkes"
    page = board.ask("pengirim_dinkes", "GET", "/senders/dinkes").text
    assert "Dinas Kesehatan" in page
    for foreign in ("Dinas Sosial", "dinsos", "sembako", "Sekretariat"):
        assert foreign not in page


def test_what_is_not_there_looks_like_what_is_anothers(board):
    foreign = board.ask("pengirim_dinkes", "GET", "/deliveries/1")
    missing = board.ask("pengirim_dinkes", "GET", "/deliveries/999")
    assert (foreign.status_code, foreign.text.replace("/1", "")) == (404, missing.text.replace("/999", ""))


def test_pages_load_nothing_from_elsewhere_and_are_not_kept(board):
    headers = board.ask("tim_data", "GET", "/").headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"


def test_a_delivery_accounts_for_every_row_and_says_what_to_correct(board):
    page = board.ask("pengirim_dinsos", "GET", "/deliveries/1").text
    assert "40 = 39 + 1" in page
    assert "TGL SALUR" in page
    assert "Unduh buku perbaikan" in page


def test_the_board_speaks_english_and_remembers(board):
    answer = board.ask("tim_data", "GET", "/?lang=en")
    assert '<html lang="en">' in answer.text
    assert "With findings" in answer.text
    assert board.ask("tim_data", "GET", "/").text.count('<html lang="en">') == 1


def test_the_data_team_sees_what_waits_for_it(board):
    page = board.ask("tim_data", "GET", "/").text
    assert "/deliveries/2" in page
    assert "Dinas Kesehatan" in page


@pytest.mark.parametrize("path", ["/?until=2024-13", "/?until=x", "/deliveries/x", "/static/app.py"])
def test_what_makes_no_sense_is_not_found(board, path):
    assert board.ask("tim_data", "GET", path).status_code == 404


def test_the_scorecard_shows_what_bi_says_of_whom_one_may_see(board, offices):
    with offices.engine.begin() as connection:
        connection.exec_driver_sql("create schema bi")
        connection.exec_driver_sql(
            """create table bi.rpt_sender_scorecard as
            select sender_id, date '2024-01-01' as month, 2 as files_due, 1 as files_on_time, 1 as files_late,
                0 as files_missing, 5 as findings, 400 as rows_read, 3 as findings_open, 2 as findings_closed,
                4.5 as median_days_to_fix, 1 as repeated_causes
            from (values ('dinsos'), ('dinkes')) as senders (sender_id)"""
        )
    page = board.ask("pengirim_dinsos", "GET", "/senders/dinsos?until=2024-01").text
    assert "1 dari 2" in page
    assert "12,5" in page
    assert "4,5" in page
    assert board.ask("pengamat", "GET", "/?until=2024-01").text.count("1 dari 2") == 2
