"""Types and length contracts as written."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import attrs

from aalpl.tree.node import Name, Node, String

if TYPE_CHECKING:
    from aalpl.tree.expressions import Expr


@attrs.frozen(eq=False, repr=False)
class Family(Node):
    """`[i in a..b]`, or `[k]` (`variable` is None) which means `[i in 0..k-1]`."""

    variable: Name | None
    domain: Expr


# --- lengths, between brackets


@attrs.frozen(eq=False, repr=False)
class Exactly(Node):
    """`[n]`."""

    size: Expr


@attrs.frozen(eq=False, repr=False)
class AtMost(Node):
    """`[<= n]`."""

    size: Expr


@attrs.frozen(eq=False, repr=False)
class Between(Node):
    """`[a..b]`."""

    low: Expr
    high: Expr


@attrs.frozen(eq=False, repr=False)
class About(Node):
    """`[~ n]` in expectation, `[~ D(…)]` by a distribution."""

    law: Expr


@attrs.frozen(eq=False, repr=False)
class SomeConstant(Node):
    """`[O(1)]`: a constant that nobody names."""


Length: TypeAlias = Exactly | AtMost | Between | About | SomeConstant


# --- types


@attrs.frozen(eq=False, repr=False)
class IntType(Node):
    """`int`, `int in a..b`, `int in a..` (`high` is None)."""

    low: Expr | None
    high: Expr | None


@attrs.frozen(eq=False, repr=False)
class RealType(Node):
    """`real`."""


@attrs.frozen(eq=False, repr=False)
class BoolType(Node):
    """`bool`."""


@attrs.frozen(eq=False, repr=False)
class TextType(Node):
    """`text`, `text[LENGTH]`; without a length it is open."""

    length: Length | None


@attrs.frozen(eq=False, repr=False)
class ListType(Node):
    """`list of T`, `list[LENGTH] of T`, `list[i in a..b] of T` (a `Family`; T may mention `i`)."""

    length: Length | Family | None
    element: TypeExpr


@attrs.frozen(eq=False, repr=False)
class FieldType(Node):
    """`f: T` of a record type."""

    name: Name
    type: TypeExpr


@attrs.frozen(eq=False, repr=False)
class RecordType(Node):
    """`{f: T, g: T}`."""

    fields: tuple[FieldType, ...]


@attrs.frozen(eq=False, repr=False)
class Option(Node):
    """`"yes"` or `"yes" with probability E` of a choice."""

    value: String
    probability: Expr | None


@attrs.frozen(eq=False, repr=False)
class ChoiceType(Node):
    """`one of "a" | "b"`."""

    options: tuple[Option, ...]


@attrs.frozen(eq=False, repr=False)
class OptionalType(Node):
    """`T?`: a T, or nothing."""

    base: TypeExpr


@attrs.frozen(eq=False, repr=False)
class TranscriptType(Node):
    """`transcript`: what was said so far in the conversation."""


@attrs.frozen(eq=False, repr=False)
class FunctionType(Node):
    """`(T, T) -> T`: a function or primitive as a parameter."""

    parameters: tuple[TypeExpr, ...]
    result: TypeExpr


@attrs.frozen(eq=False, repr=False)
class NamedType(Node):
    """A type declared with `type NAME = T`."""

    name: Name


TypeExpr: TypeAlias = (
    IntType
    | RealType
    | BoolType
    | TextType
    | ListType
    | RecordType
    | ChoiceType
    | OptionalType
    | TranscriptType
    | FunctionType
    | NamedType
)
