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

# One administrator, whose password comes through the environment and not through a command line that every process list
# shows, and the roles of the board. Logins of offices are made in Airflow itself: Security, Users, role pengirim_<sender>.
python -m sinergi.airflow.logins

# What Superset shows, and the login that it reads with, in a volume that only it shares.
python -m sinergi.dashboards /var/lib/dashboards
