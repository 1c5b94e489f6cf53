"""The model: what is compared, and what each outcome weighs. The weights are a reviewed file, `model.json`."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from sinergi.errors import SinergiError

if TYPE_CHECKING:
    from splink import SettingsCreator

MODEL = Path(__file__).parent / "model.json"
VERSION = 1
THRESHOLDS = ("link", "review")
# A NIK carries the birth date (PP 37/2007): one has a birth date, the other none but a NIK that holds the same. Where
# both NIKs hold it, their comparison has said so already.
IN_NIK = (
    "((born_year_l is null and born_nik_l = born_short_r) or (born_year_r is null and born_nik_r = born_short_l)) "
    "and (born_nik_l is null or born_nik_r is null or born_nik_l <> born_nik_r)"
)


# Every level of every comparison, from the strongest to the weakest; the last is "otherwise". A level is a Splink
# level's name with its arguments, or SQL that DuckDB and Spark both read.
COMPARISONS: dict[str, list[tuple[str, Any]]] = {
    "name": [
        ("same", ("exact", "sorted_name")),
        ("sounds the same", ("exact", "sound")),
        ("one letter or two", ("jaro_winkler", "sorted_name", 0.94)),
        ("words left out", ("subset", "tokens")),
        ("much alike", ("jaro_winkler", "core", 0.86)),
        ("alike as written", ("jaro_winklers", ("name", 0.84), ("core", 0.72))),
        ("a word in common", ("intersect", "tokens", 1)),
        ("different", None),
    ],
    "born": [
        ("same day", ("exact", "born")),
        ("day and month swapped", "born_swapped_l = born_r"),
        ("one digit", ("levenshtein", "born", 1)),
        (
            "one part differs",
            "born_l is not null and born_r is not null and born_year_l = born_year_r and "
            "(substr(born_l, 6, 2) = substr(born_r, 6, 2) or substr(born_l, 9, 2) = substr(born_r, 9, 2))",
        ),
        (
            "day and month same",
            "born_l is not null and born_r is not null and substr(born_l, 6, 5) = substr(born_r, 6, 5)",
        ),
        ("year, the rest unknown", "(born_l is null or born_r is null) and born_year_l = born_year_r"),
        ("the date inside the NIK", IN_NIK),
        ("same year", "born_year_l = born_year_r"),
        ("different", None),
    ],
    "sex": [("same", ("exact", "sex")), ("different", None)],
    "nik": [
        ("same", ("exact", "nik")),
        ("one slip", ("damerau_levenshtein", "nik", 1)),
        ("two slips", ("damerau_levenshtein", "nik", 2)),
        ("different", None),
    ],
    "home": [
        ("same door", "place_l = place_r and street_l = street_r"),
        ("same street and number", "area_code_l = area_code_r and street_l = street_r"),
        ("street much alike", ("street", 0.92)),
        ("same RT", "place_l = place_r"),
        ("same kelurahan", ("exact", "area_code")),
        ("different", None),
    ],
    "card": [("same", ("exact", "no_kk")), ("different", None)],
    "role": [
        ("head and member on one card", "no_kk_l = no_kk_r and role_l <> role_r"),
        ("same", ("exact", "role")),
        ("different", None),
    ],
    "parent": [
        ("named as head or spouse", "array_contains(elders_r, parent_l) or array_contains(elders_l, parent_r)"),
        ("same", ("exact", "parent")),
        ("much alike", ("jaro_winkler", "parent", 0.86)),
        ("another is named", "parent_l <> parent_r"),
        ("different", None),
    ],
}
NULLS = {
    "name": "sorted_name_l is null or sorted_name_r is null",
    # A mistyped NIK may hold any date: only the same one says something.
    "born": f"(born_year_l is null or born_year_r is null) and not coalesce({IN_NIK}, false)",
    "sex": "sex_l is null or sex_r is null",
    "nik": "nik_l is null or nik_r is null",
    "home": "area_code_l is null or area_code_r is null",
    "card": "no_kk_l is null or no_kk_r is null",
    "role": "role_l is null or role_r is null",
    "parent": "(parent_l is null or (elders_r is null and parent_r is null)) and "
    "(parent_r is null or (elders_l is null and parent_l is null))",
}
# Frequent values weigh less: where both have the same value of this column, its own share stands for the level's u.
FREQUENT = {("name", "same"): "sorted_name", ("name", "sounds the same"): "sound"}
RAREST = 1e-5  # share; rarer ones are few people's, or a typist's


class ModelFault(SinergiError):
    """The model file cannot be used."""


def load(path: Path = MODEL) -> dict[str, Any]:
    """Read and check the model file.

    Raises:
        ModelFault: the file is missing, cut short, or does not have every level; names each fault.
    """
    try:
        model = json.loads(path.read_text())
    except FileNotFoundError as fault:
        raise ModelFault(f"The model {path.name} is missing; `sinergi link train` makes it.") from fault
    except json.JSONDecodeError as fault:
        raise ModelFault(
            f"The model {path.name} is half-written (line {fault.lineno}); restore it from git "
            "or run `sinergi link train`."
        ) from fault
    faults = []
    if not isinstance(model, dict) or model.get("version") != VERSION:
        raise ModelFault(f"The model {path.name} is not of version {VERSION}; run `sinergi link train`.")
    for name, levels in COMPARISONS.items():
        weights = model.get("comparisons", {}).get(name, {})
        for label, _ in levels:
            pair = weights.get(label)
            good = isinstance(pair, dict) and all(
                isinstance(pair.get(key), int | float) and 0 < pair[key] <= 1 for key in ("m", "u")
            )
            if not good:
                faults.append(f"{name}: {label}")
    faults += [name for name in THRESHOLDS if not 0 < model.get("thresholds", {}).get(name, 0) < 1]
    if faults:
        raise ModelFault(
            f"The model {path.name} has no usable weight for: {'; '.join(faults)}. Run `sinergi link train`."
        )
    return model


def settings(model: dict[str, Any] | None, prior: float, also: str | None = None) -> SettingsCreator:
    """Return Splink's settings; without `model` the weights are left to training.

    Args:
        model: As `load` returns it.
        prior: Probability that two records of the input, taken at random, are one person.
        also: What pairs must be besides sharing a key, in SQL.
    """
    import splink.comparison_library as cl
    from splink import SettingsCreator, block_on

    from sinergi.linkage.blocking import KEYS

    comparisons: list[Any] = []
    for name, levels in COMPARISONS.items():
        made: list[Any] = [_null(NULLS[name])]
        for label, what in levels:
            made.append(_level(name, label, what, model))
        comparisons.append(cl.CustomComparison(output_column_name=name, comparison_levels=made))
    apart = "l.sure <> r.sure and (l.wall is null or r.wall is null or l.wall = r.wall)"
    if also:
        apart = f"{apart} and ({also})"
    rules: list[Any] = [f"l.key_{key} = r.key_{key} and {apart}" if model else block_on(f"key_{key}") for key in KEYS]
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="profile_id",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=rules,
        probability_two_random_records_match=prior,
        retain_matching_columns=True,  # with them come the levels that were found
    )


def bits(model: dict[str, Any], comparison: str, label: str) -> float:
    """Return the weight of a level in bits: log2(m / u)."""
    pair = model["comparisons"][comparison][label]
    return math.log2(pair["m"] / pair["u"])


def level_names(comparison: str) -> pl.Expr:
    """Return what a comparison found of each pair, by the name of its level; from `level_<comparison>` (`weights`)."""
    names = {place: label for place, (label, _) in enumerate(COMPARISONS[comparison])}
    return pl.col(f"level_{comparison}").replace_strict(names, return_dtype=pl.String).alias(comparison)


def _null(sql: str) -> Any:
    import splink.comparison_level_library as cll

    return cll.CustomLevel(sql, "unknown").configure(is_null_level=True)


def _level(name: str, label: str, what: Any, model: dict[str, Any] | None) -> Any:
    import splink.comparison_level_library as cll

    made: Any
    match what:
        case None:
            made = cll.ElseLevel()
        case str():
            made = cll.CustomLevel(what, label)
        case ("exact", column):
            made = cll.ExactMatchLevel(column)
        case ("jaro_winkler", column, threshold):
            made = cll.JaroWinklerLevel(column, threshold)
        case ("jaro_winklers", *both):
            made = cll.And(*(cll.JaroWinklerLevel(column, threshold) for column, threshold in both))
        case ("street", threshold):
            same_area = cll.CustomLevel("area_code_l = area_code_r", "same kelurahan")
            made = cll.And(same_area, cll.JaroWinklerLevel("street", threshold))
        case ("levenshtein", column, threshold):
            made = cll.LevenshteinLevel(column, threshold)
        case ("damerau_levenshtein", column, threshold):
            # A swap is two edits to Levenshtein, which costs a tenth and rules most pairs out.
            made = cll.And(cll.LevenshteinLevel(column, 2 * threshold), cll.DamerauLevenshteinLevel(column, threshold))
        case ("subset", column):
            made = cll.ArraySubsetLevel(column)
        case ("intersect", column, size):
            made = cll.ArrayIntersectLevel(column, size)
    extra: dict[str, Any] = {"label_for_charts": label}
    if model:
        pair = model["comparisons"][name][label]
        extra |= {"m_probability": pair["m"], "u_probability": pair["u"]}
    return made.configure(**extra)
