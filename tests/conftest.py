"""Fixtures for every test: one embedded server a session, one fresh database a test."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from sinergi.database import EmbeddedServer


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
