"""The mess of real exports, by whole columns and at published rates, each with its effect on the row's fate.

Rates: DTKS, 97 million people (17% without or with an unmatched NIK, 1.1% with a shared one); P3KE 2023, one kelurahan
(NIK empty 0.8%, not matched 20%); the rest is small enough that every kind of defect occurs and most rows stay usable.
Harmless mess (titles, apostrophes, spaces, other spellings) leaves a row accepted; so do values that become null with a
warning. Only what `expect` is told quarantines a row.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from sinergi.sample.draws import Draws, Mask, edit, one_of
from sinergi.sample.xlsx import Kind

# Shares of rows; a layout may give others.
RATES: dict[str, float] = {
    "nik_missing": 0.03, "nik_placeholder": 0.004, "nik_numeric": 0.003, "nik_scientific": 0.002, "nik_typo": 0.012,
    "nik_swapped": 0.005, "nik_length": 0.004, "nik_shared": 0.008, "nik_apostrophe": 0.01, "nik_space": 0.01,
    "no_kk_zero": 0.012, "no_kk_missing": 0.02, "no_kk_numeric": 0.003, "no_kk_length": 0.004, "no_kk_apostrophe": 0.01,
    "name_title": 0.05, "name_muhammad": 0.7, "name_misspelt": 0.03, "name_letter": 0.025, "name_order": 0.008,
    "name_space": 0.01, "name_missing": 0.0005, "name_control": 0.0005,
    "date_missing": 0.004, "date_1970": 0.002, "date_unreadable": 0.0015, "birth_year_only": 0.006, "date_typo": 0.0005,
    "amount_missing": 0.01, "amount_unreadable": 0.002, "amount_absurd": 0.0005,
    "code_missing": 0.01, "code_unknown": 0.003, "number_missing": 0.01,
    "area_conflict": 0.0, "area_missing": 0.004, "area_unknown": 0.001,
    "error_cell": 0.0005, "extra_cell": 0.0004, "duplicate": 0.002, "malformed": 0.0,
}  # fmt: skip
TITLES = ("H. {}", "Hj. {}", "Ir. {}", "{}, S.Pd", "Alm. {}", "{}, SE", "Drs. {}", "{} (Alm)")
MUHAMMAD = ("Muh.", "M.", "Moh.", "Muhamad", "Mohammad")
SLIPS = (("y", "i"), ("i", "y"), ("u", "oe"), ("f", "p"), ("th", "t"), ("nn", "n"), ("a", "aa"), ("d", "t"), ("h", ""))
UNREADABLE = ("tidak ingat", "31/02/1985", "??", "00/00/0000")


@dataclass
class Draft:
    """A part of a file while it is being written down.

    Attributes:
        frame: The clean values.
        draws: Chance of each row.
        clean: Rows that take no mess.
        protect: Harmless mess only.
        is_csv: Text file; it has no numeric cells.
        rates: Shares of rows by kind of mess.
        missing: How this source writes nothing.
        fates: (rows, rule) for every mess that quarantines.
        lost: Per column, the rows whose value nobody can read any more.
    """

    frame: pl.DataFrame
    draws: Draws
    clean: Mask
    protect: bool
    is_csv: bool
    rates: dict[str, float]
    missing: tuple[str | None, ...]
    fates: list[tuple[Mask, str]] = field(default_factory=list)
    lost: dict[str, Mask] = field(default_factory=dict)

    def expect(self, rows: Mask, rule: str) -> None:
        """Note that these rows are quarantined by a rule."""
        if rows.any():
            self.fates.append((rows, rule))

    def lose(self, name: str, rows: Mask) -> None:
        """Note that nobody can read a column's value in these rows any more."""
        self.lost[name] = self.lost.get(name, np.zeros(len(rows), bool)) | rows

    def pick(self, purpose: str, *kinds: str) -> dict[str, Mask]:
        """Draw which rows take which kind of mess; a row takes one at most, protected and clean rows none."""
        harmless = ("apostrophe", "space", "title", "muhammad", "misspelt", "order", "letter")
        shares = {kind: self.rates[kind] for kind in kinds}
        if self.protect:
            shares = {kind: share if kind.endswith(harmless) else 0.0 for kind, share in shares.items()}
        drawn = self.draws.pick(purpose, shares)
        return {kind: (drawn == place) & ~self.clean for place, kind in enumerate(shares)}

    def words_for_nothing(self, purpose: str) -> pl.Series:
        """Draw how nothing is written, a row each."""
        return one_of(self.missing, self.draws.below(f"{purpose} nothing", len(self.missing)))


@dataclass(frozen=True)
class Cells:
    """One column as it will stand in the file."""

    text: pl.Series
    kind: Kind | pl.Series = Kind.TEXT

    def with_kind(self, rows: Mask, kind: Kind) -> Cells:
        """Return the column with other cells in some rows."""
        if not rows.any():
            return self
        now = np.full(len(self.text), int(self.kind), np.uint8) if isinstance(self.kind, Kind) else self.kind.to_numpy()
        return Cells(self.text, pl.Series(np.where(rows, int(kind), now).astype(np.uint8)))


def nik(draft: Draft, name: str, text: pl.Series) -> Cells:
    """Spoil a column of NIK: lost digits quarantine the row, anything else only costs the number."""
    kinds = (
        "missing",
        "placeholder",
        "numeric",
        "scientific",
        "typo",
        "swapped",
        "length",
        "shared",
        "apostrophe",
        "space",
    )
    has = text.is_not_null().to_numpy()
    rows = {
        kind: mask & has
        for kind, mask in zip(kinds, draft.pick(name, *(f"nik_{k}" for k in kinds)).values(), strict=True)
    }
    place = draft.draws.below(f"{name} place", 15)
    digit = pl.Series(draft.draws.below(f"{name} digit", 10)).cast(pl.String)
    if draft.is_csv:
        rows["scientific"] |= rows.pop("numeric")
    nothing = draft.words_for_nothing(name)
    nothing = edit(nothing, draft.draws.chance(f"{name} zero") < 0.2, lambda _, __: "0")
    text = edit(text, ~has | rows["missing"], lambda _, at: nothing.gather(at))
    text = edit(text, rows["shared"] & np.roll(has, 1), lambda _, at: text.gather((at - 1) % len(text)))
    text = edit(text, rows["placeholder"], lambda _, at: pl.Series([each * 16 for each in digit.gather(at)]))
    text = edit(text, rows["typo"], lambda old, at: _spliced(old, place[at], digit.gather(at), 1))
    text = edit(text, rows["swapped"], lambda old, at: _swapped(old, place[at]))
    text = edit(
        text, rows["length"], lambda old, at: _spliced(old, place[at], one_of(("", "O", "00"), place[at] % 3), 1)
    )
    text = edit(text, rows["scientific"], lambda old, _: old.str.head(1) + "." + old.str.slice(1, 5) + "E+15")
    text = edit(text, rows["apostrophe"], lambda old, _: "'" + old)
    text = edit(text, rows["space"], lambda old, _: old + " ")
    draft.expect(rows["scientific"], "nik.scientific")
    cells = Cells(text)
    if "numeric" in rows:
        cells = Cells(edit(text, rows["numeric"], lambda old, _: old.str.head(15) + "0")).with_kind(
            rows["numeric"], Kind.NUMBER
        )
        draft.expect(rows["numeric"], "nik.numeric")
    return cells


def no_kk(draft: Draft, name: str, text: pl.Series) -> Cells:
    """Spoil a column of No. KK; no mess in it ever quarantines a row."""
    rows = draft.pick(name, "no_kk_zero", "no_kk_missing", "no_kk_numeric", "no_kk_length", "no_kk_apostrophe")
    has = text.is_not_null().to_numpy()
    nothing = draft.words_for_nothing(name)
    text = edit(text, ~has | rows["no_kk_missing"], lambda _, at: nothing.gather(at))
    text = edit(text, rows["no_kk_zero"], lambda _, __: "0")
    text = edit(text, rows["no_kk_length"] & has, lambda old, _: old.str.head(14))
    text = edit(text, rows["no_kk_apostrophe"] & has, lambda old, _: "'" + old)
    numeric = rows["no_kk_numeric"] & has & (not draft.is_csv)
    return Cells(edit(text, numeric, lambda old, _: old.str.head(15) + "0")).with_kind(numeric, Kind.NUMBER)


def person_name(draft: Draft, name: str, text: pl.Series, rule: str | None) -> Cells:
    """Write names as people do; only a missing name, where `rule` wants one, or an invisible character quarantines."""
    has = text.is_not_null().to_numpy()
    draws = draft.draws
    muhammad = draft.pick(f"{name} muhammad", "name_muhammad")["name_muhammad"]
    muhammad &= text.str.starts_with("Muhammad ").fill_null(value=False).to_numpy()
    short = one_of(MUHAMMAD, draws.below(f"{name} short", len(MUHAMMAD)))
    text = edit(text, muhammad, lambda old, at: short.gather(at) + old.str.slice(8))
    kinds = ("title", "misspelt", "order", "space", "missing", "control", "letter")
    rows = {
        kind: m & has
        for kind, m in zip(kinds, draft.pick(name, *(f"name_{kind}" for kind in kinds)).values(), strict=True)
    }
    title = draws.below(f"{name} title", len(TITLES))
    for place, form in enumerate(TITLES):
        before, after = form.split("{}")
        text = edit(text, rows["title"] & (title == place), lambda old, _, a=before, b=after: a + old + b)  # type: ignore[misc]
    slip, spelt = draws.below(f"{name} slip", len(SLIPS)), text
    for place, (right, wrong) in enumerate(SLIPS):
        chosen = rows["misspelt"] & (slip == place)
        text = edit(text, chosen, lambda old, _, a=right, b=wrong: _inside(old, a, b))  # type: ignore[misc]
    # A name without the letters of its slip is mistyped all the same.
    as_before = text.eq_missing(spelt).to_numpy()
    text = _mistyped(text, rows["letter"] | (rows["misspelt"] & as_before), draws, name)
    text = edit(text, rows["order"], lambda old, _: old.str.replace(r"^(\S+) (.+)$", "$2 $1"))
    text = edit(text, rows["space"], lambda old, _: " " + old.str.replace(" ", "  ", literal=True))
    nothing = draft.words_for_nothing(name)
    text = edit(text, ~has | rows["missing"], lambda _, at: nothing.gather(at))
    if rule:
        draft.expect(~has | rows["missing"], rule)
    if draft.is_csv:
        text = edit(text, rows["control"], lambda old, _: old.str.slice(0, 3) + "\x02" + old.str.slice(3))
        draft.expect(rows["control"], "value.control_characters")
    return Cells(text)


def _mistyped(text: pl.Series, rows: Mask, draws: Draws, name: str) -> pl.Series:
    """Drop, double, swap or replace one letter after the first."""
    length = text.str.len_chars().fill_null(2).cast(pl.Int64).to_numpy()
    place = 1 + draws.below(f"{name} letter place", np.maximum(length - 1, 1))
    other = one_of(tuple("aiunrsetlm"), draws.below(f"{name} letter", 10))
    way = draws.below(f"{name} letter way", 4)
    text = edit(text, rows & (way == 0), lambda old, at: _spliced(old, place[at], one_of(("",), place[at] * 0), 1))
    text = edit(text, rows & (way == 1), lambda old, at: _spliced(old, place[at], other.gather(at), 1))
    text = edit(text, rows & (way == 2), lambda old, at: _swapped(old, np.minimum(place, length - 2)[at]))
    return edit(text, rows & (way == 3), lambda old, at: _spliced(old, place[at], _letter(old, place[at] - 1), 0))


def _letter(text: pl.Series, place: np.ndarray) -> pl.Series:
    return pl.DataFrame({"text": text, "place": place}).select(pl.col("text").str.slice("place", 1)).to_series()


def _inside(text: pl.Series, right: str, wrong: str) -> pl.Series:
    return text.str.head(1) + text.str.slice(1).str.replace(right, wrong, literal=True)


def _spliced(text: pl.Series, place: np.ndarray, put: pl.Series, drop: int) -> pl.Series:
    """Put something in the place of `drop` characters, at another place in each row."""
    frame = pl.DataFrame({"text": text, "place": place, "put": put})
    head, tail = pl.col("text").str.slice(0, pl.col("place")), pl.col("text").str.slice(pl.col("place") + drop)
    return frame.select(pl.concat_str(head, "put", tail)).to_series()


def _swapped(text: pl.Series, place: np.ndarray) -> pl.Series:
    frame = pl.DataFrame({"text": text, "place": place})
    pair = pl.col("text").str.slice(pl.col("place") + 1, 1) + pl.col("text").str.slice(pl.col("place"), 1)
    head, tail = pl.col("text").str.slice(0, pl.col("place")), pl.col("text").str.slice(pl.col("place") + 2)
    return frame.select(pl.concat_str(head, pair, tail)).to_series()
