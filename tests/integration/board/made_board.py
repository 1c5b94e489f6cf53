"""Visitors of the board: people with the permissions of a role, judged by Airflow's real FAB auth manager."""

from __future__ import annotations

import tempfile
from pathlib import Path
from types import SimpleNamespace

from fastapi import HTTPException
from fastapi.testclient import TestClient
from made_offices import sembako_rows, workbook

ROLES = ("pengamat", "tim_data", "pengirim_dinsos", "pengirim_dinkes")


def permissions(role):
    """Give what a role may, as FAB keeps it."""
    from sinergi.airflow.logins import roles

    return set(roles(["dinsos", "dinkes"])[role])


def upload(rows=None, name="../../sembako januari.xlsx", action="deliver", content=None):
    """Give the form that sends a sembako workbook."""
    if content is None:
        with tempfile.TemporaryDirectory() as folder:
            if rows is None:
                rows = sembako_rows(30)
                rows[5][8] = "lupa"
            content = workbook(Path(folder) / "a.xlsx", rows).read_bytes()
    return {"data": {"source": "dinsos/sembako", "action": action}, "files": {"file": (name, content)}}


class Board:
    """The board's app, asked by one person after another."""

    def __init__(self, app, get_user):
        self.app, self._get_user = app, get_user
        self._anonymous = TestClient(app, follow_redirects=False, base_url="http://127.0.0.1")

    def ask(self, role, method, path, **options):
        """Ask as somebody of a role, or as nobody (None)."""
        self.app.dependency_overrides[self._get_user] = lambda: self._person(role)
        if method == "POST" and role and options.pop("csrf", True):
            options["headers"] = {"X-CSRF-Token": self.token(role)} | options.get("headers", {})
        return self._anonymous.request(method, path, **options)

    def token(self, role):
        """Give the token that a page of this person carries."""
        from sinergi.board.forgery import token_for

        return token_for(role)

    @staticmethod
    def _person(role):
        if role is None:
            raise HTTPException(401)
        return SimpleNamespace(get_name=lambda: role, perms=permissions(role))
