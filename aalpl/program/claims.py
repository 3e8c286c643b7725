"""Claims: what a program says of its own cost."""

from __future__ import annotations

import attrs

from aalpl.program.node import Node
from aalpl.program.size import Size
from aalpl.report import Span


def _span() -> Span:
    field: Span = attrs.field(kw_only=True, eq=False, repr=False)
    return field


@attrs.frozen(eq=False, repr=False)
class Quantity(Node):
    """`[worst|best|expected] [span] Q(f) [by PRIMITIVE] [of MODEL] [under COSTMODEL]`."""

    kind: str  # "cost" | "calls" | "tokens" | "tokens in" | "tokens out"
    function: str
    mode: str = "worst"
    critical: bool = False
    by: str | None = None
    of: str | None = None
    under: str | None = None
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class EventProbability(Node):
    """`P(right(f))`: `event` applied to the result of `function`."""

    event: str
    function: str
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Class(Node):
    """`Theta(E)`, `O(E)`, `Omega(E)`."""

    name: str
    body: ClaimTerm
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Plain(Node):
    """An expression over sizes."""

    size: Size
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Combined(Node):
    """Arithmetic (`+ - * / ^`, functions such as `log`, `if`) over the other claim terms, or a comparison inside `if`."""

    operator: str
    args: tuple[ClaimTerm, ...]
    span: Span = _span()


ClaimTerm = Quantity | EventProbability | Class | Plain | Combined
"""One side of a claim."""


@attrs.frozen(eq=False, repr=False)
class Claim(Node):
    left: ClaimTerm
    relation: str  # "=" | "<=" | ">="
    right: ClaimTerm
    span: Span = _span()
