"""Prepare Superset, in its own environment: its metadata, its two logins, and the assets that Sinergi made.

    python bi/prepare.py FOLDER    # of assets; the logins' passwords come from the environment

One process for what Superset's command line does in four, each of which would load Superset anew.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from superset.app import create_app


def main(folder: Path) -> None:
    """Bring Superset's own database to its version, its roles and logins to their state, and import the assets."""
    app = create_app()
    with app.app_context():
        from flask_migrate import upgrade
        from superset import appbuilder, db, security_manager

        upgrade(directory=str(Path(sys.modules["superset"].__file__).parent / "migrations"))
        appbuilder.add_permissions(update_perms=True)
        security_manager.sync_role_definitions()
        login(security_manager, "admin", "Admin", os.environ["SUPERSET_ADMIN_PASSWORD"])
        login(security_manager, "pembaca", "Gamma", os.environ["SUPERSET_VIEWER_PASSWORD"])
        load(folder, security_manager)
        show_to(security_manager.find_role("Gamma"))
        db.session.commit()


def login(security_manager, name: str, role: str, password: str) -> None:
    """Make a login unless it is there, and give it the password that is kept."""
    user = security_manager.find_user(username=name)
    if user:
        security_manager.reset_password(user.id, password)
    else:
        mail = f"{name}@sinergi.example"
        security_manager.add_user(name, name.title(), "Sinergi", mail, security_manager.find_role(role), password)


def load(folder: Path, security_manager) -> None:
    """Import every asset, writing over what is there."""
    from flask import g
    from superset.commands.importers.v1.assets import ImportAssetsCommand

    g.user = security_manager.find_user(username="admin")
    contents = {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*.yaml"))}
    ImportAssetsCommand(contents).run()


def show_to(role) -> None:
    """Let a role open the dashboards; with DASHBOARD_RBAC their charts come with them, and nothing else."""
    from superset import db
    from superset.models.dashboard import Dashboard

    for dashboard in db.session.query(Dashboard):
        dashboard.roles = [role]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
