"""The sheet of rows: those to correct, in the sender's own columns, wrong cells coloured and explained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from sinergi import reference
from sinergi.causes import without_symptoms
from sinergi.conform.headers import place
from sinergi.contracts import Contract
from sinergi.contracts.check import code_domain
from sinergi.correction.marker import CHOICES_SHEET, words
from sinergi.correction.shown import Shown
from sinergi.entities import Column
from sinergi.read import FileFault, SourceTable

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

SERIOUS = ("critical", "warning")
BEFORE = 3  # columns before the sender's own: row, what to correct, remove
MOST_COMMENTS = 4000  # beyond this Excel takes minutes to open; colour and words in column B stay
LONGEST_CELL, LONGEST_COMMENT, LONGEST_HELP = 32_000, 2_000, 255
LETTERS_A_LINE, LINE_HEIGHT, TALLEST = 62, 14, 409  # of column B; LibreOffice fits no row by itself
WIDTHS = {"nik": 19, "no_kk": 19, "date": 13, "amount": 13, "integer": 10, "decimal": 10, "boolean": 10}


@dataclass(frozen=True)
class Formats:
    """The looks of cells; what an office may change is not locked, and every such cell is text."""

    header: Format
    locked: Format
    what: Format
    plain: Format
    critical: Format
    warning: Format
    hidden: Format

    @classmethod
    def of(cls, book: Workbook) -> Formats:
        """Make the formats in a workbook."""
        cell: dict[str, Any] = {
            "num_format": "@",
            "locked": False,
            "valign": "top",
            "border": 1,
            "border_color": "#BFBFBF",
        }
        fixed: dict[str, Any] = {"locked": True, "valign": "top", "border": 1, "border_color": "#BFBFBF"}
        return cls(
            header=book.add_format(
                fixed | {"bold": True, "bg_color": "#1F4E78", "font_color": "#FFFFFF", "text_wrap": True}
            ),
            locked=book.add_format(fixed | {"bg_color": "#F2F2F2"}),
            what=book.add_format(fixed | {"bg_color": "#F2F2F2", "text_wrap": True, "num_format": "@"}),
            plain=book.add_format(cell),
            critical=book.add_format(cell | {"bg_color": "#F8B4B4", "bold": True}),
            warning=book.add_format(cell | {"bg_color": "#FFE699"}),
            hidden=book.add_format({"locked": True, "num_format": "@", "font_color": "#808080"}),
        )


def serious(found: pl.DataFrame) -> pl.DataFrame:
    """Give the findings about rows that are to be corrected."""
    return without_symptoms(found.filter(pl.col("severity").is_in(SERIOUS) & pl.col("row_number").is_not_null()))


def positions(table: SourceTable, contract: Contract) -> dict[str, int]:
    """Say where each canonical column stands in the file; nothing where the file has not its contract's shape."""
    try:
        return place(table.headers, contract, {}).columns
    except FileFault:
        return {}


def write_rows(
    book: Workbook, table: SourceTable, shown: Shown, contract: Contract, found: pl.DataFrame, lang: str
) -> int:
    """Write the sheet of rows and return how many it has.

    Args:
        book: The workbook.
        table: The delivery's rows.
        shown: The same as the workbook shows them.
        contract: Their contract.
        found: The findings of `serious`.
        lang: Language of the words.
    """
    said = words(lang)
    sheet = book.add_worksheet(said["rows_sheet"])
    formats = Formats.of(book)
    where = positions(table, contract)
    names, last = table.names, BEFORE + len(table.names)
    for at, name in enumerate([said["row"], said["what"], said["remove"], *names, said["key"]]):
        sheet.write_string(0, at, name, formats.header)
    by_row = {number[0]: part.to_dicts() for number, part in found.partition_by("row_number", as_dict=True).items()}
    keys, cells = shown.keys(), shown.cells.rows()
    raw = dict(table.malformed.select("row_number", "text").iter_rows())
    explain = Explainer(contract, lang)
    line = 0
    for at, number in enumerate(shown.row_numbers):
        findings_here = by_row.get(number)
        if findings_here is None:
            continue
        line += 1
        sheet.write_number(line, 0, number, formats.locked)
        told = [f"{said['levels'][each['severity']]}: {_in_its_row(each)}" for each in findings_here]
        told += [raw[number]] if number in raw else []
        sheet.write_string(line, 1, "\n".join(told)[:LONGEST_CELL], formats.what)
        lines = sum(len(each) // LETTERS_A_LINE + 1 for each in told)
        sheet.set_row(line, min(TALLEST, LINE_HEIGHT * lines))
        sheet.write_blank(line, 2, None, formats.plain)
        marked: dict[int, list[dict[str, Any]]] = {}
        for each in findings_here:
            if each["column_name"] in where:
                marked.setdefault(where[each["column_name"]], []).append(each)
        for position, value in enumerate(cells[at]):
            look = _look(formats, marked.get(position))
            if value is None:
                sheet.write_blank(line, BEFORE + position, None, look)
            else:
                sheet.write_string(line, BEFORE + position, value, look)
            if position in marked:
                explain.comment(sheet, line, BEFORE + position, marked[position])
        sheet.write_string(line, last, keys[at], formats.hidden)
    _dress(book, sheet, contract, where, line, last, lang)
    return line


def _in_its_row(finding: dict[str, Any]) -> str:
    """Give the message without the row that it stands beside."""
    message = str(finding["message"])
    for start in (f"Baris {finding['row_number']}, ", f"Row {finding['row_number']}, "):
        message = message.removeprefix(start)
    return message


def _look(formats: Formats, findings_here: list[dict[str, Any]] | None) -> Format:
    if not findings_here:
        return formats.plain
    return formats.critical if any(each["severity"] == "critical" for each in findings_here) else formats.warning


def _dress(
    book: Workbook, sheet: Worksheet, contract: Contract, where: dict[str, int], lines: int, last: int, lang: str
) -> None:
    """Widths, frozen panes, the protection that leaves only the sender's cells open, and lists to choose from."""
    said = words(lang)
    sheet.set_column(0, 0, 7)
    sheet.set_column(1, 1, 60)
    sheet.set_column(2, 2, 14)
    sheet.set_column(BEFORE, last - 1, 16)
    for name, position in where.items():
        width = 28 if name.endswith("_name") or name == "address" else WIDTHS.get(_column(contract, name).type, 16)
        sheet.set_column(BEFORE + position, BEFORE + position, width)
    sheet.set_column(last, last, 20, None, {"hidden": True})
    sheet.freeze_panes(1, BEFORE)
    sheet.autofilter(0, 0, max(lines, 1), last - 1)
    sheet.protect("", {"format_columns": True, "format_rows": True, "autofilter": True})
    sheet.set_landscape()
    sheet.set_paper(8)  # A3
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    if not lines:
        return
    help_text = said["removal_help"][:LONGEST_HELP]
    sheet.data_validation(
        *(1, 2, lines, 2),
        {"validate": "list", "source": [said["removal"]], "input_message": help_text, "error_type": "warning"},
    )
    lists = book.add_worksheet(CHOICES_SHEET)
    for at, (name, position) in enumerate(where.items()):
        choices = choices_of(contract, name)
        if not choices:
            continue
        for row, choice in enumerate(choices):
            lists.write_string(row, at, choice)
        cells = f"{CHOICES_SHEET}!{_absolute(at, len(choices))}"
        rule = {"validate": "list", "source": f"={cells}", "error_type": "information", "show_error": False}
        sheet.data_validation(1, BEFORE + position, lines, BEFORE + position, rule)
    lists.protect()
    lists.very_hidden()


def _absolute(column: int, rows: int) -> str:
    from xlsxwriter.utility import xl_range_abs

    return str(xl_range_abs(0, column, rows - 1, column))


def _column(contract: Contract, name: str) -> Column:
    return contract.entity_def.columns[name]


def choices_of(contract: Contract, name: str) -> list[str]:
    """Give the words that a column takes, in the sender's language; none where any word is taken."""
    if name == "area_name":
        return sorted(area.name for area in reference.areas().values())
    domain = code_domain(contract.entity_def, name)
    if _column(contract, name).type == "boolean":
        domain = "boolean"
    if not domain or domain not in reference.domains():
        return []
    known = reference.code_map(contract.codes, domain)
    labels = [value.label_id for value in reference.domains()[domain].values()]
    return [label for label in labels if reference.key(label) in known]


class Explainer:
    """Writes what is wrong, what is expected and an example beside a cell."""

    def __init__(self, contract: Contract, lang: str) -> None:
        self._contract, self._words, self._written = contract, words(lang), 0
        self._known: dict[str, tuple[str, str]] = {}

    def comment(self, sheet: Worksheet, row: int, column: int, findings_here: list[dict[str, Any]]) -> None:
        """Comment one cell, as long as there are not too many comments."""
        if self._written >= MOST_COMMENTS:
            return
        self._written += 1
        name = findings_here[0]["column_name"]
        expected, example = self._known.setdefault(name, self._expected(name))
        message = "\n".join(each["message"] for each in findings_here)
        text = self._words["comment"].format(message=message, expected=expected, example=example)
        sheet.write_comment(row, column, text[:LONGEST_COMMENT], {"x_scale": 2.6, "y_scale": 1.9, "font_size": 9})

    def _expected(self, name: str) -> tuple[str, str]:
        column = _column(self._contract, name)
        choices = choices_of(self._contract, name)
        kind = "area" if name.startswith("area_") else column.type
        if kind == "text" and choices:
            kind = "category"
        example = self._words["example"][kind].format(choice=choices[0] if choices else column.label)
        return self._words["expected"][kind], example
