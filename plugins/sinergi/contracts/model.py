"""What a contract may say. The reference in docs/contracts.md and the JSON Schema are made from these descriptions."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, PrivateAttr, model_validator

from sinergi.entities import Entity, Expectation, Model

Every = Literal["once", "month", "quarter", "semester", "year"]
Mode = Literal["snapshot", "period", "append"]
AreaSystem = Literal["kemendagri", "bps"]


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is not a regular expression: {error}") from None
    return pattern


def _sheet(sheet: str) -> str:
    if len(sheet) > 1 and sheet.startswith("/") and sheet.endswith("/"):
        _compiles(sheet[1:-1])
    return sheet


def _encoding(name: str) -> str:
    try:
        "".encode(name)
    except LookupError:
        raise ValueError(f"{name!r} is no encoding; utf-8, latin-1 and cp1252 are usual") from None
    return name


Pattern = Annotated[str, AfterValidator(_compiles)]
Headers = Annotated[list[str], Field(min_length=1)]


class Delivery(Model):
    """When the sender delivers, and what a new delivery replaces."""

    every: Every = Field(description="How often a file is due")
    due_day: int | None = Field(
        default=None, ge=1, le=31, description="Day of the month after the period when it is due"
    )
    mode: Mode = Field(description="snapshot: the full list; period: one period; append: new events")
    period_from: str | None = Field(
        default=None, description="mode period: the date column from which the period is read"
    )
    partition_by: list[str] = Field(
        default=[], description="A delivery replaces only the rows that agree with it in these columns"
    )

    @model_validator(mode="after")
    def _period(self) -> Self:
        if self.mode == "period" and not self.period_from:
            raise ValueError("mode period needs period_from, the date column that tells the period")
        if self.mode == "period" and self.every == "once":
            raise ValueError("mode period needs every: month, quarter, semester or year")
        if self.mode != "period" and self.period_from:
            raise ValueError(f"period_from says nothing in mode {self.mode}; use mode period or leave it out")
        return self


class FileSpec(Model):
    """How the file is laid out."""

    format: Literal["xlsx", "csv"] = Field(description="Kind of file")
    sheet: Annotated[str, AfterValidator(_sheet)] | None = Field(
        default=None, description="Sheet by name, or /pattern/; the only visible sheet where left out (xlsx)"
    )
    header_row: int = Field(default=1, ge=1, description="First header row, counted as Excel counts, from 1")
    header_rows: int = Field(default=1, ge=1, le=4, description="Number of header rows; they are joined with ' / '")
    delimiter: str = Field(default=",", min_length=1, max_length=1, description="Separator of cells (csv)")
    encoding: Annotated[str, AfterValidator(_encoding)] = Field(default="utf-8", description="Encoding (csv)")
    stop: Literal["first_blank_tail", "end"] = Field(
        default="first_blank_tail", description="Where rows end: at the blank tail, or only at the end of the sheet"
    )

    @model_validator(mode="after")
    def _fits_format(self) -> Self:
        foreign = {"xlsx": {"delimiter", "encoding"}, "csv": {"sheet"}}[self.format] & self.model_fields_set
        if foreign:
            raise ValueError(f"{', '.join(sorted(foreign))} says nothing about {self.format} files")
        return self


class Flags(Model):
    """A matrix of yes/no columns, gathered into one list column."""

    column: str = Field(description="List column of the entity that receives the codes")
    headers: dict[str, str] = Field(min_length=1, description="Header of each flag column: the code that it stands for")
    true_values: Headers = Field(default=["Ya", "1"], description="What counts as yes; anything else is not")


class RowLimits(Model):
    """When too many bad rows hold the file."""

    max_bad_share: float = Field(
        default=0.5, ge=0, le=1, description="Largest share of quarantined rows that is let in"
    )


class Volume(Model):
    """How far the row count may move from the last accepted delivery of the same source and partition."""

    min_ratio: float = Field(default=0.6, ge=0, le=1, description="Fewer rows than this share hold the file")
    max_ratio: float = Field(default=3, ge=1, description="More rows than this multiple hold the file")
    min_rows: int = Field(default=30, ge=0, description="Compared only when the last delivery had this many rows")


class Ignore(Model):
    """Rows that are no data, beyond those that are recognised by themselves."""

    footer: list[Pattern] = Field(default=[], description="Patterns; a row whose text matches one is a footer")


class Contract(Model):
    """One export of one sender."""

    title: str = Field(description="What the export is, in the sender's words")
    entity: str = Field(description="Canonical shape that the rows take: a file of expectations/entities")
    contact: str = Field(description="Who at the sender answers questions")
    owner: str | None = Field(default=None, description="Who in the data team looks after this contract")
    language: Literal["id", "en"] = Field(default="id", description="Language of messages to the sender")
    delivery: Delivery = Field(description="When it comes and what it replaces")
    file: FileSpec = Field(description="Layout of the file")
    area_system: AreaSystem | None = Field(
        default=None, description="Code system of area_code; both have 10 digits and collide, so it is never guessed"
    )
    codes: str = Field(default="common", description="Edition in seeds/code_maps.csv that the category values follow")
    constants: dict[str, str] = Field(default={}, description="Columns that have one value in the whole export")
    columns: dict[str, Headers] = Field(
        min_length=1, description="Canonical column: headers accepted, newest first; case and punctuation do not count"
    )
    split: dict[str, str] = Field(
        default={}, description="Column: separator; only the text before it is taken ('Istri / Wife' with '/')"
    )
    flags: Flags | None = Field(default=None, description="Yes/no columns gathered into a list column")
    required: list[str] | None = Field(
        default=None, description="Columns whose header must be there; the entity's required ones where left out"
    )
    unknown_columns: Literal["evolve", "freeze", "discard_row"] = Field(
        default="evolve",
        description="evolve keeps them in extra; freeze holds the file; discard_row quarantines rows that fill them",
    )
    row_limits: RowLimits = Field(default=RowLimits(), description="When bad rows hold the file")
    volume: Volume = Field(default=Volume(), description="When a surge or collapse of rows holds the file")
    expectations: list[Expectation] = Field(default=[], description="Rules of this export, beyond the entity's")
    ignore: Ignore = Field(default=Ignore(), description="Rows that are no data")

    _source_id: str = PrivateAttr("")
    _version: str = PrivateAttr("")
    _entity_def: Entity | None = PrivateAttr(None)

    def bind(self, source_id: str, text: bytes, entity: Entity) -> Self:
        """Tie the contract to its place in the tree, its bytes and its entity."""
        self._source_id, self._entity_def = source_id, entity
        self._version = hashlib.sha256(text).hexdigest()[:12]
        return self

    @classmethod
    def from_file(cls, path: Path, data: object, source_id: str, entity: Entity) -> Self:
        """Validate what was read from a file and bind it."""
        return cls.model_validate(data).bind(source_id, path.read_bytes(), entity)

    @property
    def source_id(self) -> str:
        """<sender>/<export>, the path of the contract and of its folder in the inbox."""
        return self._source_id

    @property
    def sender_id(self) -> str:
        """Who delivers."""
        return self._source_id.partition("/")[0]

    @property
    def export(self) -> str:
        """The kind of file."""
        return self._source_id.partition("/")[2]

    @property
    def version(self) -> str:
        """First 12 digits of the file's SHA-256."""
        return self._version

    @property
    def entity_def(self) -> Entity:
        """The entity that the rows take the shape of."""
        if self._entity_def is None:
            raise RuntimeError("the contract is not bound to its entity; load it with load_contracts")
        return self._entity_def

    @property
    def required_headers(self) -> list[str]:
        """The mapped columns whose header must stand in the file."""
        if self.required is not None:
            return list(self.required)
        return [column.name for column in self.entity_def if column.required and column.name in self.columns]

    @property
    def rules(self) -> list[Expectation]:
        """The entity's expectations and the contract's own, which replaces one of the same kind on the same columns.

        A milder one replaces nothing: an office's warning never lets in what the entity refuses.
        """
        ranks = {severity: rank for rank, severity in enumerate(("critical", "warning", "info"))}

        def is_replaced(common: Expectation) -> bool:
            return any(
                (own.type, tuple(own.columns)) == (common.type, tuple(common.columns))
                and ranks[own.severity] <= ranks[common.severity]
                for own in self.expectations
            )

        return [rule for rule in self.entity_def.expectations if not is_replaced(rule)] + list(self.expectations)
