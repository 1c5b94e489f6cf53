"""Great Expectations' Data Docs, from the results in the ledger: what was checked in each source, and how it went."""

from __future__ import annotations

import fcntl
import html
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, text

from sinergi.contracts import Contract, load_contracts
from sinergi.suite import gx_class, library, new_context, rules_of

if TYPE_CHECKING:
    from sinergi.settings import Settings

RECENT = """
    select * from (
        select v.delivery_id, v.source_id, v.validated_at, v.success, v.result, d.file_name,
               row_number() over (partition by v.source_id order by v.validated_at desc, v.delivery_id desc) as age
        from ops.validations v join ops.deliveries d using (delivery_id)
    ) recent where age <= :kept order by source_id, age
"""
KEPT = 3
REDIRECT = (
    '<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url={0}"><a href="{0}">{1}</a>\n'
)


def build_docs(settings: Settings, engine: Engine) -> Path:
    """Build the site under `<home>/data_docs`; `<sender>__<export>.html` leads to a source's newest result.

    Args:
        settings: Where home and the contracts are.
        engine: The database with the ledger.

    Returns:
        The site's index page.
    """
    site = settings.home / "data_docs"
    settings.home.mkdir(parents=True, exist_ok=True)
    with engine.connect() as connection:
        rows = connection.execute(text(RECENT), {"kept": KEPT}).mappings().all()
    with (settings.home / "data_docs.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        fresh = Path(tempfile.mkdtemp(prefix="data_docs-", dir=settings.home))
        fresh.chmod(0o755)
        try:
            _build(fresh, load_contracts(settings.expectations), [dict(row) for row in rows])
            shutil.rmtree(site, ignore_errors=True)
            fresh.rename(site)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return site / "index.html"


def page_of(settings: Settings, source_id: str, delivery_id: int) -> Path | None:
    """Give the page about one delivery; None where none was built, as only the newest of a source are kept."""
    folder = settings.home / "data_docs" / "validations" / _id(source_id) / f"delivery-{delivery_id}"
    return max(folder.rglob("*.html"), default=None)


def _build(folder: Path, contracts: dict[str, Contract], rows: list[dict[str, Any]]) -> None:
    context = new_context(
        {
            "class_name": "SiteBuilder",
            "show_how_to_buttons": False,
            "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder)},
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        }
    )
    for source_id, contract in contracts.items():
        rules = [_expectation(rule.type, rule.arguments, rule.severity) for rule in rules_of(contract)]
        context.suites.add(library().ExpectationSuite(name=_id(source_id), expectations=rules))
    for row in rows:
        key, result = _result(row)
        context.validation_results_store.set(key, result)
    context.build_data_docs(site_names=["sinergi"])
    for row in rows:
        if row["age"] == 1 and (pages := sorted((folder / "validations" / _id(row["source_id"])).rglob("*.html"))):
            newest = max(pages, key=lambda page: page.parent.name).relative_to(folder).as_posix()
            page = REDIRECT.format(newest, html.escape(row["source_id"]))
            (folder / f"{_id(row['source_id'])}.html").write_text(page, encoding="utf-8")


def _id(source_id: str) -> str:
    return source_id.replace("/", "__")  # a slash would be a folder to GX


def _expectation(name: str, arguments: dict[str, Any], severity: str) -> Any:
    return gx_class(name)(**arguments, severity=severity)


def _result(row: dict[str, Any]) -> tuple[Any, Any]:
    from great_expectations.core import ExpectationSuiteValidationResult, ExpectationValidationResult
    from great_expectations.core.run_identifier import RunIdentifier
    from great_expectations.data_context.types.resource_identifiers import (
        ExpectationSuiteIdentifier,
        ValidationResultIdentifier,
    )

    name = _id(row["source_id"])
    entries = row["result"]["results"]
    results = [
        ExpectationValidationResult(
            success=entry["success"],
            expectation_config=_expectation(entry["type"], entry["kwargs"], entry["severity"]).configuration,
            result=entry["result"],
            exception_info={"raised_exception": False, "exception_message": None, "exception_traceback": None},
        )
        for entry in entries
    ]
    passed = sum(entry["success"] for entry in entries)
    run = RunIdentifier(run_name=f"delivery-{row['delivery_id']}", run_time=row["validated_at"])
    suite_id = ExpectationSuiteIdentifier(name)
    key = ValidationResultIdentifier(suite_id, run, f"delivery-{row['delivery_id']}")
    result = ExpectationSuiteValidationResult(
        success=row["success"],
        results=results,
        suite_name=name,
        statistics={
            "evaluated_expectations": len(entries),
            "successful_expectations": passed,
            "unsuccessful_expectations": len(entries) - passed,
            "success_percent": 100 * passed / len(entries) if entries else None,
        },
        meta={
            "run_id": run,
            "great_expectations_version": library().__version__,
            "active_batch_definition": {"data_asset_name": row["file_name"]},
        },
    )
    return key, result
