"""Lowers pure expressions to shapes, numbers and conditions.

Conditions are about integers: over them `a > b` is `a - b - 1 >= 0`; what may be a fraction is rounded first. What
texts say and what reals are is beyond integers: such a test is an opaque 0 or 1.
"""

from __future__ import annotations

import math

from aalpl.check.sizes import writable
from aalpl.cost.form.nodes import All, Any, Condition, Holds
from aalpl.cost.lower import shape_lists
from aalpl.cost.lower.scope import Scope
from aalpl.cost.lower.shapes import (
    Blind,
    Fields,
    Handed,
    Items,
    Number,
    Opaque,
    Perhaps,
    Shape,
    TooFar,
    Words,
    chosen,
    tokens,
)
from aalpl.program import nodes as p
from aalpl.program import types as ty
from aalpl.program.size import ONE, ZERO, Size, apply, big, const, floor, given, indexed, is_whole, power, sym
from aalpl.program.tokens import tokens as words

TRUE: Condition = All(())
FALSE: Condition = Any(())


def number(scope: Scope, of: p.Expr) -> Size:
    """The number that an expression is; opaque ones are decided anew."""
    try:
        return _number(scope, of)
    except Opaque:
        low, high = _range(of.type)
        return scope.opaque(low, high, of.span)


def exact(scope: Scope, of: p.Expr) -> Size | None:
    """The number, None where it is opaque."""
    try:
        return _number(scope, of)
    except Opaque:
        return None


def _range(type_: ty.Type) -> tuple[Size | None, Size | None]:
    match type_:
        case ty.Bool():
            return ZERO, ONE
        case ty.Choice(options):
            return ZERO, const(len(options) - 1)
        case ty.Int(low, high):
            return low, high
        case _:
            return None, None


def _number(scope: Scope, of: p.Expr) -> Size:
    match shape(scope, of):
        case Number(size):
            return size
        case Blind():
            raise Opaque
        case _:
            raise TooFar("a number is wanted")


def shape(scope: Scope, of: p.Expr) -> Shape:
    """The shape of a value."""
    match of:
        case p.IntLiteral(value):
            return Number(const(value))
        case p.RealLiteral(value):
            return Number(const(value))
        case p.BoolLiteral(value):
            return Number(ONE if value else ZERO)
        case p.TextLiteral(value, ty.Choice(options)):
            return Number(const(options.index(value)))
        case p.TextLiteral(value):
            return Words(const(len(words(value))))
        case p.NothingLiteral(type_):
            return Perhaps(ZERO, Blind()) if isinstance(type_, ty.Maybe) else Number(ZERO)
        case p.Variable(name, type_):
            found = scope.read(name, type_)
            return Handed(scope.aliases.get(name, name)) if isinstance(found, Handed) else found
        case p.SizeName(name, _, index):
            return Number(sym(name) if index is None else indexed(name, _number(scope, index)))
        case p.FunctionName(name):
            return Handed(name)
        case p.Arithmetic(operator, left, right):
            return Number(_arithmetic(operator, _operand(scope, left), _operand(scope, right)))
        case p.Negative(value):
            return Number(-_operand(scope, value))
        case p.Builtin("text", (value,)):
            return Words(tokens(shape(scope, value)))
        case p.Builtin(function, args):
            return Number(apply(function, *(_operand(scope, arg) for arg in args)))
        case p.Compare() | p.Not() | p.And() | p.Or() | p.Present():
            return Number(indicator(condition(scope, of)))
        case p.Otherwise(value, default):
            return _otherwise(shape(scope, value), shape(scope, default))
        case p.Conditional(test, left, right):
            return chosen(indicator(condition(scope, test)), shape(scope, left), shape(scope, right))
        case p.LengthOf(value):
            return Number(length(shape(scope, value)))
        case p.Concat(parts):
            return _concat(tuple(shape(scope, part) for part in parts))
        case p.Index(value, index):
            return _index(shape(scope, value), number(scope, index))
        case p.Slice(value, low, high):
            return _slice(shape(scope, value), number(scope, low), number(scope, high))
        case p.Update(value, index, new):
            whole, at = shape(scope, value), number(scope, index)
            return shape_lists.updated(whole, at, shape(scope, new)) if isinstance(whole, Items) else whole
        case p.Splice(value, low, high, new):
            return _splice(scope, of)
        case p.ListLiteral(items):
            return shape_lists.listed(tuple(shape(scope, item) for item in items))
        case p.RecordLiteral(fields):
            return Fields(tuple((name, shape(scope, value)) for name, value in fields))
        case p.Field(value, name):
            whole = shape(scope, value)
            return dict(whole.parts)[name] if isinstance(whole, Fields) else Blind()
        case p.WithField(value, name, new):
            return _with_field(shape(scope, value), name, shape(scope, new))
        case p.Reduce():
            return Number(_reduce(scope, of))


def _operand(scope: Scope, of: p.Expr) -> Size:
    """A whole number is opaque by itself, so that `min(n, floor(r))` is still at most n."""
    return number(scope, of) if isinstance(of.type, ty.Int) else _number(scope, of)


def _arithmetic(operator: str, left: Size, right: Size) -> Size:
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "^":
            if not writable(left, right):
                raise TooFar("a power with more digits than can be worked with")
            return power(left, right)
        case "mod":
            return apply("mod", left, right)
        case _:
            if right == 0:
                raise TooFar("a division by zero")
            return floor(left / right) if operator == "//" else left / right


def _otherwise(value: Shape, default: Shape) -> Shape:
    match value:
        case Perhaps(present, held):
            return chosen(present, held, default)
        case Number() if value == Number(ZERO):
            return default
        case _:
            return value


def length(of: Shape) -> Size:
    """`len`."""
    match of:
        case Words(size):
            return size
        case Items(count):
            return count
        case Perhaps(_, value):
            return length(value)
        case Blind():
            return ZERO
        case Number() | Fields() | Handed():
            raise TooFar("a length of what has none")


def _concat(parts: tuple[Shape, ...]) -> Shape:
    lists = tuple(part for part in parts if isinstance(part, Items))
    if lists:
        return shape_lists.joined(lists)
    return Words(sum((length(part) for part in parts), ZERO))


def _index(whole: Shape, at: Size) -> Shape:
    return whole.element(at) if isinstance(whole, Items) else Words(ONE)


def _slice(whole: Shape, low: Size, high: Size) -> Shape:
    return shape_lists.part(whole, low, high) if isinstance(whole, Items) else Words(high - low)


def _splice(scope: Scope, of: p.Splice) -> Shape:
    whole, new = shape(scope, of.value), shape(scope, of.new)
    if isinstance(whole, Items) and isinstance(new, Items):
        return shape_lists.spliced(whole, number(scope, of.low), number(scope, of.high), new)
    return whole


def _with_field(whole: Shape, name: str, new: Shape) -> Shape:
    if not isinstance(whole, Fields):
        return whole
    return Fields(tuple((field, new if field == name else value) for field, value in whole.parts))


def _reduce(scope: Scope, of: p.Reduce) -> Size:
    low, high = _number(scope, of.low), _number(scope, of.high)
    scope.folds += 1
    try:
        body = _number(scope, of.body)
    finally:
        scope.folds -= 1
    operator = "sum" if of.operator == "count" else of.operator
    return big(operator, of.index, low, high, body)


# -- conditions ----------------------------------------------------------------------------------------------------


def condition(scope: Scope, of: p.Expr) -> Condition:
    """The condition that a bool expression is."""
    match of:
        case p.BoolLiteral(value):
            return TRUE if value else FALSE
        case p.Not(value):
            return denied(condition(scope, value))
        case p.And(parts):
            return All(tuple(condition(scope, part) for part in parts))
        case p.Or(parts):
            return Any(tuple(condition(scope, part) for part in parts))
        case p.Present(value):
            return _present(shape(scope, value))
        case p.Compare():
            try:
                return _compare(scope, of)
            except Opaque:
                return Holds(scope.opaque(ZERO, ONE, of.span) - 1)
        case _:
            return Holds(number(scope, of) - 1)


def _present(value: Shape) -> Condition:
    match value:
        case Perhaps(present, _):
            return Holds(present - 1)
        case Number() if value == Number(ZERO):
            return FALSE
        case _:
            return TRUE


def denied(of: Condition) -> Condition:
    """The condition that holds where this one does not."""
    match of:
        case Holds(size):
            return Holds(-size - 1)
        case All(parts):
            return Any(tuple(denied(part) for part in parts))
        case Any(parts):
            return All(tuple(denied(part) for part in parts))


def indicator(of: Condition) -> Size:
    """1 where the condition holds, else 0."""
    match of:
        case Holds(size):
            return _flag(size)
        case All(parts):
            product = ONE
            for part in parts:
                product = product * indicator(part)
            return product
        case Any(parts):
            product = ONE
            for part in parts:
                product = product * (1 - indicator(part))
            return 1 - product


def _flag(size: Size) -> Size:
    """`[b - 1 >= 0]` of a variable that is 0 or 1 is the variable."""
    name = next(iter(size.free), "")
    if len(size.free) == 1 and size + 1 == sym(name) and (name.endswith("?") or name.startswith("%opaque")):
        return sym(name)
    return given(size)


def _compare(scope: Scope, of: p.Compare) -> Condition:
    match of.left.type:
        case ty.Int() | ty.Bool() | ty.Choice() | ty.Real():
            pass
        case _:
            raise Opaque
    if isinstance(of.left.type, ty.Choice) and of.left.type != of.right.type and of.operator != "in":
        raise Opaque
    left = _number(scope, of.left)
    if of.operator == "in":
        return _among(scope, left, of.right)
    return compared(of.operator, left, _number(scope, of.right))


def _among(scope: Scope, left: Size, right: p.Expr) -> Condition:
    if not isinstance(right, p.ListLiteral):
        raise Opaque
    return Any(tuple(compared("=", left, _number(scope, item)) for item in right.items))


def compared(operator: str, left: Size, right: Size) -> Condition:
    """`left operator right` of numbers."""
    match operator:
        case ">=":
            return Holds(_whole(left - right))
        case "<=":
            return Holds(_whole(right - left))
        case ">":
            return denied(Holds(_whole(right - left)))
        case "<":
            return denied(Holds(_whole(left - right)))
        case "=":
            return All((Holds(_whole(left - right)), Holds(_whole(right - left))))
        case _:
            return Any((denied(Holds(_whole(left - right))), denied(Holds(_whole(right - left)))))


def _whole(size: Size) -> Size:
    """An integer size that is >= 0 exactly where this one is."""
    scaled = size * math.lcm(*(value.denominator for value in size.terms.values()), 1)
    return scaled if is_whole(scaled) else floor(size)
