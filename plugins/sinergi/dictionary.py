"""docs/data-dictionary.md, made from the yml beside each model of the warehouse."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from sinergi.settings import Settings

FOLDERS = {
    "marts": "What analysts query, with personal data: `marts.*`.",
    "bi": "What BI tools may read: the same, masked and banded, small counts hidden: `bi.*`.",
}

HEADS = {
    "marts": ["| column | type | meaning |", "|---|---|---|"],
    "bi": ["| column | sebutan | type | meaning |", "|---|---|---|---|"],
}

WALK_BACK = """\
select delivery.source_id, delivery.file_name, record._sheet, record._row_number, delivery.received_at, record.*
from marts.fct_interventions as help
join raw.interventions as record on record._delivery_id = help.delivery_id and record._row_number = help.row_number
join ops.deliveries as delivery on delivery.delivery_id = help.delivery_id
where help.intervention_id = :intervention_id
"""

INTRODUCTION = f"""\
# Data dictionary

Made from the yml beside each dbt model; a test fails when the two differ (`python -m sinergi.dictionary` writes it).
Both layers always show one and the same build: `select * from bi.build_info`.

## From a figure back to its row

Every mart that comes from one row of a file carries `delivery_id` and `row_number`; people and families are tied to
all their rows by `xwalk_people`. The row, as the office sent it:

```sql
{WALK_BACK}```

All that is known of one person: `select * from marts.xwalk_people where person_id = :person_id`, then each delivery's
`raw.<entity>` in the same way; what was refused is in `quarantine.rows`, with its reasons.
"""


def markdown(settings: Settings | None = None) -> str:
    """Return every mart and BI relation with its grain and columns."""
    project = (settings or Settings.load()).dbt_project
    named = labels(settings)
    lines = [INTRODUCTION]
    for folder, title in FOLDERS.items():
        lines += [f"## {folder}", "", title, ""]
        for model in models(project / "models" / folder):
            relation = model["name"].removeprefix("bi_")
            called = f" · {named['relations'][relation]}" if folder == "bi" else ""
            lines += [f"### {folder}.{relation}{called}", "", model["description"], ""]
            lines += HEADS[folder]
            for column in model["columns"]:
                lines.append(_row(column, label(named, relation, column["name"]) if folder == "bi" else None))
            lines.append("")
    return "\n".join(lines)


def models(folder: Path) -> Iterator[dict[str, Any]]:
    """Read the models that the yml files of a folder describe, by name."""
    for path in sorted(folder.rglob("*.yml")):
        yield from yaml.safe_load(path.read_text()).get("models", [])


def labels(settings: Settings | None = None) -> dict[str, dict[str, str]]:
    """Return what relations and columns of `bi` are called in Bahasa Indonesia: `relations` and `columns`, by name."""
    project = (settings or Settings.load()).dbt_project
    return dict(yaml.safe_load((project / "labels.yml").read_text()))


def label(named: dict[str, dict[str, str]], relation: str, column: str) -> str:
    """Return what a column of `bi` is called: in this relation where `labels` says so, else everywhere."""
    return named["columns"].get(f"{relation}.{column}") or named["columns"][column]


def _row(column: dict[str, Any], called: str | None) -> str:
    meaning = column["description"].replace("|", "\\|")
    return f"| `{column['name']}` |{f' {called} |' if called else ''} {column['data_type']} | {meaning} |"


if __name__ == "__main__":
    (Settings.load().dbt_project.parent / "docs" / "data-dictionary.md").write_text(markdown())
