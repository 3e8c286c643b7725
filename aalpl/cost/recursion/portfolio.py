"""The solvers of recurrences, in the order in which they are asked; each may decline."""

from __future__ import annotations

from collections.abc import Callable

from aalpl.cost.engine.run import Run
from aalpl.cost.recursion.chain import chain
from aalpl.cost.recursion.recurrence import Recurrence
from aalpl.cost.recursion.solution import Solution

Solver = Callable[[Recurrence], Solution | None]

EXACT: tuple[Solver, ...] = (chain,)
"""Solvers of recurrences without observables."""


def solved(of: Recurrence, run: Run) -> Solution:
    """What the outermost call pays."""
    if not of.body.free & run.observables.keys():
        for solver in EXACT:
            found = solver(of)
            if found is not None:
                return found
    return Solution(reason=f"what `{of.function}` pays by calling itself was not derived")
