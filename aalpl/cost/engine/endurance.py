"""A lower bound of the rounds of a loop: none of the numbers that keep it going falls too fast.

If the condition says e >= 0, e is s at the first test and no round makes it smaller by more than c, then e >= s - j c at
the test after j rounds: the condition holds at least floor(s/c) + 1 times. Of several parts that must hold, the first to
fail counts.
"""

from __future__ import annotations

from collections.abc import Iterator

from aalpl.cost.bounds.extremes import Bounds, Unbounded
from aalpl.cost.engine.conditions import facts, read_condition
from aalpl.cost.engine.ranking import anywhere
from aalpl.cost.engine.rounds import Invariants
from aalpl.cost.engine.run import FRESH, Run, Scope
from aalpl.cost.engine.state import State, is_lost
from aalpl.cost.form.nodes import All, Any, Condition, Cycle, Holds
from aalpl.cost.sizes.ranges import larger, smaller
from aalpl.program.size import ONE, ZERO, Size, floor


def lasts(step: Cycle, start: State, scope: Scope, inside: Scope, run: Run) -> Size:
    """How often the condition holds at least; `start` is the state at its first test."""
    here = anywhere(step, start, inside)
    round_ = Invariants(facts(read_condition(step.condition, here, inside.known))).of(inside)
    after, dry = here.copy(), run.dry()
    after.alive, after.returned, after.returned_arrays = ONE, {}, {}
    dry.execute(step.body, after, round_, dry)
    dry.execute(step.before, after, round_, dry)
    found: Size | None = None
    for part in _parts(step.condition):
        rounds = None if part is None else _until(part, here, after, start, scope, round_, run)
        if rounds is None:
            return ZERO
        found = rounds if found is None else smaller(found, rounds, scope.known)
    return ZERO if found is None else larger(found, ZERO, scope.known)


def _until(
    part: Size, here: State, after: State, start: State, scope: Scope, round_: Scope, run: Run
) -> Size | None:
    """How long the part holds at least."""
    fall = here.read(part, round_.known) - after.read(part, round_.known)
    first = start.read(part, scope.known)
    if is_lost(fall) or is_lost(first) or any(FRESH in name for name in first.free):
        return None
    try:
        most = Bounds(round_.known, run.observables).extreme(fall, 1).constant()
        least = Bounds(scope.known, run.observables).extreme(first, -1)
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
