"""Expressions as written. Chains of one level (`a + b - c`) are flat, so their length costs no depth."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Literal, TypeAlias

import attrs

from aalpl.tree.node import Name, Node, String

if TYPE_CHECKING:
    from aalpl.tree.types import TypeExpr

AddOperator: TypeAlias = Literal["+", "-"]
MultiplyOperator: TypeAlias = Literal["*", "/", "mod"]
CompareOperator: TypeAlias = Literal["=", "!=", "<", "<=", ">", ">=", "in"]
FoldOperator: TypeAlias = Literal["sum", "prod", "max", "min"]


# --- atoms


@attrs.frozen(eq=False, repr=False)
class Int(Node):
    """`42`: never negative, of any size."""

    value: int


@attrs.frozen(eq=False, repr=False)
class Real(Node):
    """`0.25` or `1e6`, exactly."""

    value: Fraction


@attrs.frozen(eq=False, repr=False)
class Bool(Node):
    """`true` or `false`."""

    value: bool


@attrs.frozen(eq=False, repr=False)
class Nothing(Node):
    """`nothing`: the absent value of a `T?`."""


@attrs.frozen(eq=False, repr=False)
class Choice(Node):
    """`*`: a nondeterministic truth value; the checker sees to it that it stands alone."""


@attrs.frozen(eq=False, repr=False)
class ListLiteral(Node):
    """`[a, b]`."""

    elements: tuple[Expr, ...]


@attrs.frozen(eq=False, repr=False)
class FieldValue(Node):
    """`f: e` of a record literal."""

    name: Name
    value: Expr


@attrs.frozen(eq=False, repr=False)
class RecordLiteral(Node):
    """`{f: e, g: e}`."""

    fields: tuple[FieldValue, ...]


# --- postfix


@attrs.frozen(eq=False, repr=False)
class Call(Node):
    """`f(a, b)`, also a method `r.f(a)` (a `Field` called) and `M[i](x)` (an `Index` called)."""

    function: Expr
    arguments: tuple[Expr, ...]


@attrs.frozen(eq=False, repr=False)
class Index(Node):
    """`x[i]`."""

    value: Expr
    index: Expr


@attrs.frozen(eq=False, repr=False)
class Slice(Node):
    """`x[a : b]`, without the element at `b`."""

    value: Expr
    start: Expr
    stop: Expr


@attrs.frozen(eq=False, repr=False)
class Field(Node):
    """`r.f`."""

    value: Expr
    name: Name


# --- operators


@attrs.frozen(eq=False, repr=False)
class Range(Node):
    """`a..b`, both ends included; after `in`, `for … in` and as an argument."""

    low: Expr
    high: Expr


@attrs.frozen(eq=False, repr=False)
class Power(Node):
    """`a ^ b`, from the right."""

    base: Expr
    exponent: Expr


@attrs.frozen(eq=False, repr=False)
class Negative(Node):
    """`-e`."""

    operand: Expr


@attrs.frozen(eq=False, repr=False)
class Factor(Node):
    """`* e`, `/ e` or `mod e` in a product."""

    operator: MultiplyOperator
    operand: Expr


@attrs.frozen(eq=False, repr=False)
class Product(Node):
    """`a * b / c mod d`, from the left; at least one factor follows the first operand."""

    first: Expr
    rest: tuple[Factor, ...]


@attrs.frozen(eq=False, repr=False)
class Term(Node):
    """`+ e` or `- e` in a sum."""

    operator: AddOperator
    operand: Expr


@attrs.frozen(eq=False, repr=False)
class Sum(Node):
    """`a + b - c`, from the left; at least one term follows the first operand."""

    first: Expr
    rest: tuple[Term, ...]


@attrs.frozen(eq=False, repr=False)
class Concat(Node):
    """`a ++ b ++ c`, two operands or more."""

    operands: tuple[Expr, ...]


@attrs.frozen(eq=False, repr=False)
class Comparison(Node):
    """`<= e` in a chain of comparisons; the operand of `in` may be a `Range`."""

    operator: CompareOperator
    operand: Expr


@attrs.frozen(eq=False, repr=False)
class Compare(Node):
    """`a <= b < c`: every neighbouring pair holds; at least one comparison follows."""

    first: Expr
    rest: tuple[Comparison, ...]


@attrs.frozen(eq=False, repr=False)
class Not(Node):
    """`not e`."""

    operand: Expr


@attrs.frozen(eq=False, repr=False)
class And(Node):
    """`a and b and c`, two operands or more."""

    operands: tuple[Expr, ...]


@attrs.frozen(eq=False, repr=False)
class Or(Node):
    """`a or b or c`, two operands or more."""

    operands: tuple[Expr, ...]


@attrs.frozen(eq=False, repr=False)
class OrElse(Node):
    """`e else d`: `e` unless it is nothing."""

    value: Expr
    default: Expr


@attrs.frozen(eq=False, repr=False)
class Conditional(Node):
    """`a if c else b`."""

    value: Expr
    condition: Expr
    otherwise: Expr


# --- words


@attrs.frozen(eq=False, repr=False)
class Pop(Node):
    """`pop v`: the first element of the list `v`, which loses it."""

    variable: Name


@attrs.frozen(eq=False, repr=False)
class AnyValue(Node):
    """`any int in a..b`: a nondeterministic value of a type."""

    type: TypeExpr


@attrs.frozen(eq=False, repr=False)
class Count(Node):
    """`count i in R of E`: for how many `i` the condition holds."""

    variable: Name
    domain: Expr
    condition: Expr


@attrs.frozen(eq=False, repr=False)
class Fold(Node):
    """`sum(i in R: E)`, and so `prod`, `max`, `min`."""

    operator: FoldOperator
    variable: Name
    domain: Expr
    body: Expr


@attrs.frozen(eq=False, repr=False)
class ParallelYield(Node):
    """`parallel for v in R workers w yield E`: the list of the values of `E`."""

    variable: Name
    domain: Expr
    workers: Expr | None
    body: Expr


# --- facts


@attrs.frozen(eq=False, repr=False)
class Holds(Node):
    """`len(result) = l` after `where`: a condition on the result."""

    condition: Expr


@attrs.frozen(eq=False, repr=False)
class Law(Node):
    """`f(result) ~ Binomial(k, 1/2)` after `where`: the distribution of a value."""

    subject: Expr
    distribution: Expr


@attrs.frozen(eq=False, repr=False)
class Likely(Node):
    """`solved(result) with probability 1/2` after `where`."""

    condition: Expr
    probability: Expr


@attrs.frozen(eq=False, repr=False)
class Where(Node):
    """`e where FACT, FACT`: what is supposed about the `result` of the call in `e`."""

    value: Expr
    facts: tuple[Fact, ...]


# --- only in claims


@attrs.frozen(eq=False, repr=False)
class Quantity(Node):
    """`expected span cost(f) by P of M under C`: `critical` stands for the word `span`; only in claims."""

    case: Literal["worst", "best", "expected", "expected best"] | None
    critical: bool
    kind: Literal["cost", "calls", "tokens", "tokens in", "tokens out"]
    function: Name
    by: Name | None
    of: Name | None
    under: Name | None


@attrs.frozen(eq=False, repr=False)
class Probability(Node):
    """`P(right(f))`: the probability of an event; only in claims."""

    event: Expr


@attrs.frozen(eq=False, repr=False)
class Growth(Node):
    """`Theta(E)`, `O(E)`, `Omega(E)`; only in claims."""

    order: Literal["Theta", "O", "Omega"]
    bound: Expr


Fact: TypeAlias = Holds | Law | Likely
Target: TypeAlias = Name | Index | Slice | Field
Expr: TypeAlias = (
    Name
    | Int
    | Real
    | String
    | Bool
    | Nothing
    | Choice
    | ListLiteral
    | RecordLiteral
    | Call
    | Index
    | Slice
    | Field
    | Range
    | Power
    | Negative
    | Product
    | Sum
    | Concat
    | Compare
    | Not
    | And
    | Or
    | OrElse
    | Conditional
    | Pop
    | AnyValue
    | Count
    | Fold
    | ParallelYield
    | Where
    | Quantity
    | Probability
    | Growth
)
