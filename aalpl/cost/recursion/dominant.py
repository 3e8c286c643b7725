"""Linear recurrences whose roots are not rational: T(n) = sum_j a_j T(n - c_j) + g(n) between A r^n + P(n) from either side.

P is the polynomial with P(n) = sum_j a_j P(n - c_j) + g(n). For a number r >= 1 with r^c >= sum_j a_j r^(c - c_j) and A >= 0
the function A r^n + P(n) is at least what it is made of, so it is a bound above as soon as it is one at the first c numbers;
with the inequality turned round, a bound below. Rational numbers close to the largest root do, from above and from below.
Of the Fibonacci numbers this root is the golden ratio.
"""

from __future__ import annotations

from fractions import Fraction

from aalpl.cost.recursion.activation import plain
from aalpl.cost.recursion.pieces import from_there
from aalpl.cost.recursion.recurrence import Recurrence
from aalpl.cost.recursion.roots import Polynomial, solve_linear, value
from aalpl.cost.recursion.solution import Solution
from aalpl.cost.recursion.terms import Terms, characteristic, table, taken_apart
from aalpl.cost.result import Step
from aalpl.cost.sizes.terms import assembled
from aalpl.program.size import ZERO, Monomial, Size, Sym, const, power, sym

CLOSE = 60
"""The largest denominator of a number close to a root."""


def dominant(of: Recurrence) -> Solution | None:
    """A bound on the side of the recurrence."""
    found = taken_apart(of)
    if not of.side or found is None or len(of.params) > 1 or any(number < 0 for _, number, _ in found.calls):
        return None
    factor = characteristic(found, [], ())
    around = largest_root(factor)
    rest = _polynomial_part(found)
    values = table(found, found.first)
    if around is None or rest is None or values is None:
        return None
    weights = _weights(found, rest, values)
    if not all(of.known.proves(assembled({m: Fraction(1)})) for m in weights if m):
        return None
    closed = rest
    for weight in weights:
        closed = closed + assembled({weight: Fraction(1)}) * _leading(
            found, rest, values, weight, around, of.side
        )
    whole = from_there(of, found.name, found.first, closed, found.last)
    sign = "<=" if of.side > 0 else ">="
    step = Step(
        of.span.line,
        "a linear recurrence whose roots are not rational: by induction, with a number close to the largest root",
        f"T(n) {sign} {plain(closed.replace({found.name: sym('n')}))}",
    )
    return (
        Solution(upper=whole, derivation=(step,))
        if of.side > 0
        else Solution(lower=whole, derivation=(step,))
    )


def largest_root(of: Polynomial) -> tuple[Fraction, Fraction] | None:
    """Numbers with of(low) <= 0 <= of(high) around the only positive root, which must be above 1."""
    if value(of, Fraction(1)) >= 0:
        return None
    low, high = Fraction(1), Fraction(2)
    while value(of, high) < 0:
        low, high = high, high * 2
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if value(of, middle) <= 0 else (low, middle)
    below = _near(low, of, -1)
    above = _near(high, of, 1)
    return below, above


def _near(root: Fraction, of: Polynomial, side: int) -> Fraction:
    """A number with a small denominator on one side of the root."""
    best: Fraction | None = None
    for under in range(1, CLOSE + 1):
        over = root.numerator * under // root.denominator + (1 if side > 0 else 0)
        guess = Fraction(over, under)
        if value(of, guess) * side >= 0 and (best is None or (best - guess) * side > 0):
            best = guess
    assert best is not None
    return best


def _polynomial_part(found: Terms) -> Size | None:
    """P, by comparing coefficients of powers of n."""
    degrees = found.paid.coefficients(Sym(found.name))
    if any(d < 0 or found.name in part.free for d, part in degrees.items()):
        return None
    n = sym(found.name)
    top = max(degrees, default=0)
    rows: list[list[Fraction]] = []
    for degree in range(top + 1):
        applied = n**degree - sum((number * (n - step) ** degree for step, number, _ in found.calls), ZERO)
        row = applied.coefficients(Sym(found.name))
        rows.append([row.get(e, ZERO).constant() or Fraction(0) for e in range(top + 1)])
    columns = [list(column) for column in zip(*rows, strict=True)]
    factors = solve_linear(columns, [degrees.get(e, ZERO) for e in range(top + 1)])
    if factors is None:
        return None
    return sum((factor * n**degree for degree, factor in enumerate(factors)), ZERO)


def _weights(found: Terms, rest: Size, values: dict[int, Size]) -> list[Monomial]:
    """Products of other symbols."""
    weights: dict[Monomial, None] = {}
    for n, value_ in values.items():
        gap = value_ - rest.replace({found.name: const(n)})
        weights.update(dict.fromkeys(gap.terms))
    return list(weights)


def _leading(
    found: Terms,
    rest: Size,
    values: dict[int, Size],
    weight: Monomial,
    around: tuple[Fraction, Fraction],
    side: int,
) -> Size:
    """A r^n, for one product of other symbols."""
    gaps = {
        n: (size - rest.replace({found.name: const(n)})).terms.get(weight, Fraction(0))
        for n, size in values.items()
    }
    low, high = around
    root = high if side > 0 else low
    choose = max if side > 0 else min
    lead = choose(gap / root**n for n, gap in gaps.items())
    if lead < 0 and side > 0:
        lead = Fraction(0)
    elif lead < 0:
        root = high
        lead = min(gap / root**n for n, gap in gaps.items())
    return const(lead) * power(const(root), sym(found.name))
