"""Who is who, over all sources. Source records are never altered: the only output is `linkage.crosswalk`.

Linking is exact: a usable NIK, else the place in a registry, household or family card under the same name. A
placeholder never links, and one NIK under clearly different names is several people.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sinergi.linkage.families import find_families
from sinergi.linkage.ids import give_ids
from sinergi.linkage.people import find_people

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from sinergi.settings import Settings

SQL = Path(__file__).parent / "linkage"
LINK_LOCK = 627_110  # advisory: two runs of linking follow each other

SUMMARY = """
select
    (select count(*) from records),
    (select count(*) from person_ids), (select count(*) from person_ids where is_new),
    (select count(*) from family_ids), (select count(*) from family_ids where is_new),
    (select count(*) from records where method = 'nik_conflict'),
    (select count(*) from records where method = 'record')
"""
FIGURES = ("records", "people", "people_new", "families", "families_new", "records_in_conflict", "records_alone")


def link(engine: Engine, settings: Settings) -> dict[str, Any]:
    """Link every current record of raw to a person and a family, in one transaction.

    Returns:
        Counts of records, people, families, how many are new, and seconds.
    """
    started = time.perf_counter()
    with engine.begin() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        with raw.cursor() as cursor:
            cursor.execute(f"select pg_advisory_xact_lock({LINK_LOCK})")
            cursor.execute((SQL / "schema.sql").read_text())
            cursor.execute((SQL / "records.sql").read_text())
            find_people(cursor)
            find_families(cursor)
            give_ids(cursor)
            figures = cursor.execute(SUMMARY).fetchone()
    return dict(zip(FIGURES, figures, strict=True)) | {"seconds": round(time.perf_counter() - started, 2)}
