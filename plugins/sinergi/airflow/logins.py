"""Who may log in to Airflow, and as what: the roles of the board, and the first logins. Run again, it changes nothing.

pengamat           reads every sender
tim_data           reads and decides; what Airflow calls Op
pengirim_<sender>  reads and delivers for that sender alone; of Airflow it sees the board and its own DAG's name

    python -m sinergi.airflow.logins     # with the logins in the file that SINERGI_LOGINS names: {"login": "password"}
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sinergi.airflow.naming import intake_dag_id, sender_name
from sinergi.board.names import view_of
from sinergi.contracts import load_contracts
from sinergi.settings import Settings

ADMIN, VIEWER, TEAM = "admin", "pengamat", "tim_data"
SENDER = "pengirim_"
Permission = tuple[str, str]


def roles(senders: Iterable[str]) -> dict[str, list[Permission]]:
    """Give the permissions of each role of ours, in FAB's words: (action, resource)."""
    from airflow.providers.fab.auth_manager.security_manager.override import (
        FabAirflowSecurityManagerOverride as Fab,
    )

    menu = ("can_read", "Plugins")  # without it Airflow's navigation has no entry of any plugin
    own = [("can_read", "Website"), menu, ("can_read", "My Password"), ("can_edit", "My Password")]
    own += [("can_read", "My Profile"), ("can_edit", "My Profile")]
    viewer = [*Fab.VIEWER_PERMISSIONS, menu]
    return {
        VIEWER: viewer,
        TEAM: [*viewer, *Fab.USER_PERMISSIONS, *Fab.OP_PERMISSIONS],
        **{
            f"{SENDER}{sender_id}": [
                *own,
                ("can_read", f"DAG:{intake_dag_id(sender_id)}"),
                ("can_create", view_of(sender_id)),
            ]
            for sender_id in sorted(senders)
        },
    }


def role_of(login: str) -> str:
    """Give the role of one of the first logins: a sender's login is its id."""
    return {ADMIN: "Admin", VIEWER: VIEWER, TEAM: TEAM}.get(login, f"{SENDER}{login}")


def senders(settings: Settings) -> list[str]:
    """Give the senders that have contracts."""
    return sorted({contract.sender_id for contract in load_contracts(settings.expectations).values()})


def ensure(manager: Any, settings: Settings, passwords: Mapping[str, str]) -> list[str]:
    """Make the roles, and the logins that are not there yet.

    Args:
        manager: FAB's security manager.
        settings: Where the contracts are.
        passwords: Login: password.

    Returns:
        The logins that were made.
    """
    wanted = roles(senders(settings))
    manager.bulk_sync_roles([{"role": name, "perms": permissions} for name, permissions in wanted.items()])
    made = []
    for login, password in passwords.items():
        if manager.find_user(username=login) is None:
            role = manager.find_role(role_of(login))
            manager.add_user(login, sender_name(login), "", f"{login}@sinergi.example", role, password)
            made.append(login)
    return made


def main() -> None:
    """Make roles and logins in the database of Airflow's environment."""
    from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder

    file = os.environ.get("SINERGI_LOGINS")
    passwords: dict[str, str] = json.loads(Path(file).read_text()) if file else {}
    if password := os.environ.get("ADMIN_PASSWORD"):
        passwords[ADMIN] = password
    with get_application_builder() as builder:
        builder.sm.sync_roles()
        ensure(builder.sm, Settings.load(), passwords)


if __name__ == "__main__":
    main()
