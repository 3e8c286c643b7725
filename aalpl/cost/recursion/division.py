"""Calls for parts of n, several alternatives at once, as what bounds by induction need of them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import ceil, floor

import attrs

from aalpl.cost.recursion.parts import Parts, Reach
from aalpl.cost.recursion.recurrence import Recurrence
from aalpl.program.size import Monomial, Size, Sym


@attrs.frozen
class Division:
    """All alternatives at once: how many calls there are for parts around q n, parts being at most q x in x = n - shift, g
    as what is paid at most (least). `base` is that of logarithms: 1/q, of the largest q from above, the smallest from below.

    From `low` on x >= 1; from `first` on the recurrence holds with all parts >= `low`; below `begin` no calls are made."""

    slopes: tuple[tuple[Fraction, Fraction], ...]
    base: Fraction
    shift: Fraction
    low: int
    first: int
    begin: int
    paid: Mapping[Monomial, tuple[Fraction, ...]]
    last: Size

    def ratio(self, exponent: int) -> Fraction:
        """The sum of a q^k, which is what x^k becomes in the calls."""
        return sum((number * slope**exponent for slope, number in self.slopes), Fraction(0))

    @property
    def number(self) -> Fraction:
        """How many calls there are."""
        return self.ratio(0)


def division_of(of: Recurrence, options: list[Parts], late: bool) -> Division | None:
    """The division for a bound from the least number on, or (`late`) from the least that makes calls."""
    if of.side < 0:
        options = _smallest_slopes(options)
    begins = {option.least for option in options}
    begin = begins.pop()
    shapes = {_slopes(option) for option in options}
    slopes = shapes.pop()
    if begins or begin is None or shapes or slopes is None or len({option.last for option in options}) > 1:
        return None
    if sum(number for _, number in slopes) < 1 or not all(0 < slope < 1 for slope, _ in slopes):
        return None
    reaches = [reach for option in options for reach in option.reaches]
    high = max(r.high / (1 - r.slope) for r in reaches)  # where n is handed on as it is, at most
    shift = high if of.side > 0 else min(r.low / (1 - r.slope) for r in reaches)
    paid = _together([polynomial(option.paid, options[0].name) for option in options], of.side)
    if paid is None:
        return None
    low = max(ceil(shift + 1), 1, begin if late else 1)
    first = max(begin, floor(high) + 1, *(ceil((low - r.low) / r.slope) for r in reaches))
    choose = max if of.side > 0 else min
    base = 1 / choose(slope for slope, _ in slopes)
    return Division(slopes, base, shift, low, first, begin, paid, options[0].last)


def _smallest_slopes(options: list[Parts]) -> list[Parts]:
    """From below: of n >= 0, a larger part is at least a smaller one."""
    reaches = [reach for option in options for reach in option.reaches]
    smallest, largest = min(r.slope for r in reaches), max(r.slope for r in reaches)
    alike = largest < 1 and len({_slopes(option) for option in options}) == 1
    if alike or smallest <= 0 or any(r.slope >= 1 and r.high >= 0 for r in reaches):
        return options

    def shrunk(reach: Reach) -> Reach:
        """What is below n from some n on stays so; what always is below n, is."""
        turn = reach.high / (1 - reach.slope) if reach.slope < 1 else Fraction(0)
        return Reach(smallest, reach.low, turn * (1 - smallest))

    return [attrs.evolve(option, reaches=tuple(map(shrunk, option.reaches))) for option in options]


def _slopes(option: Parts) -> tuple[tuple[Fraction, Fraction], ...] | None:
    """How many calls there are for each part of n."""
    found: dict[Fraction, Fraction] = {}
    for reach, (_, times) in zip(option.reaches, option.calls, strict=True):
        number = times.constant()
        if number is None or number <= 0:
            return None
        found[reach.slope] = found.get(reach.slope, Fraction(0)) + number
    return tuple(sorted(found.items()))


def polynomial(size: Size, name: str) -> dict[Monomial, tuple[Fraction, ...]] | None:
    """For each product of other symbols, the polynomial in n that it is multiplied with."""
    found: dict[Monomial, dict[int, Fraction]] = {}
    for degree, part in size.coefficients(Sym(name)).items():
        if degree < 0 or name in part.free:
            return None
        for weight, value in part.terms.items():
            found.setdefault(weight, {})[degree] = value
    return {w: tuple(row.get(d, Fraction(0)) for d in range(max(row) + 1)) for w, row in found.items()}


def _together(
    options: list[dict[Monomial, tuple[Fraction, ...]] | None], side: int
) -> dict[Monomial, tuple[Fraction, ...]] | None:
    """What is at least (at most) each of several polynomials, for n >= 0."""
    choose = max if side > 0 else min
    result: dict[Monomial, tuple[Fraction, ...]] = {}
    whole = [option for option in options if option is not None]
    if len(whole) < len(options):
        return None
    for weight in {weight for option in whole for weight in option}:
        rows = [option.get(weight, ()) for option in whole]
        longest = max(map(len, rows))
        filled = [row + (Fraction(0),) * (longest - len(row)) for row in rows]
        result[weight] = tuple(choose(column) for column in zip(*filled, strict=True))
    return result
