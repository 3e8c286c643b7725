"""Lowers what runs over a range or a list inside an expression: `sum`, `count`, `parallel … yield`."""

from __future__ import annotations

import attrs

from aalpl.check import arithmetic, expressions, fit, logic, parallel
from aalpl.check.body import Body
from aalpl.check.kinds import BOOL, INT, UNKNOWN, kind
from aalpl.program import nodes as p
from aalpl.program.types import Int, ListOf, Real, Type, Unknown
from aalpl.report import Span
from aalpl.tree import nodes as t


@attrs.frozen
class Rounds:
    """A range of rounds: the index, its bounds, and what the written variable is in a round."""

    index: str
    low: p.Expr
    high: p.Expr
    item: p.Expr


def rounds(body: Body, variable: t.Name, domain: t.Expr) -> Rounds | None:
    """What a variable runs over: `a..b`, or the elements of a list."""
    if isinstance(domain, t.Range):
        low, high = expressions.operands(body, (domain.low, domain.high), (INT, INT))
        low, high = (
            fit.need(body, low, INT, "a bound of a range"),
            fit.need(body, high, INT, "a bound of a range"),
        )
        index = variable.id if free(body, variable.id) else body.temporary(variable.id)
        return Rounds(index, low, high, p.Variable(index, INT, span=variable.span))
    whole = expressions.expr(body, domain)
    match whole.type:
        case ListOf(element):
            held = whole if isinstance(whole, p.Variable) and not body.pops else body.keep(whole, variable.id)
            index = body.temporary(variable.id)
            low, high = bounds(held, domain.span)
            at = p.Variable(index, INT, span=variable.span)
            return Rounds(index, low, high, p.Index(held, at, element, span=variable.span))
        case Unknown():
            return None
        case _:
            hint = "write the range: `1..n`" if isinstance(whole.type, Int) else None
            fit.refuse(body, whole, "a loop runs over a range `a..b` or a list", "not-a-list", hint)
            return None


def bounds(held: p.Expr, span: Span) -> tuple[p.Expr, p.Expr]:
    """`0` and `len(xs) - 1`."""
    one = p.IntLiteral(1, INT, span=span)
    last = p.Arithmetic("-", p.LengthOf(held, INT, span=span), one, INT, span=span)
    return p.IntLiteral(0, INT, span=span), last


def free(body: Body, name: str) -> bool:
    """Whether nothing else has this name here."""
    return not (
        name in body.params
        or name in body.assigns
        or name in body.aliases
        or name in body.loops
        or body.module.size(name) is not None
    )


def fold(body: Body, of: t.Count | t.Fold) -> p.Expr:
    """`count i in R of E`, `sum(i in R: E)`."""
    operator = "count" if isinstance(of, t.Count) else of.operator
    ran = rounds(body, of.variable, of.domain)
    if ran is None:
        ran = Rounds(of.variable.id, fit.poison(of.span), fit.poison(of.span), fit.poison(of.span))
    before = body.flow
    body.flow = before.fork()
    with body.inside() as block, body.alias(of.variable.id, ran.item):
        if isinstance(of, t.Count):
            value = logic.condition(body, of.condition)
        else:
            value = arithmetic.number(body, expressions.expr(body, of.body), f"`{operator}`")
    body.flow = before
    if isinstance(value.type, Unknown):
        return p.NothingLiteral(INT if operator == "count" else UNKNOWN, span=of.span)
    type: Type = INT if operator == "count" else kind(value.type)
    if not block:
        return p.Reduce(operator, ran.index, ran.low, ran.high, value, type, span=of.span)
    return _loop(body, operator, ran, block, value, type, of.span)


def _loop(
    body: Body, operator: str, ran: Rounds, block: list[p.Statement], value: p.Expr, type: Type, span: Span
) -> p.Expr:
    """A fold that asks something in every round: a loop with an accumulator."""
    name = body.temporary(operator)
    total = p.Variable(name, type, span=span)
    start = p.IntLiteral(1 if operator == "prod" else 0, type, span=span)
    body.emit(p.Let(name, start, span=span))
    place = body.place(span)
    block.append(p.Let(name, _next(operator, ran, total, value, type, span), span=span))
    body.emit(p.For(ran.index, ran.low, ran.high, None, tuple(block), place, span=span))
    return total


def _next(operator: str, ran: Rounds, total: p.Expr, value: p.Expr, type: Type, span: Span) -> p.Expr:
    if isinstance(type, Real):
        value = fit.exact(value)
    match operator:
        case "count":
            one, zero = p.IntLiteral(1, INT, span=span), p.IntLiteral(0, INT, span=span)
            counted = p.Conditional(value, one, zero, INT, span=span)
            return p.Arithmetic("+", total, counted, INT, span=span)
        case "sum" | "prod":
            return p.Arithmetic("+" if operator == "sum" else "*", total, value, type, span=span)
        case _:
            first = p.Compare("=", p.Variable(ran.index, INT, span=span), ran.low, BOOL, span=span)
            extreme = p.Builtin(operator, (total, value), type, span=span)
            return p.Conditional(first, value, extreme, type, span=span)


def parallel_yield(body: Body, of: t.ParallelYield, into: str | None) -> p.Expr:
    """`parallel for v in R workers w yield E`: the list of the branches' values."""
    ran = rounds(body, of.variable, of.domain)
    if ran is None:
        return p.NothingLiteral(ListOf(UNKNOWN), span=of.span)
    workers = None if of.workers is None else expressions.pure(body, of.workers, INT, "the number of workers")
    place = body.place(of.span)
    with parallel.branch(body) as branch, body.inside() as block, body.alias(of.variable.id, ran.item):
        value = expressions.expr(body, of.body)
    target = into or body.temporary("yield")
    type = ListOf(kind(value.type))
    appended = (branch.transcript,) if branch.appended and branch.transcript else ()
    body.sources.setdefault(target, set()).update(body.origins(value))
    if "%" in target:
        body.types[target] = type
    body.emit(
        p.Parallel(
            ran.index,
            ran.low,
            ran.high,
            workers,
            tuple(block),
            value,
            target,
            appended,
            type,
            place,
            span=of.span,
        )
    )
    return p.Variable(target, type, span=of.span)
