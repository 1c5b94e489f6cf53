"""An office's list by name as XLSX: its own rows and columns, watermarked, on record before there is a file."""

from __future__ import annotations

import getpass
import io
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text

from sinergi import reference
from sinergi.errors import SinergiError

SHORTEST_PURPOSE = 10  # characters, as access.reads demands
LABELS = {
    "family_no": "No. Keluarga",
    "full_name": "Nama",
    "nik": "NIK (4 angka akhir)",
    "relationship": "Hubungan",
    "sex": "Jenis Kelamin",
    "age_band": "Kelompok Umur",
    "district_name": "Kecamatan",
    "area_name": "Kelurahan",
    "address": "Alamat",
    "rt": "RT",
    "rw": "RW",
    "phone": "Telepon",
    "is_in_force": "Berlaku dalam SK",
    "needs": "Kebutuhan",
    "times_helped": "Kali Dibantu",
    "last_helped_on": "Terakhir Dibantu",
    "is_child": "Anak",
    "education": "Pendidikan",
    "employment_status": "Status Pekerjaan",
    "occupation": "Pekerjaan",
    "school_participation": "Partisipasi Sekolah",
    "disability": "Disabilitas",
    "nutrition_status": "Status Gizi",
    "has_identity_papers": "Memiliki KTP/Akta",
    "lives_alone": "Tinggal Sendiri",
    "house_ownership": "Kepemilikan Rumah",
    "roof_material": "Atap",
    "wall_material": "Dinding",
    "floor_material": "Lantai",
    "lighting_source": "Penerangan",
    "water_source": "Air Minum",
    "toilet_facility": "Fasilitas BAB",
}
LEFT_OUT = ("opd_id", "area_code")
YES_NO = {True: "Ya", False: "Tidak", "true": "Ya", "false": "Tidak"}
HEADER_ROW = 5


@dataclass(frozen=True)
class Listed:
    """One list that was written.

    Args:
        read_id: Its number in access.reads.
        path: The file.
        families: Families in it.
        people: People in it.
    """

    read_id: int
    path: Path
    families: int
    people: int


def write_list(
    engine: Engine, opd_id: str, purpose: str, folder: Path, kelurahan: str | None = None, by: str | None = None
) -> Listed:
    """Write the list of an office, or of one kelurahan of it.

    Args:
        engine: The warehouse.
        opd_id: The office.
        purpose: What the list is for; stands in the file and in access.reads.
        folder: Where to; made when it is not there.
        kelurahan: Name or code; all where left out.
        by: Who asks; the login name where left out.

    Raises:
        SinergiError: the office or kelurahan is not known, the purpose says nothing, or nothing is published.
    """
    if len(purpose.strip()) < SHORTEST_PURPOSE:
        raise SinergiError(f"--purpose is too short; say in {SHORTEST_PURPOSE} letters or more what the list is for.")
    who = by or getpass.getuser()
    with engine.begin() as connection:  # on record, and committed, before there is a file
        office = _office(connection, opd_id)
        area_code = _area(connection, kelurahan) if kelurahan else None
        columns, rows = _rows(connection, opd_id, area_code)
        read_id: int = connection.execute(
            text(
                "insert into access.reads (kind, purpose, asked_by, opd_id, area_code, rows) "
                "values ('by_name', :purpose, :who, :opd_id, :area_code, :rows) returning read_id"
            ),
            {"purpose": purpose.strip(), "who": who, "opd_id": opd_id, "area_code": area_code, "rows": len(rows)},
        ).scalar_one()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"daftar-{opd_id}-{area_code or 'semua'}-{read_id}.xlsx"
    mark = f"RAHASIA · {office} · {who} · {datetime.now(UTC):%Y-%m-%d %H:%M} UTC · No. {read_id}"
    path.write_bytes(_workbook(office, mark, purpose.strip(), columns, rows))
    path.chmod(0o600)
    families = len({row[columns.index("family_no")] for row in rows})
    return Listed(read_id, path, families, len(rows))


def _office(connection: Connection, opd_id: str) -> str:
    if connection.execute(text("select to_regclass('marts.dim_opd')")).scalar() is None:
        raise SinergiError("Nothing is published yet: run `sinergi run` first.")
    query = "select opd_id, name, current_opd_id from marts.dim_opd"
    known = {row.opd_id: row for row in connection.execute(text(query))}
    standing = sorted(row.opd_id for row in known.values() if row.opd_id == row.current_opd_id)
    if opd_id not in known:
        raise SinergiError(f"There is no office {opd_id!r}; there are {', '.join(standing)}.")
    now = known[opd_id].current_opd_id
    if now != opd_id:
        raise SinergiError(f"{known[opd_id].name} is now {known[now].name}: its list is that of --opd {now}.")
    if connection.execute(text("select to_regclass(:view)"), {"view": f'office."{opd_id}"'}).scalar() is None:
        raise SinergiError(f"{opd_id!r} delivers help and is no office of seeds/opd.csv; add it, and build again.")
    return str(known[opd_id].name)


def _area(connection: Connection, kelurahan: str) -> str:
    query = text("select area_code from marts.dim_areas where area_code = :it or lower(area_name) = lower(:it)")
    code = connection.execute(query, {"it": kelurahan.strip()}).scalar()
    if code is None:
        names: list[str] = list(connection.execute(text("select area_name from marts.dim_areas order by 1")).scalars())
        raise SinergiError(f"There is no kelurahan {kelurahan!r}; there are {', '.join(names)}.")
    return str(code)


def _rows(connection: Connection, opd_id: str, area_code: str | None) -> tuple[list[str], list[list[Any]]]:
    found = connection.execute(  # the very view that the office itself reads: its rows, its columns
        text(
            f'select * from office."{opd_id}" where cast(:area_code as text) is null or area_code = :area_code '
            "order by area_code, family_no, relationship <> 'head', full_name"
        ),
        {"area_code": area_code},
    )
    shown = found.mappings().all()
    columns = [name for name in _own_columns(connection, opd_id) if name not in LEFT_OUT]
    return columns, [[_cell(row[name], name) for name in columns] for row in shown]


def _own_columns(connection: Connection, opd_id: str) -> list[str]:
    query = "select column_name from information_schema.columns where table_schema = 'office' and table_name = :office"
    return list(connection.execute(text(f"{query} order by ordinal_position"), {"office": opd_id}).scalars())


def _cell(value: Any, column: str) -> Any:
    if isinstance(value, bool) or value in ("true", "false"):
        return YES_NO[value]
    labels = reference.domains().get(column)
    if labels and value in labels:
        return labels[value].label_id
    return value


def _workbook(office: str, mark: str, purpose: str, columns: list[str], rows: list[list[Any]]) -> bytes:
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(buffer, options)
    sheet = book.add_worksheet("Daftar")
    bold, header = book.add_format({"bold": True}), book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    warning = book.add_format({"bold": True, "font_color": "#B00020"})
    sheet.write_string(0, 0, f"Daftar keluarga menurut nama: {office}", bold)
    sheet.write_string(1, 0, mark, warning)
    sheet.write_string(2, 0, f"Tujuan: {purpose}")
    sheet.write_string(
        3, 0, "Data pribadi (UU 27/2022): hanya untuk tujuan di atas; jangan diteruskan; hapus bila selesai."
    )
    for column, name in enumerate(columns):
        sheet.write_string(HEADER_ROW, column, LABELS.get(name, name), header)
    for number, row in enumerate(rows, HEADER_ROW + 1):
        for column, value in enumerate(row):
            if value is None:
                continue
            if isinstance(value, int):
                sheet.write_number(number, column, value)
            elif hasattr(value, "year"):
                sheet.write_datetime(number, column, value, day)
            else:
                sheet.write_string(number, column, str(value))
    sheet.freeze_panes(HEADER_ROW + 1, 2)
    sheet.autofilter(HEADER_ROW, 0, HEADER_ROW + max(len(rows), 1), len(columns) - 1)
    sheet.autofit(220)
    picture = _watermark(mark)
    sheet.set_background(io.BytesIO(picture))  # on the screen
    sheet.set_header("&C&G", {"image_center": "tanda.png", "image_data_center": io.BytesIO(picture)})  # on paper
    sheet.set_footer(f"&L{mark.replace('&', '&&')}&R&P / &N")
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER_ROW)
    book.set_properties({"title": f"Daftar {office}", "subject": purpose, "comments": mark})
    book.close()
    return buffer.getvalue()


def _watermark(mark: str) -> bytes:
    """Draw the mark in pale grey, aslant."""
    import vl_convert

    text_mark = {
        "type": "text",
        "angle": -18,
        "fontSize": 17,
        "color": "#D9D9D9",
        "font": "Liberation Sans, sans-serif",
    }
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": 640,
        "height": 260,
        "background": "white",
        "config": {"view": {"stroke": None}},
        "data": {"values": [{"mark": mark}]},
        "mark": text_mark,
        "encoding": {"text": {"field": "mark", "type": "nominal"}},
    }
    return bytes(vl_convert.vegalite_to_png(spec))
