"""Lowers `e else d` and `a if c else b`: one of two values."""

from __future__ import annotations

from aalpl.check import expressions, fit, logic
from aalpl.check.body import Body
from aalpl.check.flow import merged
from aalpl.check.kinds import BOOL, UNKNOWN, join, spoken
from aalpl.program import nodes as p
from aalpl.program.types import Maybe, Nothing, Type, Unknown
from aalpl.tree import nodes as t


def or_else(body: Body, of: t.OrElse, value: t.Expr, default: t.Expr, wanted: Type | None) -> p.Expr:
    """`e else d`."""
    given = expressions.expr(body, value)
    inner = given.type.value if isinstance(given.type, Maybe) else UNKNOWN
    if body.pops and not isinstance(given, p.Variable):
        given = body.keep(given)
    with body.inside() as block:
        other = expressions.expr(body, default, inner if wanted is None else wanted)
    if not isinstance(given.type, Maybe | Unknown | Nothing):
        if not (isinstance(given, p.Variable) and _was_optional(body, given.name)):
            body.problems.warn(
                "never-nothing-else",
                f"this is {spoken(given.type)}: it is never nothing, so the `else` is never used",
                given.span,
                hint="leave out the `else`",
            )
        return given
    both = join(inner, other.type)
    if both is None:
        other = fit.need(body, other, inner, "the default of this value")
        both = UNKNOWN
    if not block:
        return p.Otherwise(given, fit.convert(other, both), both, span=of.span)
    given = given if isinstance(given, p.Variable) else body.keep(given)
    name = body.temporary("else")
    with body.inside() as present:
        held = p.Variable(given.name, inner, span=given.span)
        body.emit(p.Let(name, held, span=of.span))
    block.append(p.Let(name, fit.convert(other, both), span=other.span))
    test = p.Present(given, BOOL, span=given.span)
    body.emit(p.If(test, tuple(present), tuple(block), body.place(of.span), kind="else", span=of.span))
    body.sources[name] = {(body.name, each) for each in (given.name,)}
    return p.Variable(name, both, span=of.span)


def _was_optional(body: Body, name: str) -> bool:
    """Whether a variable may be nothing elsewhere: then an `else` says no more than that one is careful."""
    param = body.params.get(name)
    return isinstance(body.types.get(name), Maybe) or (param is not None and isinstance(param.type, Maybe))


def conditional(
    body: Body, of: t.Conditional, value: t.Expr, test: t.Expr, otherwise: t.Expr, wanted: Type | None
) -> p.Expr:
    """`a if c else b`."""
    decided = logic.condition(body, test)
    before = body.flow
    body.flow = before.fork(logic.learn(body, decided, True))
    with body.inside() as then:
        left = expressions.expr(body, value, wanted)
    yes, body.flow = body.flow, before.fork(logic.learn(body, decided, False))
    with body.inside() as orelse:
        right = expressions.expr(body, otherwise, wanted)
    body.flow = merged(yes, body.flow)
    body.flow.types = {name: type for name, type in body.flow.types.items() if name in before.types}
    both = join(left.type, right.type)
    if both is None:
        right = fit.need(body, right, left.type, "the other side of this choice")
        both = UNKNOWN
    left, right = fit.convert(left, both), fit.convert(right, both)
    if not then and not orelse:
        return p.Conditional(decided, left, right, both, span=of.span)
    name = body.temporary("if")
    then.append(p.Let(name, left, span=left.span))
    orelse.append(p.Let(name, right, span=right.span))
    body.emit(p.If(decided, tuple(then), tuple(orelse), body.place(of.span), kind="if", span=of.span))
    return p.Variable(name, both, span=of.span)
