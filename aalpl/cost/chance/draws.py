"""The expectation of an expression over a fresh draw.

A draw with few outcomes is put in outcome by outcome. Otherwise the expression is taken term by term as v^k b^v times
what does not know the draw v:

    Uniform(a..b)     sum over a..b, divided by b - a + 1
    Binomial(n, p)    E[v (v-1) ... (v-k+1)] = n (n-1) ... (n-k+1) p^k;  E[b^v] = (1 - p + p b)^n;  P(v >= n) = p^n
    Geometric(p)      from 1 on: E[f(v)] = p (f(1) + (1-p) f(2) + (1-p)^2 f(3) + ...);  P(v >= c) = (1-p)^(c-1)

Where no rule applies there is no answer (`Declined`), never a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import comb

from aalpl.cost.chance import brackets
from aalpl.cost.closed.sums import total
from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.terms import alone, assembled
from aalpl.program.size import (
    ONE,
    ZERO,
    Apply,
    Given,
    Monomial,
    Size,
    Sym,
    const,
    power,
    raised,
    sym,
)
from aalpl.program.types import Bernoulli, Binomial, Geometric, Law, Uniform
from aalpl.report import Span

OUTCOMES = 32
"""Draws with at most so many outcomes are put in one by one."""


class Declined(Exception):
    """There is no exact answer, and why."""

    def __init__(self, reason: str, span: Span | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.span = span


def mean(size: Size, variable: str, law: Law, known: Known) -> Size:
    """The expectation of `size` over the draw `variable`."""
    if variable not in size.free:
        return size
    outcomes = list(support(law))
    if outcomes:
        result = ZERO
        for value, probability in outcomes:
            result = result + probability * brackets.flat(size.replace({variable: value}))
        return result
    match law:
        case Uniform(low, high):
            number = high - low + 1
            inside = known.plus(sym(variable) - low, high - sym(variable))
            return (
                total(variable, low, high, brackets.reduced(size, inside), inside.plus(number - 1)) / number
            )
        case Binomial(n, p):
            inside = known.plus(sym(variable), n - sym(variable))
            size = brackets.reduced(brackets.upwards(size, variable), inside)
            return _by_terms(size, variable, lambda term: _binomial(term, n, p))
        case Geometric(p):
            inside = known.plus(sym(variable) - 1)
            size = brackets.reduced(brackets.upwards(size, variable), inside)
            return _by_terms(size, variable, lambda term: _geometric(term, p))
        case Bernoulli():
            raise AssertionError


def support(law: Law) -> Iterator[tuple[Size, Size]]:
    """Value and probability of each outcome, where there are few."""
    match law:
        case Bernoulli(p):
            yield ONE, p
            yield ZERO, 1 - p
        case Uniform(low, high):
            width = (high - low + 1).constant()
            if width is not None and 1 <= width <= OUTCOMES:
                for i in range(int(width)):
                    yield low + i, const(Fraction(1, int(width)))
        case Binomial(n, p):
            number = n.constant()
            if number is not None and number.denominator == 1 and 0 <= number < OUTCOMES:
                top = int(number)
                for i in range(top + 1):
                    yield const(i), comb(top, i) * raised(p, i) * raised(1 - p, top - i)
        case Geometric():
            return


# -- term by term ----------------------------------------------------------------------------------------------------

Term = tuple[int, Size, tuple[Size, bool] | None]
"""v^degree base^v, where v is at least (True) or below (False) some number."""


def _by_terms(size: Size, variable: str, mean_of: Callable[[Term], Size]) -> Size:
    result = ZERO
    for monomial, value in size.terms.items():
        factor, term = _apart(monomial, variable)
        result = result + value * factor * mean_of(term)
    return result


def _apart(monomial: Monomial, variable: str) -> tuple[Size, Term]:
    """What does not know the draw, and the rest as a term in it."""
    factor, degree, base = ONE, 0, ONE
    condition: tuple[Size, bool] | None = None
    for atom, exponent in monomial:
        here = alone(atom)
        if variable not in here.free:
            factor = factor * assembled({((atom, exponent),): Fraction(1)})
            continue
        match atom:
            case Sym() if exponent > 0:
                degree += exponent
            case Apply("pow", (root, power_)) if variable not in root.free:
                parts = power_.coefficients(Sym(variable))
                slope = parts.get(1, ZERO).constant()
                if set(parts) - {0, 1} or slope is None or slope.denominator != 1:
                    raise Declined("a draw in the exponent of a power")
                base = base * raised(root, int(slope) * exponent)
                factor = factor * raised(power(root, parts.get(0, ZERO)), exponent)
            case Given() if condition is None:
                condition = _threshold(atom, variable)
            case _:
                raise Declined(f"the expectation of an expression of a draw: {atom}")
    return factor, (degree, base, condition)


def _threshold(condition: Given, variable: str) -> tuple[Size, bool]:
    """The condition as v >= c (True) or v < c (False)."""
    parts = condition.condition.coefficients(Sym(variable))
    slope = parts.get(1, ZERO).constant()
    if set(parts) - {0, 1} or slope not in (1, -1):
        raise Declined("a condition on a draw")
    rest = parts.get(0, ZERO)
    return (-rest, True) if slope == 1 else (rest + 1, False)


def _binomial(term: Term, n: Size, p: Size) -> Size:
    degree, base, condition = term
    if condition is None:
        if base == 1:
            return _binomial_moment(degree, n, p)
        if degree == 0:
            return power(1 - p + p * base, n)
        raise Declined("the expectation of a product with a power of a binomial draw")
    if degree == 0 and base == 1:
        least, above = condition
        tail = _binomial_tail(least, n, p)
        if tail is not None:
            return tail if above else 1 - tail
    raise Declined("the expectation of a part of a binomial draw")


def _binomial_tail(least: Size, n: Size, p: Size) -> Size | None:
    if least == n:
        return power(p, n)
    if least == 1:
        return 1 - power(1 - p, n)
    return None


def _binomial_moment(degree: int, n: Size, p: Size) -> Size:
    """E[v^degree] by factorial moments."""
    result, falling = ZERO, ONE
    for k in range(degree + 1):
        result = result + _stirling(degree, k) * falling * raised(p, k)
        falling = falling * (n - k)
    return result


def _stirling(n: int, k: int) -> int:
    """Partitions of n things into k groups."""
    if n == k:
        return 1
    return 0 if k == 0 or k > n else k * _stirling(n - 1, k) + _stirling(n - 1, k - 1)


def _geometric(term: Term, p: Size) -> Size:
    """sum over v >= 1 of p (1-p)^(v-1) v^k b^v = p b sum of v^k z^(v-1) with z = (1-p) b."""
    degree, base, condition = term
    if condition is not None:
        if degree or base != 1:
            raise Declined("the expectation of a part of a geometric draw")
        least, above = condition
        number = least.constant()
        if number is None:
            raise Declined("the tail of a geometric draw")
        tail = power(1 - p, const(max(Fraction(0), number - 1)))
        return tail if above else 1 - tail
    ratio = (1 - p) * base
    number = ratio.constant()
    if base != 1 and (number is None or abs(number) >= 1):
        raise Declined("the expectation of a power of a geometric draw may be infinite")
    result = ZERO
    for k in range(degree + 1):  # sum v^k z^(v-1) = sum_j S(k+1, j+1) j! z^j / (1-z)^(j+1)
        result = result + _stirling(degree + 1, k + 1) * _factorial(k) * raised(ratio, k) / raised(
            1 - ratio, k + 1
        )
    return p * base * result


def _factorial(k: int) -> int:
    return k * _factorial(k - 1) if k else 1
