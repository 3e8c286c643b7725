"""Sizes taken apart and put together term by term."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import lcm

from aalpl.program.size import Atom, Monomial, Size


def alone(atom: Atom) -> Size:
    """The atom as a size."""
    return Size({((atom, 1),): 1})


def assembled(terms: Mapping[Monomial, Fraction]) -> Size:
    """The sum of the terms; no coefficient may be 0."""
    under = lcm(*(value.denominator for value in terms.values()))
    return Size(
        {monomial: value.numerator * (under // value.denominator) for monomial, value in terms.items()}, under
    )
