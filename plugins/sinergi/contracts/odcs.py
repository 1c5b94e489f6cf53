"""Write a contract as an Open Data Contract Standard v3 document, for data catalogues."""

from __future__ import annotations

from typing import Any

from sinergi.contracts.check import code_domain
from sinergi.contracts.model import Contract
from sinergi.entities import Column, Expectation

API_VERSION = "v3.0.2"
_LOGICAL = {
    "date": ("date", "date"),
    "integer": ("integer", "integer"),
    "decimal": ("number", "numeric"),
    "amount": ("number", "numeric(16,2)"),
    "boolean": ("boolean", "boolean"),
    "list": ("array", "text[]"),
}
_FREQUENCY = {"month": "1m", "quarter": "3m", "semester": "6m", "year": "1y"}
_SEVERITY = {"critical": "error", "warning": "warning", "info": "info"}


def to_odcs(contract: Contract) -> dict[str, Any]:
    """Give the contract as an ODCS v3 document; expectations become custom Great Expectations quality rules."""
    entity = contract.entity_def
    document: dict[str, Any] = {
        "version": contract.version,
        "kind": "DataContract",
        "apiVersion": API_VERSION,
        "id": contract.source_id,
        "name": contract.title,
        "status": "active",
        "domain": "kemiskinan-ekstrem",
        "tenant": contract.sender_id,
        "description": {"purpose": entity.description, "usage": contract.delivery.mode},
        "schema": [
            {
                "name": entity.entity,
                "physicalName": f"raw.{entity.entity}",
                "logicalType": "object",
                "physicalType": "table",
                "description": entity.description,
                "properties": [_property(contract, column) for column in entity],
                "quality": [_quality(rule) for rule in contract.rules],
            }
        ],
        "support": [{"channel": contract.contact, "tool": "email", "url": f"mailto:{contract.contact}"}],
        "slaProperties": _sla(contract),
        "customProperties": [
            {"property": "format", "value": contract.file.format},
            {"property": "unknownColumns", "value": contract.unknown_columns},
            {"property": "codes", "value": contract.codes},
        ],
    }
    if contract.owner:
        document["team"] = [{"username": contract.owner, "role": "owner"}]
    return document


def _property(contract: Contract, column: Column) -> dict[str, Any]:
    logical, physical = _LOGICAL.get(column.type, ("string", "text"))
    described: dict[str, Any] = {
        "name": column.name,
        "businessName": column.label,
        "description": column.description,
        "logicalType": logical,
        "physicalType": physical,
        "required": column.required,
        "classification": column.privacy,
    }
    if logical == "array":
        described["items"] = {"logicalType": "string"}
    source = contract.columns.get(column.name)
    if source:
        described["transformSourceObjects"] = source
    extra = {"domain": code_domain(contract.entity_def, column.name), "constant": contract.constants.get(column.name)}
    custom = [{"property": name, "value": value} for name, value in extra.items() if value]
    return described | ({"customProperties": custom} if custom else {})


def _quality(rule: Expectation) -> dict[str, Any]:
    return {
        "name": rule.type,
        "type": "custom",
        "engine": "greatExpectations",
        "severity": _SEVERITY[rule.severity],
        "implementation": {"type": rule.type, "kwargs": rule.arguments},
    }


def _sla(contract: Contract) -> list[dict[str, Any]]:
    delivery = contract.delivery
    sla: list[dict[str, Any]] = []
    if delivery.every in _FREQUENCY:
        value, unit = _FREQUENCY[delivery.every][:-1], _FREQUENCY[delivery.every][-1]
        sla.append({"property": "frequency", "value": int(value), "unit": unit})
    if delivery.due_day:
        sla.append({"property": "timeOfAvailability", "value": delivery.due_day, "unit": "d"})
    return sla
