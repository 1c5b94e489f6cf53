"""What one delivery of help is: its value, phase, status, document; a set of columns for each export."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl

Rng = np.random.Generator
Draw = Callable[[Rng, pl.DataFrame], dict[str, Any]]


def _pick(rng: Rng, size: int, choices: tuple[Any, ...]) -> pl.Series:
    return pl.Series(choices)[rng.integers(0, len(choices), size)]


def _code(rng: Rng, size: int, prefix: str, digits: int) -> pl.Series:
    return prefix + pl.Series(rng.integers(10 ** (digits - 1), 10**digits, size)).cast(pl.String)


def _of(**columns: Any) -> Draw:
    """Give each column one of the values of its tuple, or its one value."""

    def draw(rng: Rng, rows: pl.DataFrame) -> dict[str, Any]:
        return {
            name: _pick(rng, len(rows), value) if isinstance(value, tuple) else pl.lit(value)
            for name, value in columns.items()
        }

    return draw


def _course(courses: tuple[str, ...], longest: int = 6, **columns: Any) -> Draw:
    """Give a course; each has its own length in days."""

    def draw(rng: Rng, rows: pl.DataFrame) -> dict[str, Any]:
        course = rng.integers(0, len(courses), len(rows))
        span = pl.Series(np.arange(len(courses)) % longest + 1)[course]
        last = pl.col("delivered_on") + pl.duration(days=pl.lit(span))
        return {"phase": pl.Series(courses)[course], "ended_on": last, **_of(**columns)(rng, rows)}

    return draw


def _sembako(rng: Rng, rows: pl.DataFrame) -> dict[str, Any]:
    month = pl.col("delivered_on").dt.month().cast(pl.String)
    fetched = pl.Series(rng.random(len(rows)) < 0.97)
    return {
        "phase": pl.lit("Tahap ") + month,
        "reference_number": _code(rng, len(rows), "", 11),
        "status": pl.when(pl.lit(fetched)).then(pl.lit("delivered")).otherwise(pl.lit("returned")),
        "amount_idr": _pick(rng, len(rows), (200_000, 200_000, 400_000)),
    }


def _stunting(rng: Rng, rows: pl.DataFrame) -> dict[str, Any]:
    size, age = len(rows), rows["age_at"].to_numpy().clip(0.05, 5)
    status = rng.choice(3, size, p=[0.72, 0.2, 0.08])
    height = 50 + 25 * np.minimum(age, 1) + 9.5 * np.maximum(age - 1, 0) - status * 4 + rng.normal(0, 1.5, size)
    weight = 3.2 + 6 * np.minimum(age, 1) + 2.3 * np.maximum(age - 1, 0) - status * 0.9 + rng.normal(0, 0.5, size)
    return {
        "parent_name": pl.coalesce("mother_name", "father_name"),
        "nutrition_status": pl.Series(["normal", "stunted", "severely_stunted"])[status],
        "height_cm": pl.Series(height.clip(45, 125).round(1)),
        "weight_kg": pl.Series(weight.clip(2, 30).round(1)),
        "quantity": pl.Series(np.where(status > 0, rng.integers(1, 6, size), 0).astype(float)),
    }


def _pbi(rng: Rng, rows: pl.DataFrame) -> dict[str, Any]:
    # A card keeps its number from month to month: it comes from the person, not from chance.
    number = pl.col("person_id").str.tail(7).cast(pl.Int64) * 104_729 % 10_000_000_000
    pisat = {"head": "Peserta", "spouse": "Istri/Suami", "child": "Anak"}
    return {
        "reference_number": pl.lit("000") + number.cast(pl.String).str.zfill(10),
        "phase": pl.col("relationship").replace_strict(pisat, default="Tambahan"),
        "status": pl.lit("delivered"),
        "amount_idr": pl.lit(42_000),
    }


def _pip(rng: Rng, rows: pl.DataFrame) -> dict[str, Any]:
    level = pl.col("education")
    amount = pl.when(level == "in_primary").then(450_000).when(level == "in_junior_secondary").then(750_000)
    status = _pick(rng, len(rows), ("nominated", "granted", "delivered", "delivered", "delivered", "returned"))
    return {
        "parent_name": pl.col("mother_name"),
        "amount_idr": amount.otherwise(1_000_000),
        "reference_number": _code(rng, len(rows), "", 10),
        "phase": pl.lit("Tahap ") + pl.col("delivered_on").dt.quarter().cast(pl.String),
        "status": status,
        "ended_on": pl.when(pl.lit(status) == "delivered").then(pl.col("delivered_on").dt.offset_by("21d")),
    }


def _build(rng: Rng, rows: pl.DataFrame) -> dict[str, Any]:
    is_water = pl.col("program_id") == "dpupr-air"
    return {
        "quantity": pl.lit(1.0),
        "amount_idr": pl.when(is_water).then(_pick(rng, len(rows), (2_500_000, 3_000_000))).otherwise(8_500_000),
        "funding_source": _pick(rng, len(rows), ("DAK", "APBD", "DAU")),
        "status": _pick(rng, len(rows), ("completed", "completed", "completed", "granted")),
    }


def _documents(rng: Rng, rows: pl.DataFrame) -> dict[str, Any]:
    return {
        "phase": _pick(rng, len(rows), ("KTP-el", "Kartu Keluarga", "Akta Kelahiran", "KIA")),
        "reference_number": _code(rng, len(rows), "6271-LT-", 8),
    }


def _waste(rng: Rng, rows: pl.DataFrame) -> dict[str, Any]:
    return {
        "group_name": _pick(rng, len(rows), ("Bank Sampah Jekan Mandiri", "Bank Sampah Pahandut", "TPS3R Kereng")),
        "quantity": pl.Series(rng.gamma(2, 8, len(rows)).round(1) + 0.5),
        "unit": pl.lit("kg"),
        "amount_idr": pl.Series(rng.integers(5, 120, len(rows)) * 1000),
    }


PARTICULARS: dict[str, Draw] = {
    "dinsos/sembako": _sembako,
    "dinsos/sandang_pangan": _of(
        quantity=(1.0, 1.0, 2.0), unit="paket", amount_idr=(150_000, 250_000, 300_000), status="delivered"
    ),
    "dinsos/bansos_lansia_disabilitas": _of(
        amount_idr=(300_000, 600_000, 900_000), status=("delivered", "delivered", "granted")
    ),
    "disnaker/pelatihan": _course(
        ("Las Listrik", "Menjahit", "Tata Boga", "Servis AC"),
        status=("completed", "completed", "cancelled"),
        skills=("Menjahit", "Otomotif", "Memasak", "Komputer", "Pertukangan", "Las"),
    ),
    "disnaker/penempatan": _of(
        phase=("PT Sawit Palma Kahayan", "CV Betang Jaya", "UD Isen Mulang"),
        amount_idr=(2_500_000, 3_261_616),
        skills=("Operator", "Pramuniaga", "Kasir", "Sopir", "Satpam"),
    ),
    "perikanan/pelatihan_budidaya": _course(("CBIB Budidaya Lele", "Pembenihan Patin", "Pembuatan Pakan"), longest=1),
    "disperkimtan/rtlh": _of(
        amount_idr=(20_000_000, 20_000_000, 38_500_000),
        funding_source=("DAK", "APBD"),
        status=("completed", "completed", "granted"),
    ),
    "dinkes/stunting": _stunting,
    "dinkes/pbi_jkn": _pbi,
    "disdik/pip": _pip,
    "dpupr/air_jamban": _build,
    "dkukmp/bantuan_usaha": _of(
        phase=("Gerobak", "Etalase", "Modal usaha", "Mesin jahit"),
        amount_idr=(1_500_000, 2_500_000, 5_000_000),
        skills=("Kuliner", "Kelontong", "Jasa jahit", "Anyaman rotan", "Kue basah"),
    ),
    "ketahanan_pangan/bantuan_pangan": _of(quantity=(10.0, 10.0, 20.0), unit="kg"),
    "pertanian/bantuan_tani": _of(
        phase=("Bibit cabai", "Pupuk NPK", "Benih padi"),
        quantity=(5.0, 10.0, 25.0),
        unit="kg",
        amount_idr=(350_000, 900_000),
        group_name=("Poktan Karya Makmur", "Poktan Hapakat", "Poktan Harapan Baru"),
    ),
    "dp3appkb/pemberdayaan": _of(phase=("Pelayanan KB", "Sekolah Perempuan", "Pelatihan anyaman")),
    "disdukcapil/dokumen": _documents,
    "dlh/bank_sampah": _waste,
    "dispora/pelatihan_pemuda": _course(("Barista", "Konten Digital", "Sablon"), longest=3),
    "diskominfo/akses_internet": _of(
        phase=("Rumah 10 Mbps", "Titik layanan RT", "Voucher pelajar"), status=("delivered", "delivered", "granted")
    ),
}
