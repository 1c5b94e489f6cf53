"""Keyed hashes of NIK and No. KK: what BI sees instead. The key never reaches the database, not even in a query.

A plain hash of a NIK is no protection: there are few enough of them to try all. HMAC-SHA256 (RFC 2104) with a key that
the database does not have can be neither tried nor turned round by whoever has the whole database.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Collection

from sqlalchemy import Engine, text

from sinergi.entities import load_entities
from sinergi.errors import SinergiError
from sinergi.settings import Settings

IDENTITIES = ("nik", "no_kk")  # types of columns in expectations/entities
SHORTEST_KEY = 32  # characters


class KeyFault(SinergiError):
    """The key cannot be used."""


def hash_key(settings: Settings) -> bytes:
    """Return the key: SINERGI_HASH_KEY, else the home's private file, made on first use.

    Raises:
        KeyFault: the key is too short to be one.
    """
    key = settings.hash_key or _key_of_home(settings)
    if len(key) < SHORTEST_KEY:
        raise KeyFault(f"SINERGI_HASH_KEY is too short; give at least {SHORTEST_KEY} characters, kept for good.")
    return key.encode()


def digest(key: bytes, value: str) -> str:
    """Return the keyed hash of one number, as 64 hexadecimal digits."""
    return hmac.digest(key, value.encode(), hashlib.sha256).hex()


def key_id(key: bytes) -> str:
    """Return what tells one key from another, and neither from a guess."""
    return digest(key, "sinergi")[:16]


def refresh(engine: Engine, settings: Settings, deliveries: Collection[int] | None = None) -> int:
    """Hash every NIK and No. KK of raw that has no hash by the present key; return how many are new.

    Another key than before replaces all hashes: extracts of before and after do not match, as a lost key demands.

    Args:
        engine: The warehouse.
        settings: Where the key and the entities are.
        deliveries: Those in which new numbers can be; all where left out.
    """
    key = hash_key(settings)
    own = key_id(key)
    parameters = {} if deliveries is None else {"deliveries": list(deliveries)}
    with engine.begin() as connection:
        connection.execute(text("delete from linkage.identity_hashes where key_id <> :key_id"), {"key_id": own})
        values: list[str] = list(connection.execute(text(_new_values(settings, deliveries)), parameters).scalars())
        raw = connection.connection.driver_connection
        assert raw is not None
        # The values alone travel, in and out: by COPY, which no log and no pg_stat_activity quotes.
        copy = "copy linkage.identity_hashes (value, hash, key_id) from stdin"
        with raw.cursor() as cursor, cursor.copy(copy) as rows:
            for value in values:
                rows.write_row((value, digest(key, value), own))
        return len(values)


def _key_of_home(settings: Settings) -> str:
    path = settings.home / "hash_key"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            handle.write(secrets.token_hex(32))
    except FileExistsError:
        pass  # made by an earlier run
    return path.read_text().strip()


def _new_values(settings: Settings, deliveries: Collection[int] | None) -> str:
    columns = [
        (entity.entity, column.name)
        for entity in load_entities(settings.expectations).values()
        for column in entity
        if column.type in IDENTITIES
    ]
    those = "" if deliveries is None else " where _delivery_id = any(:deliveries)"
    each = " union all ".join(f'select "{column}" as value from raw."{entity}"{those}' for entity, column in columns)
    # What has its hash is left out first: on most days nothing is left to be told apart.
    return (
        f"select distinct value from ({each}) as known where value is not null "
        "and not exists (select from linkage.identity_hashes as hashed where hashed.value = known.value)"
    )
