"""Which kelurahan is meant: by the code system that the contract declares, cross-checked with the name."""

from __future__ import annotations

import polars as pl
from rapidfuzz import fuzz, process

from sinergi import reference

_NEAR = 75


def resolve(codes: pl.Series | None, names: pl.Series | None, system: str | None) -> pl.DataFrame:
    """Resolve cleaned codes and names; each distinct pair is looked at once.

    The ten digits of Kemendagri and BPS mean different kelurahan, so that the value never tells the system.
    A code that only the other system knows is a conflict, whatever the name says.

    Returns:
        area_code (dotted Kemendagri), outcome (ok, unknown_code, unknown_name, conflict), by_code, by_name, near.
    """
    given = [series for series in (codes, names) if series is not None]
    length = len(given[0])
    frame = pl.DataFrame(
        {
            "code": codes if codes is not None else pl.Series([None] * length, dtype=pl.String),
            "name": names if names is not None else pl.Series([None] * length, dtype=pl.String),
        }
    )
    pairs = frame.unique()
    found = [_resolve(code, name, system) for code, name in pairs.iter_rows()]
    schema = dict.fromkeys(("area_code", "outcome", "by_code", "by_name", "near"), pl.String)
    answers = pl.DataFrame(found, schema=schema, orient="row")
    return frame.join(
        pl.concat([pairs, answers], how="horizontal"),
        on=["code", "name"],
        how="left",
        nulls_equal=True,
        maintain_order="left",
    ).drop("code", "name")


Answer = tuple[str | None, str | None, str | None, str | None, str | None]


def _resolve(code: str | None, name: str | None, system: str | None) -> Answer:
    areas, names = reference.areas(), reference.area_names()
    digits = "".join(c for c in (code or "").removesuffix(".0") if c.isdigit())
    by_code = reference.area_codes(system).get(digits) if system and code else None
    by_name = names.get(reference.area_key(name)) if name else None
    said_code = areas[by_code].name if by_code else None
    said_name = areas[by_name].name if by_name else name
    if by_code and by_name and by_code != by_name:
        return None, "conflict", said_code, said_name, None
    if by_code:
        outcome = "unknown_name" if name and not by_name else "ok"
        return by_code, outcome, said_code, said_name, _near(name) if outcome != "ok" else None
    if code and system:
        other = reference.area_codes("bps" if system == "kemendagri" else "kemendagri").get(digits)
        if other:
            return (
                None,
                "conflict",
                f"{areas[other].name} ({'BPS' if system == 'kemendagri' else 'Kemendagri'})",
                said_name,
                None,
            )
        return by_name, "unknown_code", None, said_name, None
    if by_name:
        return by_name, "ok", None, said_name, None
    return None, "unknown_name" if name else None, None, None, _near(name) if name else None


def _near(name: str | None) -> str | None:
    official = [area.name for area in reference.areas().values()]
    found = process.extractOne(
        name or "", official, scorer=fuzz.WRatio, score_cutoff=_NEAR, processor=reference.area_key
    )
    return f" ({found[0]}?)" if found else None
