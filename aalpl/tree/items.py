"""The items of a file as written: declarations, functions, claims."""

from __future__ import annotations

from typing import Literal, TypeAlias

import attrs

from aalpl.tree.expressions import Expr
from aalpl.tree.node import Name, Node, String
from aalpl.tree.statements import Block, Statement
from aalpl.tree.types import Family, TypeExpr


@attrs.frozen(eq=False, repr=False)
class Symbol(Node):
    """`n`, `u[i in 1..r]`, `p = 1/2` in a declaration of sizes, constants or probabilities."""

    name: Name
    family: Family | None
    value: Expr | None


@attrs.frozen(eq=False, repr=False)
class Sizes(Node):
    """`size n, k`."""

    symbols: tuple[Symbol, ...]


@attrs.frozen(eq=False, repr=False)
class Constants(Node):
    """`const c`."""

    symbols: tuple[Symbol, ...]


@attrs.frozen(eq=False, repr=False)
class Probabilities(Node):
    """`prob p`, `prob p = 1/2`, `prob u[i in 1..r]`."""

    symbols: tuple[Symbol, ...]


@attrs.frozen(eq=False, repr=False)
class Assume(Node):
    """`assume E, E`: hypotheses on the sizes at entry."""

    conditions: tuple[Expr, ...]


@attrs.frozen(eq=False, repr=False)
class Model(Node):
    """`model NAME size E window E overhead E can {c1, c2}`."""

    name: Name
    size: Expr | None
    window: Expr | None
    overhead: Expr | None
    can: tuple[Name, ...]


@attrs.frozen(eq=False, repr=False)
class Parameter(Node):
    """`x: T`; the type may be left out where nothing depends on it."""

    name: Name
    type: TypeExpr | None


@attrs.frozen(eq=False, repr=False)
class Llm(Node):
    """`llm NAME[k](x: T) -> T true with probability E`, then its clauses: a primitive or a family of them.

    Clauses: `on NAME`, `size E`, `window E`, `overhead E`, `needs {c1}`, `right with probability E`,
    `rivals E`, `prompt "…"`, `simulate E`.
    """

    name: Name
    family: Family | None
    parameters: tuple[Parameter, ...]
    result: TypeExpr | None
    truth: Expr | None
    on: Name | None
    size: Expr | None
    window: Expr | None
    overhead: Expr | None
    needs: tuple[Name, ...]
    right: Expr | None
    rivals: Expr | None
    prompt: String | None
    simulate: Expr | None


@attrs.frozen(eq=False, repr=False)
class Measure(Node):
    """`measure f(x: T) -> T = E`."""

    name: Name
    parameters: tuple[Parameter, ...]
    result: TypeExpr | None
    body: Expr | None


@attrs.frozen(eq=False, repr=False)
class Oracle(Node):
    """`oracle f(x: T) -> T`, with or without `: BLOCK`."""

    name: Name
    parameters: tuple[Parameter, ...]
    result: TypeExpr | None
    body: Block | None


@attrs.frozen(eq=False, repr=False)
class Def(Node):
    """`def f(x: T) -> T requires E, E: BLOCK`."""

    name: Name
    parameters: tuple[Parameter, ...]
    result: TypeExpr | None
    requires: tuple[Expr, ...]
    body: Block


@attrs.frozen(eq=False, repr=False)
class TypeDeclaration(Node):
    """`type NAME = T`."""

    name: Name
    type: TypeExpr


@attrs.frozen(eq=False, repr=False)
class CostModel(Node):
    """`costmodel NAME = E`, over m, P and O."""

    name: Name
    cost: Expr


@attrs.frozen(eq=False, repr=False)
class Input(Node):
    """`input x: T`."""

    name: Name
    type: TypeExpr


@attrs.frozen(eq=False, repr=False)
class Output(Node):
    """`output E`."""

    value: Expr


@attrs.frozen(eq=False, repr=False)
class Use(Node):
    """`use "file.aalp"` (a `String`) or `use NAME`, a module of the library."""

    module: String | Name


@attrs.frozen(eq=False, repr=False)
class Claim(Node):
    """`claim SIDE = SIDE`, also `<=` and `>=`; the sides may hold `Quantity`, `Probability` and `Growth`."""

    left: Expr
    relation: Literal["=", "<=", ">="]
    right: Expr


Declaration: TypeAlias = (
    Sizes
    | Constants
    | Probabilities
    | Assume
    | Model
    | Llm
    | Measure
    | Oracle
    | Def
    | TypeDeclaration
    | CostModel
    | Input
    | Output
    | Use
    | Claim
)
Item: TypeAlias = Declaration | Statement


@attrs.frozen
class Comment:
    """`# …`: the text with its `#`; `own_line` when nothing stands before it."""

    line: int
    column: int
    text: str
    own_line: bool


@attrs.frozen(eq=False, repr=False)
class File(Node):
    """A program text: a docstring, then items in the order written; comments are kept beside, for the formatter."""

    docstring: String | None
    items: tuple[Item, ...]
    comments: tuple[Comment, ...] = attrs.field(default=(), eq=False, repr=False)
