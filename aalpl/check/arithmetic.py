"""Lowers arithmetic. Long sums become balanced trees, so that their length costs no depth."""

from __future__ import annotations

from aalpl.check import expressions, fit
from aalpl.check.body import Body
from aalpl.check.kinds import INT, REAL
from aalpl.program import nodes as p
from aalpl.program.types import Int, ListOf, Real, Text, Unknown
from aalpl.report import Span
from aalpl.tree import nodes as t

_LONG = 50


def arithmetic(body: Body, of: t.Sum | t.Product | t.Power | t.Negative) -> p.Expr:
    """A number."""
    match of:
        case t.Sum(first, rest):
            values = _numbers(body, (first, *(term.operand for term in rest)), "+ and -")
            return _sum(values, ["+", *(term.operator for term in rest)], of.span)
        case t.Product(first, rest):
            values = _numbers(body, (first, *(factor.operand for factor in rest)), "* and /")
            return _product(body, values, [factor.operator for factor in rest], of.span)
        case t.Power(base, exponent):
            left, right = _numbers(body, (base, exponent), "^")
            return _binary("^", left, right, of.span)
        case t.Negative(operand):
            (value,) = _numbers(body, (operand,), "-")
            if isinstance(value.type, Unknown):
                return value
            return p.Negative(value, value.type, span=of.span)


def number(body: Body, value: p.Expr, role: str) -> p.Expr:
    """The value, if it is a number."""
    match value.type:
        case Int() | Real() | Unknown():
            return value
        case Text() | ListOf():
            return fit.refuse(
                body, value, f"{role} work on numbers, `++` joins texts and lists", "not-a-number"
            )
        case _:
            return fit.refuse(body, value, f"{role} work on numbers", "not-a-number")


def _numbers(body: Body, of: tuple[t.Expr, ...], role: str) -> list[p.Expr]:
    return [
        number(body, value, f"`{role.replace(' and ', '` and `')}`")
        for value in expressions.operands(body, of)
    ]


def _binary(operator: str, left: p.Expr, right: p.Expr, span: Span) -> p.Expr:
    if isinstance(left.type, Unknown) or isinstance(right.type, Unknown):
        return fit.poison(span)
    if isinstance(left.type, Real) or isinstance(right.type, Real):
        real = "/" if operator == "//" else operator
        return p.Arithmetic(real, fit.exact(left), fit.exact(right), REAL, span=span)
    return p.Arithmetic(operator, left, right, INT, span=span)


def _sum(values: list[p.Expr], signs: list[str], span: Span) -> p.Expr:
    if len(values) <= _LONG:
        total = values[0]
        for sign, value in zip(signs[1:], values[1:], strict=True):
            total = _binary(sign, total, value, values[0].span.to(value.span))
        return total
    middle = len(values) // 2  # a - b + c - d = (a - b) + (c - d) = (a - b) - (-c + d)
    left = _sum(values[:middle], signs[:middle], span)
    sign, rest = signs[middle], signs[middle:]
    turned = rest if sign == "+" else ["+" if each == "-" else "-" for each in rest]
    return _binary(sign, left, _sum(values[middle:], turned, span), span)


def _product(body: Body, values: list[p.Expr], operators: list[t.MultiplyOperator], span: Span) -> p.Expr:
    if len(values) > _LONG and set(operators) == {"*"}:
        middle = len(values) // 2
        left = _product(body, values[:middle], operators[: middle - 1], span)
        return _binary("*", left, _product(body, values[middle:], operators[middle:], span), span)
    total = values[0]
    for at, (operator, value) in enumerate(zip(operators, values[1:], strict=True)):
        if operator != "*" and isinstance(value, p.IntLiteral) and value.value == 0:
            body.problems.error("division-by-zero", "this divides by zero", value.span)
        whole = "//" if operator == "/" else operator
        if at % _LONG == _LONG - 1:
            total = body.keep(total)
        total = _binary(whole, total, value, values[0].span.to(value.span))
    return total
