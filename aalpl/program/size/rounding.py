"""Floors and ceilings of what has logarithms and roots in it, exact where binary fractions are not.

`floor(log(8)/log(2))` is 3, though the quotient of the two doubles may fall short of it. A quotient of two logarithms
is compared with integers by powers: a^p >= b^(q*n). Anything else is worked out in decimals, with more and more digits
until the integer below is certain; what still looks like an integer with hundreds of digits is one.
"""

from __future__ import annotations

import decimal
import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from aalpl.program.size import polynomial
from aalpl.program.size.atoms import Apply, Atom

if TYPE_CHECKING:
    from aalpl.program.size.polynomial import Size

Exact = int | Fraction
Value = Callable[["Size", Mapping[str, object]], Exact | float]
_NEAR = 1e-9
_DIGITS = (40, 160, 640)
_SAFE = 1 << 40


def rounded(function: str, size: Size, at: Mapping[str, object], number: Value) -> int:
    """`floor` or `ceil` of a size at a point; `number` is the plain evaluation."""
    plain = number(size, at)
    choose = math.floor if function == "floor" else math.ceil
    if not isinstance(plain, float):
        return choose(plain)
    if abs(plain) < _SAFE and abs(plain - round(plain)) > _NEAR * max(1.0, abs(plain)):
        return choose(plain)
    exact = _quotient(size, at, number)
    if exact is not None:
        below, touches = exact
        return below if function == "floor" or touches else below + 1
    return _in_decimals(size, at, number, choose, plain)


def _quotient(size: Size, at: Mapping[str, object], number: Value) -> tuple[int, bool] | None:
    """The integer below c*log(a)/log(b), and whether it is that integer; c a positive fraction, a >= 1, b > 1."""
    if len(size.whole) != 1:
        return None
    ((monomial, coefficient),) = size.terms.items()
    above = [atom for atom, e in monomial if e == 1]
    below = [atom for atom, e in monomial if e == -1]
    if len(monomial) != 2 or len(above) != 1 or len(below) != 1 or coefficient <= 0:
        return None
    a, b = _inside(above[0], at, number), _inside(below[0], at, number)
    if a is None or b is None or a < 1 or b <= 1:
        return None
    a, b = a**coefficient.numerator, b**coefficient.denominator
    n = max(0, math.floor(math.log(a) / math.log(b)))
    while b**n > a:
        n -= 1
    while b ** (n + 1) <= a:
        n += 1
    return n, b**n == a


def _inside(atom: Atom, at: Mapping[str, object], number: Value) -> Fraction | None:
    """The argument of a logarithm, where it is known exactly."""
    if not isinstance(atom, Apply) or atom.function != "log":
        return None
    found = number(atom.args[0], at)
    return None if isinstance(found, float) else Fraction(found)


def _in_decimals(
    size: Size, at: Mapping[str, object], number: Value, choose: Callable[[Decimal], int], plain: float
) -> int:
    for digits in _DIGITS:
        with decimal.localcontext(decimal.Context(prec=digits, Emax=10**9, Emin=-(10**9))):
            found = _decimal(size, at, number)
            nearest = found.to_integral_value()
            if abs(found - nearest) > Decimal(10) ** (12 + max(0, found.adjusted()) - digits):
                return choose(found)
    return int(nearest)


def _decimal(size: Size, at: Mapping[str, object], number: Value) -> Decimal:
    total = Decimal(0)
    for monomial, coefficient in size.terms.items():
        product = _of(coefficient)
        for atom, exponent in monomial:
            product *= _factor(atom, at, number) ** exponent
        total += product
    return total


def _factor(atom: Atom, at: Mapping[str, object], number: Value) -> Decimal:
    match atom:
        case Apply("log", (inside,)):
            return _decimal(inside, at, number).ln()
        case Apply("pow", (base, exponent)):
            return _decimal(base, at, number) ** _decimal(exponent, at, number)
        case _:
            return _of(number(polynomial.of_atom(atom), at))


def _of(value: Exact | float) -> Decimal:
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    return Decimal(value)
