"""The figures that reports must show once linking has said whose each row is, be it right or wrong.

The sample's own code works them out (`sinergi.sample.reports`, which has never seen the warehouse's SQL) from the
sample's own rows; of the warehouse it takes nothing but the crosswalk. So a report that errs cannot hide behind
linking, nor linking behind a report. No figure shows an id: those that were found serve as they are.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from sinergi.sample import reports


def as_linked(
    truth: Path, deliveries: pl.DataFrame, crosswalk: pl.DataFrame, today: date | None = None
) -> dict[str, dict[str, float]]:
    """Give every figure that hangs on who is who, by report.

    Args:
        truth: Folder with `known/*.parquet` of a sample.
        deliveries: `source_id`, `file_name` and `delivery_id` of each file.
        crosswalk: `delivery_id`, `row_number`, `person_id`, `family_id`; a row that is not in it is nobody's.
        today: The day of the build; the end of the story where left out.
    """
    tied = {entity: _tied(rows, deliveries, crosswalk) for entity, rows in _known(truth).items()}
    return reports.reports(tied, today)


def truly(truth: Path, today: date) -> dict[str, dict[str, float]]:
    """Give every true figure of the reports on the day of a build: ages move on after the sample was written."""
    return reports.reports(_known(truth), today)


def _known(truth: Path) -> dict[str, pl.DataFrame]:
    return {entity: pl.read_parquet(truth / "known" / f"{entity}.parquet") for entity in reports.KEPT}


def _tied(rows: pl.DataFrame, deliveries: pl.DataFrame, crosswalk: pl.DataFrame) -> pl.DataFrame:
    files = deliveries.select("source_id", "file_name", delivery="delivery_id")
    found = crosswalk.select("row_number", "person_id", "family_id", delivery="delivery_id")
    rows = rows.drop("delivery", "person_id", "family_id").join(files, on=("source_id", "file_name"))
    return rows.join(found, on=("delivery", "row_number"), how="left").sort("delivery", "row_number")
