"""A lower bound of the rounds of a loop: none of the numbers that keep it going falls too fast.

If the condition says e >= 0, e is s at the first test and no round makes it smaller by more than c, then e >= s - j c at
the test after j rounds: the condition holds at least floor(s/c) + 1 times. Of several parts that must hold, the first to
fail counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from aalpl.cost.bounds.extremes import Bounds, Unbounded
from aalpl.cost.engine.run import FRESH, Run, Scope
from aalpl.cost.engine.state import State, is_lost
from aalpl.cost.engine.typical import Round
from aalpl.cost.form.nodes import All, Any, Condition, Holds
from aalpl.cost.sizes.ranges import larger, smaller
from aalpl.program.size import ZERO, Size, floor


def lasts(of: Round, start: State, scope: Scope, run: Run) -> Size:
    """How often the condition holds at least; `start` is the state at its first test."""
    found: Size | None = None
    for part in _parts(of.step.condition):
        rounds = None if part is None else _until(part, of, start, scope, run)
        if rounds is None:
            return ZERO
        found = rounds if found is None else smaller(found, rounds, scope.known)
    return ZERO if found is None else larger(found, ZERO, scope.known)


def _until(part: Size, of: Round, start: State, scope: Scope, run: Run) -> Size | None:
    """How long the part holds at least."""
    first = start.read(part, scope.known)
    if is_lost(first) or any(FRESH in name for name in first.free):
        return None
    most: Fraction | None = None
    try:
        least = Bounds(scope.known, run.observables).extreme(first, -1)
        for path in of.paths:
            known = path.scope.known
            fall = of.here.read(part, known) - path.after.read(part, known)
            end = None if is_lost(fall) else Bounds(known, run.observables).extreme(fall, 1).constant()
            if end is None:
                return None
            most = end if most is None else max(most, end)
    except Unbounded:
        return None
    return None if most is None or most <= 0 else floor(least / most) + 1


def _parts(condition: Condition) -> Iterator[Size | None]:
    """What must be >= 0, each by itself; None for what is not of this kind."""
    match condition:
        case Holds(size):
            yield size
        case All(parts):
            for part in parts:
                yield from _parts(part)
        case Any((one,)):
            yield from _parts(one)
        case Any():
            yield None
