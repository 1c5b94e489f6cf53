"""YAML with line numbers, so that a fault in an entity or a contract says where it is."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from rapidfuzz import fuzz, process

from sinergi.errors import SinergiError

Path_ = tuple[Hashable, ...]


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong in one file: where, and what to write instead."""

    file: str
    line: int
    path: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}"
        return f"{where}: {self.path}: {self.message}" if self.path else f"{where}: {self.message}"


class ContractFaults(SinergiError):
    """Everything wrong in all entity and contract files, at once."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = sorted(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass
class Document:
    """The data of one YAML file, with the line of every key and item."""

    file: str
    data: Any = None
    lines: dict[Path_, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, path: Path_, message: str) -> None:
        """Add a fault at the line of the path, or of its nearest parent that the file has."""
        known = path
        while known and known not in self.lines:
            known = known[:-1]
        shown = ".".join(str(part) for part in path)
        self.faults.append(Fault(self.file, self.lines.get(known, 1), shown, message))

    def validation_faults(self, error: ValidationError, keys: dict[str, list[str]]) -> None:
        """Add pydantic's errors; `keys` maps the last named key of a parent ("" at the top) to what it may hold."""
        for item in error.errors(include_url=False):
            path = tuple(item["loc"])
            if item["type"] == "extra_forbidden":
                names = [part for part in path[:-1] if isinstance(part, str)]
                self.fault(path, f"unknown key; {suggest(str(path[-1]), keys.get(names[-1] if names else '', []))}")
            elif item["type"] == "missing":
                self.fault(path, "is missing")
            else:
                self.fault(path, item["msg"].removeprefix("Value error, "))


def suggest(name: str, choices: Iterable[str]) -> str:
    """Say the nearest of the choices, or list them when none is near."""
    options = sorted(choices)
    near = process.extractOne(name.lower(), options, scorer=fuzz.ratio, score_cutoff=65)
    if near:
        return f"did you mean {near[0]!r}?"
    return "use one of " + ", ".join(options) if options else "nothing may stand here"


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML 1.2 booleans: a header called No, or a value called Ya or Y, is text."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool" or first in "tTfF"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_document(path: Path, root: Path) -> Document:
    """Read one YAML file; what is wrong with its syntax is among its faults."""
    document = Document(path.relative_to(root.parent).as_posix())
    try:
        loader = _Loader(path.read_text(encoding="utf-8"))
        node = loader.get_single_node()
        if node is not None:
            document.data = _construct(loader, node, (), document)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        document.faults.append(Fault(document.file, mark.line + 1 if mark else 1, "", f"not YAML: {error.problem}"))
    except UnicodeDecodeError:
        document.faults.append(Fault(document.file, 1, "", "is not UTF-8 text"))
    if not document.faults and not isinstance(document.data, dict):
        document.faults.append(Fault(document.file, 1, "", "must hold keys and values"))
    return document


def _construct(loader: Any, node: yaml.Node, path: Path_, document: Document) -> Any:
    document.lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        result: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = loader.construct_object(key_node, deep=True)
            here = (*path, key)
            if key in result:
                document.lines[here] = key_node.start_mark.line + 1
                document.fault(here, "stands here twice")
            document.lines[here] = key_node.start_mark.line + 1
            result[key] = _construct(loader, value_node, here, document)
        return result
    if isinstance(node, yaml.SequenceNode):
        return [_construct(loader, item, (*path, index), document) for index, item in enumerate(node.value)]
    return loader.construct_object(node)
