#!/bin/bash
# Before the services start: both databases at their newest version, and one administrator.
set -euo pipefail

airflow db migrate
python - <<'PY'
from sinergi.database import engine
from sinergi.ledger import upgrade
from sinergi.settings import Settings

upgrade(engine(Settings.load().database_url))
PY

# The password goes through the environment, not through a command line that every process list shows.
python - <<'PY'
import os

from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder

with get_application_builder() as builder:
    manager = builder.sm
    if not manager.find_user(username="admin"):
        manager.add_user(
            "admin", "Admin", "Sinergi", "admin@sinergi.example", manager.find_role("Admin"), os.environ["ADMIN_PASSWORD"]
        )
PY

# What Superset shows, and the login that it reads with, in a volume that only it shares.
python -m sinergi.dashboards /var/lib/dashboards
