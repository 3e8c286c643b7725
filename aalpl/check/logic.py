"""Lowers conditions: what they ask, in the order they are asked, and what they teach about a `T?`."""

from __future__ import annotations

from aalpl.check import expressions, fit
from aalpl.check.body import Body
from aalpl.check.flow import merged
from aalpl.check.kinds import BOOL, INT, NOTHING, UNKNOWN, fits, join, kind, spoken
from aalpl.program import nodes as p
from aalpl.program.types import Bool, Choice, Int, ListOf, Maybe, Nothing, Real, Type, Unknown
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
            return fit.refuse(body, value, "a condition is a bool, a `T?` or a list", "not-a-condition")


def logic(body: Body, of: t.Compare | t.Not | t.And | t.Or | t.Choice) -> p.Expr:
    """A truth value inside an expression; `*` has no place there."""
    match of:
        case t.Compare():
            return _compare(body, of)
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
        result = _guarded(body, _joined(parts, truth, span), asked, value, rest[i + 1 :], span, truth)
        body.flow = before
        return result
    body.flow = before
    return _joined(parts, truth, span)


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


def _joined(parts: list[p.Expr], truth: bool, span: Span) -> p.Expr:
    if len(parts) == 1:
        return parts[0]
    return p.And(tuple(parts), BOOL, span=span) if truth else p.Or(tuple(parts), BOOL, span=span)


# -- comparisons -------------------------------------------------------------------------------------------------


def _compare(body: Body, of: t.Compare) -> p.Expr:
    plain: list[t.Expr] = [of.first]
    for each in of.rest:
        plain.extend(
            (each.operand.low, each.operand.high) if isinstance(each.operand, t.Range) else (each.operand,)
        )
    values = expressions.operands(body, plain)
    parts: list[p.Expr] = []
    left, at = values[0], 1
    for each in of.rest:
        if isinstance(each.operand, t.Range):
            low, high = values[at], values[at + 1]
            at += 2
            parts += [_pair(body, "<=", low, left, of.span), _pair(body, "<=", left, high, of.span)]
            left = high
        else:
            parts.append(_pair(body, each.operator, left, values[at], left.span.to(values[at].span)))
            left = values[at]
            at += 1
    return _joined(parts, True, of.span)


def _pair(body: Body, operator: str, left: p.Expr, right: p.Expr, span: Span) -> p.Expr:
    if operator == "in":
        return _membership(body, left, right, span)
    if operator in ("=", "!="):
        return _equality(body, operator, left, right, span)
    for value in (left, right):
        if not isinstance(value.type, Int | Real | Unknown):
            fit.refuse(body, value, f"`{operator}` compares numbers", "not-a-number")
            return p.BoolLiteral(False, UNKNOWN, span=span)
    return p.Compare(operator, *_alike(left, right), BOOL, span=span)


def _alike(left: p.Expr, right: p.Expr) -> tuple[p.Expr, p.Expr]:
    if isinstance(left.type, Real) or isinstance(right.type, Real):
        return fit.exact(left), fit.exact(right)
    return left, right


def _equality(body: Body, operator: str, left: p.Expr, right: p.Expr, span: Span) -> p.Expr:
    if isinstance(left, p.NothingLiteral) and isinstance(left.type, Nothing):
        left, right = right, left
    if isinstance(right, p.NothingLiteral) and isinstance(right.type, Nothing):
        if not isinstance(left.type, Maybe | Nothing | Unknown):
            body.problems.warn(
                "never-nothing", f"this is {spoken(left.type)}, so it is never nothing", left.span
            )
            return p.BoolLiteral(operator == "!=", BOOL, span=span)
        present = p.Present(left, BOOL, span=span)
        return present if operator == "!=" else p.Not(present, BOOL, span=span)
    left, right = _option(body, left, right), _option(body, right, left)
    if isinstance(left.type, Unknown) or isinstance(right.type, Unknown):
        return p.BoolLiteral(False, UNKNOWN, span=span)
    for value, other in ((left, right), (right, left)):
        if isinstance(value.type, Maybe) and not isinstance(other.type, Maybe):
            fit.need(body, value, value.type.value, "a compared value")
            return p.BoolLiteral(False, UNKNOWN, span=span)
    if join(left.type, right.type) is None:
        body.problems.error(
            "incomparable",
            f"{spoken(left.type)} is never equal to {spoken(right.type)}",
            span,
            others=(*body.seen_at(left), *body.seen_at(right)),
            blame=body.origins(left, right),
        )
        return p.BoolLiteral(False, UNKNOWN, span=span)
    return p.Compare(operator, *_alike(left, right), BOOL, span=span)


def _option(body: Body, value: p.Expr, other: p.Expr) -> p.Expr:
    """A string compared with a choice is one of its options."""
    if (
        isinstance(value, p.TextLiteral)
        and isinstance(other.type, Choice)
        and not isinstance(value.type, Choice)
    ):
        if value.value not in other.type.options:
            return fit.no_option(body, value, other.type)
        return p.TextLiteral(value.value, kind(other.type), span=value.span)
    return value


def _membership(body: Body, left: p.Expr, right: p.Expr, span: Span) -> p.Expr:
    match right.type:
        case ListOf(element) if fits(left.type, element):
            return p.Compare("in", left, right, BOOL, span=span)
        case Unknown():
            return p.BoolLiteral(False, UNKNOWN, span=span)
        case ListOf(element):
            fit.need(body, left, element, "what is looked for in this list")
        case _:
            fit.refuse(body, right, "`in` looks in a list or a range", "not-a-list")
    return p.BoolLiteral(False, UNKNOWN, span=span)


# -- else, if ----------------------------------------------------------------------------------------------------


def or_else(body: Body, of: t.OrElse, value: t.Expr, default: t.Expr, wanted: Type | None) -> p.Expr:
    """`e else d`."""
    given = expressions.expr(body, value)
    inner = given.type.value if isinstance(given.type, Maybe) else UNKNOWN
    if body.pops and not isinstance(given, p.Variable):
        given = body.keep(given)
    with body.inside() as block:
        other = expressions.expr(body, default, inner if wanted is None else wanted)
    if not isinstance(given.type, Maybe | Unknown | Nothing):
        body.problems.error(
            "never-nothing-else",
            f"this is {spoken(given.type)}: it is never nothing, so the `else` is never used",
            given.span,
            others=body.seen_at(given),
            hint="leave out the `else`",
            blame=body.origins(given),
        )
        return fit.poison(of.span)
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


def conditional(
    body: Body, of: t.Conditional, value: t.Expr, test: t.Expr, otherwise: t.Expr, wanted: Type | None
) -> p.Expr:
    """`a if c else b`."""
    decided = condition(body, test)
    before = body.flow
    body.flow = before.fork(learn(body, decided, True))
    with body.inside() as then:
        left = expressions.expr(body, value, wanted)
    yes, body.flow = body.flow, before.fork(learn(body, decided, False))
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
