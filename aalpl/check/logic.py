"""Lowers conditions: what they ask, in the order they are asked, and what they teach about a `T?`."""

from __future__ import annotations

from aalpl.check import comparisons, expressions, fit
from aalpl.check.body import Body
from aalpl.check.kinds import BOOL, INT, NOTHING, UNKNOWN
from aalpl.program import nodes as p
from aalpl.program.types import Bool, Choice, Int, ListOf, Maybe, Real, Text, Type, Unknown
from aalpl.report import Span
from aalpl.tree import nodes as t

Learned = dict[str, Type]

_MOST = 50


def condition(body: Body, of: t.Expr) -> p.Expr:
    """A bool: also whether a `T?` holds a value, whether a list has elements, the adversary's `*`."""
    match of:
        case t.Choice():
            name = body.temporary("choice")
            body.emit(p.Choose(name, BOOL, body.place(of.span), span=of.span))
            return p.Variable(name, BOOL, span=of.span)
        case t.And(operands):
            first = condition(body, operands[0])
            return _conjunction(body, first, operands[1:], of.span)
        case t.Or(operands):
            first = condition(body, operands[0])
            return _disjunction(body, first, operands[1:], of.span)
        case t.Not(operand):
            return p.Not(condition(body, operand), BOOL, span=of.span)
        case _:
            return holds(body, expressions.expr(body, of))


def holds(body: Body, value: p.Expr) -> p.Expr:
    """The value as a condition (semantics 4)."""
    match value.type:
        case Bool() | Unknown():
            return value
        case Maybe():
            return p.Present(value, BOOL, span=value.span)
        case ListOf():
            length = p.LengthOf(value, INT, span=value.span)
            return p.Compare(">", length, p.IntLiteral(0, INT, span=value.span), BOOL, span=value.span)
        case _:
            title = "a condition is a bool, a `T?` or a list"
            return fit.refuse(body, value, title, "not-a-condition", _comparison(value))


def _comparison(value: p.Expr) -> str | None:
    """The comparison that may have been meant."""
    name = value.name if isinstance(value, p.Variable) and "%" not in value.name else "…"
    match value.type:
        case Int() | Real():
            return f"compare it with something: `{name} > 0`"
        case Text():
            return f'ask for its length, `len({name}) > 0`, or compare it: `{name} = ""`'
        case Choice(options) if options:
            return f'compare it with an option: `{name} = "{options[0]}"`'
        case _:
            return None


def logic(body: Body, of: t.Compare | t.Not | t.And | t.Or | t.Choice) -> p.Expr:
    """A truth value inside an expression; `*` has no place there."""
    match of:
        case t.Compare():
            return comparisons.compare(body, of)
        case t.Choice():
            body.problems.error(
                "choice-inside",
                "`*` stands for a choice only as a whole condition, or a whole part of `and` and `or`",
                of.span,
                hint="name a number that anything may be with `any int in a..b`",
            )
            return fit.poison(of.span)
        case _:
            return condition(body, of)


# -- and, or -----------------------------------------------------------------------------------------------------


def learn(body: Body, value: p.Expr, truth: bool) -> Learned:
    """What is known of variables where the condition turned out so."""
    match value:
        case p.NothingLiteral(Unknown()):  # in error: it may have asked about any of them
            known = {name: param.type for name, param in body.params.items()} | body.flow.types
            return {name: UNKNOWN for name, type_ in known.items() if isinstance(type_, Maybe)}
        case p.Present(p.Variable(name, Maybe(inner))):
            return {name: inner if truth else NOTHING}
        case p.Not(inner):
            return learn(body, inner, not truth)
        case p.And(parts) if truth:
            return _all(body, parts, truth)
        case p.Or(parts) if not truth:
            return _all(body, parts, truth)
        case p.Variable(name):
            return body.learned.get(name, ({}, {}))[0 if truth else 1]
        case _:
            return {}


def _all(body: Body, parts: tuple[p.Expr, ...], truth: bool) -> Learned:
    known: Learned = {}
    for part in parts:
        known.update(learn(body, part, truth))
    return known


def _conjunction(body: Body, first: p.Expr, rest: tuple[t.Expr, ...], span: Span) -> p.Expr:
    return _chain(body, first, rest, span, True)


def _disjunction(body: Body, first: p.Expr, rest: tuple[t.Expr, ...], span: Span) -> p.Expr:
    return _chain(body, first, rest, span, False)


def _chain(body: Body, first: p.Expr, rest: tuple[t.Expr, ...], span: Span, truth: bool) -> p.Expr:
    """`and` (`truth`) and `or`: a later part is asked only where the earlier ones leave it open."""
    before = body.flow
    body.flow = before.fork()
    parts = [first]
    for i, operand in enumerate(rest):
        body.flow.types.update(learn(body, parts[-1], truth))
        with body.inside() as asked:
            value = condition(body, operand)
        if all(_free(statement) for statement in asked):
            body.block.extend(asked)
            parts.append(value)
            continue
        result = _guarded(body, joined(parts, truth, span), asked, value, rest[i + 1 :], span, truth)
        body.flow = before
        return result
    body.flow = before
    return joined(parts, truth, span)


def _guarded(
    body: Body,
    so_far: p.Expr,
    asked: list[p.Statement],
    value: p.Expr,
    rest: tuple[t.Expr, ...],
    span: Span,
    truth: bool,
) -> p.Expr:
    if len(rest) > _MOST:
        body.problems.error(
            "too-deep",
            f"more than {_MOST} questions hang on each other here",
            span,
            hint="ask them in a loop, or in functions of their own",
        )
        return so_far
    answer = body.temporary("and" if truth else "or")
    body.emit(p.Let(answer, so_far, span=span))
    place = body.place(span)
    with body.inside() as block:
        block.extend(asked)
        value = _chain(body, value, rest, span, truth)
        body.emit(p.Let(answer, value, span=value.span))
    test = p.Variable(answer, BOOL, span=span)
    known = {**learn(body, so_far, truth), **learn(body, value, truth)}
    body.learned[answer] = (known, {}) if truth else ({}, known)
    asking = tuple(block)
    if truth:
        body.emit(p.If(test, asking, (), place, kind="and", span=span))
    else:
        body.emit(p.If(test, (), asking, place, kind="or", span=span))
    return test


def _free(statement: p.Statement) -> bool:
    """Whether a statement may run although its answer is not needed: a plain choice of the adversary."""
    return isinstance(statement, p.Choose) and statement.bounds is None


def joined(parts: list[p.Expr], truth: bool, span: Span) -> p.Expr:
    if len(parts) == 1:
        return parts[0]
    return p.And(tuple(parts), BOOL, span=span) if truth else p.Or(tuple(parts), BOOL, span=span)


# -- comparisons -------------------------------------------------------------------------------------------------


# -- else, if ----------------------------------------------------------------------------------------------------
