"""The board over a city in which two offices have delivered."""

import os

import pytest
from made_board import Board
from made_offices import sembako_rows

from sinergi.datadocs import build_docs


@pytest.fixture(scope="session")
def auth_manager(tmp_path_factory):
    """Airflow's real FAB auth manager; it judges permissions without a database."""
    os.environ.setdefault("AIRFLOW_HOME", str(tmp_path_factory.mktemp("airflow")))
    os.environ.setdefault("AIRFLOW__CORE__LOAD_EXAMPLES", "False")
    from airflow.api_fastapi import app
    from airflow.providers.fab.auth_manager.fab_auth_manager import FabAuthManager

    before, app._AuthManagerState.instance = app._AuthManagerState.instance, FabAuthManager()
    yield app._AuthManagerState.instance
    app._AuthManagerState.instance = before


@pytest.fixture
def board(auth_manager, offices, settings, monkeypatch):
    """The app, with Dinsos' first delivery accepted with a finding and its second held."""
    from airflow.api_fastapi.core_api.security import get_user

    from sinergi.board import reading
    from sinergi.board.app import create_app

    for name in ("home", "inbox", "archive", "database_url"):
        monkeypatch.setenv(f"SINERGI_{name.upper()}", str(getattr(settings, name)))
    monkeypatch.setenv("SINERGI_LANG", "id")
    rows = sembako_rows()
    rows[3][8] = "kapan saja"
    offices.sembako("sembako-2024-01.xlsx", rows)
    offices.run()
    offices.sembako("sembako-2024-02.xlsx", sembako_rows(12, month=2))
    offices.run()
    build_docs(settings, offices.engine)
    made = Board(create_app(), get_user)
    yield made
    reading.engine().dispose()
