"""Solvers of recurrences that answer closed forms, in the order in which they are asked; each may decline."""

from __future__ import annotations

from collections.abc import Callable

from aalpl.cost.recursion.chain import chain
from aalpl.cost.recursion.halves import halves
from aalpl.cost.recursion.history import history
from aalpl.cost.recursion.powers import powers
from aalpl.cost.recursion.recurrence import Recurrence
from aalpl.cost.recursion.solution import Solution, exactly
from aalpl.cost.recursion.terms import terms
from aalpl.cost.sizes.tidy import tidy

Solver = Callable[[Recurrence], Solution | None]


def flat(of: Recurrence) -> Solution | None:
    """No calls are left."""
    return None if of.unknown in of.body.free else exactly(tidy(of.body.replace(of.start), of.known))


EXACT: tuple[Solver, ...] = (flat, chain, powers, halves, terms, history)


def closed_form(of: Recurrence) -> Solution | None:
    """What the first solver answers that does."""
    for solver in EXACT:
        found = solver(of)
        if found is not None:
            return found
    return None
