"""A city of its own for each test: settings, and offices that deliver into an empty database."""

import pytest
from made_offices import Offices

from sinergi.database import engine as make_engine
from sinergi.settings import Settings


@pytest.fixture
def settings(tmp_path, database_url):
    """Settings of a city of its own."""
    (tmp_path / "inbox").mkdir()
    return Settings.load(
        {},
        home=tmp_path / "home",
        inbox=str(tmp_path / "inbox"),
        archive=tmp_path / "archive",
        database_url=database_url,
    )


@pytest.fixture
def offices(settings):
    """Offices that deliver into an empty database."""
    engine = make_engine(settings.database_url)
    yield Offices(engine, settings)
    engine.dispose()
