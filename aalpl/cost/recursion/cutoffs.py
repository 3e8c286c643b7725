"""Divide and conquer down to pieces of a symbolic size: T(n) = sum_j T(e_j(n)) + g0 + g1 n for n >= t, where k parts sum
up to n, and T(n) = b0 + b1 n below, t a size such as c + 1.

Every leaf has at most t - 1, and at least h, the least part of some n >= t. There are p leaves, and (p - 1)/(k - 1) inner
calls, so T(n) = b0 p + g0 (p - 1)/(k - 1) + b1 n + g1 (n times the number of levels, as each level sums up to n at most).
With p between n/(t - 1) and n/h, and the levels between those of the least and of the largest parts, these are bounds.
"""

from __future__ import annotations

from fractions import Fraction

from aalpl.cost.recursion.activation import plain
from aalpl.cost.recursion.guarded import Guarded, guarded
from aalpl.cost.recursion.levels import log
from aalpl.cost.recursion.parts import Reach, reach_of
from aalpl.cost.recursion.proofs import holds
from aalpl.cost.recursion.recurrence import Recurrence
from aalpl.cost.recursion.solution import Solution
from aalpl.cost.result import Step
from aalpl.cost.sizes.tidy import tidy
from aalpl.program.size import ONE, ZERO, Size, Sym, ceil, const, floor, given, maximum, sym


def cutoffs(of: Recurrence) -> Solution | None:
    """A bound on the side of the recurrence, if t is symbolic."""
    return _cut(of, numeric=False)


def thresholds(of: Recurrence) -> Solution | None:
    """The same where t is a number, so large that what is below is not looked at one by one."""
    return _cut(of, numeric=True)


def _cut(of: Recurrence, numeric: bool) -> Solution | None:
    found = guarded(of)
    if not of.side or found is None or len(of.params) != 1:
        return None
    (name,) = of.params
    limit = _limit(found, name)
    if limit is None or (limit.constant() is not None) != numeric or not of.known.proves(limit - 2):
        return None
    number = sum((times for _, times in found.calls), ZERO).constant()
    whole = sum((arg * times for (arg,), times in found.calls), ZERO)
    paid, last = _line(found.paid, name), _line(found.last, name)
    if number is None or number < 2 or whole != sym(name) or paid is None or last is None:
        return None
    if not all(holds(of.known, each) for each in (*paid, *last)):
        return None
    reaches = [reach_of(arg, name) for (arg,), _ in found.calls]
    shapes = [reach for reach in reaches if reach is not None]
    if len(shapes) < len(reaches):  # cut anywhere
        if not all(holds(found.inside, arg - 1) for (arg,), _ in found.calls):
            return None
        shapes = []
    return _bound(of, limit, number, paid, last, shapes)


def _limit(found: Guarded, name: str) -> Size | None:
    """The t of a condition n >= t."""
    if len(found.facts) != 1:
        return None
    limit = sym(name) - found.facts[0]
    return None if name in limit.free else limit


def _line(size: Size, name: str) -> tuple[Size, Size] | None:
    parts = size.coefficients(Sym(name))
    constant, slope = parts.get(0, ZERO), parts.get(1, ZERO)
    if set(parts) - {0, 1} or name in constant.free | slope.free:
        return None
    return constant, slope


def _bound(
    of: Recurrence,
    limit: Size,
    number: Fraction,
    paid: tuple[Size, Size],
    last: tuple[Size, Size],
    shapes: list[Reach],
) -> Solution | None:
    (name,) = of.params
    start = of.start[name]
    largest, smallest = limit - 1, _least_part(limit, shapes)
    if of.side > 0 and not holds(of.known, smallest - 1):
        return None
    leaves = start / smallest if of.side > 0 else start / largest
    levels = _levels(of, limit, shapes)
    if levels is None and paid[1] and (of.side > 0 or limit.constant() is not None):
        return None
    each = (last[0] + paid[0] / (number - 1)) * leaves - paid[0] / (number - 1)
    bound = each + last[1] * start + paid[1] * start * (levels or ZERO)
    chosen = given(start - limit)
    below = last[0] + last[1] * start
    whole = tidy(chosen * bound + (1 - chosen) * below, of.known)
    sign = "at most" if of.side > 0 else "at least"
    step = Step(
        of.span.line, f"parts sum up to the whole; {sign} so many calls without further ones", plain(leaves)
    )
    if of.side > 0:
        return Solution(upper=whole, derivation=(step,))
    return Solution(lower=whole, derivation=(step,))


def _levels(of: Recurrence, limit: Size, shapes: list[Reach]) -> Size | None:
    """How many levels make calls, at most (at least), where all parts are n/k, rounded up or down."""
    slopes = {reach.slope for reach in shapes}
    start = of.start[of.params[0]]
    if len(slopes) != 1 or any(max(-r.low, r.high) > 1 - r.slope for r in shapes):
        return None
    base = const(1 / slopes.pop())
    if of.side > 0:
        return ceil(log(maximum(1, start / (limit - 1)), base))
    return floor(log(maximum(1, start / limit), base)) + 1


def _least_part(limit: Size, shapes: list[Reach]) -> Size:
    """At most the least part of any n >= t, as t >= 0; 1 where it is cut anywhere."""
    if not shapes:
        return ONE
    return ceil(limit * min(reach.slope for reach in shapes) + min(reach.low for reach in shapes))
