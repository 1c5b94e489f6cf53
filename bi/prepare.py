"""Prepare Superset, in its own environment: its metadata, its one administrator, and the assets that Sinergi made.

    python bi/prepare.py FOLDER    # of assets; SUPERSET_ADMIN_PASSWORD is the administrator's

One process for what Superset's command line does in four, each of which would load Superset anew.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from superset.app import create_app


def main(folder: Path) -> None:
    app = create_app()
    with app.app_context():
        from flask_migrate import upgrade
        from superset import db, security_manager

        upgrade(directory=str(Path(sys.modules["superset"].__file__).parent / "migrations"))
        security_manager.sync_role_definitions()
        admin = security_manager.find_user(username="admin")
        if admin is None:
            admin = security_manager.add_user(
                *("admin", "Admin", "Sinergi", "admin@sinergi.example"),
                security_manager.find_role("Admin"),
                password=os.environ["SUPERSET_ADMIN_PASSWORD"],
            )
        load(folder)
        reader = readers(security_manager)
        open_to(reader)
        db.session.commit()


def load(folder: Path) -> None:
    """Import every asset, writing over what is there."""
    from flask import g
    from superset import security_manager
    from superset.commands.importers.v1.assets import ImportAssetsCommand

    g.user = security_manager.find_user(username="admin")
    contents = {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*.yaml"))}
    ImportAssetsCommand(contents).run()


def readers(security_manager):
    """Give the role of whoever reads dashboards and changes nothing: Superset's own Gamma, without its menus of making."""
    return security_manager.find_role("Gamma")


def open_to(role) -> None:
    """Let a role open the dashboards; with DASHBOARD_RBAC their charts come with them."""
    from superset import db
    from superset.models.dashboard import Dashboard

    for dashboard in db.session.query(Dashboard):
        dashboard.roles = [role]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
