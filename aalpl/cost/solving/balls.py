"""The number a size is, as a ball: a midpoint with an error bound, however large its powers (Johansson's Arb)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from aalpl.program.size import Apply, Atom, Big, Given, Indexed, Size, Sym

Values = Mapping[str, Fraction]

TERMS = 400_000
"""A sum of more terms is not added up."""

PRECISIONS = (128, 512, 2048, 8192)
"""Bits that are tried one after another."""

SHOWN = 48
"""So many bits of a number are right that is shown."""

BITS = 300_000
"""An exact number of more bits is not worked out."""


class Unsure(Exception):
    """The ball is too wide to say more; with more bits it may be narrower."""


class Unvalued(Exception):
    """No number: a name has no value, or there is too much to add up."""


def ball(size: Size, at: Values) -> Any:
    """The ball at the precision that flint's context has."""
    import flint

    total = flint.arb(0)
    for monomial, coefficient in size.whole.items():
        product = flint.arb(coefficient)
        for atom, exponent in monomial:
            product *= _raised(_atom(atom, at), exponent)
        total += product
    return total / size.under


def number(value: Fraction | int) -> Any:
    """A number as a ball."""
    import flint

    return flint.arb(flint.fmpq(value.numerator, value.denominator))


def exact(size: Size, at: Values) -> Fraction | None:
    """The exact number, where it has no logarithm, no root and not too many digits."""
    if _bits(size, at) > BITS:
        return None
    try:
        found = size.value(at)
    except (KeyError, ZeroDivisionError, ValueError, OverflowError):
        return None
    return found if isinstance(found, Fraction) else None


def whole(size: Size, at: Values, *, up: bool) -> int:
    """The number rounded up or down to an integer."""
    known = exact(size, at)
    if known is not None:
        return math.ceil(known) if up else math.floor(known)
    found = ball(size, at)
    low, high = (found - found.rad()).floor(), (found + found.rad()).floor()
    if up:
        low, high = (found - found.rad()).ceil(), (found + found.rad()).ceil()
    one, other = low.unique_fmpz(), high.unique_fmpz()
    if one is None or one != other:
        raise Unsure
    return int(one)


def shown(size: Size, at: Values) -> str | None:
    """The number for people: eight digits, and how far it is from 1 where that is little; None where it has none."""
    import flint

    for bits in PRECISIONS:
        with flint.ctx.workprec(bits):
            try:
                found = ball(size, at)
            except Unsure:
                continue
            except (Unvalued, ZeroDivisionError):
                return None
            if found.rel_accuracy_bits() > SHOWN or found.is_exact():
                return written(found)
    return None


def written(found: Any) -> str:
    """A ball for people."""
    middle = float(found.mid())
    if 0.999999 < middle < 1:
        return f"1 - {float((1 - found).mid()):.4g}"
    if abs(middle) >= 1e6:
        return f"{middle:,.0f}" if abs(middle) < 1e15 else f"{middle:.6g}"
    return f"{middle:.8g}"


def _raised(base: Any, exponent: int) -> Any:
    if exponent < 0 and base.contains(0):
        raise Unsure
    return base**exponent


def _atom(atom: Atom, at: Values) -> Any:
    match atom:
        case Sym(name):
            if name not in at:
                raise Unvalued(f"`{name}` has no value")
            return number(at[name])
        case Indexed(name, indices):
            places = ", ".join(str(whole(index, at, up=False)) for index in indices)
            if f"{name}[{places}]" not in at:
                raise Unvalued(f"`{name}[{places}]` has no value")
            return number(at[f"{name}[{places}]"])
        case Apply(function, args):
            return _applied(function, args, at)
        case Big(operator, index, low, high, body):
            return _folded(operator, index, low, high, body, at)
        case Given(condition):
            return number(1 if _at_least_zero(condition, at) else 0)


def _at_least_zero(size: Size, at: Values) -> bool:
    known = exact(size, at)
    if known is not None:
        return known >= 0
    found = ball(size, at)
    if found > 0:
        return True
    if found < 0:
        return False
    raise Unsure


def _applied(function: str, args: tuple[Size, ...], at: Values) -> Any:
    match function:
        case "floor" | "ceil":
            return number(whole(args[0], at, up=function == "ceil"))
        case "pow":
            return _power(args[0], args[1], at)
        case "binomial":
            n, k = (whole(arg, at, up=False) for arg in args)
            return _binomial(n, k)
        case "log":
            found = ball(args[0], at)
            if not found > 0:
                raise Unsure
            return found.log()
        case "abs":
            return abs(ball(args[0], at))
        case "min" | "max":
            found = [ball(arg, at) for arg in args]
            result = found[0]
            for other in found[1:]:
                result = result.min(other) if function == "min" else result.max(other)
            return result
        case "mod":
            a, b = exact(args[0], at), exact(args[1], at)
            if a is None or not b:
                raise Unvalued("a remainder of what is no number")
            return number(a - b * math.floor(a / b))
        case _:
            raise Unvalued(f"`{function}` has no value")


def _power(base: Size, exponent: Size, at: Values) -> Any:
    below = ball(base, at)
    times = exact(exponent, at)
    if times is not None and times.denominator == 1:
        return _raised(below, int(times))
    if not below > 0:
        raise Unsure
    return (ball(exponent, at) * below.log()).exp()


def _binomial(n: int, k: int) -> Any:
    import flint

    if not 0 <= k <= n:
        return flint.arb(int(k == 0))
    if n <= 10_000:
        return flint.arb(math.comb(n, k))
    one = flint.arb(1)
    return ((n + one).lgamma() - (k + one).lgamma() - (n - k + one).lgamma()).exp()


def _folded(operator: str, index: str, low: Size, high: Size, body: Size, at: Values) -> Any:
    first, last = whole(low, at, up=True), whole(high, at, up=False)
    if last - first > TERMS:
        raise Unvalued("a sum has too many terms to be added up")
    found = [ball(body, {**at, index: Fraction(i)}) for i in range(first, last + 1)]
    result = number(1 if operator == "prod" else 0)
    for i, each in enumerate(found):
        match operator:
            case "sum":
                result += each
            case "prod":
                result *= each
            case "max":
                result = each if i == 0 else result.max(each)
            case _:
                result = each if i == 0 else result.min(each)
    return result


def _bits(size: Size, at: Values) -> int:
    """Roughly how many bits the exact number has."""
    total = 0
    for atom in size.atoms():
        times = max(1, max(abs(e) for m in size.whole for a, e in m if a == atom))
        total += times * _bits_of(atom, at)
    return total + 64


def _bits_of(atom: Atom, at: Values) -> int:
    match atom:
        case Sym(name):
            value = at.get(name, Fraction(1))
            return value.numerator.bit_length() + value.denominator.bit_length()
        case Apply("pow", (base, exponent)):
            times = exact(exponent, at)
            return BITS + 1 if times is None else int(abs(times) + 1) * _bits(base, at)
        case Apply("log", _):
            return BITS + 1
        case Apply(_, args):
            return sum(_bits(arg, at) for arg in args)
        case Big(_, index, low, high, body):
            first, last = exact(low, at), exact(high, at)
            if first is None or last is None or last - first > 2000:
                return BITS + 1
            return int(last - first + 2) * _bits(body, {**at, index: last})
        case Given() | Indexed():
            return 64
