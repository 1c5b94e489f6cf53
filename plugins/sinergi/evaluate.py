"""Compare the warehouse with a sample's truth: who is who, what became of every row and file, every figure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from sinergi import clock, database
from sinergi.agreement import agreement, short
from sinergi.as_linked import as_linked, truly
from sinergi.confirmed import confirmed_merges
from sinergi.entities import load_entities
from sinergi.errors import SinergiError
from sinergi.figures import compare_figures, query
from sinergi.linkage import store
from sinergi.settings import Settings

if TYPE_CHECKING:
    from psycopg import Connection

SHOWN = 50  # mismatches listed; all are counted
# Rows of these are about a family or a group; linking need not name a person in them.
NO_PERSON = ("registry_families", "deliberations")
FOUND = {"person_id": "found_person_id", "family_id": "found_family_id"}


def evaluate(where: Settings | str, sample_dir: Path) -> dict[str, Any]:
    """Compare a database with the truth of the sample that was taken into it.

    Args:
        where: Settings, or the URL of the database.
        sample_dir: The folder that `sinergi sample` wrote: it has `truth/`.

    Returns:
        `person`, `family`: precision, recall, f1 over pairs of records, and the same by B-cubed; `short`: those
        below what is asked; `placeholder_merges`, `confirmed_merges` (`confirmed`): people that must never be merged;
        `deliveries`, `rows`: expected against actual, with the first mismatches; `figures`: each as it must be
        (expected), as it must be once linking has erred (as_linked) and as it is (actual); `ok`: whether every file and
        row is as it must be, every figure as linked, none moved too far by linking, nobody merged who must never be,
        and linking as good as is asked.

    Raises:
        SinergiError: the folder has no truth.
    """
    truth = Path(sample_dir) / "truth"
    for name in ("figures.json", "known"):
        if not (truth / name).exists():
            raise SinergiError(f"{sample_dir} has no truth/{name}; write a sample with `sinergi sample` first.")
    with _connection(where) as connection:
        deliveries = _deliveries(connection)
        crosswalk = _crosswalk(connection)
        linked = _beside_truth(crosswalk.rename(FOUND), truth, deliveries)
        named = linked.filter(~pl.col("entity").is_in(NO_PERSON))
        result: dict[str, Any] = {
            "person": agreement(named.select(truth="person_id", found="found_person_id", record="true_record")),
            "family": agreement(linked.select(truth="family_id", found="found_family_id", record="true_record")),
            "placeholder_merges": _placeholder_merges(connection, linked),
            "confirmed_merges": _confirmed_merges(connection, named),
            "deliveries": _compare_deliveries(truth, deliveries),
            "rows": _compare_rows(connection, truth, deliveries),
            "figures": _figures(connection, truth, deliveries, crosswalk),
        }
    result["short"] = short(result["person"], result["family"])
    right = [not result["short"], result["deliveries"]["mismatched"] == 0, result["rows"]["mismatched"] == 0]
    right += [result["placeholder_merges"] == 0, result["confirmed_merges"] == 0]
    right += [figure["ok"] for figure in result["figures"]]
    return {"ok": all(right), **result}


def _figures(
    connection: Connection, truth: Path, deliveries: pl.DataFrame, crosswalk: pl.DataFrame
) -> list[dict[str, Any]]:
    today, built = clock.today(), connection.execute("select to_regclass('marts.build_info') is not null").fetchone()
    if built and built[0]:
        query = "select max(built_at at time zone 'Asia/Jakarta')::date from marts.build_info"
        day = connection.execute(query).fetchone()
        today = (day and day[0]) or today
    written = json.loads((truth / "figures.json").read_text())
    if written["reports"]:
        written["reports"] = truly(truth, today)
    return compare_figures(connection, written, as_linked(truth, deliveries, crosswalk, today))


@contextmanager
def _connection(where: Settings | str) -> Iterator[Connection]:
    if isinstance(where, str):
        with database.connect(where) as connection:
            yield connection
        return
    from sinergi.run import prepared

    with prepared(where) as engine, database.connect(engine.url.render_as_string(hide_password=False)) as connection:
        yield connection


def _deliveries(connection: Connection) -> pl.DataFrame:
    """Return the latest delivery of each file."""
    sql = """select distinct on (source_id, file_name) delivery_id, source_id, file_name, entity, status, rows_read,
        rows_accepted, rows_quarantined from ops.deliveries order by source_id, file_name, delivery_id desc"""
    counts = dict.fromkeys(("rows_read", "rows_accepted", "rows_quarantined"), pl.Int64)
    found = query(connection, sql, delivery_id=pl.Int64, **counts)
    return found.with_columns(status=pl.col("status").replace("accepted_with_findings", "accepted"))


def _truth(path: Path) -> pl.DataFrame:
    numbers = {"row_number": pl.Int64}
    return pl.read_csv(path, infer_schema=False).with_columns(
        pl.col(name).cast(dtype) for name, dtype in numbers.items()
    )


def _crosswalk(connection: Connection) -> pl.DataFrame:
    sql = "select delivery_id, row_number, person_id, family_id from linkage.crosswalk"
    return query(connection, sql, delivery_id=pl.Int64, row_number=pl.Int64)


def beside_truth(connection: Connection, truth: Path, rows: pl.DataFrame) -> pl.DataFrame:
    """Add to rows (`delivery_id`, `row_number`) the true `person_id` and `family_id`, and the `entity` of their file.

    Rows that the truth does not know are left out.
    """
    return _beside_truth(rows, truth, _deliveries(connection))


def _beside_truth(rows: pl.DataFrame, truth: Path, deliveries: pl.DataFrame) -> pl.DataFrame:
    files = deliveries.select("delivery_id", "source_id", "file_name", "entity")
    records = _truth(truth / "records.csv").drop("sheet").rename({"record_id": "true_record"})
    rows = rows.drop("source_id", strict=False).join(files, on="delivery_id")
    return rows.join(records, on=("source_id", "file_name", "row_number"), how="inner")


def _placeholder_merges(connection: Connection, linked: pl.DataFrame) -> int:
    """Count found people in whom one impossible NIK joins different true people, and families likewise by No. KK."""
    parts = []
    for entity in load_entities().values():
        names = entity.columns
        if "nik_status" in names:
            nik = "case when nik_status is distinct from 'valid' then coalesce(nik_source, nik) end"
            parts.append(
                f"select _delivery_id, _row_number, {nik} as written, 'person' as kind from raw.{entity.entity}"
            )
        if "no_kk_status" in names:
            status = "case when no_kk_status = 'placeholder' then no_kk_status end"
            parts.append(f"select _delivery_id, _row_number, {status}, 'family' from raw.{entity.entity}")
    sql = f"select * from ({' union all '.join(parts)}) as rows where written is not null"
    written = query(connection, sql, _delivery_id=pl.Int64, _row_number=pl.Int64)
    rows = written.join(
        linked, left_on=("_delivery_id", "_row_number"), right_on=("delivery_id", "row_number"), how="inner"
    )
    merges = 0
    for kind in ("person", "family"):
        joined = rows.filter(pl.col("kind") == kind, pl.col(f"found_{kind}_id").is_not_null())
        true = joined.group_by(f"found_{kind}_id", "written").agg(pl.col(f"{kind}_id").drop_nulls().n_unique())
        merges += len(true.filter(pl.col(f"{kind}_id") > 1))
    return merges


def _confirmed_merges(connection: Connection, named: pl.DataFrame) -> int:
    with connection.transaction(), connection.cursor() as cursor:
        records = store.read_records(cursor)
    numbered = records.join(named, on=("delivery_id", "row_number"), suffix="_of_file")
    nik = pl.when(pl.col("nik_status") == "valid").then("nik")
    return confirmed_merges(
        numbered.select("is_matched", "source_id", found="found_person_id", truth="person_id", nik=nik)
    )


def _compare_deliveries(truth: Path, deliveries: pl.DataFrame) -> dict[str, Any]:
    counts = ("status", "rows_read", "rows_accepted", "rows_quarantined")
    expected = pl.read_csv(truth / "deliveries.csv", infer_schema_length=None).select("source_id", "file_name", *counts)
    both = expected.join(deliveries, on=("source_id", "file_name"), how="left", suffix="_actual", maintain_order="left")
    # A duplicate is not read again, and of a held file only the status is promised.
    is_read = ~pl.col("status").is_in(["duplicate", "held"])
    wrong = pl.col("status").ne_missing(pl.col("status_actual"))
    for name in counts[1:]:
        wrong = wrong | (is_read & pl.col(name).ne_missing(pl.col(f"{name}_actual")))
    bad = both.filter(wrong).drop("delivery_id", "entity")
    return {"expected": len(both), "mismatched": len(bad), "mismatches": bad.head(SHOWN).to_dicts()}


def _actual_rows(connection: Connection) -> pl.DataFrame:
    kept = " union all ".join(
        "select _delivery_id as delivery_id, _row_number as row_number, 'accepted' as actual, '' as rules"
        f" from raw.{name}"
        for name in load_entities()
    )
    sql = f"""{kept} union all
        select delivery_id, row_number, 'quarantined', jsonb_path_query_array(reasons, '$[*].rule')::text
        from quarantine.rows
        union all select delivery_id, row_number, 'ignored', '' from quarantine.ignored_rows"""
    return query(connection, sql, delivery_id=pl.Int64, row_number=pl.Int64)


def _compare_rows(connection: Connection, truth: Path, deliveries: pl.DataFrame) -> dict[str, Any]:
    expected = _truth(truth / "rows.csv").filter(pl.col("fate") != "held")
    expected = expected.join(
        deliveries.select("delivery_id", "source_id", "file_name", "status"),
        on=("source_id", "file_name"),
        how="left",
    ).filter(pl.col("status").is_null() | (pl.col("status") != "duplicate"))
    actual = _actual_rows(connection).unique(["delivery_id", "row_number"], keep="first")
    both = expected.join(actual, on=("delivery_id", "row_number"), how="left")
    # Accepted rows of a replaced delivery are gone from raw; the counts of the delivery answer for them.
    gone = (pl.col("status") == "superseded") & (pl.col("fate") == "accepted") & pl.col("actual").is_null()
    # Rows that are no data (titles, blank ones) need not be listed to be right: they only must not become data.
    unlisted = (pl.col("fate") == "ignored") & pl.col("actual").is_null()
    bad = both.filter(pl.col("fate").ne_missing(pl.col("actual")) & ~gone & ~unlisted)
    named = both.filter(pl.col("rule").is_not_null() & (pl.col("actual") == "quarantined"))
    other_rule = named.filter(
        ~pl.col("rules").str.contains(pl.concat_str(pl.lit('"'), "rule", pl.lit('"')), literal=True)
    )
    shown = bad.select(
        "source_id", "file_name", row="row_number", expected="fate", rule="rule", actual="actual", found="rules"
    )
    return {
        "expected": len(both),
        "mismatched": len(bad),
        "quarantined_by_another_rule": len(other_rule),
        "fates": dict(sorted(both.group_by("fate").len().iter_rows())),
        "mismatches": shown.sort("source_id", "file_name", "row").head(SHOWN).to_dicts(),
        "other_rules": other_rule.select("source_id", "file_name", "row_number", "rule", "rules")
        .head(SHOWN)
        .to_dicts(),
    }
