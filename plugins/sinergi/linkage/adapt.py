"""Weights for other data than the model's own, learnt without knowing who is who (expectation maximisation)."""

from __future__ import annotations

from typing import Any

import polars as pl

from sinergi.linkage import blocking, model, people, scoring, sure, train
from sinergi.linkage.evidence import profiles

# Each rule leaves the comparisons that it blocks on to the others.
LEARN_FROM = ("birth_word", "door", "nik", "name_area")
SAMPLED = 1e6  # random pairs


def adapt(prepared: pl.DataFrame, base: dict[str, Any]) -> dict[str, Any]:
    """Return `base` with weights that fit other data: another country's files, another generation of typists.

    Args:
        prepared: Records as `evidence.prepare` returns them; nothing about who is who is asked.
        base: The model whose comparisons and thresholds are kept.
    """
    from splink import block_on

    prepared, _ = sure.drop_worn(prepared)
    folded, _ = profiles(prepared)
    folded = sure.join_by_nik(folded).with_columns(tokens=pl.col("sorted_name").str.split(" "))
    keyed, _ = blocking.add_keys(people.with_elders(folded, prepared))
    share = scoring.prior(len(keyed), len(keyed))
    linker = scoring.linker_of(keyed.select(scoring.COLUMNS).to_arrow(), model.settings(base, share), scoring.backend())
    linker.training.estimate_u_using_random_sampling(max_pairs=SAMPLED, seed=1)
    for key in LEARN_FROM:
        linker.training.estimate_parameters_using_expectation_maximisation(
            block_on(f"key_{key}"), estimate_without_term_frequencies=True
        )
    # Random pairs hold the true ones too: a tenth of a percent in a small file, more than chance itself gives a number.
    return base | {"comparisons": train.levels_of(linker, share)}
