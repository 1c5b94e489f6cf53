"""Fixtures for every test: one embedded server a worker, one fresh database a test; two workers share the tests."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from sinergi.database import EmbeddedServer

# What takes longest to make is made once, by the worker that runs all tests of it, and first of all.
COSTLY = ("platform", "city")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep together what shares a fixture: all tests of a costly one, else those of one file."""

    def group(item: pytest.Item) -> str:
        used = getattr(item, "fixturenames", ())
        return next((name for name in COSTLY if name in used), item.nodeid.partition("::")[0])

    items.sort(key=lambda item: (*COSTLY, group(item)).index(group(item)))
    for item in items:
        item.add_marker(pytest.mark.xdist_group(group(item)))


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
