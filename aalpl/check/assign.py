"""Lowers assignments: to variables, to parts of variables, to several at once."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from aalpl.check import expressions, fit, methods, names, rebinding, sequences, walk
from aalpl.check.body import Body
from aalpl.check.kinds import INT, UNKNOWN, kind, spoken
from aalpl.program import nodes as p
from aalpl.program.types import ListOf, Record, Text, Type, Unknown
from aalpl.tree import nodes as t


def assign(body: Body, of: t.Assign, targets: tuple[t.Target, ...], values: tuple[t.Expr, ...]) -> None:
    """`x <- e`, `x, y <- e, f`, `x[i] <- e`, `x[a:b] <- e`, `x.f <- e`."""
    if len(targets) == 1:
        _one(body, targets[0], values[0])
        return
    kept: list[p.Expr] = []
    before: set[str] = set()
    for target, value in zip(targets, values, strict=True):
        wanted = body.types.get(target.id) if isinstance(target, t.Name) else None
        found = expressions.expr(body, value, wanted)
        kept.append(body.keep(found) if body.pops or walk.variables(found) & before else found)
        before.add(walk.base(target).id)
    for target, found in zip(targets, kept, strict=True):
        _put(body, target, lambda wanted, found=found: found)  # type: ignore[misc]


def _one(body: Body, target: t.Target, value: t.Expr) -> None:
    if not isinstance(target, t.Name):
        _put(body, target, lambda wanted: expressions.expr(body, value, wanted), value)
        return
    into = target.id if _direct(body, target, value) else None
    found = expressions.expr(body, value, body.types.get(target.id), into)
    _variable(body, target, found)


def _direct(body: Body, target: t.Name, value: t.Expr) -> bool:
    """Whether a request may put its answer straight into the variable."""
    if any(target.id in branch.outer for branch in body.branches) or target.id in walk.popped(value):
        return False
    return isinstance(value, t.Call | t.Where | t.AnyValue | t.ParallelYield)


def _variable(body: Body, target: t.Name, found: p.Expr) -> None:
    rebinding.rebinds(body, target)
    if isinstance(found, p.NothingLiteral):  # `nothing` of the kind that the variable will have
        known = body.supposed[target.id] = body.types.get(target.id, UNKNOWN)
        found = fit.convert(found, known)
    if isinstance(found, p.Variable) and found.name == target.id and _just_set(body, target.id):
        body.bind(target.id, found.type, target.span)
        return
    body.emit(p.Let(target.id, found, span=target.span.to(found.span)))
    body.bind(target.id, found.type, target.span, found)


def _just_set(body: Body, name: str) -> bool:
    last = body.block[-1] if body.block else None
    match last:
        case p.Ask() | p.Call() | p.Consult() | p.Sample() | p.Choose() | p.Parallel():
            return last.target == name
        case _:
            return False


@attrs.frozen
class Part:
    """A part of a variable: its type, and the variable's new value from the part's."""

    type: Type
    renewed: Callable[[p.Expr], p.Expr]


def _put(
    body: Body, target: t.Target, value: Callable[[Type], p.Expr], written: t.Expr | None = None
) -> None:
    """Assigns to a target, its indices first."""
    if isinstance(target, t.Name):
        _variable(body, target, value(UNKNOWN))
        return
    variable = walk.base(target)
    if not variable.id:
        body.problems.error(
            "assignment-to-call",
            "only variables and their parts can be assigned",
            target.span,
            hint="name the value first: `x <- …`, then `x[i] <- …`",
        )
        value(UNKNOWN)
        return
    whole = names.name(body, variable)
    part = _part(body, target, whole, walk.popped(written) if written is not None and body.pops else set())
    found = value(part.type)
    if isinstance(whole.type, Unknown) or (
        isinstance(part.type, Unknown) and isinstance(found.type, Unknown)
    ):
        return
    found = fit.need(body, found, part.type, _role(target, part.type))
    if any(variable.id in branch.outer for branch in body.branches):
        _contribute(body, target, variable, part.renewed(found))
        return
    rebinding.rebinds(body, variable)
    new = part.renewed(found)
    body.emit(p.Let(variable.id, new, span=target.span.to(found.span)))
    body.bind(variable.id, kind(whole.type), variable.span, new)


def _role(target: t.Target, type: Type) -> str:
    return "a slice's new value" if isinstance(target, t.Slice) else "the new value"


def _contribute(body: Body, target: t.Target, variable: t.Name, new: p.Expr) -> None:
    """Inside a branch, part of a variable from outside is remembered until the branches join."""
    match new:
        case p.Update(p.Variable(name), index, value) if name == variable.id:
            body.emit(p.Contribute(name, index, None, value, span=target.span))
        case p.Splice(p.Variable(name), low, high, value) if name == variable.id:
            body.emit(p.Contribute(name, low, high, value, span=target.span))
        case _:
            rebinding.rebinds(body, variable)


def _part(body: Body, target: t.Expr, whole: p.Expr, popped: set[str]) -> Part:
    return _reached(body, target, whole, popped)[1]


def _reached(body: Body, target: t.Expr, whole: p.Expr, popped: set[str]) -> tuple[p.Expr, Part]:
    """The present value of a target, and the target as a part of its variable."""
    if isinstance(target, t.Name):
        return whole, Part(whole.type, lambda new: new)
    assert isinstance(target, t.Index | t.Slice | t.Field)
    outer, part = _reached(body, target.value, whole, popped)
    if isinstance(outer.type, Unknown):
        return fit.poison(target.span), Part(UNKNOWN, lambda new: new)
    match target:
        case t.Index(_, written):
            at = _snapshot(body, expressions.expr(body, written, INT), popped)
            return _element(body, target, outer, part, sequences.subscript(body, at, written))
        case t.Slice(_, start, stop):
            low, high = expressions.operands(body, (start, stop), (INT, INT))
            low = _snapshot(body, sequences.subscript(body, low, start), popped)
            high = _snapshot(body, sequences.subscript(body, high, stop), popped)
            return _stretch(body, target, outer, part, low, high)
        case t.Field(_, field):
            return _field(body, target, outer, part, field)


def _snapshot(body: Body, value: p.Expr, popped: set[str]) -> p.Expr:
    return body.keep(value) if walk.variables(value) & popped else value


def _element(body: Body, target: t.Index, outer: p.Expr, part: Part, at: p.Expr) -> tuple[p.Expr, Part]:
    if not isinstance(outer.type, ListOf):
        hint = "a text is cut with slices" if isinstance(outer.type, Text) else "only lists have elements"
        code = "index-of-text" if isinstance(outer.type, Text) else "not-a-list"
        return fit.refuse(body, outer, hint, code), Part(UNKNOWN, lambda new: new)
    element = outer.type.element
    value = p.Index(outer, at, element, span=target.span)
    return value, Part(
        element, lambda new: part.renewed(p.Update(outer, at, new, kind(outer.type), span=target.span))
    )


def _stretch(
    body: Body, target: t.Slice, outer: p.Expr, part: Part, low: p.Expr, high: p.Expr
) -> tuple[p.Expr, Part]:
    if not isinstance(outer.type, Text | ListOf):
        title = "only texts and lists have slices"
        return fit.refuse(body, outer, title, "not-a-sequence"), Part(UNKNOWN, lambda new: new)
    flat = kind(outer.type)
    value = p.Slice(outer, low, high, flat, span=target.span)
    return value, Part(
        flat, lambda new: part.renewed(p.Splice(outer, low, high, new, flat, span=target.span))
    )


def _field(body: Body, target: t.Field, outer: p.Expr, part: Part, field: t.Name) -> tuple[p.Expr, Part]:
    if not isinstance(outer.type, Record):
        title = f"only records have fields; this is {spoken(outer.type)}"
        return fit.refuse(body, outer, title, "not-a-record"), Part(UNKNOWN, lambda new: new)
    type = dict(outer.type.fields).get(field.id)
    if type is None:
        methods.no_field(body, outer, field)
        return fit.poison(target.span), Part(UNKNOWN, lambda new: new)
    name = field.id
    value = p.Field(outer, name, type, span=target.span)
    return value, Part(
        type, lambda new: part.renewed(p.WithField(outer, name, new, kind(outer.type), span=target.span))
    )
