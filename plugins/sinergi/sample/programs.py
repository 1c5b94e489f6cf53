"""The offices' programmes: who is eligible, how many rows a file has, what one delivery of help is worth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

Draw = Callable[[np.random.Generator, pl.DataFrame], dict[str, object]]


@dataclass(frozen=True)
class Help:
    """One export of help.

    Args:
        programs: Programme id -> who is eligible (over people joined to families).
        rows: Rows a file of the smaller sample and of the city.
        churn: Share of the recipients who are new in each file.
        draw: Gives the columns of the delivery itself.
        decreed: Who of a decreed family gets it: `family` (one adult), `eligible` (each eligible member), and the
            share of families whose turn it is in any one file.
    """

    source_id: str
    every: str
    programs: dict[str, pl.Expr]
    rows: tuple[int, int]
    churn: float
    draw: Draw
    decreed: tuple[str, float]
    due_day: int = 10


AGE = pl.col("age_at")
ADULT = AGE >= 18
HEAD = pl.col("relationship") == "head"
JOBLESS = pl.col("employment_status").is_in(["job_seeker", "not_working", "casual_worker"]) & (
    pl.col("occupation") != "student"
)
DECILES = pl.col("decile")
WOMAN = pl.col("sex") == "female"


def _pick(rng: np.random.Generator, size: int, *words: str) -> pl.Series:
    return pl.Series(words)[rng.integers(0, len(words), size)]


def _amounts(rng: np.random.Generator, size: int, *amounts: int) -> pl.Series:
    return pl.Series(amounts)[rng.integers(0, len(amounts), size)]


def _code(rng: np.random.Generator, size: int, prefix: str, digits: int) -> pl.Series:
    return prefix + pl.Series(rng.integers(10 ** (digits - 1), 10**digits, size)).cast(pl.String)


def _fixed(**columns: object) -> Draw:
    return lambda rng, rows: {name: _value(rng, len(rows), value) for name, value in columns.items()}


def _value(rng: np.random.Generator, size: int, value: object) -> object:
    if isinstance(value, tuple) and isinstance(value[0], int):
        return _amounts(rng, size, *value)
    if isinstance(value, tuple):
        return _pick(rng, size, *value)
    if isinstance(value, range):
        return pl.Series(rng.integers(value.start, value.stop, size))
    return pl.lit(value)


def _sembako(rng: np.random.Generator, rows: pl.DataFrame) -> dict[str, object]:
    month = pl.col("delivered_on").dt.month().cast(pl.String)
    status = pl.Series(rng.random(len(rows)) < 0.97)
    return {
        "phase": pl.lit("Tahap ") + month,
        "reference_number": _code(rng, len(rows), "", 11),
        "status": pl.when(pl.lit(status)).then(pl.lit("delivered")).otherwise(pl.lit("returned")),
        "amount_idr": _amounts(rng, len(rows), 200_000, 200_000, 400_000),
    }


def _stunting(rng: np.random.Generator, rows: pl.DataFrame) -> dict[str, object]:
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


def _pbi(rng: np.random.Generator, rows: pl.DataFrame) -> dict[str, object]:
    # A card keeps its number from month to month: it comes from the person, not from the draw.
    number = pl.col("person_id").str.tail(7).cast(pl.Int64) * 104_729 % 10_000_000_000
    pisat = {"head": "Peserta", "spouse": "Istri/Suami", "child": "Anak"}
    return {
        "reference_number": pl.lit("000") + number.cast(pl.String).str.zfill(10),
        "phase": pl.col("relationship").replace_strict(pisat, default="Tambahan"),
        "status": pl.lit("delivered"),
        "amount_idr": pl.lit(42_000),
    }


def _pip(rng: np.random.Generator, rows: pl.DataFrame) -> dict[str, object]:
    level = pl.col("education")
    amount = pl.when(level == "in_primary").then(450_000).when(level == "in_junior_secondary").then(750_000)
    status = _pick(rng, len(rows), "nominated", "granted", "delivered", "delivered", "delivered", "returned")
    paid = pl.col("delivered_on").dt.offset_by("21d")
    return {
        "parent_name": "mother_name",
        "amount_idr": amount.otherwise(1_000_000),
        "reference_number": _code(rng, len(rows), "", 10),
        "phase": pl.lit("Tahap ") + pl.col("delivered_on").dt.quarter().cast(pl.String),
        "status": status,
        "ended_on": pl.when(pl.lit(status) == "delivered").then(paid),
    }


def _training(*courses: str, statuses: tuple[str, ...] = ("completed",), longest: int = 6) -> Draw:
    def draw(rng: np.random.Generator, rows: pl.DataFrame) -> dict[str, object]:
        course = rng.integers(0, len(courses), len(rows))
        span = pl.Series(np.arange(len(courses)) % longest + 1)[course]
        return {
            "phase": pl.Series(courses)[course],
            "ended_on": pl.col("delivered_on") + pl.duration(days=pl.lit(span)),
            "status": _pick(rng, len(rows), *statuses),
        }

    return draw


def _skills(inner: Draw, *skills: str) -> Draw:
    return lambda rng, rows: {**inner(rng, rows), "skills": _pick(rng, len(rows), *skills)}


def _build(rng: np.random.Generator, rows: pl.DataFrame) -> dict[str, object]:
    water = pl.col("program_id") == "dpupr-air"
    return {
        "quantity": pl.lit(1.0),
        "amount_idr": pl.when(water).then(_amounts(rng, len(rows), 2_500_000, 3_000_000)).otherwise(8_500_000),
        "funding_source": _pick(rng, len(rows), "DAK", "APBD", "DAU"),
        "status": _pick(rng, len(rows), "completed", "completed", "completed", "granted"),
    }


HELP: tuple[Help, ...] = (
    Help(
        "dinsos/sembako",
        "month",
        {"dinsos-sembako": HEAD & (DECILES <= 3)},
        (300, 1200),
        0.04,
        _sembako,
        ("family", 0.9),
        8,
    ),
    Help(
        *("dinsos/sandang_pangan", "month", {"dinsos-sandang-pangan": HEAD & (DECILES <= 3)}, (110, 300), 0.5),
        _fixed(quantity=(1.0, 1.0, 2.0), unit="paket", amount_idr=(150_000, 250_000, 300_000), status="delivered"),
        *(("family", 0.2), 9),
    ),
    Help(
        *("dinsos/bansos_lansia_disabilitas", "quarter"),
        {
            "dinsos-lansia": (AGE >= 60) & (DECILES <= 4),
            "dinsos-disabilitas": (pl.col("disability") != "none") & (DECILES <= 4) & (AGE < 60),
        },
        *((90, 400), 0.2, _fixed(amount_idr=(300_000, 600_000, 900_000), status=("delivered", "delivered", "granted"))),
        *(("eligible", 1.0), 15),
    ),
    Help(
        *("disnaker/pelatihan", "quarter", {"disnaker-pelatihan": AGE.is_between(18, 45) & JOBLESS}, (80, 300), 1.0),
        _skills(
            _training(
                "Las Listrik", "Menjahit", "Tata Boga", "Servis AC", statuses=("completed", "completed", "cancelled")
            ),
            *("Menjahit", "Otomotif", "Memasak", "Komputer", "Pertukangan", "Las"),
        ),
        *(("eligible", 0.15), 14),
    ),
    Help(
        *("disnaker/penempatan", "quarter", {"disnaker-penempatan": AGE.is_between(18, 45) & JOBLESS}, (45, 200), 1.0),
        _skills(
            _fixed(
                phase=("PT Sawit Palma Kahayan", "CV Betang Jaya", "UD Isen Mulang"), amount_idr=(2_500_000, 3_261_616)
            ),
            *("Operator", "Pramuniaga", "Kasir", "Sopir", "Satpam"),
        ),
        *(("eligible", 0.06), 16),
    ),
    Help(
        *("perikanan/pelatihan_budidaya", "quarter"),
        {"perikanan-pelatihan": AGE.is_between(18, 60) & pl.col("is_rural") & (pl.col("occupation") != "student")},
        *((50, 120), 1.0, _training("CBIB Budidaya Lele", "Pembenihan Patin", "Pembuatan Pakan", longest=1)),
        *(("eligible", 0.3), 15),
    ),
    Help(
        *("disperkimtan/rtlh", "quarter"),
        {"disperkimtan-rtlh": HEAD & (DECILES <= 4) & pl.col("house_ownership").is_in(["owned", "rent_free"])},
        *((40, 120), 1.0),
        _fixed(
            amount_idr=(20_000_000, 20_000_000, 38_500_000),
            funding_source=("DAK", "APBD"),
            status=("completed", "granted"),
        ),
        *(("family", 0.12), 15),
    ),
    Help("dinkes/stunting", "month", {"dinkes-stunting": AGE < 5}, (330, 1500), 0.05, _stunting, ("eligible", 0.9), 6),
    Help("dinkes/pbi_jkn", "month", {"dinkes-pbi-jkn": DECILES <= 4}, (400, 42_000), 0.02, _pbi, ("eligible", 1.0), 7),
    Help(
        *("disdik/pip", "quarter", {"disdik-pip": pl.col("education").str.starts_with("in_") & AGE.is_between(6, 19)}),
        *((130, 600), 0.6, _pip, ("eligible", 0.5), 15),
    ),
    Help(
        *("dpupr/air_jamban", "quarter"),
        {
            "dpupr-air": HEAD & pl.col("water_source").is_in(["unprotected_well", "surface", "rain"]),
            "dpupr-jamban": HEAD & pl.col("toilet_facility").is_in(["shared", "none"]),
        },
        *((60, 200), 1.0, _build, ("family", 0.2), 17),
    ),
    Help(
        *("dkukmp/bantuan_usaha", "quarter"),
        {"dkukmp-bantuan-usaha": ADULT & pl.col("occupation").is_in(["trader", "self_employed", "homemaker"])},
        *((60, 250), 1.0),
        _skills(
            _fixed(
                phase=("Gerobak", "Etalase", "Modal usaha", "Mesin jahit"), amount_idr=(1_500_000, 2_500_000, 5_000_000)
            ),
            *("Kuliner", "Kelontong", "Jasa jahit", "Anyaman rotan", "Kue basah"),
        ),
        *(("family", 0.15), 15),
    ),
    Help(
        *(
            "ketahanan_pangan/bantuan_pangan",
            "quarter",
            {"ketahanan-pangan-cppd": HEAD & (DECILES <= 3)},
            (140, 700),
            0.3,
        ),
        *(_fixed(quantity=(10.0, 10.0, 20.0), unit="kg"), ("family", 0.5), 12),
    ),
    Help(
        *("pertanian/bantuan_tani", "quarter"),
        {"pertanian-bantuan-tani": ADULT & (pl.col("occupation") == "farmer")},
        *((60, 200), 1.0),
        _fixed(
            phase=("Bibit cabai", "Pupuk NPK", "Handtraktor"),
            quantity=(5.0, 10.0, 25.0),
            unit="kg",
            amount_idr=(350_000, 900_000),
        ),
        *(("eligible", 0.3), 15),
    ),
    Help(
        *(
            "dp3appkb/pemberdayaan",
            "quarter",
            {"dp3appkb-pemberdayaan": WOMAN & AGE.is_between(18, 49)},
            (70, 250),
            1.0,
        ),
        *(_fixed(phase=("Pelayanan KB", "Sekolah Perempuan", "Pelatihan anyaman")), ("eligible", 0.2), 15),
    ),
    Help(
        *("disdukcapil/dokumen", "month", {"disdukcapil-dokumen": pl.col("nik").is_not_null()}, (150, 600), 1.0),
        lambda rng, rows: {
            "phase": _pick(rng, len(rows), "KTP-el", "Kartu Keluarga", "Akta Kelahiran", "KIA"),
            "reference_number": _code(rng, len(rows), "6271-LT-", 8),
        },
        *(("eligible", 0.02), 4),
    ),
    Help(
        *("dlh/bank_sampah", "quarter", {"dlh-bank-sampah": AGE.is_between(18, 65)}, (70, 250), 0.5),
        lambda rng, rows: {
            "quantity": pl.Series(rng.gamma(2, 8, len(rows)).round(1) + 0.5),
            "unit": pl.lit("kg"),
            "amount_idr": pl.Series(rng.integers(5, 120, len(rows)) * 1000),
        },
        *(("family", 0.1), 15),
    ),
    Help(
        *("dispora/pelatihan_pemuda", "quarter", {"dispora-pelatihan": AGE.is_between(17, 30)}, (45, 150), 1.0),
        *(_training("Barista", "Konten Digital", "Sablon", longest=3), ("eligible", 0.1), 15),
    ),
    Help(
        *("diskominfo/akses_internet", "quarter", {"diskominfo-internet": HEAD & (DECILES <= 5)}, (50, 200), 1.0),
        _fixed(
            phase=("Rumah 10 Mbps", "Titik layanan RT", "Voucher pelajar"), status=("delivered", "delivered", "granted")
        ),
        *(("family", 0.1), 15),
    ),
)
