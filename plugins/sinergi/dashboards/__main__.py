"""Write Superset's assets for another machine or container: python -m sinergi.dashboards FOLDER.

Makes the login superset_reader on the warehouse of SINERGI_DATABASE_URL, with SUPERSET_READER_PASSWORD.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from sinergi.dashboards import superset
from sinergi.database import engine
from sinergi.settings import Settings


def main(folder: Path) -> None:
    """Make the login, and write the assets."""
    settings = Settings.load()
    secret, url = os.environ["SUPERSET_READER_PASSWORD"], str(settings.database_url)
    with engine(url).begin() as connection:
        superset.make_reader(connection, secret)
    superset.write_assets(folder, superset.reader_url(url, secret), settings)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
