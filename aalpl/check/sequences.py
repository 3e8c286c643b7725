"""Lowers texts and lists: literals, elements, slices, `++`, `pop`."""

from __future__ import annotations

from aalpl.check import expressions, fit, names, rebinding
from aalpl.check.body import Body
from aalpl.check.fit import poison
from aalpl.check.kinds import INT, REAL, TEXT, UNKNOWN, join, kind, spoken
from aalpl.program import nodes as p
from aalpl.program.types import Choice, ListOf, Text, Type, Unknown
from aalpl.report import Label
from aalpl.tree import nodes as t


def list_(body: Body, of: t.ListLiteral, elements: tuple[t.Expr, ...], wanted: Type | None) -> p.Expr:
    inner = wanted.element if isinstance(wanted, ListOf) else None
    values = expressions.operands(body, elements, [inner] * len(elements))
    element: Type = UNKNOWN
    if any(isinstance(value.type, Unknown) for value in values):
        return poison(of.span)
    for i, value in enumerate(values):
        both = join(element, value.type)
        if both is None:
            body.problems.error(
                "mixed-list",
                f"this list holds {spoken(element)} and {spoken(value.type)}",
                elements[i].span,
                spoken(value.type),
                blame=body.origins(*values),
            )
            both = UNKNOWN
        element = both
    values = [fit.convert(value, element) for value in values]
    return p.ListLiteral(tuple(values), ListOf(element), span=of.span)


def index(body: Body, of: t.Index, value: t.Expr, index: t.Expr) -> p.Expr:
    if isinstance(value, t.Name) and _is_symbol(body, value):
        return _member(body, of, value, index)
    whole, at = expressions.operands(body, (value, index), (None, INT))
    if isinstance(whole.type, Unknown):
        return poison(of.span)
    at = subscript(body, at, index, value)
    match whole.type:
        case ListOf(element):
            return p.Index(whole, at, element, span=of.span)
        case Text():
            body.problems.error(
                "index-of-text",
                "a text is cut with slices",
                of.span,
                hint="write `x[i:i+1]` for one token",
                blame=body.origins(whole),
            )
            return p.NothingLiteral(UNKNOWN, span=of.span)
        case _:
            return fit.refuse(body, whole, "only lists have elements", "not-a-list")


def _is_symbol(body: Body, of: t.Name) -> bool:
    hidden = of.id in body.aliases or of.id in body.params or of.id in body.flow.assigned
    return not hidden and of.id not in body.assigns and body.module.size(of.id) is not None


def _member(body: Body, of: t.Index, value: t.Name, index: t.Expr) -> p.Expr:
    """`u[i]` of a declared family."""
    declared = body.module.size(value.id)
    assert declared is not None
    body.checker.used.add(value.id)
    at = fit.need(body, expressions.expr(body, index, INT), INT, "an index")
    if declared.family is None:
        body.problems.error(
            "not-a-family",
            f"`{value.id}` is one {declared.kind}, not a family of them",
            value.span,
            others=(Label(declared.span, "declared here"),),
        )
    type = REAL if declared.kind == "prob" else INT
    return p.SizeName(body.module.symbol(value.id), type, at, span=of.span)


def subscript(body: Body, at: p.Expr, written: t.Expr, whole: t.Expr | None = None) -> p.Expr:
    """An index or the bound of a slice."""
    if isinstance(written, t.Negative) and isinstance(written.operand, t.Int):
        body.problems.error(
            "negative-index",
            f"there are no negative indices: `-{written.operand.value}` is before the beginning",
            written.span,
            hint=f"count from the end with `len({_short(whole)}) - {written.operand.value}`",
        )
    return fit.need(body, at, INT, "an index")


def _short(of: t.Expr | None) -> str:
    return of.id if isinstance(of, t.Name) else "x"


def slice_(body: Body, of: t.Slice, value: t.Expr, start: t.Expr, stop: t.Expr) -> p.Expr:
    whole, low, high = expressions.operands(body, (value, start, stop), (None, INT, INT))
    if isinstance(whole.type, Unknown):
        return poison(of.span)
    low, high = subscript(body, low, start, value), subscript(body, high, stop, value)
    match whole.type:
        case ListOf() | Text():
            return p.Slice(whole, low, high, kind(whole.type), span=of.span)
        case _:
            return fit.refuse(body, whole, "only texts and lists have slices", "not-a-sequence")


def concat(body: Body, of: t.Concat, each: tuple[t.Expr, ...], wanted: Type | None) -> p.Expr:
    values = expressions.operands(body, each, [wanted] * len(each))
    type: Type = UNKNOWN
    for value in values:
        match value.type:
            case Text() | Choice():
                here: Type = TEXT
            case ListOf() | Unknown():
                here = kind(value.type)
            case _:
                return fit.refuse(body, value, "`++` joins texts and lists", "not-a-sequence")
        both = join(type, here)
        if both is None:
            body.problems.error(
                "mixed-concatenation",
                f"`++` joins {spoken(type)} and {spoken(value.type)}",
                value.span,
                spoken(value.type),
                blame=body.origins(*values),
                hint="put a single element in brackets: `xs ++ [x]`",
            )
            return poison(of.span)
        type = both
    return p.Concat(tuple(fit.convert(value, type) for value in values), type, span=of.span)


def pop(body: Body, of: t.Pop, variable: t.Name) -> p.Expr:
    whole = names.name(body, variable)
    rebinding.rebinds(body, variable)
    match whole.type:
        case ListOf(element):
            first = body.keep(
                p.Index(whole, p.IntLiteral(0, INT, span=of.span), element, span=of.span), variable.id
            )
            low, high = p.IntLiteral(1, INT, span=of.span), p.LengthOf(whole, INT, span=of.span)
            rest = p.Slice(whole, low, high, kind(whole.type), span=of.span)
            body.emit(p.Let(variable.id, rest, span=of.span))
            body.bind(variable.id, rest.type, variable.span, rest)
            return first
        case Unknown():
            return poison(of.span)
        case _:
            return fit.refuse(body, whole, "`pop` takes the first element of a list", "not-a-list")
