"""docs/contracts.md: what a contract may say, made from the models so that it cannot drift from them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from sinergi import reference
from sinergi.contracts.model import Contract, Delivery, FileSpec, Flags, Ignore, RowLimits, Volume
from sinergi.contracts.vocabulary import EXPECTATIONS
from sinergi.entities import Expectation, load_entities

_INTRO = """# Contract reference

Made from the models by `python -m sinergi.contracts.reference`; edit those, not this page.

One file, `expectations/<sender>/<export>.yml`, says what one office's export looks like. Its path is the source id, and
the folder of the inbox where the files land. `sinergi contract validate` reports every fault of every file at once,
with its line; `sinergi contract infer FILE` drafts a contract from a file; `sinergi contract schema` prints the JSON
Schema for editors.

```yaml
title: Bantuan sembako
entity: interventions
contact: bidang-linjamsos@dinsos.example
delivery: {every: month, due_day: 10, mode: period, period_from: delivered_on}
file: {format: xlsx, sheet: Penerima, header_row: 4}
constants: {program_id: dinsos-sembako}
columns:                      # canonical name: headers accepted, newest first
  nik: [NIK, NIK KTP, No. NIK]
  full_name: [Nama Penerima, NAMA PENERIMA]
  area_name: [Kelurahan, NM KEL]
  delivered_on: [Tanggal, Tgl Salur]
  amount_idr: [Nilai, NILAI (Rp)]
unknown_columns: evolve
expectations:
  - {type: expect_column_values_to_be_between, column: amount_idr, max_value: 3000000, severity: warning}
```
"""
_PARTS: list[tuple[str, str, type[BaseModel]]] = [
    ("Keys", "", Contract),
    ("delivery", "delivery", Delivery),
    ("file", "file", FileSpec),
    ("flags", "flags", Flags),
    ("row_limits", "row_limits", RowLimits),
    ("volume", "volume", Volume),
    ("ignore", "ignore", Ignore),
]


def markdown(root: Path | str | None = None) -> str:
    """Write the reference: keys, expectations, entities with their columns, editions and domains."""
    parts = [_INTRO]
    for title, _, model in _PARTS:
        parts.append(f"## {title if title == 'Keys' else f'`{title}`'}\n\n{model.__doc__ or ''}\n\n{_keys(model)}")
    parts += [_expectations(), _entities(root), _codes()]
    return "\n".join(parts).rstrip() + "\n"


def _keys(model: type[BaseModel]) -> str:
    lines = ["| key | values | where left out | meaning |", "|---|---|---|---|"]
    properties = model.model_json_schema()["properties"]
    for name, field in model.model_fields.items():
        shown = _values(properties[name])
        default = "required" if field.is_required() else _default(field.default)
        lines.append(f"| `{name}` | {shown} | {default} | {_cell(field.description or '')} |")
    return "\n".join(lines) + "\n"


def _values(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(_values(option) for option in schema["anyOf"] if option.get("type") != "null")
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "$ref" in schema:
        return "keys below"
    if schema.get("type") == "array":
        return f"list of {_values(schema.get('items', {}))}"
    if schema.get("type") == "object":
        return f"name: {_values(schema.get('additionalProperties') or {})}"
    return {"string": "text", "integer": "number", "number": "number"}.get(schema.get("type", ""), "keys below")


def _default(value: object) -> str:
    if value is None or value is PydanticUndefined or value in ([], {}):
        return "–"
    if isinstance(value, BaseModel):
        return "its own defaults"
    return f"`{', '.join(map(str, value)) if isinstance(value, list) else value}`"


def _expectations() -> str:
    lines = [
        "## `expectations`\n",
        f"{Expectation.model_fields['severity'].description}. Types and arguments are Great Expectations' own.\n",
        "| type | about | arguments |",
        "|---|---|---|",
    ]
    for name, known in EXPECTATIONS.items():
        optional = sorted(known.takes - known.needs)
        arguments = [f"**{need}**" for need in sorted(known.needs)] + optional
        lines.append(f"| `{name}` | {known.about} | {', '.join(arguments)} |")
    return "\n".join(lines) + "\n"


def _entities(root: Path | str | None) -> str:
    parts = ["## Entities\n"]
    for name, entity in sorted(load_entities(root).items()):
        parts.append(f"### `{name}`\n\n{entity.title}. {entity.description}\n")
        parts.append("| column | type | privacy | label | meaning |\n|---|---|---|---|---|")
        for column in entity:
            states = {
                "required": column.required,
                "derived": column.derived,
                "not ahead": column.past_unless is not None,
            }
            marks = ", ".join(mark for mark, on in states.items() if on)
            kind = f"{column.type}: {column.domain}" if column.domain else column.type
            kind = f"{kind} ({marks})" if marks else kind
            cells = (f"`{column.name}`", kind, column.privacy, _cell(column.label), _cell(column.description))
            parts.append(f"| {' | '.join(cells)} |")
        parts.append("")
    return "\n".join(parts)


def _codes() -> str:
    lines = [
        "## Codes\n",
        f"Editions of `seeds/code_maps.csv`: {', '.join(f'`{edition}`' for edition in reference.editions())}.",
        "A word that the edition does not know is looked up in `common`, then among labels and codes.\n",
        "| domain | codes |",
        "|---|---|",
    ]
    for domain, values in sorted(reference.domains().items()):
        lines.append(f"| `{domain}` | {', '.join(f'`{code}`' for code in values)} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "/")


if __name__ == "__main__":
    sys.stdout.write(markdown())
