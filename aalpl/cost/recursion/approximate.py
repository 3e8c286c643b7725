"""Rational numbers on either side of logarithms and powers, certified by comparing integers."""

from __future__ import annotations

import math
from fractions import Fraction

FINE = 48
"""Logarithms are known to 1/FINE."""


def log_between(number: Fraction, base: Fraction) -> tuple[Fraction, Fraction]:
    """l <= log(number)/log(base) <= u, for a number >= 1 and a base > 1."""
    steps = int(FINE * math.log(number) / math.log(base))
    while not _at_most(base, steps, number):
        steps -= 1
    while _at_most(base, steps + 1, number):
        steps += 1
    low = Fraction(steps, FINE)
    exact = base**steps == number**FINE
    return low, low if exact else low + Fraction(1, FINE)


def _at_most(base: Fraction, steps: int, number: Fraction) -> bool:
    """Whether base^(steps/FINE) <= number."""
    return base**steps <= number**FINE


def power_between(base: Fraction, exponent: tuple[Fraction, Fraction]) -> tuple[Fraction, Fraction]:
    """l <= base^e <= u for every e between the two exponents, for a base >= 1."""
    low, high = exponent
    return _root(base, low, 1), _root(base, high, -1)


def _root(base: Fraction, exponent: Fraction, side: int) -> Fraction:
    """A number at most (side 1) or at least (-1) base^exponent."""
    power = base**exponent.numerator
    guess = Fraction(float(base) ** float(exponent)).limit_denominator(10**6)
    step = Fraction(1, 10**6)
    while (guess**exponent.denominator - power) * side > 0:
        guess -= step * side
    return guess
