"""Remake the model file from a made-up city whose truth is known: how often each level is seen among true pairs (m)
and among random ones (u)."""  # noqa: D205, D209

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl

from sinergi.linkage import model as models
from sinergi.linkage.scoring import backend, linker_of, prior

TRAINING_SEED = 62_71  # never a seed of the accuracy table
TRAINED_ON = 60_000  # people; few enough to be quick, many enough that random pairs are different people
SMALLEST = 1e-5


def fit_trial() -> dict[str, Any]:
    """Return a model fitted to a trial city of the training seed."""
    from sinergi.linkage import blocking, people, sure
    from sinergi.linkage.evidence import prepare, profiles
    from sinergi.linkage.trial import trial

    records = trial("city", TRAINING_SEED, TRAINED_ON)
    prepared = prepare(records)
    prepared, _ = sure.drop_worn(prepared)
    folded, ties = profiles(prepared)
    folded = sure.join_by_nik(folded).with_columns(tokens=pl.col("sorted_name").str.split(" "))
    keyed, _ = blocking.add_keys(people.with_elders(folded, prepared))
    truth = ties.join(records.select("record_id", "true_person"), on="record_id").group_by("profile_id")
    person = truth.agg(pl.col("true_person").mode().sort().first()).sort("profile_id")["true_person"]
    return fit(keyed, person, f"trial city of {TRAINED_ON:,} people, seed {TRAINING_SEED}")


def fit(profiles: pl.DataFrame, truth: pl.Series, note: str) -> dict[str, Any]:
    """Return a model fitted to profiles whose person is known.

    Args:
        profiles: As `scoring.score` takes them.
        truth: The person of each profile.
        note: Where the profiles come from; kept in the file.
    """
    from sinergi.linkage.scoring import COLUMNS

    frame = profiles.select(COLUMNS).with_columns(truth=truth)
    linker = linker_of(frame.to_arrow(), models.settings(None, prior(len(frame), len(frame))), backend())
    linker.training.estimate_u_using_random_sampling(max_pairs=4e6, seed=1)
    linker.training.estimate_m_from_label_column("truth")
    return {
        "version": models.VERSION,
        "trained_on": note,
        "thresholds": {"link": 0.95, "review": 0.2},
        "comparisons": levels_of(linker),
    }


def levels_of(linker: Any, share: float = 0.0) -> dict[str, dict[str, dict[str, float]]]:
    """Return what a linker has learnt of every level, m and u.

    Args:
        linker: Trained.
        share: Of true pairs among the random ones that u was taken from; what they add to u is taken off.
    """
    comparisons: dict[str, dict[str, dict[str, float]]] = {}
    learnt = linker.misc.save_model_to_json()["comparisons"]
    for (name, levels), found in zip(models.COMPARISONS.items(), learnt, strict=True):
        seen = [level for level in found["comparison_levels"] if not level.get("is_null_level")]
        comparisons[name] = {}
        for (label, _), level in zip(levels, seen, strict=True):
            m, u = (_seen(level.get(key)) for key in ("m_probability", "u_probability"))
            comparisons[name][label] = {"m": _number(m), "u": _number(u - share * m)}
    return comparisons


def save(model: dict[str, Any], path: Path = models.MODEL) -> None:
    """Write the model so that a cut never leaves half a file."""
    part = path.with_suffix(".part")
    part.write_text(json.dumps(model, indent=1) + "\n")
    part.replace(path)


def _seen(value: object) -> float:
    return value if isinstance(value, float) else 0.0  # Splink writes a sentence for a level that it never met


def _number(value: float) -> float:
    return float(f"{min(max(value, SMALLEST), 1.0):.3g}")
