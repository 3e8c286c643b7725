"""What all nodes of checked programs share: equality by their parts, without generated methods."""

from __future__ import annotations

from functools import cache
from typing import Any

import attrs


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in attrs.fields(kind) if field.eq)


@attrs.frozen(eq=False, repr=False)
class Node:
    """A value made of its parts; where it stands takes no part in equality.

    The methods are here once, not generated for each of the many types (`eq=False, repr=False`): that more than halves
    the time to import them. Equality does not recurse.
    """

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        pairs: list[tuple[Any, Any]] = [(self, other)]
        while pairs:
            one, two = pairs.pop()
            if one is two:
                continue
            if isinstance(one, Node | tuple) and type(one) is not type(two):
                return False
            if isinstance(one, Node):
                kind: Any = type(one)
                pairs += [(getattr(one, name), getattr(two, name)) for name in _names(kind)]
            elif isinstance(one, tuple):
                if len(one) != len(two):
                    return False
                pairs += zip(one, two, strict=True)
            elif one != two:
                return False
        return True

    def __hash__(self) -> int:
        kind: Any = type(self)
        return hash((kind, *(getattr(self, name) for name in _names(kind))))

    def __repr__(self) -> str:
        kind: Any = type(self)
        parts = ", ".join(f"{name}={getattr(self, name)!r}" for name in _names(kind))
        return f"{kind.__name__}({parts})"
