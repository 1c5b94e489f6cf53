"""What only several columns or rows tell: areas, RT/RW in addresses, repeats, shared numbers, what is required."""

from __future__ import annotations

import polars as pl

from sinergi import findings
from sinergi.conform import areas, codes, identity, text
from sinergi.conform.batch import Batch


def fill_areas(batch: Batch) -> None:
    """Resolve area_code from the code and name columns, and find RT and RW inside addresses."""
    columns, placed = batch.contract.entity_def.columns, batch.placed.columns
    code = batch.clean("area_code") if "area_code" in placed else None
    name = batch.clean("area_name") if "area_name" in placed else None
    if "area_code" in columns and (code is not None or name is not None):
        found = areas.resolve(code, name, batch.contract.area_system)
        if "area_code" not in batch.contract.constants:
            batch.typed["area_code"] = found["area_code"]
        outcome = found["outcome"]
        if code is not None:
            blanks = {blank: found[blank] for blank in ("by_code", "by_name")}
            system = {"kemendagri": "Kemendagri", "bps": "BPS"}[batch.contract.area_system or "kemendagri"]
            batch.report("area.conflict", outcome == "conflict", "area_code", system=system, **blanks)
            batch.report("area.unknown", outcome == "unknown_code", "area_code", near="")
        if name is not None:
            batch.report("area.unknown", outcome == "unknown_name", "area_name", near=found["near"].fill_null(""))
    if "rt" in columns and "address" in placed:
        _fill_units(batch)


def _fill_units(batch: Batch) -> None:
    nobody = pl.Series([None], dtype=pl.String).new_from_index(0, batch.height)
    own = {unit: batch.typed.get(unit, nobody) for unit in ("rt", "rw")}
    open_ = own["rt"].is_null() | own["rw"].is_null()
    if open_.any():
        where = open_.arg_true()
        for unit, inside in zip(("rt", "rw"), text.units_in_address(batch.clean("address").gather(where)), strict=True):
            batch.typed[unit] = own[unit].fill_null(nobody.scatter(where, inside))


def fill_flags(batch: Batch) -> None:
    """Gather the flag columns into their list column."""
    flags = batch.contract.flags
    if flags and batch.placed.flags:
        cells = [(code, batch.clean_at(position)) for code, position in batch.placed.flags]
        batch.typed[flags.column] = codes.gather_flags(cells, flags.true_values)


def check_identities(batch: Batch) -> None:
    """Compare each NIK with sex, birth date, No. KK and the names beside it."""
    for name in batch.placed.columns:
        if batch.column(name).type != "nik":
            continue
        head = "head_" if name.startswith("head_") else ""
        valid = (batch.typed[f"{name}_status"] == "valid").fill_null(value=False)
        numbers = batch.typed[name].set(~valid, None)
        sex, born = batch.typed.get(f"{head}sex"), batch.typed.get(f"{head}birth_date")
        differ = identity.disagreements(numbers, sex, born)
        batch.report("nik.sex", differ["sex"], name)
        batch.report("nik.birth_date", differ["birth_date"], name)
        who = batch.typed.get("head_name" if head else "full_name")
        if who is not None and name != "corrected_nik":
            _shared(batch, name, numbers, who)
        card = batch.typed.get("no_kk")
        if card is not None and name != "corrected_nik":
            same = (card == numbers).fill_null(value=False)
            if same.any():
                batch.typed["no_kk_status"] = batch.typed["no_kk_status"].set(same, "implausible")
                batch.report("no_kk.same_as_nik", same, "no_kk")


def _shared(batch: Batch, name: str, numbers: pl.Series, who: pl.Series) -> None:
    repeated = numbers.is_duplicated() & numbers.is_not_null()
    if not repeated.any():
        return
    pairs = pl.DataFrame({"n": numbers.filter(repeated), "who": who.filter(repeated)})
    folded = pairs.with_columns(pl.col("who").str.to_lowercase().str.replace_all(r"[^\p{L}]", ""))
    people = folded.select(pl.col("who").n_unique().over("n")).to_series()
    counts = pl.zeros(batch.height, pl.UInt32, eager=True).scatter(repeated.arg_true(), people)
    batch.report("nik.shared", counts > 1, name, people=counts)


def check_cells(batch: Batch) -> None:
    """Report formula errors in mapped columns, and control characters in identity and name columns."""
    for name, position in batch.placed.columns.items():
        raw = batch.table.cells.to_series(position)
        wrong = [error.row_number for error in batch.table.errors if error.position == position]
        broken = batch.table.row_numbers.is_in(wrong) if wrong else None
        if batch.any_raw(name, lambda cells: cells.str.starts_with("#")):
            listed = raw.str.strip_chars().is_in(text.SPREADSHEET_ERRORS)
            broken = listed if broken is None else broken | listed
        if broken is not None:
            batch.report("value.error_cell", broken, name)
        column = batch.column(name)
        identifies = column.type in ("nik", "no_kk") or name.endswith("_name")
        if identifies and batch.any_raw(name, text.has_control):
            batch.report("value.control_characters", text.has_control(raw), name)


def check_repeats(batch: Batch) -> None:
    """Report rows whose mapped cells all equal those of a row before; the first one stays."""
    positions = batch.placed.mapped
    if not positions:
        return
    cells = pl.DataFrame({str(position): batch.table.cells.to_series(position) for position in positions})
    hashes = cells.hash_rows()
    suspects = hashes.is_duplicated()
    if not suspects.any():
        return
    rows = batch.table.row_numbers
    same = cells.filter(suspects).with_columns(_row=rows.filter(suspects))
    same = same.with_columns(pl.col("_row").first().over([str(position) for position in positions]).alias("_first"))
    again = same.filter(pl.col("_row") != pl.col("_first"))
    batch.found.append(findings.make("row.duplicate", again["_row"], lang=batch.lang, first=again["_first"]))


def check_required(batch: Batch) -> None:
    """Report each required value that is empty or could not be read."""
    for column in batch.contract.entity_def:
        if column.required and not column.derived:
            values = batch.typed.get(column.name)
            if values is None:
                empty = pl.repeat(value=True, n=batch.height, dtype=pl.Boolean, eager=True)
            else:
                empty = values.is_null()
            batch.report("value.required", empty, column.name)


def check_future(batch: Batch) -> None:
    """Report days that cannot lie ahead and do: help that was delivered tomorrow is a slip of the pen."""
    for column in batch.contract.entity_def:
        days = batch.typed.get(column.name)
        if column.past_unless is None or days is None:
            continue
        ahead = (days > batch.today).fill_null(value=False)
        for name, values in column.past_unless.items():
            planned = batch.typed.get(name)
            if planned is not None:
                ahead &= ~planned.is_in(values).fill_null(value=False)
        batch.report("date.future", ahead, column.name, today=f"{batch.today:%d/%m/%Y}")


def check_malformed(batch: Batch) -> None:
    """Report the rows that the reader could not place; their reason begins with its rule."""
    for row_number, _, reason in batch.table.malformed.iter_rows():
        rule, _, words = str(reason or "").partition(":")
        known = rule in findings.rules()
        row = pl.Series([row_number])
        batch.found.append(
            findings.make(
                rule if known else "row.malformed",
                row,
                lang=batch.lang,
                reason=(words if known else reason or "").strip() or "–",
            )
        )


def keep_unknown(batch: Batch) -> pl.Series:
    """Give the unknown columns as one JSON object a row; null where a row fills none of them."""
    unknown = [(name, batch.clean_at(position)) for name, position in batch.placed.unknown]
    unknown = [(name, cells) for name, cells in unknown if cells.null_count() < batch.height]
    if not unknown:
        return pl.Series("extra", [None], dtype=pl.String).new_from_index(0, batch.height)
    names = ", ".join(f"“{name}”" for name, _ in unknown)
    frame = pl.DataFrame(dict(unknown))
    filled = frame.select(pl.any_horizontal(pl.all().is_not_null())).to_series()
    if batch.contract.unknown_columns == "discard_row":
        rows = batch.table.row_numbers.filter(filled)
        batch.found.append(findings.make("row.unknown_column", rows, lang=batch.lang, headers=names))
    else:
        batch.found.append(findings.table_finding("columns.unknown", batch.lang, headers=names))
    encoded = frame.select(pl.struct(pl.all()).struct.json_encode().alias("extra")).to_series()
    return encoded.set(~filled, None)
