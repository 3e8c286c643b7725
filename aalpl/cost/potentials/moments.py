"""Moments of laws, and expectations of polynomials in what is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aalpl.cost.closed.sums import total
from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.terms import alone, assembled
from aalpl.program.size import ONE, ZERO, Monomial, Size, Sym, sym
from aalpl.program.types import Bernoulli, Binomial, Geometric, Law, Uniform

HIGHEST = 4


class NoMoment(Exception):
    """An expectation that is not a polynomial."""


def expected(size: Size, draws: Mapping[str, Law]) -> Size:
    """The expectation of a polynomial over independent draws. Raises `NoMoment`."""
    if size.free.isdisjoint(draws):
        return size
    result = ZERO
    for monomial, value in size.terms.items():
        if any(not isinstance(atom, Sym) and not alone(atom).free.isdisjoint(draws) for atom, _ in monomial):
            raise NoMoment
        kept: Monomial = tuple(pair for pair in monomial if not _drawn(pair[0], draws))
        part = assembled({kept: value})
        for atom, exponent in monomial:
            if isinstance(atom, Sym) and atom.name in draws:
                part = part * moment(draws[atom.name], exponent)
        result = result + part
    return result


def _drawn(atom: object, draws: Mapping[str, Law]) -> bool:
    return isinstance(atom, Sym) and atom.name in draws


def moment(law: Law, power: int) -> Size:
    """E[u^power] of a law. Raises `NoMoment`."""
    if power < 0 or power > HIGHEST:
        raise NoMoment
    if not power:
        return ONE
    match law:
        case Bernoulli(p):
            return p
        case Uniform(low, high):
            width = high - low + 1
            if width.constant() is None:
                return _uniform(low, high, power)
            return total("u", low, high, sym("u") ** power, Known((high - low,))) / width
        case Binomial(n, p):
            return _sum_of_factorial(power, lambda k: _falling(n, k) * p**k)
        case Geometric(p):
            if len(p.whole) != 1:
                raise NoMoment
            return _sum_of_factorial(power, lambda k: _geometric(p, k))


def _uniform(low: Size, high: Size, power: int) -> Size:
    """By the symmetric formulas, which need no division by the width."""
    middle, width = (low + high) / 2, high - low + 1
    square = (width * width - 1) / 12  # the variance
    match power:
        case 1:
            return middle
        case 2:
            return middle * middle + square
        case 3:
            return middle**3 + 3 * middle * square
        case _:
            fourth = square * (3 * width * width - 7) / 20
            return middle**4 + 6 * middle * middle * square + fourth


def _sum_of_factorial(power: int, factorial: Callable[[int], Size]) -> Size:
    """A moment from factorial moments, by Stirling's numbers of the second kind."""
    result = ZERO
    for k in range(1, power + 1):
        result = result + _stirling(power, k) * factorial(k)
    return result


def _stirling(n: int, k: int) -> int:
    if n == k:
        return 1
    if not k or k > n:
        return 0
    return k * _stirling(n - 1, k) + _stirling(n - 1, k - 1)


def _falling(n: Size, k: int) -> Size:
    result = ONE
    for i in range(k):
        result = result * (n - i)
    return result


def _geometric(p: Size, k: int) -> Size:
    """E[u (u-1) … (u-k+1)] = k! (1-p)^(k-1) / p^k of the number of trials u."""
    factorial = 1
    for i in range(2, k + 1):
        factorial *= i
    return factorial * (1 - p) ** (k - 1) / p**k
