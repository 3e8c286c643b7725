"""Balanced divide and conquer, for every number: T(n) = T(floor(n/2)) + T(ceil(n/2)) + alpha n + beta for n >= 2.

Let L be any number with 2^(L-1) <= n <= 2^L. Both halves then lie in 2^(L-2)..2^(L-1), and their sum is n. So with

    C(n, L) = (t + alpha + beta + alpha L) n - alpha 2^L - beta

C(floor(n/2), L-1) + C(ceil(n/2), L-1) + alpha n + beta = C(n, L), whatever n is; C(1, 0) = t; and at n = 2^L it makes no
difference whether L or L + 1 is taken. By induction T(n) = C(n, ceil(log2 n)), exactly, for all n >= 1. Of merge sort
(t = 0, alpha = 1, beta = -1) this is the well-known n ceil(log2 n) - 2^ceil(log2 n) + 1.
"""

from __future__ import annotations

from fractions import Fraction

from aalpl.cost.recursion.activation import plain
from aalpl.cost.recursion.levels import log
from aalpl.cost.recursion.parts import Parts, parts
from aalpl.cost.recursion.recurrence import Recurrence
from aalpl.cost.recursion.solution import Solution, exactly
from aalpl.cost.result import Step
from aalpl.cost.sizes.tidy import tidy
from aalpl.program.size import ZERO, Sym, ceil, const, given, maximum, power, sym


def halves(of: Recurrence) -> Solution | None:
    """The closed form for two halves and a linear rest."""
    found = parts(of)
    if found is None or not _balanced(found):
        return None
    (name,) = of.params
    line = found.paid.coefficients(Sym(name))
    if set(line) - {0, 1} or any(name in part.free for part in line.values()) or name in found.last.free:
        return None
    alpha, beta = line.get(1, ZERO), line.get(0, ZERO)
    start = of.start[name]
    positive = of.known.proves(start - 1)
    at = start if positive else maximum(1, start)
    levels = ceil(log(at, const(2)))
    total = (found.last + alpha + beta + alpha * levels) * at - alpha * power(const(2), levels) - beta
    if not positive:
        chosen = given(start - 1)
        total = chosen * total + (1 - chosen) * found.last
    step = Step(
        of.span.line,
        f"`{of.function}` calls itself with both halves and pays {plain(found.paid)} beside; by induction",
        f"T(n) = (t + a + b + a*L)*n - a*2^L - b, L = ceil(log2 n), a = {plain(alpha)}, b = {plain(beta)}, "
        f"t = {plain(found.last)}",
    )
    return exactly(tidy(total, of.known), step)


def _balanced(found: Parts) -> bool:
    """Whether two parts are made, each within half a unit of n/2, that sum up to n; and from n = 2 on."""
    whole = ZERO
    for arg, times in found.calls:
        whole = whole + arg * times
    half = Fraction(1, 2)
    near = all(reach.low >= -half and reach.high <= half for reach in found.reaches)
    number = found.number.constant()
    return found.base == 2 and found.least == 2 and number == 2 and whole == sym(found.name) and near
