"""Polynomials times powers, summed: Q with ratio*Q(i+1) - Q(i) = i^degree, and Faulhaber's polynomials."""

from __future__ import annotations

from fractions import Fraction
from math import comb

from aalpl.cost.sizes.known import Known
from aalpl.program.size import (
    ONE,
    ZERO,
    Size,
    power,
)


def geometric(degree: int, ratio: Size, low: Size, high: Size, known: Known) -> Size | None:
    """sum of i^degree ratio^i."""
    if ratio == 1:
        return powers(degree, high) - powers(degree, low - 1)
    number = ratio.constant()
    if number is None and not (known.proves(ratio - 2) or known.proves(-ratio)):
        return None
    if number == 0:
        return None
    above = high + 1
    return power(ratio, above) * _antidifference(degree, ratio, above) - power(ratio, low) * _antidifference(
        degree, ratio, low
    )


def _antidifference(degree: int, ratio: Size, at: Size) -> Size:
    """Q(at) for the polynomial Q with ratio*Q(i+1) - Q(i) = i^degree.

    Comparing coefficients of i^e, from the highest: (ratio-1) q_e = [e = degree] - ratio * sum_{d>e} C(d,e) q_d."""
    coefficients: dict[int, Size] = {}
    for e in range(degree, -1, -1):
        value = ONE if e == degree else ZERO
        for d in range(e + 1, degree + 1):
            value = value - ratio * coefficients[d] * comb(d, e)
        coefficients[e] = value / (ratio - 1)
    result = ZERO
    for e, value in coefficients.items():
        result = result + value * at**e
    return result


def powers(degree: int, n: Size) -> Size:
    """1^degree + … + n^degree as a polynomial in n (Faulhaber), which is right for every integer n >= 0."""
    result = ZERO
    for e, value in enumerate(_faulhaber(degree)):
        if value:
            result = result + n**e * value
    return result


def _faulhaber(degree: int) -> list[Fraction]:
    """Coefficients of S_k(n), by (k+1) S_k(n) = (n+1)^(k+1) - 1 - sum_{j<k} C(k+1,j) S_j(n)."""
    found: list[list[Fraction]] = []
    for k in range(degree + 1):
        row = [Fraction(comb(k + 1, e)) for e in range(k + 2)]
        row[0] -= 1
        for j, earlier in enumerate(found):
            for e, value in enumerate(earlier):
                row[e] -= comb(k + 1, j) * value
        found.append([value / (k + 1) for value in row])
    # S_0 counts j = 1..n; the formula above counts them too
    return found[degree]
