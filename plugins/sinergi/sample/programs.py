"""The offices' programmes: who is eligible, how many rows a file has, how often decreed families have their turn."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Help:
    """One export of help.

    Args:
        programs: Programme id -> who is eligible (over people joined to families).
        rows: Rows a file in the smaller sample and in the city.
        churn: Share of the recipients who are new in each file.
        decreed: Who of a decreed family gets it: one adult of the `family`, or each `eligible` member.
        share: Share of the decreed families (or members) whose turn it is in any one file.
        due_day: Day of the next month on which the file usually arrives.
    """

    source_id: str
    every: str
    programs: dict[str, pl.Expr]
    rows: tuple[int, int]
    churn: float
    decreed: str
    share: float
    due_day: int = 15


def _col(name: str) -> pl.Expr:
    return pl.col(name)


AGE = pl.col("age_at")
HEAD = pl.col("relationship") == "head"
POOR = pl.col("decile") <= 3
NEAR_POOR = pl.col("decile") <= 4
WORK = pl.col("occupation")
JOBLESS = _col("employment_status").is_in(["job_seeker", "not_working", "casual_worker"]) & (WORK != "student")
YOUNG = AGE.is_between(18, 45)
NO_WATER = _col("water_source").is_in(["unprotected_well", "surface", "rain"])
NO_TOILET = _col("toilet_facility").is_in(["shared", "none"])
OWN_HOUSE = _col("house_ownership").is_in(["owned", "rent_free"])
PUPIL = _col("education").str.starts_with("in_") & AGE.is_between(6, 19)
SELLS = (AGE >= 18) & WORK.is_in(["trader", "self_employed", "homemaker"])
FARMS = (AGE >= 18) & (WORK == "farmer")
MOTHER = (_col("sex") == "female") & AGE.is_between(18, 49)
FISHES = AGE.is_between(18, 60) & _col("is_rural") & (WORK != "student")
OLD = (AGE >= 60) & NEAR_POOR
DISABLED = (_col("disability") != "none") & NEAR_POOR & (AGE < 60)

M, Q = "month", "quarter"
HELP: tuple[Help, ...] = (
    Help("dinsos/sembako", M, {"dinsos-sembako": HEAD & POOR}, (300, 1200), 0.04, "family", 0.9, 8),
    Help("dinsos/sandang_pangan", M, {"dinsos-sandang-pangan": HEAD & POOR}, (110, 300), 0.5, "family", 0.2, 9),
    Help(
        "dinsos/bansos_lansia_disabilitas",
        Q,
        {"dinsos-lansia": OLD, "dinsos-disabilitas": DISABLED},
        (90, 400),
        0.2,
        "eligible",
        1.0,
    ),
    Help("disnaker/pelatihan", Q, {"disnaker-pelatihan": YOUNG & JOBLESS}, (80, 300), 1.0, "eligible", 0.15, 14),
    Help("disnaker/penempatan", Q, {"disnaker-penempatan": YOUNG & JOBLESS}, (45, 200), 1.0, "eligible", 0.06, 16),
    Help("perikanan/pelatihan_budidaya", Q, {"perikanan-pelatihan": FISHES}, (50, 120), 1.0, "eligible", 0.3),
    Help("disperkimtan/rtlh", Q, {"disperkimtan-rtlh": HEAD & NEAR_POOR & OWN_HOUSE}, (40, 120), 1.0, "family", 0.12),
    Help("dinkes/stunting", M, {"dinkes-stunting": AGE < 5}, (330, 1500), 0.05, "eligible", 0.9, 6),
    Help("dinkes/pbi_jkn", M, {"dinkes-pbi-jkn": NEAR_POOR}, (400, 42_000), 0.02, "eligible", 1.0, 7),
    Help("disdik/pip", Q, {"disdik-pip": PUPIL}, (130, 600), 0.6, "eligible", 0.5),
    Help(
        "dpupr/air_jamban",
        Q,
        {"dpupr-air": HEAD & NO_WATER, "dpupr-jamban": HEAD & NO_TOILET},
        (60, 200),
        1.0,
        "family",
        0.2,
        17,
    ),
    Help("dkukmp/bantuan_usaha", Q, {"dkukmp-bantuan-usaha": SELLS}, (60, 250), 1.0, "family", 0.15),
    Help(
        "ketahanan_pangan/bantuan_pangan", Q, {"ketahanan-pangan-cppd": HEAD & POOR}, (140, 700), 0.3, "family", 0.5, 12
    ),
    Help("pertanian/bantuan_tani", Q, {"pertanian-bantuan-tani": FARMS}, (60, 200), 1.0, "eligible", 0.3),
    Help("dp3appkb/pemberdayaan", Q, {"dp3appkb-pemberdayaan": MOTHER}, (70, 250), 1.0, "eligible", 0.2),
    Help(
        "disdukcapil/dokumen",
        M,
        {"disdukcapil-dokumen": _col("nik").is_not_null()},
        (150, 600),
        1.0,
        "eligible",
        0.02,
        4,
    ),
    Help("dlh/bank_sampah", Q, {"dlh-bank-sampah": AGE.is_between(18, 65)}, (70, 250), 0.5, "family", 0.1),
    Help("dispora/pelatihan_pemuda", Q, {"dispora-pelatihan": AGE.is_between(17, 30)}, (45, 150), 1.0, "eligible", 0.1),
    Help(
        "diskominfo/akses_internet",
        Q,
        {"diskominfo-internet": HEAD & (_col("decile") <= 5)},
        (50, 200),
        1.0,
        "family",
        0.1,
    ),
)
