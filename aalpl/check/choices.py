"""Lowers what is the adversary's to choose: `any int in a..b`, `hear text[e]`."""

from __future__ import annotations

from aalpl.check import expressions, types
from aalpl.check.body import Body
from aalpl.check.kinds import INT, TEXT, kind
from aalpl.program import nodes as p
from aalpl.program.types import ListOf, Type
from aalpl.report import Span
from aalpl.tree import nodes as t


def any_value(body: Body, of: t.AnyValue, type: t.TypeExpr, into: str | None) -> p.Expr:
    """`any int in a..b`: the adversary's choice."""
    place = body.place(of.span)
    target = into or body.temporary("any")
    return choose(body, type, target, place, of.span)


def choose(body: Body, type: t.TypeExpr, target: str, place: str, span: Span) -> p.Expr:
    """A fresh value of a type, of the adversary's choosing."""
    bounds: tuple[p.Expr, p.Expr] | None = None
    meant: Type
    match type:
        case t.IntType(low, high):
            meant = INT
            if low is not None and high is not None:
                bounds = _bounds(body, low, high)
        case t.TextType(t.Exactly(size=size)):
            meant, bounds = TEXT, _bounds(body, size, size)
        case t.TextType(t.AtMost(size=size)):
            meant, bounds = TEXT, _bounds(body, t.Int(0, span=size.span), size)
        case t.TextType(t.Between(low, high)):
            meant, bounds = TEXT, _bounds(body, low, high)
        case t.ListType(t.Exactly(size=size), element):
            meant = ListOf(types.resolve(element, body.sizes()))
            bounds = _bounds(body, size, size)
        case _:
            meant = types.resolve(type, body.sizes())
    body.emit(p.Choose(target, meant, place, bounds, span=span))
    if "%" in target:
        body.types[target] = kind(meant)
    return p.Variable(target, kind(meant), span=span)


def _bounds(body: Body, low: t.Expr, high: t.Expr) -> tuple[p.Expr, p.Expr]:
    return (
        expressions.pure(body, low, INT, "the bound of a choice"),
        expressions.pure(body, high, INT, "the bound of a choice"),
    )
