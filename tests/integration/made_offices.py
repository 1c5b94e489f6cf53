"""An inbox with made-up files of real contracts, and a database to take them into."""

from __future__ import annotations

import os
import zipfile
from datetime import date
from pathlib import Path

import xlsxwriter
from sqlalchemy import text

from sinergi.intake import collect_sender, delivery_of, intake

SEMBAKO = "dinsos/sembako"
HEADERS = ["No", "NAMA PENERIMA", "NIK KTP", "NO KK", "TAHAP", "NM KEL", "ALAMAT", "STATUS", "TGL SALUR", "NILAI (Rp)"]
NAMES = ["Siti", "Budi", "Rina", "Tono", "Lina", "Hendra", "Dewi", "Agus", "Yanto", "Wati"]
FAMILIES = ["Saputra", "Lestari", "Wijaya", "Susanti", "Pratama", "Handayani", "Nugroho", "Maharani"]


def person(number: int) -> tuple[str, str, str]:
    """Give a made-up man's name, NIK and No. KK."""
    name = f"{NAMES[number % 10]} {FAMILIES[number // 10 % 8]} {'ABCDEFGHIJ'[number // 80 % 10]}"
    return name, f"62710115018{number % 10}{number:04d}", f"62710110021{number % 10}{number + 1:04d}"


def sembako_rows(count: int = 40, *, month: int = 1, first: int = 1) -> list[list[object]]:
    """Give rows of the sembako export: made-up recipients, one in each row."""
    rows: list[list[object]] = []
    for number in range(first, first + count):
        name, nik, no_kk = person(number)
        day = date(2024, month, 5 + number % 20).strftime("%d/%m/%Y")
        rows.append([number, name, nik, no_kk, "I", "Kameloh Baru", f"Jl. Damang No. {number}", "", day, 600000])
    return rows


def workbook(path: Path, rows, headers=None, *, sheet="Penerima", above=4, footer=()):
    """Write a workbook laid out as the sembako export: titles above, headers, rows, footer."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        page = book.add_worksheet(sheet)
        if above:
            page.write_string(0, 0, "DAFTAR PENERIMA BANTUAN SEMBAKO")
        for offset, row in enumerate([headers or HEADERS, *rows, *footer]):
            for column, value in enumerate(row):
                if value is not None and value != "":
                    page.write(above + offset, column, value) if not isinstance(value, str) else page.write_string(
                        above + offset, column, value
                    )
    return path


class Offices:
    """Delivers files and takes them in, as the DAGs do."""

    def __init__(self, engine, settings):
        self.engine, self.settings = engine, settings
        self.inbox = Path(settings.inbox)
        self._time = 1_700_000_000

    def path(self, name: str, source_id: str = SEMBAKO) -> Path:
        """Give a place in the inbox."""
        path = self.inbox / source_id / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def sembako(self, name: str, rows=None, **layout) -> Path:
        """Deliver a sembako workbook."""
        return self.arrive(workbook(self.path(name), sembako_rows() if rows is None else rows, **layout))

    def arrive(self, path: Path) -> Path:
        """Let the file's time be one minute after the last one's."""
        self._time += 60
        os.utime(path, (self._time, self._time))
        return path

    def run(self) -> list:
        """Collect and take in everything that is new; give the deliveries in their final state."""
        ids = collect_sender(self.engine, self.settings)
        for delivery_id in ids:
            intake(self.engine, self.settings, delivery_id)
        with self.engine.connect() as connection:
            return [delivery_of(connection, delivery_id) for delivery_id in ids]

    def run_one(self):
        """Take in the one file that is new."""
        (delivery,) = self.run()
        return delivery

    def sql(self, query: str, **values) -> list:
        """Ask the database."""
        with self.engine.connect() as connection:
            return connection.execute(text(query), values).all()

    def count(self, table: str, **equals) -> int:
        """Count rows."""
        where = " and ".join(f"{name} = :{name}" for name in equals) or "true"
        return self.sql(f"select count(*) from {table} where {where}", **equals)[0][0]


def inflate_to(path: Path, size: int, source: Path) -> Path:
    """Write a workbook one of whose parts unzips to `size` bytes of blanks."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            data = old.read(item)
            if item.filename != "xl/worksheets/sheet1.xml":
                new.writestr(item, data)
                continue
            head, _, tail = data.partition(b"<sheetData>")
            with new.open(item.filename, "w", force_zip64=True) as part:
                part.write(head + b"<sheetData>")
                for _ in range(size >> 20):
                    part.write(b" " * (1 << 20))
                part.write(tail)
    return path
