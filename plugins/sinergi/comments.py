"""What every relation and column of `bi` is, said in the database itself: any BI tool shows it beside the field.

First what it is called in Bahasa Indonesia (labels.yml), then what it means (the yml beside the model).
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, text

from sinergi.dictionary import label, labels, models
from sinergi.settings import Settings

LAYER = "bi"
COLUMNS = "select table_name, column_name from information_schema.columns where table_schema = :schema"


def write(connection: Connection, settings: Settings | None = None) -> None:
    """Comment every view of `bi` and its columns, within the caller's transaction.

    Args:
        connection: Its transaction has just switched the views.
        settings: Where the dbt project is.
    """
    there = {tuple(row) for row in connection.execute(text(COLUMNS), {"schema": LAYER})}
    relations = {relation for relation, _ in there}
    statements = [
        f"comment on {kind} {_quoted(LAYER, *names)} is {_literal(words)}"
        for kind, names, words in sentences(settings)
        if (names in there if len(names) == 2 else names[0] in relations)
    ]
    if statements:  # in one round trip: readers wait for this transaction
        connection.exec_driver_sql(";\n".join(statements))


def sentences(settings: Settings | None = None) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """Yield (`view` or `column`, its names, its comment) for everything in `bi`."""
    settings = settings or Settings.load()
    named = labels(settings)
    for model in models(settings.dbt_project / "models" / LAYER):
        relation = model["name"].removeprefix(f"{LAYER}_")
        yield "view", (relation,), f"{named['relations'][relation]}. {model['description']}"
        for column in model["columns"]:
            words = f"{label(named, relation, column['name'])}. {column['description']}"
            yield "column", (relation, column["name"]), words


def _quoted(*names: str) -> str:
    return ".".join('"' + name.replace('"', '""') + '"' for name in names)


def _literal(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"
