import polars as pl
import pytest

from sinergi.conform import areas, codes


def resolve(code: str | None, name: str | None, system: str | None) -> tuple[str | None, str | None]:
    found = areas.resolve(pl.Series([code], dtype=pl.String), pl.Series([name], dtype=pl.String), system)
    return found["area_code"][0], found["outcome"][0]


@pytest.mark.parametrize(
    ("code", "name", "system", "area", "outcome"),
    [
        ("6271011001", "Pahandut", "kemendagri", "62.71.01.1001", "ok"),
        ("62.71.01.1001", "Kel. Pahandut", "kemendagri", "62.71.01.1001", "ok"),
        ("6271011001", "Kereng Bangkirai", "bps", "62.71.04.1003", "ok"),
        ("6271011001", None, "bps", "62.71.04.1003", "ok"),
        ("6271011001", "Kereng Bangkirai", "kemendagri", None, "conflict"),
        ("6271012002", "Palangka", "kemendagri", None, "conflict"),  # only BPS knows these digits
        ("9999999999", "Menteng", "kemendagri", "62.71.03.1002", "unknown_code"),
        (None, "KAMELOH_BARU", "kemendagri", "62.71.04.1004", "ok"),
        (None, "Kelurahan Kemeloh Baru", None, "62.71.04.1004", "ok"),
        ("62.71.04.1004", "Kamelo Bru", "kemendagri", "62.71.04.1004", "unknown_name"),
        (None, "Luar Kota", None, None, "unknown_name"),
        (None, None, None, None, None),
    ],
)
def test_areas(code: str | None, name: str | None, system: str | None, area: str | None, outcome: str | None) -> None:
    assert resolve(code, name, system) == (area, outcome)


def test_an_unknown_name_comes_with_the_nearest() -> None:
    assert areas.resolve(None, pl.Series(["Menteg"]), None)["near"][0] == " (Menteng?)"


def test_codes_of_an_edition_and_suggestions() -> None:
    words = pl.Series(["3", "03", "Tamat  SD / Sederajat", "tamat sdd/sederajat", None])
    found = codes.resolve(words, "dtsen_v3", "education")
    assert found["code"].to_list() == ["junior_secondary", "junior_secondary", "primary", None, None]
    assert found["outcome"].to_list() == ["ok", "ok", "ok", "unknown", None]
    assert found["near"][3] == " (Tamat SD/sederajat?)"


def test_flags_are_gathered_and_silence_is_not_a_no() -> None:
    flags = [
        ("pkh", pl.Series(["Ya", "Tidak", None])),
        ("rtlh", pl.Series(["1", "0", None])),
        ("pkh", pl.Series(["ya", "Tidak", None])),
    ]
    assert codes.gather_flags(flags, ["Ya", "1"]).to_list() == [["pkh", "rtlh"], [], None]
