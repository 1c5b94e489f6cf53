"""Superset as Sinergi runs it. Secrets and addresses come from the environment; `sinergi bi` and compose set them."""

import os
from pathlib import Path

import yaml
from flask import Flask, Response, jsonify, redirect, request

SECRET_KEY = os.environ["SUPERSET_SECRET_KEY"]
SQLALCHEMY_DATABASE_URI = os.environ["SUPERSET_METADATA_URL"]
APP_NAME = "Sinergi"
FAVICONS = [{"href": "/static/assets/images/favicon.png"}]

# Figures change when a build is published, which Superset does not hear of: nothing is kept longer than it takes to
# open a page twice.
DATA_CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}
ROW_LIMIT = 10000
SQL_MAX_ROW = 100000

# Behind the reverse proxy of docker-compose.yml; on one machine Superset listens on 127.0.0.1 alone.
ENABLE_PROXY_FIX = os.environ.get("SUPERSET_BEHIND_PROXY") == "1"
SESSION_COOKIE_SECURE = ENABLE_PROXY_FIX
SESSION_COOKIE_SAMESITE = "Lax"
RATELIMIT_STORAGE_URI = "memory://"

FEATURE_FLAGS = {
    "DASHBOARD_RBAC": True,  # who may open a dashboard may read its charts, and nothing else
    "ALERT_REPORTS": False,
    "THUMBNAILS": False,
    "HORIZONTAL_FILTER_BAR": True,
}

# Bahasa Indonesia: 1.234,5 and Agustus, and what the buttons say.
BABEL_DEFAULT_LOCALE = "id"
LANGUAGES = {"id": {"flag": "id", "name": "Bahasa Indonesia"}}
D3_FORMAT = {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["Rp", ""]}
D3_TIME_FORMAT = {
    "dateTime": "%d/%m/%Y %H.%M.%S",
    "date": "%d/%m/%Y",
    "time": "%H.%M.%S",
    "periods": ["AM", "PM"],
    "days": ["Minggu", "Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu"],
    "shortDays": ["Min", "Sen", "Sel", "Rab", "Kam", "Jum", "Sab"],
    "months": [
        *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
        *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
    ],
    "shortMonths": ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"],
}
CURRENCIES = ["IDR"]

# Told apart by everyone and in grey print: Okabe and Ito, "Color Universal Design" (2008), ordered by lightness.
EXTRA_CATEGORICAL_COLOR_SCHEMES = [
    {
        "id": "sinergi",
        "description": "Told apart by the colour-blind (Okabe-Ito)",
        "label": "Sinergi",
        "isDefault": True,
        "colors": ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#999999", "#F0E442"],
    },
]
# No page asks anybody but us: no pixels, no map tiles, no fonts from elsewhere.
TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],
        "script-src": ["'self'", "'strict-dynamic'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,  # the reverse proxy does
    "session_cookie_secure": SESSION_COOKIE_SECURE,
}

# What a delivery's file, sheet and rows are is told by the board, to whom it concerns: dashboards link to it by number.
BOARD = os.environ.get("SINERGI_BOARD_URL", "").rstrip("/")


WORDS = yaml.safe_load((Path(__file__).parent / "indonesian.yml").read_text())


def COMMON_BOOTSTRAP_OVERRIDES_FUNC(data: dict) -> dict:  # noqa: N802 Superset's name for it
    """Say the menu in Indonesian too: its words come with the page, not with the language."""
    menu = data["menu_data"]
    return {
        "menu_data": {
            **menu,
            "menu": [{**each, "label": WORDS.get(each["label"], each["label"])} for each in menu["menu"]],
        }
    }


def language_pack() -> dict:
    """Return Superset's words in Indonesian, in the form that its pages ask for."""
    head = {"domain": "superset", "plural_forms": "nplurals=2; plural=(n != 1)", "lang": "id"}
    said = {english: word if isinstance(word, list) else [word] for english, word in WORDS.items()}
    return {"domain": "superset", "locale_data": {"superset": {"": head, **said}}}


def FLASK_APP_MUTATOR(app: Flask) -> None:  # noqa: N802 Superset's name for it
    """Answer for what Superset has not: its words in Indonesian, and the way to the board."""

    @app.before_request
    def indonesian() -> Response | None:
        return jsonify(language_pack()) if request.path == "/superset/language_pack/id/" else None

    @app.get("/papan/deliveries/<int:delivery_id>")
    def board(delivery_id: int) -> Response | tuple[str, int]:
        if not BOARD:
            return "Alamat Papan Kiriman belum diatur (SINERGI_BOARD_URL).", 404
        return redirect(f"{BOARD}/deliveries/{delivery_id}")
