"""A few made-up records as linking reads them, and who is who among them."""

from datetime import date
from functools import cache

import polars as pl

from sinergi.linkage import model
from sinergi.linkage.evidence import RECORD_SCHEMA, prepare
from sinergi.linkage.people import find_people
from sinergi.linkage.trial import trial


def records(*rows):
    full = []
    for number, row in enumerate(rows):
        base = dict.fromkeys(RECORD_SCHEMA) | {
            "record_id": number,
            "source_id": "dinsos/sembako",
            "layer": 5,
            "seen_on": date(2024, 1, 1),
            "nik_status": "valid" if row.get("nik") else "missing",
            "no_kk_status": "valid" if row.get("no_kk") else "missing",
            "is_person": True,
            "birth_year": row["birth_date"].year if row.get("birth_date") else None,
            "area_code": "62.71.03.1002",
        }
        full.append(base | row)
    return pl.DataFrame(full, schema=RECORD_SCHEMA)


@cache
def city():
    """Make up a small town, so that names and dates are as frequent as they are among people."""
    return trial("palangkaraya", 5, 1_500).select(list(RECORD_SCHEMA))


def persons_in_a_city(*rows):
    """Give the people of these rows, linked among those of a town."""
    frame = records(*rows)
    around = city().with_columns(pl.col("record_id") + len(frame))
    found = find_people(prepare(pl.concat([frame, around])), model.load())
    ties = dict(found.ties.select("record_id", "person").iter_rows())
    return [ties.get(number) for number in frame["record_id"]], found


def nik(number, born=date(1980, 5, 1)):
    return f"627103{born:%d%m%y}{number:04d}"


def persons(frame, decided=None):
    prepared = prepare(frame)
    found = find_people(prepared, model.load(), decided)
    ties = dict(found.ties.select("record_id", "person").iter_rows())
    return [ties.get(number) for number in frame["record_id"]], found, prepared
