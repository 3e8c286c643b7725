"""What atoms that are no powers grow like: `ceil(n/c)` like 1 + n/c, `max(a, b)` like a + b, a sum by what is free of its
index.

Each answer bounds the atom from one side up to a constant factor; where nothing better is known the atom itself is the
answer, which is always right.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from aalpl.cost.growth.scale import Scale
from aalpl.cost.growth.signs import nonnegative
from aalpl.cost.sizes.terms import alone
from aalpl.program.size import (
    ONE,
    ZERO,
    Apply,
    Atom,
    Big,
    Given,
    Indexed,
    Size,
    Sym,
    apply,
    big,
    power,
    raised,
)

Side = Literal["upper", "lower"]
Class = Callable[[Size, Scale, Side], Size | None]


def outline(atom: Atom, exponent: int, known: Scale, side: Side, classes: Class) -> Size:
    """`atom ^ exponent` from one side; `classes` gives the class of what stands inside."""
    whole = raised(alone(atom), exponent)
    inner: Side = side if exponent > 0 else _other(side)
    found = _outline(atom, known, inner, classes)
    if exponent > 0:
        return raised(found, exponent) if found.terms else whole
    return raised(found, exponent) if len(found.terms) == 1 else whole


def _outline(atom: Atom, known: Scale, side: Side, classes: Class) -> Size:
    match atom:
        case Apply("ceil", (inside,)):
            found = classes(inside, known, side)
            return alone(atom) if found is None else found + 1
        case Apply("floor", (inside,)):
            return _floor(atom, inside, known, side, classes)
        case Apply("max", args):
            return _largest(atom, args, known, side, classes)
        case Apply("min", args):
            return _smallest(atom, args, known, side, classes)
        case Apply("pow", (base, exponent)):
            return _power(atom, base, exponent, known, side, classes)
        case Apply("log", (inside,)):
            return _log(atom, inside, known, classes)
        case Given():
            return ONE if side == "upper" else alone(atom)
        case Sym() | Indexed() | Apply() | Big():
            return alone(atom)


def _floor(atom: Atom, inside: Size, known: Scale, side: Side, classes: Class) -> Size:
    """floor(x) <= x; and x/2 <= floor(x) where x is at least 1."""
    found = classes(inside, known, side)
    if found is None:
        return alone(atom)
    return found if side == "upper" or nonnegative(inside - 1, known) else alone(atom)


def _largest(atom: Atom, args: tuple[Size, ...], known: Scale, side: Side, classes: Class) -> Size:
    """A maximum is at most the sum of what is positive in its parts, and at least each part."""
    found = [classes(arg, known, side) for arg in args if not _negative(arg)]
    if side == "upper" and any(part is None for part in found):
        return alone(atom)
    total = sum((part for part in found if part is not None), ZERO)
    return total if total.terms else alone(atom)


def _smallest(atom: Atom, args: tuple[Size, ...], known: Scale, side: Side, classes: Class) -> Size:
    """A minimum grows like the part that all others dominate, where there is one."""
    found = [classes(arg, known, side) for arg in args]
    for part in found:
        if part is not None and len(part.terms) == 1 and all(_under(part, other, known) for other in found):
            return part
    return alone(atom)


def _under(part: Size, other: Size | None, known: Scale) -> bool:
    (small,) = part.terms
    return other is not None and any(known.dominated(small, large) for large in other.terms)


def _power(atom: Atom, base: Size, exponent: Size, known: Scale, side: Side, classes: Class) -> Size:
    """1/(a + b) grows like one over the class of a + b; powers with a symbol in the exponent stay."""
    number = exponent.constant()
    if number is None or base.constant() is not None:
        return alone(atom)
    found = classes(base, known, side if number > 0 else _other(side))
    return alone(atom) if found is None or len(found.terms) != 1 else power(found, number)


def _log(atom: Atom, inside: Size, known: Scale, classes: Class) -> Size:
    """log(c*n) = log(n) + log(c), and log(n*k) = log(n) + log(k), where the class is one product that grows."""
    upper, lower = classes(inside, known, "upper"), classes(inside, known, "lower")
    if upper is None or upper != lower or not known.tends(upper):
        return alone(atom)
    ((monomial, _),) = upper.terms.items()
    if any(exponent < 0 for _, exponent in monomial):
        return apply("log", upper)
    return sum((_log_of(a) for a, _ in monomial), ZERO)


def _log_of(atom: Atom) -> Size:
    match atom:
        case Apply("pow", (base, exponent)) if base.constant() is not None:
            return exponent
        case _:
            return apply("log", alone(atom))


def opened(size: Size) -> Size:
    """The same size with every formal sum taken apart: terms by themselves, and what is free of the index in front."""
    return size.map_atoms(
        lambda atom: _opened(atom) if isinstance(atom, Big) and atom.operator == "sum" else alone(atom)
    )


def _opened(atom: Big) -> Size:
    total = ZERO
    for monomial, value in opened(atom.body).terms.items():
        outside = tuple((a, e) for a, e in monomial if atom.index not in alone(a).free)
        inside = tuple((a, e) for a, e in monomial if atom.index in alone(a).free)
        total = total + value * Size({outside: 1}) * big(
            "sum", atom.index, atom.low, atom.high, Size({inside: 1})
        )
    return total


def _negative(size: Size) -> bool:
    return all(value <= 0 for value in size.terms.values())


def _other(side: Side) -> Side:
    return "lower" if side == "upper" else "upper"
