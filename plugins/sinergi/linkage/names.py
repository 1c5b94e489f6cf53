"""Are two spellings one name? Used only to doubt: the same NIK under clearly different names is two people."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz.distance import JaroWinkler

# So common that sharing them says nothing, unless a name has nothing else.
COMMON = frozenset({"MUHAMMAD", "AHMAD", "ABDUL", "SITI", "NUR", "SRI", "NI", "I"})
TOKEN_ALIKE = 0.86
NAME_ALIKE = 0.5


def same_name(left: str, right: str) -> bool:
    """Tell whether two folded names may be one person's.

    Tokens are compared whatever their order; an initial stands for any token that begins with it; the shorter name
    decides, since registries cut and people leave out.
    """
    if left == right:
        return True
    a, b = _tokens(left), _tokens(right)
    if sum(map(len, a)) > sum(map(len, b)):
        a, b = b, a
    total = sum(map(len, a))
    alike = 0
    rest = list(b)
    for token in sorted(a, key=len, reverse=True):
        match = next((other for other in rest if _alike(token, other)), None)
        if match is not None:
            alike += len(token)
            rest.remove(match)
    if alike >= NAME_ALIKE * total:
        return True
    return JaroWinkler.similarity("".join(a), "".join(b)) >= 0.92  # one spelling joins what the other parts


def clusters(names: Iterable[str]) -> list[list[str]]:
    """Group spellings, each with the first group whose leading spelling it resembles; the order given decides."""
    groups: list[list[str]] = []
    for name in names:
        group = next((group for group in groups if same_name(group[0], name)), None)
        if group is None:
            groups.append([name])
        else:
            group.append(name)
    return groups


def _tokens(name: str) -> list[str]:
    tokens = name.split()
    return [token for token in tokens if token not in COMMON] or tokens


def _alike(left: str, right: str) -> bool:
    if len(left) == 1 or len(right) == 1:
        return left[0] == right[0]
    return JaroWinkler.similarity(left, right) >= TOKEN_ALIKE
