"""Where things are. Everything comes from the environment; the table in docs/configuration.md is made from here."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from sinergi.errors import SinergiError

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("id", "en")
_OPTIONAL = ("inbox_connection", "database_url", "hash_key", "smtp_url", "data_team_mail", "board_url")


@dataclass(frozen=True)
class Settings:
    """One run's settings. The metadata of each field is its row in the configuration table."""

    home: Path = field(
        metadata={
            "env": "SINERGI_HOME",
            "help": "Folder for everything that the platform writes; `.sinergi` by default.",
        }
    )
    inbox: str = field(
        metadata={
            "env": "SINERGI_INBOX",
            "help": "Folder or fsspec URL (`sftp://`, `s3://`, `http://`); `inbox` in the home by default.",
        }
    )
    inbox_connection: str | None = field(
        metadata={"env": "SINERGI_INBOX_CONNECTION", "help": "Airflow connection that holds the inbox's login."}
    )
    archive: Path = field(
        metadata={
            "env": "SINERGI_ARCHIVE",
            "help": "Folder of received files, by SHA-256; `archive` in the home by default.",
        }
    )
    database_url: str | None = field(
        metadata={"env": "SINERGI_DATABASE_URL", "help": "PostgreSQL URL; empty means the embedded server."}
    )
    lang: str = field(
        metadata={"env": "SINERGI_LANG", "help": "Language of messages to offices: `id` (default) or `en`."}
    )
    expectations: Path = field(metadata={"env": "SINERGI_EXPECTATIONS", "help": "Folder of entities and contracts."})
    dbt_project: Path = field(metadata={"env": "SINERGI_DBT_PROJECT", "help": "Folder of the dbt project."})
    hash_key: str | None = field(
        default=None,
        repr=False,
        metadata={
            "env": "SINERGI_HASH_KEY",
            "help": "Key of the hashes that BI sees instead of NIK and No. KK, 32 or more characters; `hash_key` in "
            "the home by default. Keep it out of the database and its backups.",
        },
    )
    smtp_url: str | None = field(
        default=None,
        repr=False,
        metadata={
            "env": "SINERGI_SMTP_URL",
            "help": "Mail server for notices: `smtp+starttls://user:password@host:587`, `smtps://` or, without a "
            "password, `smtp://`; empty sends nothing.",
        },
    )
    mail_from: str = field(
        default="sinergi@localhost",
        metadata={
            "env": "SINERGI_MAIL_FROM",
            "help": "Address that notices come from; `sinergi@localhost` by default.",
        },
    )
    data_team_mail: str | None = field(
        default=None,
        metadata={"env": "SINERGI_DATA_TEAM_MAIL", "help": "Address that is told when a task of a DAG has failed."},
    )
    board_url: str | None = field(
        default=None,
        metadata={
            "env": "SINERGI_BOARD_URL",
            "help": "Address of the board as offices reach it, for links in notices.",
        },
    )

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None, **overrides: object) -> Settings:
        """Read the environment; keyword arguments that are not None win over it.

        Raises:
            SinergiError: a value that cannot be used, named with what is accepted.
        """
        env = os.environ if environ is None else environ
        given = {name: value for name, value in overrides.items() if value is not None}

        def pick(name: str, default: object) -> object:
            return given.get(name) or env.get(f"SINERGI_{name.upper()}") or default

        home = Path(str(pick("home", ROOT / ".sinergi"))).absolute()
        lang = str(pick("lang", "id"))
        if lang not in LANGUAGES:
            raise SinergiError(f"SINERGI_LANG is {lang!r}; use one of {', '.join(LANGUAGES)}.")
        return cls(
            home=home,
            inbox=str(pick("inbox", home / "inbox")),
            archive=Path(str(pick("archive", home / "archive"))).absolute(),
            lang=lang,
            expectations=Path(str(pick("expectations", ROOT / "expectations"))).absolute(),
            dbt_project=Path(str(pick("dbt_project", ROOT / "dbt_project"))).absolute(),
            mail_from=str(pick("mail_from", "sinergi@localhost")),
            **{name: str(value) if (value := pick(name, None)) else None for name in _OPTIONAL},
        )


def reference() -> str:
    """Return docs/configuration.md: every setting with its environment variable."""
    from sinergi.linkage.engine import LinkSettings

    every = [*fields(Settings), *fields(LinkSettings)]
    rows = [f"| `{each.metadata['env']}` | {each.metadata['help']} |" for each in every]
    head = [
        "# Configuration",
        "",
        "Made from `plugins/sinergi/settings.py` and `linkage/engine.py`; a test fails when page and code differ.",
        "",
    ]
    return "\n".join([*head, "| Environment variable | Meaning |", "|---|---|", *rows, ""])
