"""The solvers of recurrences, in the order in which they are asked; each may decline.

Where something is observed the recurrence is solved from above and from below. A solution of the recurrence from above
is a bound: it is never negative and satisfies S(v) >= E(v, S), so no part of a run pays more. One from below comes from
finitely many levels, on each of which at least so much is paid.
"""

from __future__ import annotations

from collections.abc import Callable

from aalpl.cost.engine.run import Run
from aalpl.cost.recursion.chain import chain
from aalpl.cost.recursion.ends import ends
from aalpl.cost.recursion.halves import halves
from aalpl.cost.recursion.powers import powers
from aalpl.cost.recursion.recurrence import Recurrence
from aalpl.cost.recursion.reduce import reduced
from aalpl.cost.recursion.solution import Solution
from aalpl.program.size import Size

Solver = Callable[[Recurrence], Solution | None]

EXACT: tuple[Solver, ...] = (chain, powers, halves)
"""Solvers of recurrences without observables."""


def solved(of: Recurrence, run: Run) -> Solution:
    """What the outermost call pays."""
    of = reduced(of)
    if not of.body.free & run.observables.keys():
        return _closed(of)
    around = ends(of, run.observables)
    above = Solution(reason=around.reason) if around.above is None else _closed(around.above)
    below = Solution(reason=around.reason) if around.below is None else _closed(around.below)
    reason = above.reason or below.reason
    steps = tuple(dict.fromkeys((*above.derivation, *below.derivation)))
    return Solution(None, _low(below), _high(above), None, reason, steps)


def _closed(of: Recurrence) -> Solution:
    """Exactly, or bounds."""
    for solver in EXACT:
        found = solver(of)
        if found is not None:
            return found
    return Solution(reason=f"what `{of.function}` pays by calling itself was not derived")


def _low(found: Solution) -> Size | None:
    return found.exact if found.exact is not None else found.lower


def _high(found: Solution) -> Size | None:
    return found.exact if found.exact is not None else found.upper


