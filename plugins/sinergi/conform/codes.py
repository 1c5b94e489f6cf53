"""Category words and numbers of one source edition, mapped to our codes by seeds/code_maps.csv."""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl
from rapidfuzz import fuzz, process

from sinergi import reference

_NEAR = 80
_SUGGESTIONS = 200  # beyond this many unknown words the column is another one, and no suggestion helps


def resolve(cells: pl.Series, edition: str, domain: str) -> pl.DataFrame:
    """Map cleaned, distinct words; case and spaces do not count, nor do leading zeros of numeric codes.

    Returns:
        code, outcome (ok or unknown; null for null), near (what may have been meant).
    """
    words = reference.code_map(edition, domain)
    labels = [value.label_id for value in reference.domains()[domain].values()]
    codes: list[str | None] = []
    outcomes: list[str | None] = []
    unknown: list[int] = []
    for index, cell in enumerate(cells):
        code = None if cell is None else _look_up(cell, words)
        codes.append(code or None)
        outcomes.append(None if cell is None else "unknown" if code is None else "ok")
        if cell is not None and code is None:
            unknown.append(index)
    near: list[str | None] = [None] * len(codes)
    for index in unknown[:_SUGGESTIONS]:
        found = process.extractOne(cells[index], labels, scorer=fuzz.ratio, score_cutoff=_NEAR, processor=reference.key)
        near[index] = f" ({found[0]}?)" if found else None
    schema = {"code": pl.String, "outcome": pl.String, "near": pl.String}
    return pl.DataFrame({"code": codes, "outcome": outcomes, "near": near}, schema=schema)


def _look_up(cell: str, words: Mapping[str, str]) -> str | None:
    folded = reference.key(cell)
    if folded in words:
        return words[folded]
    tight = re.sub(r"\s*([/<>=,-])\s*", r"\1", folded)
    if tight in words:
        return words[tight]
    if re.fullmatch(r"0*\d+(\.0)?", folded):
        return words.get(str(int(float(folded))))
    return None


def gather_flags(flags: list[tuple[str, pl.Series]], true_values: list[str]) -> pl.Series:
    """Gather a matrix of yes/no columns into one list column; null where no cell says anything.

    Args:
        flags: (code, cleaned cells) of each flag column; a code may come from several columns.
        true_values: What counts as yes.
    """
    yes = [reference.key(word) for word in true_values]
    codes = list(dict.fromkeys(code for code, _ in flags))
    frame = pl.DataFrame({str(index): cells for index, (_, cells) in enumerate(flags)})
    bits = []
    for position, code in enumerate(codes):
        of_code = [
            pl.col(str(index)).str.to_lowercase().is_in(yes).fill_null(value=False)
            for index, (own, _) in enumerate(flags)
            if own == code
        ]
        bits.append(pl.any_horizontal(of_code).cast(pl.Int64) * 2**position)
    said = pl.any_horizontal(pl.all().is_not_null())
    masks = frame.select(pl.when(said).then(pl.sum_horizontal(bits)).alias("mask"))
    distinct = masks["mask"].unique().drop_nulls()
    lists = [[code for position, code in enumerate(codes) if mask >> position & 1] for mask in distinct]
    answers = pl.DataFrame({"mask": distinct, "codes": pl.Series(lists, dtype=pl.List(pl.String))})
    return masks.join(answers, on="mask", how="left", maintain_order="left")["codes"]
