"""The correction workbook of a delivery or of a file that was only checked: write it, wherever it is to go."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import polars as pl
from sqlalchemy import Engine, text

from sinergi import findings
from sinergi.causes import Cause, as_frame, summarise
from sinergi.contracts import load_contracts
from sinergi.correction import chain, marker, rows_page, summary_page
from sinergi.correction.shown import show
from sinergi.correction.summary_page import Receipt
from sinergi.errors import SinergiError
from sinergi.outage import database_faults
from sinergi.read import FileFault, SourceTable

if TYPE_CHECKING:
    from sinergi.examine import Examination
    from sinergi.settings import Settings

__all__ = ["Cause", "causes_of", "summarise", "write_checked", "write_workbook"]


def write_workbook(
    engine: Engine, settings: Settings, delivery_id: int, target: Path | BinaryIO, *, lang: str | None = None
) -> None:
    """Write the correction workbook of a delivery.

    Args:
        engine: The database.
        settings: Where archive and contracts are.
        delivery_id: A delivery that was taken in.
        target: Where it goes.
        lang: Language of its words; SINERGI_LANG or the contract's where left out.

    Raises:
        SinergiError: there is no such delivery, its source has no contract, or the archive cannot be read.
    """
    with database_faults(f"the workbook of delivery {delivery_id}"), engine.connect() as connection:
        query = text("select * from ops.deliveries where delivery_id = :id")
        delivery = connection.execute(query, {"id": delivery_id}).mappings().one_or_none()
        if delivery is None:
            raise SinergiError(f"There is no delivery {delivery_id}; `sinergi run` lists them.")
        contract = load_contracts(settings.expectations).get(delivery["source_id"])
        if contract is None:
            raise SinergiError(f"Delivery {delivery_id}: {delivery['source_id']} has no contract, so nothing was read.")
        found = _findings(connection, delivery_id)
        table = None
        if delivery["rows_read"] and delivery["archive_path"]:
            try:
                table = chain.content(connection, settings, contract, delivery)
            except FileFault:
                table = None
    words = lang or findings.spoken(settings.lang, contract.language)
    receipt = Receipt(
        contract=contract,
        lang=words,
        file_name=delivery["file_name"],
        at=delivery["received_at"],
        delivery_id=delivery_id,
        findings=found,
        **{name: delivery[name] for name in ("status", "period", "reason")},
        **{name: delivery[name] for name in ("rows_read", "rows_accepted", "rows_ignored")},
    )
    _write(receipt, table, delivery["sha256"] or "", target)


def write_checked(examination: Examination, file_name: str, sha256: str, target: Path | BinaryIO) -> None:
    """Write the workbook of a file that was examined without a database.

    Args:
        examination: What `sinergi.examine.examine` gave.
        file_name: The file's name.
        sha256: Of its bytes; ties the workbook to the delivery that they become when they are sent.
        target: Where it goes.
    """
    receipt = Receipt(
        contract=examination.contract,
        lang=examination.lang,
        file_name=file_name,
        at=datetime.now(UTC),
        delivery_id=None,
        status=examination.status,
        period=examination.period,
        reason=" ".join(hold.reason for hold in examination.holds) or None,
        rows_read=examination.rows_read,
        rows_accepted=examination.rows_accepted,
        rows_ignored=examination.rows_ignored,
        findings=examination.findings,
    )
    _write(receipt, examination.table, sha256, target)


def causes_of(engine: Engine, delivery_id: int) -> list[Cause]:
    """Give the causes behind a delivery's findings, the most useful to correct first."""
    with database_faults(f"the findings of delivery {delivery_id}"), engine.connect() as connection:
        return summarise(_findings(connection, delivery_id))


def _findings(connection: Any, delivery_id: int) -> pl.DataFrame:
    query = text("""select row_number, column_name, rule, severity, value, message from ops.findings
                    where delivery_id = :id order by row_number nulls first, finding_id""")
    rows: list[Mapping[str, Any]] = connection.execute(query, {"id": delivery_id}).mappings().all()
    return as_frame(rows)


def _write(receipt: Receipt, table: SourceTable | None, sha256: str, target: Path | BinaryIO) -> None:
    import xlsxwriter

    serious = rows_page.serious(receipt.findings)
    if table is not None:
        known = pl.concat([table.row_numbers.cast(pl.Int64), table.malformed["row_number"].cast(pl.Int64)])
        serious = serious.filter(pl.col("row_number").is_in(known.implode()))
    has_rows = table is not None and serious.height > 0
    # Strings stay strings: a cell that begins with = + - @ is never a formula, nor a link.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    try:
        with xlsxwriter.Workbook(str(target) if isinstance(target, Path) else target, options) as book:
            book.set_properties(
                {"title": receipt.file_name, "author": "Sinergi", "company": receipt.contract.source_id}
            )
            to_correct = int(serious["row_number"].n_unique()) if has_rows else 0
            summary_page.write_summary(book, receipt, to_correct)
            if table is not None and has_rows:
                rows_page.write_rows(book, table, show(table, sha256), receipt.contract, serious, receipt.lang)
                mark = marker.Marker(receipt.contract.source_id, sha256, marker.names(receipt.lang))
                _mark(book, mark)
    except OSError as fault:
        raise SinergiError(f"{target} cannot be written: {fault.strerror or type(fault).__name__}.") from None


def _mark(book: Any, mark: marker.Marker) -> None:
    sheet = book.add_worksheet(marker.SHEET)
    for row, (name, value) in enumerate(mark.lines()):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, value)
    sheet.protect()
    sheet.very_hidden()
