"""The mess: drawn by row, at its rates, harmless where it must be, and every word of it can be read back."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from rapidfuzz.distance import OSA

from sinergi import reference
from sinergi.contracts import load_contracts
from sinergi.sample import mess, render
from sinergi.sample.draws import Draws
from sinergi.sample.layouts import Layout, labels, layouts
from sinergi.sample.xlsx import Kind

SIZE = 20_000


def draft(*, protect: bool = False, is_csv: bool = False, **rates: float) -> mess.Draft:
    keys = pl.Series([f"dinsos/sembako:2024-01:{n}" for n in range(SIZE)])
    frame = pl.DataFrame({"area_name": ["Menteng"] * SIZE})
    nothing = np.zeros(SIZE, bool)
    every = dict.fromkeys(mess.RATES, 0.0) | rates
    return mess.Draft(frame, Draws(keys, 7, "dinsos/sembako"), nothing, protect, is_csv, every, (None, "-", "Kosong"))


NIKS = pl.Series([f"62710145067{n % 10}{n:04d}"[:16] for n in range(1, SIZE + 1)])


def test_equal_keys_draw_equally_wherever_they_stand() -> None:
    keys = pl.Series(["a", "b", "c", "a"])
    drawn = Draws(keys, 1, "x/y").chance("nik")
    assert drawn[0] == drawn[3]
    assert Draws(keys.reverse(), 1, "x/y").chance("nik").tolist() == drawn.tolist()[::-1]
    assert Draws(keys, 2, "x/y").chance("nik")[0] != drawn[0]
    assert Draws(keys, 1, "x/z").chance("nik")[0] != drawn[0]
    assert Draws(keys, 1, "x/y").chance("no_kk")[0] != drawn[0]


def test_draws_are_even() -> None:
    drawn = draft().draws.chance("nik")
    assert abs(drawn.mean() - 0.5) < 0.01
    assert drawn.min() >= 0 and drawn.max() < 1


@pytest.mark.parametrize(("kind", "rule"), [("nik_numeric", "nik.numeric"), ("nik_scientific", "nik.scientific")])
def test_lost_digits_quarantine_at_their_rate(kind: str, rule: str) -> None:
    part = draft(**{kind: 0.1})
    cells = mess.nik(part, "nik", NIKS)
    ((rows, found),) = part.fates
    assert found == rule
    assert 0.09 < rows.mean() < 0.11
    changed = (cells.text != NIKS).to_numpy()
    assert not (changed & ~rows).any()
    if kind == "nik_numeric":
        assert isinstance(cells.kind, pl.Series)
        assert ((cells.kind == int(Kind.NUMBER)).to_numpy() == rows).all()
        assert cells.text.filter(pl.Series(rows)).str.ends_with("0").all()
    else:
        assert cells.text.filter(pl.Series(rows)).str.contains(r"^\d\.\d{5}E\+15$").all()


def test_a_text_file_has_no_numeric_nik() -> None:
    part = draft(is_csv=True, nik_numeric=0.1)
    assert mess.nik(part, "nik", NIKS).kind is Kind.TEXT
    assert [rule for _, rule in part.fates] == ["nik.scientific"]


@pytest.mark.parametrize(
    "kind", ["missing", "placeholder", "typo", "swapped", "length", "shared", "apostrophe", "space"]
)
def test_other_mess_of_a_nik_quarantines_nobody(kind: str) -> None:
    part = draft(**{f"nik_{kind}": 0.2})
    cells = mess.nik(part, "nik", NIKS)
    assert not part.fates
    assert 0.1 < (cells.text.eq_missing(NIKS)).not_().mean() < 0.22


def test_protected_and_clean_rows_take_no_harm() -> None:
    rates = {name: 0.05 for name in mess.RATES if name.startswith("nik_")}
    part = draft(protect=True, **rates)
    text = mess.nik(part, "nik", NIKS).text
    assert (text.str.strip_chars("' ") == NIKS).all()
    assert not part.fates
    part = draft(**rates)
    part.clean[:] = True
    assert (mess.nik(part, "nik", NIKS).text == NIKS).all()


def test_a_missing_required_date_quarantines_and_a_year_alone_is_only_a_birth_date() -> None:
    days = pl.Series([date(2024, 3, 5)] * SIZE)
    part = draft(date_missing=0.1, birth_year_only=0.1)
    cells = render.dates(part, Layout(columns=[], dates={"dmy": 1}), "delivered_on", days, True, None)
    ((rows, rule),) = part.fates
    assert rule == "value.required"
    assert cells.text.filter(pl.Series(~rows)).unique().to_list() == ["05/03/2024"]
    part = draft(birth_year_only=0.1)
    cells = render.dates(part, Layout(columns=[]), "birth_date", days, False, None)
    assert not part.fates
    assert set(cells.text.unique()) == {"2024", "45356"}


def test_a_course_is_written_as_a_range() -> None:
    part = draft()
    start = pl.Series([date(2024, 11, 15), date(2024, 10, 28), date(2024, 2, 1), date(2023, 12, 30)] * (SIZE // 4))
    ends = pl.Series([date(2024, 11, 20), date(2024, 11, 2), None, date(2024, 1, 2)] * (SIZE // 4), dtype=pl.Date)
    part.frame = part.frame.with_columns(ended_on=ends)
    text = render.dates(part, Layout(columns=[], dates={"range": 1}), "delivered_on", start, True, None).text
    assert text[:4].to_list() == ["15 - 20 Nov 2024", "28 Okt - 2 Nov 2024", "1 Feb 2024", "30 Des 2023 - 2 Jan 2024"]


def test_rupiah() -> None:
    values = pl.Series([1_500_000] * SIZE)
    layout = Layout(columns=[], amounts={"number": 0.25, "rp": 0.25, "dotted": 0.25, "rp_cents": 0.25})
    cells = render.amounts(draft(), layout, "amount_idr", values, False, False)
    assert set(cells.text.unique()) == {"1500000", "Rp 1.500.000", "1.500.000", "Rp 1.500.000,00"}


def test_every_layout_fits_its_contract_and_every_contract_has_one() -> None:
    contracts = load_contracts()
    assert set(layouts()) == set(contracts) - {"setda/pencabutan_sk"}  # no decree of the story is withdrawn
    for source_id, layout in layouts().items():
        contract = contracts[source_id]
        columns = layout.file_columns(contract)
        written = {column.name for column in columns if column.name}
        # One header may feed two columns (DTSEN's family key), and a range feeds the last day too.
        shared = {tuple(contract.columns[name]) for name in written}
        assert all(tuple(headers) in shared for headers in contract.columns.values()), source_id
        flags = contract.flags.headers if contract.flags else {}
        assert {column.header for column in columns if column.flag} == set(flags)
        assert layout.all_rates
        assert len(layout.titles) < contract.file.header_row


def test_every_word_that_is_written_can_be_read_back() -> None:
    for source_id, contract in load_contracts().items():
        for name in contract.columns:
            definition = contract.entity_def.columns[name]
            domain = definition.domain or ("boolean" if definition.type == "boolean" else name)
            if domain not in reference.domains():
                continue
            words = reference.code_map(contract.codes, domain)
            for code, written in labels(source_id, name).items():
                known = [words.get(reference.key(word)) for word in written]
                assert all(known), f"{source_id}, {name}: {written} for {code}"


def test_mistyped_names_are_one_slip_away_and_keep_their_first_letter() -> None:
    names = pl.Series([f"{word} Lestari" for word in ("Siti", "Ramadhan", "Budi", "Ani")] * (SIZE // 4))
    written = mess.person_name(draft(name_letter=0.1), "full_name", names, None).text
    pairs = [(old, new) for old, new in zip(names, written, strict=True) if old != new]
    assert 0.08 < len(pairs) / SIZE <= 0.105  # a swap of two equal letters changes nothing
    assert {OSA.distance(old, new) for old, new in pairs} == {1}
    assert all(old[0] == new[0] for old, new in pairs if len(old) <= len(new))
    assert {len(new) - len(old) for old, new in pairs} == {-1, 0, 1}


def test_a_misspelt_name_without_the_letters_of_its_slip_is_mistyped() -> None:
    names = pl.Series(["Melki Bone"] * SIZE)
    written = mess.person_name(draft(name_misspelt=0.1), "full_name", names, None).text
    assert 0.08 < (written != names).mean() < 0.105
