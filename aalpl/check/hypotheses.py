"""Reads the hypotheses that conditions carry."""

from __future__ import annotations

from aalpl.check import builtins, expressions
from aalpl.check.body import Body
from aalpl.check.kinds import INT, REAL
from aalpl.program import nodes as p
from aalpl.tree import nodes as t


def at_most(body: Body, of: t.Condition) -> p.Expr | None:
    return None if of.at_most is None else expressions.pure(body, of.at_most, INT, "`at most … times`")


def probability(body: Body, of: t.Condition) -> p.Expr | None:
    if of.probability is None:
        return None
    return builtins.probability(body, expressions.pure(body, of.probability, REAL, "a probability"))


def decreases(body: Body, of: t.Condition) -> p.Expr | None:
    return None if of.decreases is None else expressions.pure(body, of.decreases, INT, "what `decreases`")


def no_ranking(body: Body, of: t.Condition) -> None:
    if of.decreases is not None:
        body.problems.error(
            "misplaced-annotation",
            "`decreases` belongs to a loop: it says why the loop ends",
            of.decreases.span,
            hint="leave it out, or write it behind the condition of a `while` or `until`",
        )
