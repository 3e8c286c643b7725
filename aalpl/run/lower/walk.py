"""Walking and rebuilding checked nodes without naming them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar, cast

import attrs

from aalpl.program import nodes as p

N = TypeVar("N")


def walk(node: object) -> Iterator[object]:
    """A node and every node inside it."""
    stack = [node]
    while stack:
        here = stack.pop()
        if isinstance(here, tuple):
            stack.extend(here)
        elif attrs.has(type(here)):
            yield here
            stack.extend(
                getattr(here, field.name)
                for field in attrs.fields(cast(Any, type(here)))
                if field.name != "span"
            )


def variables(node: object) -> set[str]:
    """The variables an expression reads."""
    return {found.name for found in walk(node) if isinstance(found, p.Variable)}


def substituted(node: N, name: str, new: p.Expr) -> N:
    """The expression with `new` in the place of a variable."""
    if isinstance(node, p.Variable) and node.name == name:
        return cast(N, new)
    if isinstance(node, tuple):
        return cast(N, tuple(substituted(part, name, new) for part in node))
    if not attrs.has(type(node)):
        return node
    changes = {}
    for field in attrs.fields(cast(Any, type(node))):
        old = getattr(node, field.name)
        if (field.name not in ("span", "type") and isinstance(old, tuple)) or attrs.has(type(old)):
            changes[field.name] = substituted(old, name, new)
    return cast(N, attrs.evolve(cast(Any, node), **changes)) if changes else node
