"""Divide and conquer in general: T(n) = sum_j a_j T(e_j(n)) + g(n) with e_j(n) close to n/b, from above and from below.

Let a be the number of calls, e_j(n) <= n/b + h for all j, and s the number with s/b + h = s (the b may differ: then a/b^k
is sum_j b_j^-k, and the log is to the smallest b). In x = n - s every part is
at most x/b. With g a polynomial in n, so in x, there is a solution of F(x) = a F(x/b) + g(x + s) in closed form:

    F(x) = A a^(log_b x) + sum_k c_k x^k,  c_k = g_k/(1 - a/b^k);  where a = b^k, c_k x^k log_b x with c_k = g_k instead

If F grows with x, and A is so large that F(n - s) >= T(n) for the finitely many n whose parts are not large, then
F(n - s) >= T(n) for all n from there on: by induction sum_j a_j T(e_j) + g <= a F((n - s)/b) + g = F(n - s). With
e_j(n) >= n/b - h the same holds from below. This is the master theorem with constants: the class is that of a^(log_b n),
of g, or of g log n. Sources: Cormen, Leiserson, Rivest, Stein, Introduction to Algorithms, ch. 4; Akra and Bazzi,
Computational Optimization and Applications 10 (1998).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import ceil, floor

import attrs

from aalpl.cost.recursion.activation import plain
from aalpl.cost.recursion.alternatives import alternatives
from aalpl.cost.recursion.approximate import log_between, power_between
from aalpl.cost.recursion.division import Division, division_of, polynomial
from aalpl.cost.recursion.growing import Shape, convex, increasing
from aalpl.cost.recursion.guarded import Guarded, least
from aalpl.cost.recursion.parts import parts, relaxed
from aalpl.cost.recursion.proofs import holds
from aalpl.cost.recursion.recurrence import Recurrence
from aalpl.cost.recursion.solution import Solution
from aalpl.cost.recursion.values import Values
from aalpl.cost.result import Step
from aalpl.cost.sizes.terms import assembled
from aalpl.cost.sizes.tidy import tidy
from aalpl.program.size import ZERO, Monomial, Size, const, given, maximum, sym

Test = Callable[[Shape, Fraction], bool]
"""Whether F has the shape that an argument needs, from a number on."""

FEW = 80
"""How many numbers are looked at one by one."""


def master(of: Recurrence) -> Solution | None:
    """A bound on the side of the recurrence."""
    if not of.side or len(of.params) != 1:
        return None
    options = alternatives(of)
    found = [] if options is None else [parts(option) for option in options]
    whole = [each for each in found if each is not None]
    if not whole or len(whole) < len(found):
        return None
    for late in (False, True):
        division = division_of(of, whole, late)
        bound = None if division is None else _solved(of, division, increasing)
        if bound is not None:
            return bound
    return None


def equal_parts(of: Recurrence, split: Guarded) -> Solution | None:
    """From below, k calls for parts that sum up to n - c however it is cut: F convex, and by Jensen's inequality
    sum_j F(e_j) >= k F((n - c)/k)."""
    (name,) = of.params
    number = sum((times for _, times in split.calls), ZERO).constant()
    total = sum((arg * times for (arg,), times in split.calls), ZERO)
    lost = (sym(name) - total).constant()
    begin = least(split.facts, name)
    if number is None or number < 2 or number.denominator != 1 or lost is None or lost < 0 or begin is None:
        return None
    shift = -lost / (number - 1)
    low = max(ceil(shift + 1), 0)
    paid = polynomial(relaxed(split.paid, of.side, split.inside), name)
    if paid is None or not all(holds(split.inside, arg - low) for (arg,), _ in split.calls):
        return None
    slopes = ((1 / number, number),)
    division = Division(slopes, number, shift, low, max(begin, low), begin, paid, split.last)
    return _solved(of, division, convex)


def _solved(of: Recurrence, division: Division, shaped: Test) -> Solution | None:
    if division.first - division.low > FEW:
        return None
    values = Values(of)
    small = {n: values.at(n) for n in range(min(division.begin, division.low), division.first)}
    table = {n: value for n, value in small.items() if value is not None}
    if len(table) < len(small):
        return None
    weights = {m for value in table.values() for m in value.terms} | set(division.paid)
    if not all(of.known.proves(assembled({m: Fraction(1)})) for m in weights if m):
        return None
    shapes: dict[Monomial, Shape] = {}
    for weight in weights:
        shape = _shape(division, weight, table, of.side, shaped)
        if shape is None:
            return None
        shapes[weight] = shape
    return _at_start(of, division, shapes, table)


def _shape(
    division: Division, weight: Monomial, table: Mapping[int, Size], side: int, shaped: Test
) -> Shape | None:
    """F for one product of other symbols, which is a recurrence of its own."""
    row = _shifted(division.paid.get(weight, ()), division.shift)
    level = next((k for k in range(12) if division.ratio(k) == 1), None)
    powers = {k: g / (1 - division.ratio(k)) for k, g in enumerate(row) if g and k != level}
    logarithmic = Fraction(0)
    if level is not None and level < len(row):
        logarithmic = _per_level(division, level, row[level], side)
    critical = level
    if level is None and len(division.slopes) > 1:  # x^k is at least (most) what it becomes in the calls
        fitting = [k for k in range(12) if (division.ratio(k) - 1) * side < 0]
        critical = min(fitting, default=None) if side > 0 else max(fitting, default=None)
        if critical is None:
            return None
    bare = Shape(division.number, division.base, critical, Fraction(0), powers, logarithmic)
    wanted: list[Fraction] = []
    for n in range(division.low, division.first):
        x = n - division.shift
        target = table[n].terms.get(weight, Fraction(0)) if n in table else Fraction(0)
        wanted.append(_needed(bare, x, target, side))
    start = division.low - division.shift
    choose = max if side > 0 else min
    lead = choose(wanted, default=Fraction(0))
    loose = level is None and critical is not None  # then a lead that is not negative is needed
    if lead < 0 and side > 0 and (loose or not shaped(attrs.evolve(bare, lead=lead), start)):
        lead = Fraction(0)
    if lead < 0 and loose:
        return None
    shape = attrs.evolve(bare, lead=lead)
    if shaped(shape, start):
        return shape
    return _raised(bare, lead, start) if side > 0 else None


def _per_level(division: Division, exponent: int, paid: Fraction, side: int) -> Fraction:
    """The c with c x^k log(x) - sum_j c (q_j x)^k log(q_j x) = paid x^k, or on the safe side of it."""
    low, high = Fraction(0), Fraction(0)
    for slope, number in division.slopes:
        ends = log_between(1 / slope, division.base)
        low, high = low + number * slope**exponent * ends[0], high + number * slope**exponent * ends[1]
    if low == high:
        return paid / low
    found = paid / (low if (paid > 0) == (side > 0) else high)
    return Fraction(ceil(found * 100) if side > 0 else floor(found * 100), 100)


def _raised(bare: Shape, lead: Fraction, start: Fraction) -> Shape | None:
    """With a lead that makes the shape grow; more than is needed at the start."""
    for times in range(1, 8):
        more = max(lead, Fraction(0)) + sum(map(abs, bare.powers.values())) * times
        if increasing(shape := attrs.evolve(bare, lead=more), start):
            return shape
    return None


def _needed(bare: Shape, x: Fraction, target: Fraction, side: int) -> Fraction:
    """The lead with lead * a^(log_b x) + the rest >= target (<= where side is -1), on the safe side."""
    logs = log_between(x, Fraction(bare.base))
    rest_low, rest_high = bare.rest(x, logs)
    gap = target - (rest_low if side > 0 else rest_high)
    low, high = (x**bare.critical,) * 2 if bare.critical is not None else power_between(bare.number, logs)
    return gap / (low if (gap > 0) == (side > 0) else high)


def _shifted(row: tuple[Fraction, ...], shift: Fraction) -> tuple[Fraction, ...]:
    """The coefficients of g(x + shift)."""
    result = [Fraction(0)] * len(row)
    power_: list[Fraction] = [Fraction(1)]
    for coefficient in row:
        for k, value in enumerate(power_):
            result[k] += coefficient * value
        power_ = [
            (power_[k - 1] if k else Fraction(0)) + (power_[k] * shift if k < len(power_) else Fraction(0))
            for k in range(len(power_) + 1)
        ]
    return tuple(result)


def _at_start(
    of: Recurrence, division: Division, shapes: Mapping[Monomial, Shape], table: Mapping[int, Size]
) -> Solution:
    """The bound where the outermost call enters."""
    (name,) = of.params
    start = of.start[name]
    far = of.known.proves(start - division.low)
    at = start if far else maximum(division.low, start)
    x = at - const(division.shift)
    bound = ZERO
    for weight, shape in shapes.items():
        bound = bound + assembled({weight: Fraction(1)}) * shape.size(x)
    if not far:
        chosen = given(start - division.low)
        below = division.last.replace(of.start)
        for n in range(division.begin, division.low):  # made where calls are, but not yet large
            here = given(start - n)
            below = here * table[n] + (1 - here) * below
        bound = chosen * bound + (1 - chosen) * below
    bound = tidy(bound, of.known)
    sign = "<=" if of.side > 0 else ">="
    shown = " + ".join(
        f"{plain(assembled({w: Fraction(1)}))}*({shape.size(sym('x'))})" for w, shape in shapes.items()
    )
    step = Step(
        of.span.line,
        f"{_parts_in_words(division)}, by induction from n = {division.low} on",
        f"T(n) {sign} {shown}, x = {sym('n') - const(division.shift)}",
    )
    if of.side > 0:
        return Solution(upper=bound, derivation=(step,))
    return Solution(lower=bound, derivation=(step,))


def _parts_in_words(division: Division) -> str:
    calls = (f"{number} of n/{1 / slope}" for slope, number in division.slopes)
    return f"calls for parts: {', '.join(calls)}"
