"""From what was read to a page: templates, language, and the headers that keep a page to itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import Response
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader

from sinergi.airflow.naming import sender_name
from sinergi.board.access import Visitor
from sinergi.board.forgery import token_for
from sinergi.board.words import Words
from sinergi.contracts import load_contracts
from sinergi.settings import LANGUAGES, Settings

HERE = Path(__file__).parent
LANGUAGE = "papan_lang"  # the cookie that remembers it
# Nothing from elsewhere, no inline script; framed by Airflow's own page alone.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
STATIC = {"board.css": "text/css", "board.js": "text/javascript", "htmx.min.js": "text/javascript"}

templates = Jinja2Templates(
    env=Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True)
)


def language(request: Request) -> str:
    """Give the language that was asked for, in the address or before; else that of the settings."""
    for wanted in (request.query_params.get("lang"), request.cookies.get(LANGUAGE)):
        if wanted in LANGUAGES:
            return wanted
    return Settings.load().lang


def words_for(request: Request) -> Words:
    """Give the words in the visitor's language."""
    return Words(language(request))


def title_of(source_id: str) -> str:
    """Give what people call a source; its id where it has no contract."""
    contract = load_contracts(Settings.load().expectations).get(source_id)
    return contract.title if contract else source_id


def page(request: Request, name: str, who: Visitor | None = None, status: int = 200, **context: Any) -> Response:
    """Render a page.

    Args:
        request: The request.
        name: Template without its extension.
        who: The visitor; None on a page that says why there is nothing to see.
        status: HTTP status.
        **context: What the template shows.
    """
    said = words_for(request)
    known = {
        "w": said,
        "who": who,
        "csrf": token_for(who.name) if who else "",
        "base": request.scope.get("root_path", ""),
        "may_deliver": who is not None and any(who.delivers(sender_id) for sender_id in who.known),
        "may_many": who is not None and sum(map(who.sees, who.known)) > 1,
        "sender_name": sender_name,
        "title_of": title_of,
        "other_language": "?" + urlencode({**request.query_params, "lang": said.other}),
    }
    response = templates.TemplateResponse(request, f"{name}.html", known | context, status_code=status)
    if request.query_params.get("lang") in LANGUAGES:
        response.set_cookie(LANGUAGE, said.lang, max_age=31_536_000, samesite="lax", httponly=True)
    return response


def static(name: str) -> bytes:
    """Give a style sheet or script."""
    return (HERE / "static" / name).read_bytes()
