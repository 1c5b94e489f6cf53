"""Airflow is configured by its environment alone, and secrets are private from their first byte."""

import json
import socket
import stat
from pathlib import Path

from cryptography.fernet import Fernet

from sinergi.platform.environment import Secrets, airflow_environment, choose_port, logins
from sinergi.settings import ROOT, Settings


def environment(tmp_path, monkeypatch, port=8123):
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "SomebodyElses")
    settings = Settings.load({}, home=tmp_path, inbox=str(tmp_path / "inbox"))
    kept = Secrets.load(tmp_path / "secrets.json")
    return airflow_environment(
        settings,
        kept,
        port,
        "postgresql+psycopg://s:p@127.0.0.1:5/sinergi",
        "postgresql+psycopg://s:p@127.0.0.1:5/airflow",
    )


def test_secrets_are_made_once_and_private(tmp_path):
    first = Secrets.load(tmp_path / "secrets.json")
    assert Secrets.load(tmp_path / "secrets.json") == first
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600
    Fernet(first.fernet_key)
    assert len({first.fernet_key, first.jwt_secret, first.api_secret, first.admin_password}) == 4


def test_tasks_talk_to_the_chosen_port(tmp_path, monkeypatch):
    environ = environment(tmp_path, monkeypatch, port=8123)
    assert environ["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://127.0.0.1:8123/execution/"
    assert environ["AIRFLOW__API__PORT"] == "8123"
    assert environ["AIRFLOW__API__HOST"] == "127.0.0.1"


def test_the_callers_own_airflow_settings_do_not_leak_in(tmp_path, monkeypatch):
    assert environment(tmp_path, monkeypatch)["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"


def test_heavy_imports_are_paid_once(tmp_path, monkeypatch):
    environ = environment(tmp_path, monkeypatch)
    assert environ["AIRFLOW__SCHEDULER__MP_START_METHOD"] == "forkserver"
    preload = (ROOT / "plugins" / environ["AIRFLOW__CORE__MP_FORKSERVER_PRELOAD"].replace(".", "/")).with_suffix(".py")
    text = preload.read_text()
    assert all(f"import {name}" in text for name in ("great_expectations", "dbt.cli.main", "pandas", "polars"))


def test_logins_are_made_once_and_private(tmp_path, monkeypatch):
    environ = environment(tmp_path, monkeypatch)
    settings, kept = Settings.load({}, home=tmp_path), Secrets.load(tmp_path / "secrets.json")
    first = logins(settings, kept)
    assert logins(settings, kept) == first
    assert {"admin", "tim_data", "pengamat", "dinsos"} <= first.keys()
    assert first["admin"] == kept.admin_password
    path = Path(environ["SINERGI_LOGINS"])
    assert json.loads(path.read_text()) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_offices_log_in_with_real_users_and_roles(tmp_path, monkeypatch):
    assert environment(tmp_path, monkeypatch)["AIRFLOW__CORE__AUTH_MANAGER"].endswith("FabAuthManager")


def test_a_port_that_is_taken_is_left_alone():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert choose_port(port) != port
    assert choose_port(port) == port
