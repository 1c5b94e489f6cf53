"""The board's FastAPI app: its routes, its headers, and what it says when it refuses."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException as StarletteHTTPException

from sinergi.board import actions, pages, uploads
from sinergi.board.limit import LimitBody
from sinergi.board.view import HEADERS, page
from sinergi.errors import SinergiError

FORM_BYTES = 64 << 10  # the other fields of a form

log = logging.getLogger(__name__)


def create_app() -> FastAPI:
    """Make the app; it is mounted by the plugin, and by tests alone."""
    app = FastAPI(title="Papan Kiriman", docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(pages.router)
    app.include_router(actions.router)
    app.add_exception_handler(StarletteHTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _not_found)
    app.add_exception_handler(SinergiError, _unavailable)
    app.add_middleware(LimitBody, limit=uploads.MAX_BYTES + FORM_BYTES)
    app.middleware("http")(_headers)
    return app


async def _headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await call_next(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


async def _refused(request: Request, fault: Exception) -> Response:
    status = fault.status_code if isinstance(fault, StarletteHTTPException) else 500
    if status == 401 and request.method == "GET":
        from airflow.api_fastapi.app import get_auth_manager

        return RedirectResponse(get_auth_manager().get_url_login(next_url=str(request.url)), 303)
    return page(request, "refused", status=status, code=str(status))


async def _not_found(request: Request, fault: Exception) -> Response:
    return await _refused(request, HTTPException(404))


async def _unavailable(request: Request, fault: Exception) -> Response:
    log.error("%s: %s", request.url.path, fault)
    return await _refused(request, HTTPException(503))
