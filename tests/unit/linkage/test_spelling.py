"""Spellings that are one name, and names that are not. Each group carries its source; what has none says so."""

from typing import NamedTuple

import polars as pl
import pytest

from sinergi.linkage.spelling import spell

PERMENDAGRI = "Permendagri 73/2022 on names in identity documents, articles 4 and 5"
EYD = "Ejaan Yang Disempurnakan, Keppres 57/1972"
SOEWANDI = "Ejaan Soewandi, 1947"
TRANSLITERATION = "SKB Menteri Agama 158/1987 and Menteri P dan K 0543b/U/1987, Arabic in Latin letters"
BANJAR = "Wikipedia, Banjarese language: upriver it has the vowels a, i and u, and takes e for i, o for u"
NGAJU = "Bentuk sapaan kekerabatan masyarakat Dayak Ngaju (123dok.com, zgw1ogv2), chapter 3"
NONE = "no source: what the files of offices and the sample's mess hold"
MUHAMMAD = ("M.", "Muh.", "Moh.", "Moch.", "Much.", "MHD", "Mohd.", "Muhammad", "Mohamad", "Mochammad", "Mohamed")


class Group(NamedTuple):
    """Names as they are written, and the plain form that they share or have."""

    source: str
    examples: list[tuple[str, str]]


PLAIN = {
    "degrees": Group(
        "Keputusan Mendikbud 036/U/1993; Permenristekdikti 59/2018, article 20 (A.Ma., A.Md., S.Tr., Dr.)",
        [
            ("H. Ahmad Fauzi, S.Pd", "AHMAD FAUZI"),
            ("Drs. H. Syahrani, M.Si.", "SYAHRANI"),
            ("Ir. Budi Santoso S.T., M.T.", "BUDI SANTOSO"),
            ("Rina Astuti, S.Tr.Keb.", "RINA ASTUTI"),
            ("Rusmiati, A.Ma.Pd.", "RUSMIATI"),
            ("Yulia Sari, Amd.Keb", "YULIA SARI"),
            ("Dr. Budi Santoso, M.Sc., Ph.D.", "BUDI SANTOSO"),
            ("dr. Yanti, Sp.A", "YANTI"),
            # A name that is shorter than its titles stays.
            ("H", "H"),
        ],
    ),
    "honorifics": Group(
        f"{PERMENDAGRI}: titles of learning, custom and faith may stand, shortened, on the family card",
        [
            ("Hj. Siti Aminah", "SITI AMINAH"),
            ("KH. Abdullah", "ABDULAH"),
            ("Alm. Rusli", "RUSLI"),
            ("RUSLI (ALM)", "RUSLI"),
            ("Almh. Hj. Rusmini", "RUSMINI"),
            ("Sdr. Yanto", "YANTO"),
            ("Bpk. Yanto", "YANTO"),
        ],
    ),
    "Muhammad": Group(
        f"{PERMENDAGRI}: a name is written in full from then on, and Muh. and Abd. were its examples of what was not",
        [
            *((f"{word} Irfan", "MUHAMAD IRFAN") for word in MUHAMMAD),
            ("M.Irfan", "MUHAMAD IRFAN"),
            ("H. M. Arif", "MUHAMAD ARIF"),
            ("Muhammad", "MUHAMAD"),
            ("Mukhammad", "MUHAMAD"),
            ("Moehammad Jusuf", "MUHAMAD YUSUF"),
            ("Gusti Mohammad", "GUSTI MUHAMAD"),
            ("Abd. Rahman", "ABDUL RAHMAN"),
            ("Abdoel Rachman", "ABDUL RAHMAN"),
            # Not the whole of a name: an initial at its end is an initial.
            ("Rusli M", "RUSLI M"),
        ],
    ),
    "patronyms": Group(
        "KBBI, bin and binti: son and daughter of",
        [
            ("Ahmad bin Saleh", "AHMAD"),
            ("Siti Rahmah binti H. Abdullah", "SITI RAHMAH"),
            ("Siti Rahmah bt. Abdullah", "SITI RAHMAH"),
            # An article or an initial is no patronym, and who is only called so keeps it.
            ("Muhammad Al Fatih", "MUHAMAD AL FATIH"),
            ("Riska B. Hutagalung", "RISKA B HUTAGALUNG"),
            ("Bin Yamin", "BIN YAMIN"),
        ],
    ),
    "spelling of 1947": Group(
        f"{SOEWANDI}: oe became u",
        [("Soeparman", "SUPARMAN"), ("Poerwanto", "PURWANTO"), ("Noer", "NUR"), ("Soeharti", "SUHARTI")],
    ),
    "spelling of 1972": Group(
        f"{EYD}: tj, dj, nj, sj and j became c, j, ny, sy and y",
        [
            ("Djoko Soetrisno", "JOKO SUTRISNO"),
            # Its other letters say that a j is a y; Joko's do not.
            ("Tjahjono", "CAHYONO"),
            ("Widjaja", "WIJAYA"),
            ("Djojo", "JOYO"),
            ("Sjahrani", "SYAHRANI"),
            ("Njoman", "NYOMAN"),
            ("Jusuf", "YUSUF"),
            ("Johanes", "YOHANES"),
            ("Joko", "JOKO"),
        ],
    ),
    "doubled letters": Group(
        f"{TRANSLITERATION}: syaddah doubles a letter, which clerks leave out",
        [
            ("Nurjannah", "NURJANAH"),
            ("Abdullah", "ABDULAH"),
            ("Muttaqin", "MUTAQIN"),
            ("Annisa", "ANISA"),
        ],
    ),
    "the Arabic article": Group(
        f"{TRANSLITERATION}: before r, s and the like the article is written as it is heard",
        [
            ("Abdurrahman", "ABDUL RAHMAN"),
            ("Abdur Rahman", "ABDUL RAHMAN"),
            ("Abdussalam", "ABDUL SALAM"),
            ("Abdullah", "ABDULAH"),
        ],
    ),
    "Arabic kh and h": Group(
        f"{TRANSLITERATION}: ha, kha; {EYD}: ch became kh",
        [
            ("Chairil Anwar", "HAIRIL ANWAR"),
            ("Khairil Anwar", "HAIRIL ANWAR"),
            ("Hairil Anwar", "HAIRIL ANWAR"),
            ("Achmad Fauzi", "AHMAD FAUZI"),
            ("Akhmad Fauzi", "AHMAD FAUZI"),
        ],
    ),
    "Banjar": Group(
        BANJAR,
        [("Noorhayati", "NURHAYATI"), ("Norhayati", "NURHAYATI"), ("Noor Laila", "NUR LAILA")],
    ),
    "Dayak": Group(
        f"{NGAJU}: a man is called Apang Iwan, father of Iwan, after his first child. Bapa, Amai, Indu: {NONE}",
        [
            ("Bapa Yanto", "BAPAYANTO"),
            ("Apang Yanto", "BAPAYANTO"),
            ("Amai Yanto", "BAPAYANTO"),
            ("Indu Yanto", "INDUYANTO"),
            # A family name stands last and stays.
            ("Rikardo Toendan", "RIKARDO TUNDAN"),
        ],
    ),
    "Balinese": Group(
        "Wikipedia, Balinese name: I and Ni tell the sex before the name of birth order",
        [("Ni Wayan Ariani", "WAYAN ARIANI"), ("I Made Sudarma", "MADE SUDARMA"), ("Wayan Ariani", "WAYAN ARIANI")],
    ),
    "single names": Group(
        f"{PERMENDAGRI}: two words, for those who are named from 2022 on; those before keep one",
        [("Sahay", "SAHAY"), ("Suparman", "SUPARMAN"), ("Ibnu", "IBNU")],
    ),
    "initials": Group(
        f"{PERMENDAGRI}: no initials from 2022 on; those before keep them",
        [("Budi S.", "BUDI S"), ("B. Santoso", "B SANTOSO"), ("A.A. Teras", "A A TERAS")],
    ),
    "signs": Group(
        f"{PERMENDAGRI}: no digits and no punctuation in a name",
        [("Ma'mun", "MAMUN"), ("  siti\u00a0aisyah ", "SITI AISYAH"), ("Jum'at / Atin", "JUMAT"), ("Ésther", "ESTHER")],
    ),
    "Siti": Group(NONE, [("St. Aminah", "SITI AMINAH"), ("Sitti Aminah", "SITI AMINAH")]),
}
SOUND = {
    "letters of foreign words": Group(
        f"{EYD}: f, v and z came in with foreign words; p, p and j are said",
        [("Febri Pranata", "Pebri Pranata"), ("Novi", "Nopi"), ("Zainal", "Jainal")],
    ),
    "the last h": Group(
        "Ramadhan, Bijaksana, Wahyudi: Analisis Pencocokan Nama Arab Terjemahan Bahasa Indonesia Menggunakan Soundex "
        "dan Levenshtein Distance (Telkom University): Aisyah, Aisha, Aisah",
        [("Aisyah", "Aisya"), ("Aisyah", "Aisah"), ("Nurjannah", "Nurjana")],
    ),
    "y and j": Group(f"{EYD}: j became y", [("Yulius", "Julius"), ("Jusuf", "Yusup")]),
    "word order": Group(
        f"{NONE}; most names have no surname that would fix the order",
        [("Santoso Budi", "Budi Santoso"), ("Rahman Muhammad", "Muhammad Rahman")],
    ),
    "in one word": Group(NONE, [("Noor Hayati", "Nurhayati"), ("Nur Jannah", "Noorjanah")]),
    "Banjar vowels": Group(BANJAR, [("Saleh", "Salih"), ("Masitoh", "Masituh")]),
}
# Names of two people: neither the same in any order nor to the ear.
APART = {
    "a word in common": [("Siti Aminah", "Aminah Rahmah"), ("Budi Saputra", "Budi Wijaya")],
    "the last vowel is the sex": [("Dewi", "Dewa"), ("Yanto", "Yanti"), ("Putra", "Putri")],
    "siblings": [("Rini", "Rina"), ("Yulita", "Yuliana")],
    "M. is Muhammad": [("M. Arif", "Maria Arif"), ("M. Irfan", "Irfan")],
    "a parent named after the child": [("Bapa Yanto", "Yanto"), ("Indu Yanto", "Bapa Yanto"), ("Bapak Yanto", "Yanto")],
    "other letters": [("Budi", "Rudi"), ("Aminah", "Maimunah"), ("Abdullah", "Abdul Lah")],
    "an initial": [("Budi S.", "Budi Santoso"), ("Rina S.", "Rina T.")],
}


def forms(raw: str) -> dict:
    return spell(pl.Series([raw])).row(0, named=True)


def each(groups: dict[str, Group]) -> list:
    named = [(name, example) for name, group in groups.items() for example in group.examples]
    return [pytest.param(*example, id=f"{name}: {example[0]}") for name, example in named]


@pytest.mark.parametrize(("raw", "plain"), each(PLAIN))
def test_plain(raw, plain):
    assert forms(raw)["name"] == plain


@pytest.mark.parametrize(("left", "right"), each(SOUND))
def test_sounds_alike(left, right):
    assert forms(left)["sound"] == forms(right)["sound"]


@pytest.mark.parametrize(
    ("left", "right"), [pytest.param(*pair, id=f"{why}: {pair[0]}") for why, pairs in APART.items() for pair in pairs]
)
def test_other_names_stay_other(left, right):
    one, other = forms(left), forms(right)
    assert one["sorted_name"] != other["sorted_name"] and one["sound"] != other["sound"]


@pytest.mark.parametrize("raw", ["", "-", "...", "123"])
def test_no_letter_is_no_name(raw):
    assert forms(raw)["name"] is None


def test_the_core_is_what_is_left_without_the_commonest_words():
    """Else Muhammad Irfan and Muhammad Ilham would be much alike."""
    assert forms("Muh. Irfan")["core"] == "IRFAN" and forms("Siti Nur Aminah")["core"] == "AMINAH"
    assert forms("Siti")["core"] == "SITI"
