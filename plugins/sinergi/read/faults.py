"""Why a whole file is held. The sentence that an office reads comes from sinergi.findings; the facts are here."""

from __future__ import annotations

from typing import Any

from sinergi.errors import SinergiError


class FileFault(SinergiError):
    """A file that cannot be what its contract says.

    Attributes:
        rule: code in the rule catalogue, such as `file.sheet_missing`.
        details: what fills the blanks of the rule's message; never a personal value.
    """

    def __init__(self, rule: str, **details: Any) -> None:
        self.rule = rule
        self.details = details
        super().__init__(rule, details)

    def __str__(self) -> str:
        facts = "; ".join(f"{name}={value!r}" for name, value in self.details.items() if value is not None)
        return f"{self.rule} ({facts})" if facts else self.rule

    def __reduce__(self) -> tuple[Any, ...]:
        # Exceptions cross process borders in Airflow; keyword arguments are lost without this.
        return _rebuild, (type(self), self.rule, self.details)


def _rebuild(kind: type[FileFault], rule: str, details: dict[str, Any]) -> FileFault:
    return kind(rule, **details)
