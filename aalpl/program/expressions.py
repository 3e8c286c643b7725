"""Checked expressions: pure, with a type each, names resolved."""

from __future__ import annotations

from fractions import Fraction

import attrs

from aalpl.program.node import Node
from aalpl.program.types import Type
from aalpl.report import Span


def _span() -> Span:
    field: Span = attrs.field(kw_only=True, eq=False, repr=False)
    return field


@attrs.frozen(eq=False, repr=False)
class IntLiteral(Node):
    value: int
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class RealLiteral(Node):
    value: Fraction
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class BoolLiteral(Node):
    value: bool
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class TextLiteral(Node):
    """A string; of type `Choice` where one is expected or compared with."""

    value: str
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class NothingLiteral(Node):
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Variable(Node):
    """A parameter or local variable."""

    name: str
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class SizeName(Node):
    """A declared size, constant or probability; of the activation where the function binds it (semantics 6).

    `index` where it is a member of a family (`u[i]`)."""

    name: str
    type: Type
    index: Expr | None = None
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class FunctionName(Node):
    """A function or primitive handed over as a value."""

    name: str
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Arithmetic(Node):
    """`operator` is one of `+ - * ^ mod`, `//` (floor division, int positions) or `/` (exact)."""

    operator: str
    left: Expr
    right: Expr
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Negative(Node):
    value: Expr
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Builtin(Node):
    """`floor ceil min max log abs` of numbers; `text` of any value: its words, as many as it has tokens (semantics 4)."""

    function: str
    args: tuple[Expr, ...]
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Compare(Node):
    """`operator` is one of `= != < <= > >= in`."""

    operator: str
    left: Expr
    right: Expr
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Not(Node):
    value: Expr
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class And(Node):
    parts: tuple[Expr, ...]
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Or(Node):
    parts: tuple[Expr, ...]
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Present(Node):
    """Whether a `T?` holds a value (`if bug then`)."""

    value: Expr
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Otherwise(Node):
    """`value else default`: the value of a `T?`, or the default where it is nothing."""

    value: Expr
    default: Expr
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Conditional(Node):
    """`left if test else right`."""

    test: Expr
    left: Expr
    right: Expr
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class LengthOf(Node):
    """`len(x)` of a text (tokens) or list (elements)."""

    value: Expr
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Concat(Node):
    """`a ++ b ++ …` of texts or of lists."""

    parts: tuple[Expr, ...]
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Index(Node):
    """`x[i]`, 0 <= i < len(x)."""

    value: Expr
    index: Expr
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Slice(Node):
    """`x[a:b]`, 0 <= a <= b <= len(x)."""

    value: Expr
    low: Expr
    high: Expr
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Update(Node):
    """The list `x` with element `index` replaced (`x[i] <- e`)."""

    value: Expr
    index: Expr
    new: Expr
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Splice(Node):
    """The text or list `x` with `low:high` replaced by `new` of the same length (`x[a:b] <- e`)."""

    value: Expr
    low: Expr
    high: Expr
    new: Expr
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class ListLiteral(Node):
    items: tuple[Expr, ...]
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class RecordLiteral(Node):
    fields: tuple[tuple[str, Expr], ...]
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Field(Node):
    value: Expr
    name: str
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class WithField(Node):
    """The record `value` with one field replaced (`r.f <- e`)."""

    value: Expr
    name: str
    new: Expr
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Reduce(Node):
    """`sum|prod|max|min|count (index in low..high: body)` with a pure body; `count` counts where a bool body holds.

    `index` is a variable bound in `body`."""

    operator: str
    index: str
    low: Expr
    high: Expr
    body: Expr
    type: Type
    span: Span = _span()


Expr = (
    IntLiteral
    | RealLiteral
    | BoolLiteral
    | TextLiteral
    | NothingLiteral
    | Variable
    | SizeName
    | FunctionName
    | Arithmetic
    | Negative
    | Builtin
    | Compare
    | Not
    | And
    | Or
    | Present
    | Otherwise
    | Conditional
    | LengthOf
    | Concat
    | Index
    | Slice
    | Update
    | Splice
    | ListLiteral
    | RecordLiteral
    | Field
    | WithField
    | Reduce
)
