"""Statements as written."""

from __future__ import annotations

from typing import TypeAlias

import attrs

from aalpl.tree.expressions import Expr, Target
from aalpl.tree.node import Name, Node
from aalpl.tree.types import TextType


@attrs.frozen(eq=False, repr=False)
class Block(Node):
    """Indented statements, or (`inline`) one statement on the line of what it belongs to."""

    statements: tuple[Statement, ...]
    inline: bool = attrs.field(default=False, kw_only=True, eq=False)


@attrs.frozen(eq=False, repr=False)
class Condition(Node):
    """`E at most N times with probability P decreases D`, the annotations in any order."""

    test: Expr
    at_most: Expr | None
    probability: Expr | None
    decreases: Expr | None


@attrs.frozen(eq=False, repr=False)
class Assign(Node):
    """`x <- e`, `x, y <- e1, e2` (at once), `x[i] <- e`, `x[a:b] <- e`, `x.f <- e`; values may be `Where`."""

    targets: tuple[Target, ...]
    values: tuple[Expr, ...]


@attrs.frozen(eq=False, repr=False)
class CallStatement(Node):
    """`f(x)`, `t.add(e)` (rebinds `t`), `f(x) where FACT`: a `Call`, or a `Where` around one."""

    call: Expr


@attrs.frozen(eq=False, repr=False)
class If(Node):
    """`if COND then BLOCK else BLOCK`."""

    condition: Condition
    then: Block
    otherwise: Block | None


@attrs.frozen(eq=False, repr=False)
class For(Node):
    """`for v in R by E do BLOCK`; the domain is a `Range` or a list."""

    variable: Name
    domain: Expr
    step: Expr | None
    body: Block


@attrs.frozen(eq=False, repr=False)
class ParallelFor(Node):
    """`parallel for v in R workers E do BLOCK`."""

    variable: Name
    domain: Expr
    workers: Expr | None
    body: Block


@attrs.frozen(eq=False, repr=False)
class While(Node):
    """`while COND do BLOCK`."""

    condition: Condition
    body: Block


@attrs.frozen(eq=False, repr=False)
class Repeat(Node):
    """`repeat BLOCK until COND`."""

    body: Block
    condition: Condition


@attrs.frozen(eq=False, repr=False)
class Conversation(Node):
    """`conversation begins E do BLOCK`."""

    begins: Expr | None
    body: Block


@attrs.frozen(eq=False, repr=False)
class Hear(Node):
    """`hear E`, or `hear text[e]`: a fresh text of that type."""

    value: Expr | TextType


@attrs.frozen(eq=False, repr=False)
class Return(Node):
    """`return E`."""

    value: Expr | None


@attrs.frozen(eq=False, repr=False)
class Skip(Node):
    """`skip`: does nothing."""


Statement: TypeAlias = (
    Assign | CallStatement | If | For | ParallelFor | While | Repeat | Conversation | Hear | Return | Skip
)
