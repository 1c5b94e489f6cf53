"""The board as an Airflow plugin: a FastAPI app under /papan and its entry in the navigation.

Every Airflow process loads its plugins, tasks too, so nothing is imported here that only the API server needs.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from airflow.configuration import conf
from airflow.plugins_manager import AirflowPlugin

PREFIX = "/papan"
NAME = "Papan Kiriman"

Scope = MutableMapping[str, Any]


class _OnDemand:
    """The app, made at the first request."""

    async def __call__(self, scope: Scope, receive: Callable[[], Awaitable[Any]], send: Callable[..., Any]) -> None:
        await _app()(scope, receive, send)


@cache
def _app() -> Any:
    from sinergi.board.app import create_app

    return create_app()


class BoardPlugin(AirflowPlugin):
    """Papan Kiriman."""

    name = "papan_kiriman"
    fastapi_apps: list[Any] = [{"app": _OnDemand(), "url_prefix": PREFIX, "name": NAME}]  # noqa: RUF012 (Airflow declares it so)
    external_views: list[Any] = [  # noqa: RUF012
        {
            "name": NAME,
            "href": f"{urlsplit(conf.get('api', 'base_url', fallback='')).path.rstrip('/')}{PREFIX}/",
            "destination": "nav",
            "url_route": "papan",
            "nav_top_level": True,
        }
    ]
