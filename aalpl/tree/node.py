"""What every node of the tree has: a place in the text, which takes no part in equality."""

from __future__ import annotations

from functools import cache
from typing import Any

import attrs

from aalpl.report import Span


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in attrs.fields(kind) if field.eq)


def said(node: Node) -> tuple[str, ...]:
    """The names of a node's parts, without those that say only how it was written."""
    kind: Any = type(node)
    return _names(kind)


@attrs.frozen(eq=False, repr=False)
class Node:
    """A piece of the program as written; two nodes are equal when they say the same, wherever they stand.

    The methods are here once, not generated for each of the many types (`eq=False, repr=False`): that halves the
    time to import them. Equality does not recurse.
    """

    span: Span = attrs.field(kw_only=True, eq=False)

    def __eq__(self, other: object) -> bool:
        pairs: list[tuple[Any, Any]] = [(self, other)]
        while pairs:
            one, two = pairs.pop()
            if isinstance(one, Node | tuple) and type(one) is not type(two):
                return False
            if isinstance(one, Node):
                pairs += [(getattr(one, name), getattr(two, name)) for name in said(one)]
            elif isinstance(one, tuple) and len(one) == len(two):
                pairs += zip(one, two, strict=True)
            elif one != two:
                return False
        return True

    def __hash__(self) -> int:
        return hash((type(self), *(getattr(self, name) for name in said(self))))

    def __repr__(self) -> str:
        parts = ", ".join(f"{name}={getattr(self, name)!r}" for name in said(self))
        return f"{type(self).__name__}({parts})"


@attrs.frozen(eq=False, repr=False)
class Name(Node):
    """`x'`: a use or a declaration of a name."""

    id: str


@attrs.frozen(eq=False, repr=False)
class String(Node):
    '''`"…"` or `"""…"""` (`long`): the text with its escapes resolved.'''

    value: str
    long: bool = attrs.field(default=False, kw_only=True, eq=False)
