"""Lowers names: variables, sizes, functions as values."""

from __future__ import annotations

from aalpl.check import calls
from aalpl.check.body import Body
from aalpl.check.fit import poison
from aalpl.check.kinds import INT, REAL
from aalpl.program import nodes as p
from aalpl.program.types import Callable, Type
from aalpl.report import Label
from aalpl.tree import nodes as t


def name(body: Body, of: t.Name, wanted: Type | None = None) -> p.Expr:
    """A variable, a size, or a function as a value."""
    if of.id in body.aliases:
        return body.aliases[of.id]
    if of.id in body.params or of.id in body.flow.assigned:
        body.read.add(of.id)
        if of.id in body.flow.unsure and not any(of.id in names for names in body.later):
            _unsure(body, of)
        return p.Variable(of.id, body.type_of(of.id), span=of.span)
    declared = body.module.size(of.id)
    if declared is not None:
        body.checker.used.add(of.id)
        if declared.family is not None:
            body.problems.error(
                "family-without-index",
                f"`{of.id}` is a family: say which of its members",
                of.span,
                hint=f"write `{of.id}[i]`",
            )
        type = REAL if declared.kind == "prob" else INT
        return p.SizeName(body.module.symbol(of.id), type, span=of.span)
    if of.id in body.assigns:
        return _unassigned(body, of)
    signature = body.checker.callable(body.module, of.id)
    if signature is not None:
        return calls.function_value(body, of, signature)
    known = [*body.params, *body.assigns, *(n for m in body.module.reach() for n in (*m.sizes, *m.callables))]
    role = "function" if isinstance(wanted, Callable) else "variable"
    body.problems.undeclared(of, role, known, body.checker.namesakes(body, of.id))
    return poison(of.span)


def _unsure(body: Body, of: t.Name) -> None:
    """Hints at a variable that only some branches have given a value, once."""
    body.flow.unsure.discard(of.id)
    if of.id not in body.unassigned:
        body.unassigned.add(of.id)
        body.problems.hint(
            "perhaps-unassigned",
            f"`{of.id}` has no value here if the branch that gives it one is not taken",
            of.span,
            hint="give it a value before the `if`, or in its `else`",
        )


def _unassigned(body: Body, of: t.Name) -> p.Expr:
    if of.id in body.unassigned:
        return poison(of.span)
    body.unassigned.add(of.id)
    if of.id in body.gone:
        body.problems.error(
            "outside-its-loop",
            f"`{of.id}` has no value outside of its loop",
            of.span,
            "read here",
            others=(Label(body.gone[of.id], "the loop"),),
            hint="keep what is needed of it in a variable of its own",
        )
    else:
        body.problems.error(
            "used-before-assigned",
            f"`{of.id}` has no value yet",
            of.span,
            "read here",
            others=body.checker.assignment(body, of.id),
            hint="assign it before this line",
        )
    return poison(of.span)
