"""Lowers `return`."""

from __future__ import annotations

from aalpl.check import expressions, fit
from aalpl.check.body import Body
from aalpl.check.kinds import UNKNOWN, join, kind, spoken
from aalpl.program import nodes as p
from aalpl.tree import nodes as t


def return_(body: Body, of: t.Return, value: t.Expr | None) -> None:
    returned = None if value is None else _result(body, value)
    if body.branches:
        body.problems.error(
            "return-in-parallel",
            "a branch of a `parallel` cannot return from the function",
            of.span,
            hint="`yield` a value, and look at the list of values behind the loop",
        )
    if body.what == "main":
        body.problems.error(
            "return-outside", "`return` belongs inside a `def`", of.span, hint="write `output E`"
        )
    if returned is None and body.result is not None and not isinstance(body.result, type(UNKNOWN)):
        body.problems.error(
            "missing-value",
            f"`{body.name}` returns {spoken(body.result)}, and this returns nothing",
            of.span,
            hint="write `return` and the value",
            blame=[(body.name, "")],
        )
    body.emit(p.Return(returned, span=of.span))
    body.flow.dead = True


def _result(body: Body, value: t.Expr) -> p.Expr:
    found = expressions.expr(body, value, body.result)
    if body.result is not None:
        if (body.name, "") in body.problems.blamed:
            return found
        mark = len(body.problems.found)
        fitted = fit.need(
            body, found, body.result, f"the result of `{body.name}`", *body.checker.result_label(body)
        )
        if len(body.problems.found) > mark:
            body.problems.blamed.add((body.name, ""))
        return fitted
    if isinstance(found, p.NothingLiteral):  # `nothing` of the kind that the other results have
        body.asked.add(body.name)
        found = fit.convert(found, body.expected or UNKNOWN)
    both = found.type if body.returned is None else join(body.returned, found.type)
    if both is None:
        body.problems.error(
            "mixed-results",
            f"`{body.name}` returns {spoken(body.returned or UNKNOWN)} elsewhere, and {spoken(found.type)} here",
            value.span,
            blame=body.origins(found),
        )
        both = UNKNOWN
    body.returned = kind(both)
    return found
