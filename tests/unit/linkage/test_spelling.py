"""Spellings that are one name, and names that are not; each group cites why."""

import polars as pl
import pytest

from sinergi.linkage.spelling import spell


def forms(raw: str) -> dict:
    return spell(pl.Series([raw])).row(0, named=True)


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        # titles: Keputusan Mendikbud 036/U/1993; honorifics as offices write them
        ("H. Ahmad Fauzi, S.Pd", "AHMAD FAUZI"),
        ("Hj. Siti Aminah", "SITI AMINAH"),
        ("Drs. H. Syahrani, M.Si.", "SYAHRANI"),
        ("Ir. Budi Santoso S.T., M.T.", "BUDI SANTOSO"),
        ("Alm. Rusli", "RUSLI"),
        ("RUSLI (ALM)", "RUSLI"),
        ("Sdr. Yanto", "YANTO"),
        # Muhammad
        *[(f"{m} Irfan", "MUHAMAD IRFAN") for m in ("M.", "Muh.", "Moh.", "Moch.", "MHD", "Muhammad", "Mohamad")],
        ("M.Irfan", "MUHAMAD IRFAN"),
        ("Muhammad", "MUHAMAD"),
        # patronyms: bin, binti
        ("Ahmad bin Saleh", "AHMAD"),
        ("Siti Rahmah binti H. Abdullah", "SITI RAHMAH"),
        # an Arabic article or an initial is no patronym
        ("Muhammad Al Fatih", "MUHAMAD AL FATIH"),
        ("Riska B. Hutagalung", "RISKA B HUTAGALUNG"),
        # spelling before 1947 and 1972
        ("Soeparman", "SUPARMAN"),
        ("Djoko Soetrisno", "JOKO SUTRISNO"),
        ("Tjahjono", "CAHJONO"),
        ("Sjahrani", "SYAHRANI"),
        ("Jusuf", "YUSUF"),
        # doubled letters, apostrophes, accents, space of every kind
        ("Nurjannah", "NURJANAH"),
        ("Ma'mun", "MAMUN"),
        ("  siti\u00a0aisyah ", "SITI AISYAH"),
        # Banjar and Dayak forms; Balinese birth-order names
        ("Noorhayati", "NURHAYATI"),
        ("Norhayati", "NURHAYATI"),
        ("Khairunnisa", "HAIRUNISA"),
        ("Indu Yanto", "INDUYANTO"),
        ("Ni Wayan Ariani", "WAYAN ARIANI"),
        ("St. Aminah", "SITI AMINAH"),
        ("Abd. Rahman", "ABDUL RAHMAN"),
        # single names stay; a title alone is no title
        ("Sahay", "SAHAY"),
        ("H", "H"),
    ],
)
def test_plain(raw, plain):
    assert forms(raw)["name"] == plain


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Febri Pranata", "Pebri Pranata"),
        ("Zainal", "Jainal"),
        ("Aisyah", "Aisya"),
        ("Santoso Budi", "Budi Santoso"),
        ("Yulius", "Julius"),
        ("Novi", "Nopi"),
    ],
)
def test_sounds_alike(left, right):
    assert forms(left)["sound"] == forms(right)["sound"]


@pytest.mark.parametrize(
    ("left", "right"), [("Budi", "Rudi"), ("Aminah", "Maimunah"), ("Yanto", "Yanti"), ("Rini", "Rina")]
)
def test_other_names_stay_other(left, right):
    assert forms(left)["sound"] != forms(right)["sound"]


@pytest.mark.parametrize("raw", ["", "-", "...", "123"])
def test_no_letter_is_no_name(raw):
    assert forms(raw)["name"] is None
