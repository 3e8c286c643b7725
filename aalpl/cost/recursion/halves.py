"""Balanced divide and conquer, for every number: T(n) = T(floor(n/2)) + T(ceil(n/2)) + alpha n + beta for n >= 2.

Let L be any number with 2^(L-1) <= n <= 2^L. Both halves then lie in 2^(L-2)..2^(L-1), and their sum is n. So with

    C(n, L) = (t + alpha + beta + alpha L) n - alpha 2^L - beta

C(floor(n/2), L-1) + C(ceil(n/2), L-1) + alpha n + beta = C(n, L), whatever n is; C(1, 0) = t; and at n = 2^L it makes no
difference whether L or L + 1 is taken. By induction T(n) = C(n, ceil(log2 n)), exactly, for all n >= 1. Of merge sort
(t = 0, alpha = 1, beta = -1) this is the well-known n ceil(log2 n) - 2^ceil(log2 n) + 1.
"""

from __future__ import annotations

from fractions import Fraction

import attrs

from aalpl.cost.recursion.activation import plain
from aalpl.cost.recursion.levels import log
from aalpl.cost.recursion.master import master
from aalpl.cost.recursion.parts import Parts, parts
from aalpl.cost.recursion.recurrence import Recurrence
from aalpl.cost.recursion.solution import Solution, exactly
from aalpl.cost.result import Step
from aalpl.cost.sizes.terms import alone
from aalpl.cost.sizes.tidy import tidy
from aalpl.program.size import ONE, ZERO, Apply, Size, Sym, ceil, const, given, maximum, power, sym


def halves(of: Recurrence) -> Solution | None:
    """The closed form for two halves and a linear rest; what is not linear is bounded apart, as recurrences add up."""
    found = parts(of)
    if found is None or not _balanced(found):
        return None
    (name,) = of.params
    line = found.paid.coefficients(Sym(name))
    alpha, beta = line.get(1, ZERO), line.get(0, ZERO)
    if name in alpha.free:
        return None
    curved = found.paid - alpha * sym(name) - beta
    if name in beta.free:
        curved, beta = curved + beta, ZERO
    exact = _linear(of, found, alpha, beta)
    if not curved:
        return exact
    call = sum((alone(Apply(of.unknown, (arg,))) for arg, _ in found.calls), ZERO)
    rest = master(attrs.evolve(of, body=given(sym(name) - 2) * (call + curved)))
    return None if rest is None or exact.exact is None else rest.plus(exact.exact, *exact.derivation)


def _linear(of: Recurrence, found: Parts, alpha: Size, beta: Size) -> Solution:
    """The closed form of the linear part."""
    (name,) = of.params
    at_one = found.last.replace({name: ONE})
    start = of.start[name]
    positive = of.known.proves(start - 1)
    at = start if positive else maximum(1, start)
    levels = ceil(log(at, const(2)))
    whole = (at_one + alpha + beta + alpha * levels) * at - alpha * power(const(2), levels) - beta
    if not positive:
        chosen = given(start - 1)
        whole = chosen * whole + (1 - chosen) * found.last.replace(of.start)
    step = Step(
        of.span.line,
        f"`{of.function}` calls itself with both halves and pays a*n + b beside; by induction",
        f"T(n) = (t + a + b + a*L)*n - a*2^L - b, L = ceil(log2 n), a = {plain(alpha)}, b = {plain(beta)}, "
        f"t = {plain(at_one)}",
    )
    return exactly(tidy(whole, of.known), step)


def _balanced(found: Parts) -> bool:
    """Whether two parts are made, each within half a unit of n/2, that sum up to n; and from n = 2 on."""
    whole = ZERO
    for arg, times in found.calls:
        whole = whole + arg * times
    half = Fraction(1, 2)
    near = all(reach.low >= -half and reach.high <= half for reach in found.reaches)
    number = found.number.constant()
    return found.base == 2 and found.least == 2 and number == 2 and whole == sym(found.name) and near
