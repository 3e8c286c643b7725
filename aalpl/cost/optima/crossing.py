"""From where on one cost is below another, along one free whole number.

Where the difference is linear in it, up to a factor above 0, the place is a formula. At given numbers for all other names
every value of a range is compared exactly; beyond the range the sign is known where the difference is a polynomial, whose
real roots all lie below 1 + max |a_i/a_n| (Cauchy).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import attrs

from aalpl.cost.claims.regions import Domain
from aalpl.cost.optima.curve import Curve, curve
from aalpl.cost.optima.domain import Domain as Allowed
from aalpl.cost.optima.domain import Values
from aalpl.program.size import Big, Size, Sym, const

LIMIT, SUMMED = 20_000, 300
"""No more values than this are compared one by one; where each is a sum of as many terms, fewer."""


@attrs.frozen
class Stretch:
    """From `first` on, the sign of the difference is `sign`."""

    first: int
    sign: int


@attrs.frozen
class Crossing:
    """The stretches of equal sign up to `last`; the final one goes on for ever where `settled`."""

    name: str
    stretches: tuple[Stretch, ...]
    last: int
    settled: bool


@attrs.frozen
class Turning:
    """The difference has the sign `beyond` for values above `place`, the other below it."""

    name: str
    place: Size
    beyond: int


def turning(difference: Size, name: str, domain: Domain) -> Turning | None:
    """Where a difference that is linear in the name, up to a factor, changes its sign."""
    x = Sym(name)
    parts = difference.coefficients(x)
    if len(parts) != 2 or any(name in part.free for part in parts.values()):
        return None
    low, high = sorted(parts)
    if high - low != 1:
        return None
    slope = parts[high]
    for sign in (1, -1):
        if domain.positive(sign * slope):
            return Turning(name, -parts[low] / slope, sign)
    return None


def crossing(difference: Size, allowed: Allowed, at: Values) -> Crossing | None:
    """The signs of a difference at given numbers; None where it has no value."""
    name = allowed.name
    size = difference.replace({n: const(v) for n, v in at.items() if n != name})
    if size.free - {name}:
        return None
    summed = any(isinstance(atom, Big) for atom in size.atoms())
    first, last, every = allowed.span(at, SUMMED if summed else LIMIT)
    degrees = _polynomial(size, name)
    settled = every
    if degrees is not None and not every:
        bound = _bound(degrees)
        last, settled = (bound, True) if bound <= last else (last, False)
    try:
        stretches = tuple(_stretches(curve(size, name), first, last))
    except (ZeroDivisionError, ValueError, OverflowError):  # it has no value, or none that a float holds
        return None
    return Crossing(name, stretches, last, settled) if stretches else None


def _stretches(values: Curve, first: int, last: int) -> Iterator[Stretch]:
    before: int | None = None
    for x in range(first, last + 1):
        value = values(x)
        sign = (value > 0) - (value < 0)
        if sign != before:
            yield Stretch(x, sign)
        before = sign


def _polynomial(size: Size, name: str) -> dict[int, Fraction] | None:
    x = Sym(name)
    found: dict[int, Fraction] = {}
    for exponent, part in size.coefficients(x).items():
        number = part.constant()
        if number is None:
            return None
        found[exponent] = number
    return found


def _bound(degrees: dict[int, Fraction]) -> int:
    """Beyond it a polynomial has no roots."""
    top = max(degrees, default=0)
    lead = degrees.get(top, Fraction(1))
    return 2 + int(max((abs(c / lead) for e, c in degrees.items() if e != top), default=Fraction(0)))
