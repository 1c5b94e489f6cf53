"""People who log in to a published city, each with the role of a reader."""

import pytest

from sinergi.database import connect


@pytest.fixture
def session(city):
    """Open a connection as one of the logins of the city; all are closed in the end."""
    opened = []

    def open_as(login):
        opened.append(connect(city.logins[f"test_{login}"], autocommit=True))
        return opened[-1]

    yield open_as
    for connection in opened:
        connection.close()
