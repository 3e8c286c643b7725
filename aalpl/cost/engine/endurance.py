"""A lower bound of the rounds of a loop: none of the numbers that keep it going falls too fast.

If the condition says e >= 0, e is s at the first test and no round makes it smaller by more than c, then e >= s - j c at
the test after j rounds: the condition holds at least floor(s/c) + 1 times. If a round leaves at least a part of e, it
holds logarithmically often. Of several parts that must hold, the first to fail counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from aalpl.cost.bounds.extremes import Bounds, Unbounded
from aalpl.cost.engine.growing import at_least
from aalpl.cost.engine.run import FRESH, Run, Scope
from aalpl.cost.engine.state import State, is_lost
from aalpl.cost.engine.typical import Round
from aalpl.cost.form.nodes import All, Any, Condition, Holds
from aalpl.cost.sizes.ranges import larger, smaller
from aalpl.cost.sizes.tidy import tidy
from aalpl.program.size import ZERO, Size, apply, const, floor, given, maximum

BASES = (2, 3, 4)


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
    try:
        least = Bounds(scope.known, run.observables).extreme(first, -1)
    except Unbounded:
        return None
    most = _fall(part, of, run)
    if most is not None:
        return floor(least / most) + 1 if most > 0 else None
    halved = _halved(part, least, of, scope)
    return at_least(part, of, start, scope) if halved is None else halved


def _fall(part: Size, of: Round, run: Run) -> Fraction | None:
    """The most that a round takes from the part."""
    most: Fraction | None = None
    for path in of.paths:
        known = path.scope.known
        fall = of.here.read(part, known) - path.after.read(part, known)
        try:
            end = None if is_lost(fall) else Bounds(known, run.observables).extreme(fall, 1).constant()
        except Unbounded:
            return None
        if end is None:
            return None
        most = end if most is None else max(most, end)
    return most


def _halved(part: Size, least: Size, of: Round, scope: Scope) -> Size | None:
    """No round leaves less than (m - b)/c of m = e + 1: then m + s, s = b/(c - 1), is divided by at most c in a round,
    and m >= 1 as long as c^r <= (m + s)/(1 + s) for the m at first."""
    for base, lost in ((c, b) for c in BASES for b in range(2 * c)):
        if of.compared(part, lambda before, now, c=base, b=lost: (now + 1) * c + b - before - 1):  # type: ignore[misc]
            shift = Fraction(lost, base - 1)
            some, ratio = tidy(given(least), scope.known), (least + 1 + shift) / (1 + shift)
            size = ratio if some == 1 else maximum(1, ratio)
            return some * (floor(apply("log", size) / apply("log", const(base))) + 1)
    return None


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
