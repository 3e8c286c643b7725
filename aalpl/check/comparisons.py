"""Lowers comparisons."""

from __future__ import annotations

from aalpl.check import expressions, fit, logic
from aalpl.check.body import Body
from aalpl.check.kinds import BOOL, UNKNOWN, fits, join, kind, spoken
from aalpl.program import nodes as p
from aalpl.program.types import Choice, Int, ListOf, Maybe, Nothing, Real, Unknown
from aalpl.report import Span
from aalpl.tree import nodes as t


def compare(body: Body, of: t.Compare) -> p.Expr:
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
    return logic.joined(parts, True, of.span)


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
