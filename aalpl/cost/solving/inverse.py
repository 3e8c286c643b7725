"""Turns a relation round: `f(x) >= t` with x at one place of f becomes `x >= g` or `x <= g`, one step at a time.

    a + b*u >= t   becomes   u >= (t - a)/b  (<= where b < 0)
    u^c >= t       becomes   u >= t^(1/c)    (<= where c < 0), for u, t > 0
    b^u >= t       becomes   u >= log t / log b  (<= where b < 1), for t > 0
Signs are looked up at the numbers given; the formula holds wherever they are the same.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from aalpl.program.size import ONE, ZERO, Apply, Atom, Monomial, Size, Sym, apply, const, power, raised
from aalpl.program.size.polynomial import of_atom

Sign = Callable[[Size], int]
"""1, 0 or -1 at the numbers given; raises where that is not decided."""


def turned(size: Size, at_least: bool, target: Size, name: str, sign: Sign) -> tuple[Size, bool] | None:
    """`size >= target` (or <=) as a bound for `name`: the bound, and whether it is a lower one. None where `name`
    stands at several places."""
    while True:
        if name in target.free:
            return None
        split = _term(size, name)
        if split is None:
            return None
        rest, factor, atom, exponent = split
        target, flips = (target - rest) / factor, sign(factor) < 0
        if exponent != 1:
            if sign(target) <= 0:
                return None
            target = (
                power(target, const(1) / exponent) if exponent not in (1, -1) else raised(target, exponent)
            )
            flips ^= exponent < 0
        at_least ^= flips
        match atom:
            case Sym(symbol) if symbol == name:
                return target, at_least
            case Apply("pow", (base, times)):
                if name in base.free and name not in times.free:
                    if sign(target) <= 0:
                        return None
                    target, flips, size = power(target, ONE / times), sign(times) < 0, base
                elif name in times.free and name not in base.free:
                    if sign(target) <= 0 or sign(base) <= 0 or sign(base - 1) == 0:
                        return None
                    target, flips, size = _log(target) / _log(base), sign(base - 1) < 0, times
                else:
                    return None
                at_least ^= flips
            case _:
                return None


def _term(size: Size, name: str) -> tuple[Size, Size, Atom, int] | None:
    """`rest + factor * atom^exponent`, where `name` stands in the atom alone."""
    rest, found = ZERO, None
    for monomial, coefficient in size.terms.items():
        inside = [(atom, e) for atom, e in monomial if name in of_atom(atom).free]
        if not inside:
            rest = rest + _product(monomial, coefficient)
            continue
        if found is not None or len(inside) != 1:
            return None
        ((atom, exponent),) = inside
        others = tuple(pair for pair in monomial if pair[0] != atom)
        found = _product(others, coefficient), atom, exponent
    return None if found is None else (rest, *found)


def _product(monomial: Monomial, coefficient: Fraction) -> Size:
    result = const(coefficient)
    for atom, exponent in monomial:
        result = result * raised(of_atom(atom), exponent)
    return result


def _log(size: Size) -> Size:
    return apply("log", size)
