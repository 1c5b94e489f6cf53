"""What stands around the data of a sheet: titles, header rows with their merges, column numbers, totals, signatures."""

from __future__ import annotations

from dataclasses import dataclass

from sinergi import reference
from sinergi.contracts.model import Contract
from sinergi.sample import Export
from sinergi.sample.layouts import Column, Layout
from sinergi.sample.render import MONTHS
from sinergi.sample.xlsx import column_letter

Row = list[str | int | None]
ROMAN = ("I", "II", "III", "IV")


@dataclass(frozen=True)
class Page:
    """Rows above and below the data, each with the kind under which a reader sets it aside (None: not counted)."""

    head: list[Row]
    head_kinds: list[str | None]
    tail: list[Row]
    tail_kinds: list[str | None]
    merges: list[str]


def words(export: Export) -> dict[str, str]:
    """Give what fills the blanks of titles and sheet names."""
    period = export.period or ""
    if "Q" in period:
        when = f"Triwulan {ROMAN[int(period[-1]) - 1]} {period[:4]}"
    elif len(period) == 7:
        when = f"{MONTHS[int(period[5:]) - 1]} {period[:4]}"
    else:
        when = str(export.received_on.year)
    area = reference.areas().get(str(export.meta.get("area_code")))
    return {
        "bulan": when,
        "judul": str(export.meta.get("sheet_title", "")),
        "kelurahan": area.name if area else "",
        "kecamatan": area.district_name if area else "",
    }


def fill(template: str, blanks: dict[str, str]) -> str:
    """Fill the blanks of a title."""
    return template.format_map(blanks)


def make_page(
    contract: Contract, layout: Layout, columns: list[Column], blanks: dict[str, str], export: Export
) -> Page:
    """Lay out everything around the data."""
    first, levels, width = contract.file.header_row, contract.file.header_rows, len(columns)
    titles: list[Row] = [[fill(title, blanks).upper()] for title in layout.titles[: first - 1]]
    merges = [f"A{n}:{column_letter(width - 1)}{n}" for n in range(1, len(titles) + 1)] if width > 1 else []
    titles += [[] for _ in range(first - 1 - len(titles))]
    header, header_merges = _header([column.header for column in columns], levels, first)
    head = [*titles, *header]
    kinds: list[str | None] = ["title" if row else "blank" for row in titles]
    kinds += ["header"] * levels
    if layout.number_row:
        head.append(list(range(1, width + 1)))
        kinds.append("number_row")
    tail, tail_kinds = _tail(layout, columns, export)
    return Page(head, kinds, tail, tail_kinds, merges + header_merges)


def _header(headers: list[str], levels: int, first: int) -> tuple[list[Row], list[str]]:
    """Split `a / b / c` over the header rows; neighbours of a group share a merged cell, short ones span down."""
    if levels == 1:
        return [list(headers)], []
    paths = [header.split(" / ") for header in headers]
    rows: list[Row] = [[None] * len(headers) for _ in range(levels)]
    merges = []
    for place, path in enumerate(paths):
        letter = column_letter(place)
        for level, name in enumerate(path):
            group = path[: level + 1]
            if level < len(path) - 1:
                if place and paths[place - 1][: level + 1] == group and len(paths[place - 1]) > level + 1:
                    continue
                last = place
                while (
                    last + 1 < len(paths) and len(paths[last + 1]) > level + 1 and paths[last + 1][: level + 1] == group
                ):
                    last += 1
                if last > place:
                    merges.append(f"{letter}{first + level}:{column_letter(last)}{first + level}")
            elif level < levels - 1:
                merges.append(f"{letter}{first + level}:{letter}{first + levels - 1}")
            rows[level][place] = name
    return rows, merges


def _tail(layout: Layout, columns: list[Column], export: Export) -> tuple[list[Row], list[str | None]]:
    rows: list[Row] = []
    kinds: list[str | None] = []
    if layout.total:
        place = next(at for at, column in enumerate(columns) if column.name == layout.total)
        total: Row = [None] * len(columns)
        total[0], total[place] = "JUMLAH", int(export.frame[layout.total].sum())
        rows.append(total)
        kinds.append("total")
    if layout.footer:
        day = export.received_on
        signed = f"Palangka Raya, {day.day} {MONTHS[day.month - 1]} {day.year}"
        lines = (
            signed,
            "Mengetahui,",
            f"{layout.footer},",
            None,
            None,
            "Drs. Contoh Pejabat, M.Si",
            "NIP. 19700101 199503 1 001",
        )
        indent: Row = [None] * max(len(columns) - 4, 0)
        rows += [[], *([*indent, line] if line else [] for line in lines)]
        kinds += ["blank", *("footer" if line else "blank" for line in lines)]
    return rows, kinds
