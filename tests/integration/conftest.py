"""A city of its own for each test: settings, and offices that deliver into an empty database."""

import pytest
from made_offices import Offices
from made_roles import City
from made_up import MadeUp

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


@pytest.fixture
def made_city(database_url):
    """An empty warehouse that takes made-up rows as intake would leave them."""
    engine = make_engine(database_url)
    yield MadeUp(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def city_settings(tmp_path_factory):
    """Settings of the city that people log in to."""
    return Settings.load({}, home=tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def city(server, city_settings):
    """A published city, with a login for each kind of reader."""
    city = City(server, "test_city")
    city.build(city_settings)
    for login, role in City.MEMBERS.items():
        city.login(f"test_{login}", member_of=role)
    yield city
    city.close()
