"""JSON Schema of a contract, so that editors complete its keys, columns, codes and expectations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sinergi import reference
from sinergi.contracts.check import code_domain
from sinergi.contracts.model import Contract
from sinergi.contracts.vocabulary import EXPECTATIONS
from sinergi.entities import Entity, load_entities


def contract_schema(root: Path | str | None = None) -> dict[str, Any]:
    """Make the schema from the models, the entities and the seeds; columns depend on the entity."""
    entities = load_entities(root)
    schema = Contract.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "Sinergi contract"
    schema["properties"]["entity"]["enum"] = sorted(entities)
    schema["properties"]["codes"]["enum"] = reference.editions()
    expectation = schema["$defs"]["Expectation"]
    expectation["properties"]["type"]["enum"] = sorted(EXPECTATIONS)
    expectation["allOf"] = [
        {
            "if": {"properties": {"type": {"const": name}}},
            "then": {"required": sorted(known.needs), "propertyNames": {"enum": sorted(known.takes | _COMMON)}},
        }
        for name, known in EXPECTATIONS.items()
    ]
    schema["allOf"] = [
        {"if": {"properties": {"entity": {"const": name}}}, "then": {"properties": _of_entity(entity)}}
        for name, entity in sorted(entities.items())
    ]
    return schema


_COMMON = frozenset({"type", "severity"})


def _of_entity(entity: Entity) -> dict[str, Any]:
    headers = {"type": "array", "items": {"type": ["string", "number"]}, "minItems": 1}
    columns = {name: {**headers, "description": _describe(entity, name)} for name in entity.mappable}
    names = {"enum": entity.mappable}
    return {
        "columns": {"properties": columns, "additionalProperties": False},
        "constants": {
            "properties": {name: _constant(entity, name) for name in entity.mappable},
            "additionalProperties": False,
        },
        "required": {"items": names},
        "split": {"propertyNames": names},
        "delivery": {
            "properties": {
                "period_from": {"enum": [column.name for column in entity if column.type == "date"] + [None]},
                "partition_by": {"items": {"enum": list(entity.columns)}},
            }
        },
    }


def _constant(entity: Entity, name: str) -> dict[str, Any]:
    domain = code_domain(entity, name)
    if domain:
        return {"enum": sorted(reference.domains()[domain])}
    return {"type": ["string", "number", "boolean"]}


def _describe(entity: Entity, name: str) -> str:
    column = entity.columns[name]
    required = "; required" if column.required else ""
    return f"{column.label}: {column.description} ({column.type}{required})"
