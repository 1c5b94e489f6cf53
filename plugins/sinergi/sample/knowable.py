"""What a perfect reader would know of each written row: the clean values, less what the mess has made unreadable.

Words are read back by the code map of the source's edition, since one edition's word may be wider than another's.
"""

from __future__ import annotations

import polars as pl

from sinergi import reference
from sinergi.contracts.check import code_domain
from sinergi.contracts.model import Contract
from sinergi.entities import Column
from sinergi.sample.mess import Draft

# What reports are made of; who is who stands in the records.
REPORTED = (
    *("program_id", "recipient_kind", "delivered_on", "ended_on", "amount_idr", "status", "skills"),
    *("enumerated_on", "deliberated_on", "household_no", "period"),
    *("sex", "birth_date", "head_birth_date", "marital_status", "education", "school_participation", "occupation"),
    *("employment_status", "disability", "has_identity_papers", "nutrition_status", "house_ownership"),
    *("roof_material", "wall_material", "floor_material", "lighting_source", "cooking_fuel", "water_source"),
    *("toilet_facility", "reported_on", "opd_id", "program_name", "activity_code", "strategy", "funding_source"),
    *("ceiling_idr", "realised_idr", "recipients", "education_min", "age_min", "age_max", "sex_required"),
    *("posted_on", "position", "openings", "outcome", "head_sex", "head_education"),
    *("decree_number", "decreed_on", "action", "effective_on", "area_code"),
)
BOOLEAN = {"true": True, "false": False}


def known(draft: Draft, contract: Contract, said: dict[str, pl.Series]) -> pl.DataFrame:
    """Give what can be known of a part's rows.

    Args:
        draft: The clean values and what was lost of them.
        contract: Which columns are read, and by which edition of codes.
        said: The texts of the columns that are written, mess included.
    """
    entity, found = contract.entity_def.columns, []
    for name in REPORTED:
        written = name in said or (name == "ended_on" and name in draft.lost)  # a range of dates says both
        if name not in entity or not (written or name in contract.constants):
            continue
        if name == "area_code" and not draft.protect:  # which of code and name is right is intake's to settle
            continue
        values = draft.frame[name]
        if name in said and (domain := _domain(contract, entity[name])):
            values = _read_back(said[name], contract, entity[name], domain)
        lost = draft.lost.get(name)
        found.append(values if lost is None else values.scatter(lost.nonzero()[0], None).alias(name))
    return pl.DataFrame(found)


def _domain(contract: Contract, column: Column) -> str | None:
    return "boolean" if column.type == "boolean" else code_domain(contract.entity_def, column.name)


def _read_back(text: pl.Series, contract: Contract, column: Column, domain: str) -> pl.Series:
    words = reference.code_map(contract.codes, domain)
    meant = {word: words.get(reference.key(word)) or None for word in text.unique().drop_nulls()}
    if column.type == "boolean":
        flags = {word: BOOLEAN.get(str(code)) for word, code in meant.items()}
        return text.replace_strict(flags, default=None, return_dtype=pl.Boolean).alias(column.name)
    return text.replace_strict(meant, default=None, return_dtype=pl.String).alias(column.name)
