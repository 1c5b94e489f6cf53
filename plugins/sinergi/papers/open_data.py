"""Open data: the suppressed aggregates as CSV, each with the metadata that Satu Data Indonesia asks for.

Perpres 39/2019, articles 4 to 10: data standard (concept, definition, unit), metadata, interoperability (an open form),
reference codes. What is written is what `bi_reader` sees, and nothing else.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Connection, Engine, text

from sinergi.errors import SinergiError

CATALOGUE = Path(__file__).with_name("open_data.yml")
CLOSED = (
    "Angka satu sampai empat, dan angka lain yang akan membukanya lewat jumlah atau perubahan antarbulan, ditutup "
    "(kosong). Kosong bukan nol."
)


def publish_open_data(engine: Engine, folder: Path) -> list[Path]:
    """Write every data set of the catalogue as `<name>.csv` and `<name>.metadata.json`.

    Args:
        engine: The warehouse.
        folder: Where to; made when it is not there.

    Returns:
        The paths that were written; the same build gives the same bytes.

    Raises:
        SinergiError: nothing is published yet.
    """
    catalogue = yaml.safe_load(CATALOGUE.read_text(encoding="utf-8"))
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    with engine.connect() as connection:
        if connection.execute(text("select to_regclass('bi.build_info')")).scalar() is None:
            raise SinergiError("Nothing is published yet: run `sinergi run` first.")
        build = connection.execute(text("select build_id, built_at from bi.build_info")).one()
        for dataset in catalogue["datasets"]:
            content, rows = _csv(connection, dataset)
            paths = [folder / f"{dataset['nama']}.{ending}" for ending in ("csv", "metadata.json")]
            paths[0].write_bytes(content)
            described = _metadata(catalogue, dataset, build, content, rows)
            paths[1].write_text(json.dumps(described, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
            written += paths
    return written


def _csv(connection: Connection, dataset: dict[str, Any]) -> tuple[bytes, int]:
    columns = ", ".join(f'"{name}"' for name in dataset["kolom"])
    order = ", ".join(f'"{name}"' for name in dataset["urut"])
    rows = connection.execute(text(f'select {columns} from bi."{dataset["relasi"]}" order by {order}')).all()
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(column["nama"] for column in dataset["kolom"].values())
    writer.writerows([_cell(value) for value in row] for row in rows)
    return buffer.getvalue().encode(), len(rows)


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    return "" if value is None else value


def _metadata(
    catalogue: dict[str, Any], dataset: dict[str, Any], build: Any, content: bytes, rows: int
) -> dict[str, Any]:
    return {
        "judul": dataset["judul"],
        "nama": dataset["nama"],
        "konsep": dataset["konsep"],
        "produsen_data": catalogue["produsen_data"],
        "walidata": catalogue["walidata"],
        "wilayah": catalogue["wilayah"],
        "frekuensi": dataset["frekuensi"],
        "lisensi": catalogue["lisensi"],
        "bahasa": "id",
        "tanggal_data": build.built_at.date().isoformat(),
        "pembangunan_data": build.build_id,
        "berkas": f"{dataset['nama']}.csv",
        "format": "text/csv; charset=utf-8",
        "sha256": hashlib.sha256(content).hexdigest(),
        "jumlah_baris": rows,
        "kerahasiaan": CLOSED,
        "variabel": list(dataset["kolom"].values()),
    }
