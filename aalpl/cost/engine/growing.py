"""Rounds of loops in which a number grows by a factor toward a limit: logarithmically many.

The condition says a <= b. If a >= 1 and every round makes a at least c times as large and b no larger, then in round r,
c^r a <= b for the a and b at first, so that there are at most log_c(b/a) + 1 rounds; where only two rounds together do
so much, and none makes a smaller, twice as many. If every round makes a at most c a + d and b no smaller, then a + s,
s = d/(c - 1), grows by at most c, and there are at least as many rounds as r with c^r (a + s) <= b + s.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from aalpl.cost.engine.run import FRESH, Scope
from aalpl.cost.engine.state import State, is_lost
from aalpl.cost.engine.typical import Round
from aalpl.cost.sizes.terms import assembled
from aalpl.cost.sizes.tidy import tidy
from aalpl.program.size import Size, apply, const, floor, given, maximum

BASES = (4, 3, 2)


def at_most(part: Size, of: Round, start: State, scope: Scope) -> tuple[str, Size] | None:
    """How often the part is >= 0 at most, and why."""
    for small, large in _sides(part):
        first = _first(small, large, start, scope)
        if first is None or not scope.known.proves(first[0] - 1) or not of.always(small - 1):
            continue
        if not of.compared(large, lambda before, now: before - now):
            continue
        for base in BASES:
            if of.compared(small, lambda before, now, c=base: now - before * c):  # type: ignore[misc]
                return f"grows by the factor {base} in every round; rounds are at most", _rounds(
                    *first, base, 1, scope
                )
        if of.compared(small, lambda before, now: now - before) and of.twice().compared(
            small, lambda before, now: now - before * 2
        ):
            return "is doubled in every two rounds; rounds are at most", _rounds(*first, 2, 2, scope)
    return None


def at_least(part: Size, of: Round, start: State, scope: Scope) -> Size | None:
    """How often the part is >= 0 at least."""
    for small, large in _sides(part):
        first = _first(small, large, start, scope)
        if first is None or not scope.known.proves(first[0] - 1):
            continue
        if not of.compared(large, lambda before, now: now - before):
            continue
        for base, more in ((c, d) for c in reversed(BASES) for d in range(c)):
            if of.compared(small, lambda before, now, c=base, d=more: before * c + d - now):  # type: ignore[misc]
                shift = Fraction(more, base - 1)
                return _rounds(first[0] + shift, first[1] + shift, base, 1, scope)
    return None


def _rounds(small: Size, large: Size, base: int, each: int, scope: Scope) -> Size:
    some = tidy(given(large - small), scope.known)
    ratio = large / small
    ratio = ratio if some == 1 else maximum(1, ratio)
    return some * each * (floor(apply("log", ratio) / apply("log", const(base))) + 1)


def _sides(part: Size) -> Iterator[tuple[Size, Size]]:
    """a and b with `part = b - a`: all that has a minus, with or without the number."""
    below = assembled({m: -v for m, v in part.terms.items() if v < 0 and m})
    if below:
        yield below, part + below


def _first(small: Size, large: Size, start: State, scope: Scope) -> tuple[Size, Size] | None:
    """Both at the first test of the condition."""
    a, b = start.read(small, scope.known), start.read(large, scope.known)
    lost = is_lost(a) or is_lost(b) or any(FRESH in name for name in a.free | b.free)
    return None if lost else (a, b)
