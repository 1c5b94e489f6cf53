"""The canonical shapes that every sender's export is conformed to: expectations/entities/*.yml."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from sinergi.documents import ContractFaults, Document, read_document
from sinergi.settings import Settings

ColumnType = Literal[
    "text", "nik", "no_kk", "date", "integer", "decimal", "amount", "boolean", "category", "area", "list"
]
Privacy = Literal["open", "identifier", "personal", "specific"]
Severity = Literal["critical", "warning", "info"]


class Model(BaseModel):
    """What entities and contracts are made of: immutable, and no key that nobody reads."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


class Expectation(BaseModel):
    """One Great Expectations expectation: its type, its own arguments, and what a failure means."""

    model_config = ConfigDict(extra="allow", frozen=True)

    type: str = Field(description="Type of the expectation, as Great Expectations names it")
    severity: Severity = Field(
        default="critical",
        description="critical quarantines the row (row rule) or holds the file (table rule); warning and info report",
    )

    @property
    def arguments(self) -> dict[str, Any]:
        """The keyword arguments for Great Expectations, without the severity."""
        return dict(self.model_extra or {})

    @property
    def columns(self) -> list[str]:
        """The canonical columns that the arguments name."""
        arguments = self.arguments
        named = [arguments.get("column"), arguments.get("column_A"), arguments.get("column_B")]
        named += arguments.get("column_list") or []
        return [name for name in named if isinstance(name, str)]


class Column(Model):
    """One column of an entity."""

    name: str = ""
    type: ColumnType
    privacy: Privacy
    domain: str | None = None
    required: bool = False
    derived: bool = False
    # A day that cannot lie ahead, but for these values of other columns; {} is without exception.
    past_unless: dict[str, list[str]] | None = None
    label: str
    description: str

    @property
    def is_personal(self) -> bool:
        """Whether its values are masked wherever they are shown."""
        return self.privacy != "open"

    @model_validator(mode="after")
    def _only_dates_lie_ahead(self) -> Self:
        if self.past_unless is not None and self.type != "date":
            raise ValueError("past_unless is for dates")
        return self

    @model_validator(mode="after")
    def _domain_fits(self) -> Self:
        if self.type in ("category", "list") and not self.domain:
            raise ValueError(f"a {self.type} column needs a domain of seeds/code_values.csv")
        return self


class Entity(Model):
    """One canonical shape; the table raw.<entity> is made from it."""

    entity: str
    title: str
    description: str
    columns: dict[str, Column]
    expectations: list[Expectation] = []

    @model_validator(mode="before")
    @classmethod
    def _name_columns(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("columns"), dict):
            named = {k: {**v, "name": k} if isinstance(v, dict) else v for k, v in data["columns"].items()}
            return {**data, "columns": named}
        return data

    def __iter__(self) -> Iterator[Column]:  # type: ignore[override]
        """Go through the columns in their order."""
        return iter(self.columns.values())

    @property
    def mappable(self) -> list[str]:
        """The columns that a contract may map; the derived ones follow from them."""
        return [column.name for column in self if not column.derived]


def expectations_root(root: Path | str | None = None) -> Path:
    """Give the folder of entities and contracts: the argument, else SINERGI_EXPECTATIONS, else the repository's."""
    return Path(root).absolute() if root is not None else Settings.load().expectations


def read_entities(root: Path) -> tuple[dict[str, Entity], list[Document]]:
    """Read every entity file; faults stay with their documents."""
    entities: dict[str, Entity] = {}
    documents = []
    for path in sorted((root / "entities").glob("*.yml")):
        document = read_document(path, root)
        documents.append(document)
        if document.faults:
            continue
        try:
            entity = Entity.model_validate(document.data)
        except ValidationError as error:
            document.validation_faults(error, {"": list(Entity.model_fields), "columns": []})
            continue
        if entity.entity != path.stem:
            document.fault(("entity",), f"must be {path.stem!r}, the name of the file")
        for index, expectation in enumerate(entity.expectations):
            for name in expectation.columns:
                if name not in entity.columns:
                    document.fault(("expectations", index), f"{entity.entity} has no column {name!r}")
        entities[path.stem] = entity
    return entities, documents


def load_entities(root: Path | str | None = None) -> dict[str, Entity]:
    """Load all entities by name.

    Raises:
        ContractFaults: every fault of every entity file, with file and line.
    """
    return _load(expectations_root(root))


@lru_cache(maxsize=8)
def _load(root: Path) -> dict[str, Entity]:
    entities, documents = read_entities(root)
    faults = [fault for document in documents for fault in document.faults]
    if faults:
        raise ContractFaults(faults)
    return entities


def load_entity(name: str, root: Path | str | None = None) -> Entity:
    """Load one entity."""
    return load_entities(root)[name]
