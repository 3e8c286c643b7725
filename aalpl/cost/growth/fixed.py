"""Fixed numbers between rational limits: coefficients such as `log(3)`, `c - 1` with `const c`, `log(p)` with `prob p`.

A linear program needs rational numbers. One coefficient of a column that is none is its unit; what is no rational multiple
of that is replaced by a rational number on the safe side.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

import attrs

from aalpl.program.size import Apply, Size, Sym
from aalpl.program.size.polynomial import ONE

_ERROR = Fraction(1, 10**10)


@attrs.frozen
class Limits:
    """A number lies in `low..high`; None is no limit. `sign` is -1 or 1 where it is certainly not 0 on that side."""

    low: Fraction | None
    high: Fraction | None
    sign: int = 0


def limits(number: Size, positive: Callable[[Size], bool]) -> Limits:
    """Rational limits of a fixed number; `positive` says whether one is above 0 for sure."""
    exact = number.constant()
    if exact is not None:
        return Limits(exact, exact, (exact > 0) - (exact < 0))
    if not number.free:
        return _evaluated(number)
    logarithm = _one_log(number)
    if logarithm is not None:
        value, inside = logarithm
        if positive(inside - 1):
            return _open(1 if value > 0 else -1)
        if positive(1 - inside):
            return _open(-1 if value > 0 else 1)
        return Limits(None, None)
    if positive(number):
        return Limits(Fraction(1) if positive(number - 1) or number == ONE else Fraction(0), None, 1)
    if positive(-number):
        return Limits(None, Fraction(0), -1)
    return Limits(None, None)


def rational(
    coefficients: Sequence[Size], directions: Sequence[int], around: Callable[[Size], Limits]
) -> list[Fraction | None]:
    """The coefficients of one column as rational numbers, in a unit of their own; `directions` says where to round
    (1: up, -1: down). None where that cannot be."""
    exact = [c.constant() for c in coefficients]
    if all(value is not None for value in exact):
        return exact
    unit = next(c for c, value in zip(coefficients, exact, strict=True) if value is None)
    sign = around(unit).sign
    scaled = [c / unit * sign for c in coefficients] if sign else coefficients
    between = [around(c) for c in scaled]
    return [b.high if up > 0 else b.low for b, up in zip(between, directions, strict=True)]


def _open(sign: int) -> Limits:
    return Limits(Fraction(0), None, 1) if sign > 0 else Limits(None, Fraction(0), -1)


def _evaluated(number: Size) -> Limits:
    try:
        values = [float(Size({m: 1}).value({})) * float(c) for m, c in number.terms.items()]
    except (ArithmeticError, ValueError):
        return Limits(None, None)
    value = Fraction(sum(values))
    error = _ERROR * (1 + sum(Fraction(abs(v)) for v in values))
    low, high = value - error, value + error
    return Limits(_rounded(low), _rounded(high), 1 if low > 0 else -1 if high < 0 else 0)


def _rounded(value: Fraction) -> Fraction:
    return value.limit_denominator(10**12)


def _one_log(number: Size) -> tuple[Fraction, Size] | None:
    """`value * log(inside)`, where the number is a sum of logarithms: of the product of what is inside."""
    inside, values = ONE, list(number.terms.values())
    value = min(map(abs, values))
    for monomial, c in number.terms.items():
        power = c / value
        if len(monomial) != 1 or power.denominator != 1:
            return None
        ((atom, exponent),) = monomial
        if exponent != 1 or not isinstance(atom, Apply) or atom.function != "log":
            return None
        inside = inside * (atom.args[0] ** int(power) if power > 0 else ONE / atom.args[0] ** int(-power))
    return value, inside


def shifted(size: Size, ranges: Mapping[str, tuple[Fraction, Fraction | None]]) -> Size | None:
    """A polynomial in t >= 0 of the same sign, where each name lies in its range: low + t, or open between two numbers:
    (low + high*t)/(1 + t). None where it is no polynomial in such names."""
    for atom in size.atoms():
        if not isinstance(atom, Sym) or atom.name not in ranges:
            return None
    for name, (low, high) in sorted(ranges.items()):
        if name not in size.free:
            continue
        atom = Sym(name)
        t = Size({((atom, 1),): 1})
        powers = size.coefficients(atom)
        least, top = min(0, *powers), max(powers)
        size = Size({})
        for exponent, part in powers.items():  # times name^-least, which is above 0
            above, below = (low + t, ONE) if high is None else (low + high * t, 1 + t)
            size = size + part * above ** (exponent - least) * below ** (top - exponent)
    return size
