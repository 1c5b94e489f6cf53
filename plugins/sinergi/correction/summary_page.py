"""The first sheet: what was received, what became of it, the few causes that explain most, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from sinergi.causes import summarise
from sinergi.clock import ZONE
from sinergi.contracts import Contract
from sinergi.correction.marker import words

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

MOST_CAUSES = 12
WIDTHS = (5, 44, 22, 12, 44, 56, 24)


@dataclass(frozen=True)
class Receipt:
    """What the first sheet tells.

    Attributes:
        contract: of the delivery.
        lang: language of the words.
        file_name: as the sender named it.
        at: when it was received, or checked.
        delivery_id: the receipt number; None for a check on the sender's own computer.
        status: as in ops.deliveries.
        period: what it is about.
        reason: why it is held.
        rows_read: rows of data.
        rows_accepted: rows that were let in.
        rows_ignored: rows that are no data.
        findings: everything that was found.
    """

    contract: Contract
    lang: str
    file_name: str
    at: datetime
    delivery_id: int | None
    status: str
    period: str | None
    reason: str | None
    rows_read: int
    rows_accepted: int
    rows_ignored: int
    findings: pl.DataFrame


def write_summary(book: Workbook, receipt: Receipt, rows_to_correct: int) -> None:
    """Write the first sheet.

    Args:
        book: The workbook.
        receipt: What to tell.
        rows_to_correct: How many rows the second sheet has.
    """
    said = words(receipt.lang)
    sheet = book.add_worksheet(said["summary_sheet"])
    look = {"valign": "top", "text_wrap": True, "num_format": "@"}
    bold = book.add_format(look | {"bold": True})
    plain = book.add_format(look)
    title = book.add_format({"bold": True, "font_size": 16, "font_color": "#1F4E78"})
    heading = book.add_format({"bold": True, "font_size": 12, "font_color": "#1F4E78", "bottom": 1})
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 0, said["title"], title)
    row = 2
    for label, value in _facts(receipt, rows_to_correct):
        sheet.merge_range(row, 0, row, 1, "", bold)
        sheet.write_string(row, 0, label, bold)
        sheet.merge_range(row, 2, row, 6, "", plain)
        sheet.write_string(row, 2, value, plain)
        if len(value) > 130:
            sheet.set_row(row, 15 * (len(value) // 130 + 1))
        row += 1
    row = _causes(book, sheet, receipt, row + 1, heading)
    sheet.merge_range(row, 0, row, 6, "", heading)
    sheet.write_string(row, 0, said["how_title"], heading)
    steps = said["how"] if rows_to_correct else said["how_whole"]
    if not rows_to_correct and receipt.status in ("accepted", "accepted_with_findings"):
        steps = [said["nothing"]]
    for number, step in enumerate([*steps, said["personal"]], 1):
        row += 1
        sheet.merge_range(row, 0, row, 6, "", plain)
        sheet.write_string(row, 0, f"{number}. {step}" if number <= len(steps) else step, plain)
        sheet.set_row(row, 30 if len(step) > 180 else 15)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.protect("", {"format_columns": True, "format_rows": True})
    sheet.activate()


def _facts(receipt: Receipt, rows_to_correct: int) -> list[tuple[str, str]]:
    said = words(receipt.lang)
    sent = receipt.delivery_id is not None
    refused = receipt.rows_read - receipt.rows_accepted
    facts = [
        (said["receipt"], str(receipt.delivery_id) if sent else said["not_sent"]),
        (said["received"] if sent else said["checked"], f"{receipt.at.astimezone(ZONE):%d/%m/%Y %H.%M} WIB"),
        (said["file"], receipt.file_name),
        (said["source"], f"{receipt.contract.title} ({receipt.contract.source_id})"),
        (said["period"], receipt.period or "–"),
        (said["verdict"], said["statuses"][receipt.status]),
        (said["read"], _count(receipt.rows_read)),
        (said["accepted"], _count(receipt.rows_accepted)),
        (said["refused"], _count(refused)),
        (said["noted"], _count(max(0, rows_to_correct - _wrong_rows(receipt.findings)))),
        (said["ignored"], _count(receipt.rows_ignored)),
    ]
    return [*facts, (said["reason"], receipt.reason)] if receipt.reason else facts


def _wrong_rows(found: pl.DataFrame) -> int:
    return int(found.filter(pl.col("severity") == "critical")["row_number"].drop_nulls().n_unique())


def _count(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _causes(book: Workbook, sheet: Worksheet, receipt: Receipt, row: int, heading: Any) -> int:
    said = words(receipt.lang)
    look: dict[str, Any] = {"valign": "top", "text_wrap": True, "border": 1, "border_color": "#BFBFBF"}
    head = book.add_format(look | {"bold": True, "bg_color": "#1F4E78", "font_color": "#FFFFFF"})
    looks = {
        "critical": book.add_format(look | {"bg_color": "#F8B4B4"}),
        "warning": book.add_format(look | {"bg_color": "#FFE699"}),
    }
    cell = book.add_format(look | {"num_format": "@"})
    causes = [cause for cause in summarise(receipt.findings) if cause.severity in looks][:MOST_CAUSES]
    if not causes:
        return row
    sheet.merge_range(row, 0, row, 6, "", heading)
    sheet.write_string(row, 0, said["causes_title"], heading)
    row += 1
    for column, name in enumerate(said["causes"]):
        sheet.write_string(row, column, name, head)
    for number, cause in enumerate(causes, 1):
        row += 1
        wording = cause.words(receipt.lang)
        examples = ", ".join(str(each) for each in cause.example_rows)
        more = ", …" if cause.count > len(cause.example_rows) > 0 else ""
        texts = (
            wording.text,
            cause.header or "–",
            _count(cause.count) if cause.count else said["whole_file"],
            wording.cause,
            wording.cure,
            f"{examples}{more}" or "–",
        )
        sheet.write_number(row, 0, number, looks[cause.severity])
        for column, text in enumerate(texts, 1):
            sheet.write_string(row, column, text, cell)
        lines = max(len(text) * 1.15 / width for text, width in zip(texts, WIDTHS[1:], strict=True))
        sheet.set_row(row, 15 * (int(lines) + 1))
    return row + 2
