"""A size as a function of one whole number, quick to evaluate and exact: functions made once, called often."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from aalpl.program.atomfacts import fraction
from aalpl.program.size import Apply, Atom, Big, Given, Size, Sym

Number = int | Fraction | float
Curve = Callable[[int], Number]

_Values = dict[str, int]
_Function = Callable[[_Values], Number]


def curve(size: Size, name: str) -> Curve:
    """The values of a size with no other free name; ZeroDivisionError where it has none."""
    value = _quotient(size)
    return lambda x: value({name: x})


def _quotient(size: Size) -> _Function:
    above, below = fraction(size)
    top, bottom = _polynomial(above), _polynomial(below)
    if below == 1:
        return top
    return lambda at: _divided(top(at), bottom(at))


def _guards(factor: tuple[Atom, int]) -> bool:
    """False, and so first, for conditions."""
    return not isinstance(factor[0], Given)


def _divided(above: Number, below: Number) -> Number:
    if isinstance(above, int) and isinstance(below, int):
        quotient, rest = divmod(above, below)
        return Fraction(above, below) if rest else quotient
    return above / below


def _polynomial(size: Size) -> _Function:
    """A sum of products of atoms; most exponents are positive, where divisors have been cleared.

    Conditions come first: where one fails, what it guards need not have a value."""
    terms = [(value, [(_atom(a), e) for a, e in sorted(m, key=_guards)]) for m, value in size.whole.items()]
    under = size.under

    def value(at: _Values) -> Number:
        total: Number = 0
        for coefficient, factors in terms:
            product: Number = coefficient
            for factor, exponent in factors:
                if not product:
                    break
                base = factor(at)
                if exponent != 1:
                    base = base**exponent if exponent > 0 else _divided(1, base**-exponent)
                product = product * base
            total = total + product
        return total if under == 1 else _divided(total, under)

    return value


def _atom(atom: Atom) -> _Function:
    match atom:
        case Sym(name):
            return lambda at: at[name]
        case Apply("floor" | "ceil" as rounding, (inside,)):
            return _rounded(inside, up=rounding == "ceil")
        case Apply("min" | "max" as which, args):
            choose = min if which == "min" else max
            sides = [_quotient(arg) for arg in args]
            return lambda at: choose(side(at) for side in sides)
        case Given(condition):
            holds = _quotient(condition)
            return lambda at: int(holds(at) >= 0)
        case Big("sum", index, low, high, body):
            return _sum(index, _quotient(low), _quotient(high), _quotient(body))
        case _:
            whole = Size({((atom, 1),): 1})
            return lambda at: _plain(whole.value(at))


def _sum(index: str, low: _Function, high: _Function, body: _Function) -> _Function:
    def value(at: _Values) -> Number:
        inside = dict(at)
        total: Number = 0
        for i in range(math.ceil(low(at)), math.floor(high(at)) + 1):
            inside[index] = i
            total = total + body(inside)
        return total

    return value


def _rounded(inside: Size, *, up: bool) -> _Function:
    above, below = fraction(inside)
    if any(isinstance(a, Apply) and a.function in ("log", "pow") for a in above.atoms() | below.atoms()):
        whole = Size({((Apply("ceil" if up else "floor", (inside,)), 1),): 1})
        return lambda at: _plain(whole.value(at))
    top, bottom = _polynomial(above), _polynomial(below)
    if up:
        return lambda at: -_floor(-top(at), bottom(at))
    return lambda at: _floor(top(at), bottom(at))


def _floor(above: Number, below: Number) -> int:
    return above // below if isinstance(above, int) and isinstance(below, int) else math.floor(above / below)


def _plain(value: Fraction | float) -> Number:
    return value.numerator if isinstance(value, Fraction) and value.denominator == 1 else value
