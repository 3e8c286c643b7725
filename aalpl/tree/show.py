"""The tree as indented text, node by node, for people who want to see what was understood."""

from __future__ import annotations

from fractions import Fraction

import attrs

from aalpl.tree.node import Node


def show(node: Node) -> str:
    """One line a node, its words beside its name, its parts below it; `field:` names the part."""
    return "".join(f"{line}\n" for line in _lines(node, "", 0))


def _lines(value: object, label: str, depth: int) -> list[str]:
    """A node, or several under their label; what is absent takes no line."""
    if isinstance(value, tuple):
        return [line for part in value for line in _lines(part, label, depth)]
    if not isinstance(value, Node):
        return []
    fields = [field for field in attrs.fields(type(value)) if field.eq]
    given = [(field.name, getattr(value, field.name)) for field in fields]
    words = "".join(f" {_word(part)}" for _, part in given if _is_word(part))
    rows = [f"{'  ' * depth}{label}{type(value).__name__}{words}"]
    for name, part in given:
        rows += _lines(part, f"{name}: ", depth + 1)
    return rows


def _is_word(part: object) -> bool:
    return isinstance(part, str | int | Fraction) and part is not False


def _word(part: object) -> str:
    return repr(part) if isinstance(part, str) and not part.isidentifier() else str(part)
