"""The number a size is where its symbols are numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from aalpl.program.size import rounding
from aalpl.program.size.atoms import Apply, Atom, Big, Given, Indexed, Monomial, Sym

if TYPE_CHECKING:
    from aalpl.program.size.polynomial import Size

Exact = int | Fraction


def value(size: Size, at: Mapping[str, object]) -> Fraction | float:
    """See `Size.value`."""
    result = number(size, at)
    return result if isinstance(result, float) else Fraction(result)


def number(size: Size, at: Mapping[str, object]) -> Exact | float:
    """The value, as an `int` where that is what the arithmetic gives."""
    total: Exact | float = 0
    for monomial, coefficient in size.whole.items():
        try:
            total = total + _product(coefficient, monomial, at)
        except (ValueError, ZeroDivisionError):
            if not _ruled_out(monomial, at):
                raise
    if size.under == 1:
        return total
    return total / size.under if isinstance(total, float) else Fraction(total) / size.under


def _product(coefficient: Exact, monomial: Monomial, at: Mapping[str, object]) -> Exact | float:
    product: Exact | float = coefficient
    for atom, exponent in monomial:
        factor = _atom(atom, at)
        if exponent == 1:
            product = product * factor
        elif exponent < 0 and isinstance(factor, int):
            product = product * Fraction(factor) ** exponent
        else:
            product = product * factor**exponent
    return product


def _ruled_out(monomial: Monomial, at: Mapping[str, object]) -> bool:
    """Whether a factor of the product is 0: then the rest need not mean anything (`max(0, x)*log(x)`, `[s > 0]*(x/s)`)."""
    return any(exponent > 0 and _vanishes(atom, at) for atom, exponent in monomial)


def _vanishes(atom: Atom, at: Mapping[str, object]) -> bool:
    try:
        return _atom(atom, at) == 0
    except (ValueError, ZeroDivisionError):
        return False


def _atom(atom: Atom, at: Mapping[str, object]) -> Exact | float:
    match atom:
        case Sym(name):
            return _rational(at[name], name)
        case Indexed(name, indices):
            return _rational(_callable(at[name], name)(*(_plain(number(i, at)) for i in indices)), name)
        case Apply(function, args):
            if function in ("floor", "ceil"):
                return rounding.rounded(function, args[0], at, number)
            values = [number(a, at) for a in args]
            known = _KNOWN.get(function)
            if known:
                return known(*values)
            return _rational(_callable(at[function], function)(*map(_plain, values)), function)
        case Big(operator, index, low, high, body):
            first, last = math.ceil(number(low, at)), math.floor(number(high, at))
            return _folded(operator, index, range(first, last + 1), body, at)
        case Given(condition):
            return int(number(condition, at) >= 0)


class _Inside(dict[str, object]):
    """The values inside a fold: its index, and whatever holds outside."""

    def __init__(self, outside: Mapping[str, object]) -> None:
        super().__init__()
        self.outside = outside

    def __missing__(self, name: str) -> object:
        return self.outside[name]


def _folded(
    operator: str, index: str, values: Iterable[int], body: Size, at: Mapping[str, object]
) -> Exact | float:
    inner = _Inside(at)
    numbers = []
    for i in values:
        inner[index] = i
        numbers.append(number(body, inner))
    return _FOLD[operator](numbers)


_FOLD: dict[str, Callable[[list[Exact | float]], Exact | float]] = {
    "sum": lambda numbers: sum(numbers, 0),
    "prod": lambda numbers: math.prod(numbers, start=1),
    "max": lambda numbers: max(numbers, default=0),
    "min": lambda numbers: min(numbers, default=0),
}


def _callable(found: object, name: str) -> Callable[..., object]:
    if not callable(found):
        raise KeyError(name)
    return found


def _rational(found: object, name: str) -> Exact | float:
    if isinstance(found, int | float | Fraction):
        return found
    raise KeyError(name)


def _plain(found: Exact | float) -> Exact | float:
    return int(found) if isinstance(found, Fraction) and found.denominator == 1 else found


def _pow(base: Exact | float, exponent: Exact | float) -> Exact | float:
    exponent = _plain(exponent)
    if isinstance(exponent, int):
        exact: Exact | float = (
            Fraction(base) if isinstance(base, int) and exponent < 0 else base
        ) ** exponent
        return exact
    if base < 0:
        raise ValueError("a root of a negative number")
    root: float = float(base) ** float(exponent)
    return root


def _mod(a: Exact | float, b: Exact | float) -> Exact | float:
    return a - b * math.floor(Fraction(a) / Fraction(b))


def _binomial(n: Exact | float, k: Exact | float) -> int:
    """How many subsets of k of n things there are; 0 where k lies outside 0..n."""
    whole, part = int(n), int(k)
    return math.comb(whole, part) if 0 <= part <= whole else int(part == 0)


_KNOWN: dict[str, Callable[..., Exact | float]] = {
    "min": min,
    "max": max,
    "pow": _pow,
    "log": math.log,
    "mod": _mod,
    "abs": abs,
    "binomial": _binomial,
}
