"""Lists of a made-up city, spoiled as offices spoil them: registries with families, a field list, help."""

from __future__ import annotations

from datetime import date

import polars as pl

from sinergi.linkage.trial import trial

SAID = ("full_name", "sex", "birth_date", "birth_year", "nik", "nik_status", "area_code", "rt", "rw", "address")
FAMILY = (*SAID, "no_kk", "no_kk_status", "relationship")


def sources(offices, columns=SAID):
    """Give source -> entity, what every row has besides, columns; `offices` give help and say `columns` of whom."""
    return {
        "p3ke/individu_2022": ("registry_people", {}, (*FAMILY, "registry_family_id")),
        "dtsen/anggota": ("registry_people", {}, (*FAMILY, "registry_family_id")),
        "kelurahan/pendataan": ("enumerations", {"enumerated_on": date(2023, 11, 1)}, (*FAMILY, "household_no")),
        **{
            source: ("interventions", {"program_id": "dinsos-sembako", "recipient_kind": "person"}, columns)
            for source in offices
        },
    }


def rows_of(sources, seed, people=1_500):
    """Give the rows of each source's list."""
    records = trial("palangkaraya", seed, people)
    number = pl.col("group_key").str.split(":").list.last()
    # A family numbered by its kelurahan: the last part is the family's, a number for each here.
    records = records.with_columns(registry_family_id=number, household_no=number.rank("dense").cast(pl.String))
    return {source: records.filter(source_id=source).select(sources[source][2]).to_dicts() for source in sources}
