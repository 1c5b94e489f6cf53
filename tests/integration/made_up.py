"""A few made-up people, written straight into raw as intake would leave them."""

from __future__ import annotations

import hashlib
from datetime import date

from sqlalchemy import text

from sinergi import ledger, rawtables

KAMELOH_BARU, MENTENG = "62.71.04.1004", "62.71.03.1002"


class MadeUp:
    """Writes deliveries of made-up rows into an empty warehouse."""

    def __init__(self, engine):
        self.engine = engine
        ledger.upgrade(engine)
        rawtables.ensure(engine)

    def deliver(self, source_id, entity, rows, *, period=None, replaces=None, corrects=False):
        """Write one accepted delivery; NIK and No. KK count as valid unless the row says otherwise.

        `replaces` names the delivery whose place it takes; `corrects`: as a correction workbook, row by row.
        """
        sha256 = hashlib.sha256(repr((source_id, period, rows, replaces)).encode()).hexdigest()
        with self.engine.begin() as connection:
            if replaces:
                connection.execute(text(f"delete from raw.{entity} where _delivery_id = {replaces}"))
            delivery_id = connection.execute(
                text(
                    "insert into ops.deliveries (source_id, sender_id, entity, file_name, inbox_path, sha256, period, "
                    "status, rows_read, rows_accepted) values (:source, split_part(:source, '/', 1), :entity, 'x', "
                    "'x', :sha256, :period, 'accepted', :rows, :rows) returning delivery_id"
                ),
                {"source": source_id, "entity": entity, "sha256": sha256, "period": period, "rows": len(rows)},
            ).scalar_one()
            if replaces:
                connection.execute(
                    text(
                        "update ops.deliveries set status = 'superseded', superseded_by = :own where delivery_id = :id"
                    ),
                    {"own": delivery_id, "id": replaces},
                )
            if corrects:
                connection.execute(
                    text("update ops.deliveries set corrects = :base where delivery_id = :own"),
                    {"own": delivery_id, "base": replaces},
                )
            for number, row in enumerate(rows, start=2):
                for key in ("nik", "no_kk", "head_nik", "corrected_nik"):
                    if row.get(key):
                        row = {f"{key}_status": "valid", **row}
                row = {
                    **row,
                    "_delivery_id": delivery_id,
                    "_source_id": source_id,
                    "_sheet": "Data",
                    "_row_number": number,
                }
                columns = ", ".join(row)
                values = ", ".join(f":{name}" for name in row)
                connection.execute(text(f"insert into raw.{entity} ({columns}) values ({values})"), row)
        return delivery_id

    def crosswalk(self):
        """Give (source, row) -> (person_id, family_id, method) of the newest deliveries."""
        with self.engine.connect() as connection:
            query = "select source_id, row_number, person_id, family_id, method from linkage.crosswalk"
            return {(row[0], row[1]): row[2:] for row in connection.execute(text(query))}


def nik(number, born=date(1980, 5, 1), woman=False):
    """Make up a NIK of the city: serial and birth date as the rule has them."""
    day = born.day + (40 if woman else 0)
    return f"627103{day:02d}{born:%m%y}{number:04d}"


def kk(number):
    """Make up a family card number."""
    return f"627103010120{number:04d}"


def named(full_name, number=None, *, household="1", **more):
    """Make up one row of the decree of 24 January 2024."""
    return {
        "decree_number": "188.45/23/2024",
        "decreed_on": date(2024, 1, 24),
        "action": "named",
        "household_no": household,
        "full_name": full_name,
        "nik": nik(number) if number else None,
        "area_code": KAMELOH_BARU,
        **more,
    }


def ended(action, full_name, number=None, *, on, household="1", **more):
    """Make up one row of a later decree that graduates or removes."""
    later = {"decree_number": f"188.45/{on:%j}/2024", "decreed_on": on, "action": action}
    return named(full_name, number, household=household, **(later | more))
