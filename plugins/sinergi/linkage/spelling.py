"""One way to write a name, so that spellings of one name meet and different names do not.

Three forms of each name, all made by polars over whole columns:

- `name`: upper case, without titles and patronyms, spelling of 1972, tokens in the order written;
- `sorted_name`: the tokens of `name` in alphabetical order, so that word order does not matter;
- `sound`: `sorted_name` without the differences that the ear of a clerk does not hear (f/p/v, z/j, final h, doubled).
"""

from __future__ import annotations

import polars as pl

# Academic titles after a name: Keputusan Mendikbud 036/U/1993 (S.Pd., S.H., A.Md. ...), Permenristekdikti 59/2018
# article 20 (A.Ma., S.Tr., Sp. ...). Written with or without dots.
DEGREES = (
    r"S ?PD(?: ?I| ?SD)?|S ?AG|S ?SOS(?: ?I)?|S ?KOM|S ?KEP|S ?KM|S ?HUT|S ?FARM|S ?IP|S ?SI|S ?HI|S ?EI|S ?STP|S ?TH|"
    r"S ?PSI|S ?PT|S ?HUM|S ?KES|S ?KED|S ?TR(?: [A-Z]{1,4})?|SST|S ?H|S ?E|S ?T|S ?P|M ?PD|M ?SI|M ?SC|M ?AP|M ?KES|"
    r"M ?KOM|M ?HUM|M ?PSI|M ?AG|M ?H|M ?M|M ?T|A MA(?: PD)?|A ?MD(?: ?KEB| ?KEP)?|NERS|BA|BSC|PH ?D|SP ?OG|SP ?PD|"
    r"SP [A-Z]|APT|LC"
)
# Honorifics before a name: Haji, Hajah, Almarhum(ah), Insinyur, Doktorandus/-anda, Bpk., Ibu, Saudara, Tuan, Nyonya.
# Not Bapak in full, which is as often the father of whom it names (HABITS): those two must not meet.
HONORIFICS = (
    r"HAJI|HAJAH|HJ|H|IR|DRS|DRA|DR|PROF|ALM|ALMH|ALMARHUM|ALMARHUMAH|BPK|IBU|SDR|SDRI|TN|NY|NN|AN|KH|UST|USTADZ|"
    r"PDT|BDN|ANANDA|BAYI NY|BY NY"
)
# Muhammad in its spellings, anywhere; and, before another name, in the abbreviations that Permendagri 73/2022 article 5
# found on identity papers (Muh., Moh., Moch., Mhd., M.).
MUHAMMAD = r"M(?:U|O|OE)(?:H|CH|KH)AMM?[AE][DT]"
SHORT_MUHAMMAD = r"(?:M|MD|MHD|MUH|MUHD|MUCH|MUKH|MOH|MOHD|MOCH)"

# Ejaan Yang Disempurnakan, Keppres 57/1972: tj > c, dj > j, nj > ny, sj > sy, ch > kh; oe > u in 1947 (Soewandi).
OLD_SPELLING = (("TJ", "C"), ("DJ", "J"), ("NJ", "NY"), ("SJ", "SY"), ("OE", "U"))
# One name, several habits: Arabic names (ch/kh/h), Banjar o for u (Nor, Noor, Nur), Siti cut to St., Abdul to Abd.
HABITS = (
    (r"\b(?:AKHMAD|ACHMAD|AHMAT|AKHMAT)\b", "AHMAD"),
    (r"\b(?:ST|STI|SITTI)\b", "SITI"),
    (r"\bABD\b", "ABDUL"),
    # The article as it is heard before r, s or t (SKB 158 and 0543b/U/1987): Abdurrahman is Abdul Rahman.
    (r"\bABDU(R|S|SY)A", "ABDUL $1A"),
    (r"\b(?:ABDUR|ABDUS|ABDUSH) ", "ABDUL "),
    (r"\bNOO?R", "NUR"),
    (r"\bRACHM", "RAHM"),
    (r"\bRAKHM", "RAHM"),
    (r"\b(?:KH|CH)(AIR|OIR|AER|OTIM|USN|ASAN|ALID|ADIJ)", "H$1"),
    (r"\bH(?:OIR|AER)", "HAIR"),
    (r"\b(?:I|NI) (WAYAN|MADE|NYOMAN|KETUT|PUTU|KADEK|KOMANG|GEDE|GUSTI|LUH)\b", "$1"),
    # Dayak teknonyms call a parent after the child (Bapa Yanto: father of Yanto): one word with it, or the two meet.
    (r"^(?:BAPA|BAPAH|BAPAK|APANG|AMAI) (\w)", "BAPA$1"),
    (r"^(?:INDU|INDUNG|INAI) (\w)", "INDU$1"),
)
SOUNDS = (
    (r"\bNUR (\w)", "NUR$1"),  # Nur Hayati, Nurhayati: apart or in one word
    ("[FV]", "P"), ("Z", "J"), ("Q", "K"), ("X", "KS"), ("CH", "C"), ("KH", "H"), ("SY", "S"), ("TH", "T"), ("DH", "D"),
    ("PH", "P"), ("I[YE]", "I"), ("Y", "I"), ("(?:II)+", "I"), (r"H\b", ""), (r"D\b", "T"), ("U", "O"), (r"\BE", "I"),
)  # fmt: skip
# So common that sharing them says little (and a name begins with them): what is left is the core of a name.
COMMON = ("MUHAMAD", "AHMAD", "ABDUL", "SITI", "NUR", "SRI", "AL", "BAYI")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def name(raw: pl.Expr) -> pl.Expr:
    """Return the plain form of a name, null where no letter is left."""
    text = raw.str.normalize("NFKD").str.to_uppercase()
    text = text.str.replace_all(r"\p{M}|['`’‘ʼ\u{200B}]", "").str.replace_all(r"\(.*?\)", " ")
    text = text.str.replace_all(r"\s*/.*$", "").str.replace_all(r"\b([SMA])\. ?([TEHPMI])\b", "${1}${2}")
    text = text.str.replace_all(r"[^A-Z]+", " ").str.strip_chars()
    for _ in range(3):  # H. M. Drs. Budi, S.Pd., M.Si.
        text = text.str.replace(rf"^(?:{HONORIFICS}) (\w)", "$1").str.replace(
            rf"(\w\w) (?:{DEGREES}|ALM|ALMH|H|HJ)$", "$1"
        )
    # One list writes the father's name after bin, binti and the next leaves it out; `patronym` keeps it as a parent's.
    text = text.str.replace(r"^(\w.*?) (?:BIN|BINTI|BT|BTE) \w.*$", "$1")
    text = text.str.replace_all(rf"\b{MUHAMMAD}\b", "MUHAMAD").str.replace(rf"^{SHORT_MUHAMMAD} (\w)", "MUHAMAD $1")
    # J was y where dj was j. A word says so by another old letter (Tjahjono, Widjaja); of the rest only the sure ones.
    text = text.str.replace_all(r"([TDS]J)(\w*?[^TDSN ])J", "${1}${2}Y")
    for old, new in OLD_SPELLING:
        text = text.str.replace_all(old, new, literal=True)
    text = text.str.replace_all(r"\bJUS(UF|UP)\b", "YUS$1").str.replace_all(
        r"\bJ(AHJA|UNUS|ULIUS|OHANES|OSEF|OSEP)\b", "Y$1"
    )
    text = _single(text)
    for pattern, new in HABITS:
        text = text.str.replace_all(pattern, new.replace("$1", "${1}"))
    text = text.str.replace_all(r" +", " ").str.strip_chars()
    return pl.when(text != "").then(text)


def patronym(raw: pl.Expr) -> pl.Expr:
    """Return the father's name that a name tells after bin or binti, as written; null where it tells none."""
    return raw.str.extract(r"(?i)\w\s+(?:bin|binti|bt|bte)\b\.?\s+(\w.*)$")


def sorted_name(plain: pl.Expr) -> pl.Expr:
    """Return the tokens of a plain name in alphabetical order."""
    return plain.str.split(" ").list.sort().list.join(" ")


def core(ordered: pl.Expr) -> pl.Expr:
    """Return a sorted name without its common words; the whole where nothing would be left."""
    rest = ordered.str.replace_all(rf"\b(?:{'|'.join(COMMON)})\b ?", "").str.strip_chars()
    return pl.when(rest != "").then(rest).otherwise(ordered)


def sound(plain: pl.Expr) -> pl.Expr:
    """Return what a clerk hears of a plain name: tokens sorted, letters that sound alike made one."""
    text = plain
    for pattern, new in SOUNDS:
        text = text.str.replace_all(pattern, new)
    return sorted_name(_single(text).str.strip_chars())


def _single(text: pl.Expr) -> pl.Expr:
    doubled = [2 * letter for letter in LETTERS]
    for _ in range(2):  # three of one letter become two, then one
        text = text.str.replace_many(doubled, list(LETTERS))
    return text


def spell(values: pl.Series) -> pl.DataFrame:
    """Return `raw`, `name`, `sorted_name`, `core`, `sound` of the distinct values of a column of names."""
    frame = pl.DataFrame({"raw": values.drop_nulls().unique()}).with_columns(name=name(pl.col("raw")))
    frame = frame.with_columns(sorted_name=sorted_name(pl.col("name")), sound=sound(pl.col("name")))
    return frame.with_columns(core=core(pl.col("sorted_name")))
