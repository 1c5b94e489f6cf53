"""Are two spellings one name? Used only to doubt: the same NIK under clearly different names is two people."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz.distance import JaroWinkler

# So common that sharing them says nothing, unless a name has nothing else.
COMMON = frozenset({"MUHAMMAD", "AHMAD", "ABDUL", "SITI", "NUR", "SRI", "NI", "I"})
TOKEN_ALIKE = 0.86
NAME_ALIKE = 0.5
WHOLE_ALIKE = 0.92


def same_name(left: str, right: str) -> bool:
    """Tell whether two folded names may be one person's."""
    return likeness(left, right) >= NAME_ALIKE


def likeness(left: str, right: str) -> float:
    """Return how much of the shorter of two folded names is in the longer, 0 to 1.

    Tokens are compared whatever their order; an initial stands for any token that begins with it. The shorter name
    decides, since registries cut and people leave out.
    """
    if left == right:
        return 1.0
    a, b = sorted((_tokens(left), _tokens(right)), key=lambda tokens: (sum(map(len, tokens)), tokens))
    alike = 0
    rest = list(b)
    for token in sorted(a, key=len, reverse=True):
        match = next((other for other in rest if _alike(token, other)), None)
        if match is not None:
            alike += len(token)
            rest.remove(match)
    whole = JaroWinkler.similarity("".join(a), "".join(b))  # one spelling joins what the other parts
    return max(alike / sum(map(len, a)), whole if whole >= WHOLE_ALIKE else 0.0)


def clusters(names: Iterable[str]) -> list[list[str]]:
    """Group spellings, each with the leading spelling that it resembles most; a group begins with the one that leads.

    Whoever resembles no one before it leads. Given the leads of an earlier call first, the groups are the same.
    """
    given = list(names)
    leads: list[str] = []
    for name in given:
        if not any(same_name(lead, name) for lead in leads):
            leads.append(name)
    groups: dict[str, list[str]] = {lead: [lead] for lead in leads}
    for name in given:
        if name not in groups:
            best = min(leads, key=lambda lead: (-likeness(lead, name), lead))
            groups[best].append(name)
    return list(groups.values())


def _tokens(name: str) -> list[str]:
    tokens = name.split()
    return [token for token in tokens if token not in COMMON] or tokens


def _alike(left: str, right: str) -> bool:
    if len(left) == 1 or len(right) == 1:
        return left[0] == right[0]
    return JaroWinkler.similarity(left, right) >= TOKEN_ALIKE
