"""Fixtures for every test: one embedded server a worker, one fresh database a test; two workers share the tests."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from sinergi.database import EmbeddedServer

# What stands in this folder shares a city that takes a minute to make: one worker runs all of it.
SHARED = "tests/integration/bi/"


class Rooms(LoadScopeScheduling):
    """Give a worker a file at a time, or all of the folder that shares what is costly."""

    def _split_scope(self, nodeid: str) -> str:
        return SHARED if nodeid.startswith(SHARED) else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Share the tests among workers by room."""
    return Rooms(config, log)


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    """Run a PostgreSQL of its own; its folder is one that the unprivileged server user can reach."""
    directory = Path(tempfile.mkdtemp(prefix="sinergi-test-", dir="/tmp"))
    directory.chmod(0o755)
    server = EmbeddedServer(directory / "postgres")
    server.start()
    yield server
    server.stop()
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def database_url(server: EmbeddedServer) -> Iterator[str]:
    """Give a fresh, empty database."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    yield server.create_database(name)
    server.drop_database(name)
