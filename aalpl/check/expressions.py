"""Lowers expressions: what they ask of the outside becomes statements before, the rest stays a pure expression."""

from __future__ import annotations

from collections.abc import Sequence

from aalpl.check import (
    alternatives,
    arithmetic,
    calls,
    choices,
    fit,
    folds,
    logic,
    names,
    records,
    sequences,
    walk,
)
from aalpl.check.body import Body
from aalpl.check.fit import poison
from aalpl.check.kinds import BOOL, INT, NOTHING, REAL, TEXT, kind
from aalpl.program import nodes as p
from aalpl.program.types import Choice, Maybe, Type
from aalpl.tree import nodes as t


def expr(body: Body, of: t.Expr, wanted: Type | None = None, into: str | None = None) -> p.Expr:
    """The value of an expression. `wanted` helps literals; a request may put its answer straight `into` a variable."""
    match of:
        case t.Int(value):
            return p.IntLiteral(value, INT, span=of.span)
        case t.Real(value):
            return p.RealLiteral(value, REAL, span=of.span)
        case t.Bool(value):
            return p.BoolLiteral(value, BOOL, span=of.span)
        case t.String(value):
            return _string(value, of, wanted)
        case t.Nothing():
            return p.NothingLiteral(NOTHING, span=of.span)
        case t.Name():
            return names.name(body, of, wanted)
        case t.ListLiteral(elements):
            return sequences.list_(body, of, elements, wanted)
        case t.RecordLiteral(fields):
            return records.record(body, of, fields, wanted)
        case t.Call():
            return calls.value(body, of, (), into)
        case t.Where(value, facts):
            return calls.where(body, of, value, facts, into)
        case t.Index(value, index):
            return sequences.index(body, of, value, index)
        case t.Slice(value, start, stop):
            return sequences.slice_(body, of, value, start, stop)
        case t.Field(value, field):
            return records.field(body, of, value, field)
        case t.Sum() | t.Product() | t.Power() | t.Negative():
            return arithmetic.arithmetic(body, of)
        case t.Concat(operands):
            return sequences.concat(body, of, operands, wanted)
        case t.Compare() | t.Not() | t.And() | t.Or() | t.Choice():
            return logic.logic(body, of)
        case t.OrElse(value, default):
            return alternatives.or_else(body, of, value, default, wanted)
        case t.Conditional(value, condition, otherwise):
            return alternatives.conditional(body, of, value, condition, otherwise, wanted)
        case t.Pop(variable):
            return sequences.pop(body, of, variable)
        case t.AnyValue(type):
            return choices.any_value(body, of, type, into)
        case t.Count() | t.Fold():
            return folds.fold(body, of)
        case t.ParallelYield():
            return folds.parallel_yield(body, of, into)
        case t.Range():
            return _range(body, of)
        case t.Quantity() | t.Probability() | t.Growth():  # the grammar keeps these to claims
            return poison(of.span)


def operands(body: Body, of: Sequence[t.Expr], wanted: Sequence[Type | None] = ()) -> list[p.Expr]:
    """The values of several expressions, from left to right: a later `pop` does not change an earlier value."""
    values: list[p.Expr] = []
    for i, each in enumerate(of):
        value = expr(body, each, wanted[i] if i < len(wanted) else None)
        if body.pops and walk.variables(value) & walk.popped(tuple(of[i + 1 :])):
            value = body.keep(value)
        values.append(value)
    return values


def pure(body: Body, of: t.Expr, wanted: Type, role: str) -> p.Expr:
    """An expression that may not ask anything: a bound, a hypothesis."""
    with body.inside() as block:
        value = fit.need(body, expr(body, of, wanted), wanted, role)
    if block:
        body.problems.error(
            "not-pure",
            f"{role} is a number that is known beforehand: it may not call anything",
            of.span,
            hint="call before, and name the answer",
        )
    return value


def _string(value: str, of: t.String, wanted: Type | None) -> p.Expr:
    """A text, or an option where a choice is expected."""
    inner = wanted.value if isinstance(wanted, Maybe) else wanted
    if isinstance(inner, Choice) and value in inner.options:
        return p.TextLiteral(value, kind(inner), span=of.span)
    return p.TextLiteral(value, TEXT, span=of.span)


def _range(body: Body, of: t.Range) -> p.Expr:
    body.problems.error(
        "range-here",
        "a range is no value: it stands after `in`, or as the argument of `Uniform`",
        of.span,
        hint="a slice is written `x[a:b]`",
    )
    return poison(of.span)
