"""What atoms that are no powers grow like: `ceil(n/c)` like 1 + n/c, `max(a, b)` like a + b, a sum by what is free of its
index.

Each answer bounds the atom from one side up to a constant factor; where nothing better is known the atom itself is the
answer, which is always right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Literal

from aalpl.cost.growth.logarithm import exact
from aalpl.cost.growth.monotone import rising
from aalpl.cost.growth.scale import Scale
from aalpl.cost.growth.signs import nonnegative
from aalpl.cost.growth.summed import above, below, opened, summed
from aalpl.cost.sizes.terms import alone
from aalpl.program.size import (
    ONE,
    ZERO,
    Apply,
    Atom,
    Big,
    Given,
    Indexed,
    Monomial,
    Size,
    Sym,
    apply,
    minimum,
    power,
    raised,
)

__all__ = ["Side", "opened", "outline"]

Side = Literal["upper", "lower"]
Class = Callable[[Size, Scale, Side], Size | None]

_PRODUCTS = 16  # products that a minimum of sums is multiplied out to


def outline(atom: Atom, exponent: int, known: Scale, side: Side, classes: Class) -> Size:
    """`atom ^ exponent` from one side; `classes` gives the class of what stands inside."""
    whole = raised(alone(atom), exponent)
    inner: Side = side if exponent > 0 else _other(side)
    found = _outline(atom, known, inner, classes)
    if exponent > 0:
        return raised(found, exponent) if found.terms else whole
    if len(found.terms) == 1:
        return raised(found, exponent)
    return whole if found == alone(atom) or not found.terms else power(found, exponent)


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
        case Apply("log" | "harmonic", (inside,)):
            return _log(atom, inside, known, side, classes)
        case Apply("mod", (_, divisor)) if side == "upper":
            found = classes(divisor, known, side)
            return alone(atom) if found is None else found
        case Given(condition):
            return ONE if side == "upper" or nonnegative(condition, known) else alone(atom)
        case Big("sum", _, _, _, _):
            return _sum(atom, known, side, classes)
        case Sym() | Indexed() | Apply() | Big():
            return alone(atom)


def _sum(atom: Big, known: Scale, side: Side, classes: Class) -> Size:
    """By the powers of the index; where these fall, the first term is of the order of all."""

    def both(of: Size) -> Size | None:
        return _both(of, known, classes)

    def bound(of: Size) -> Size | None:
        return classes(of, known, side)

    found = summed(atom, known, both)
    if found is None and side == "lower":
        found = below(atom, known, bound) or rising(atom, known, -1, bound)
    if found is None:
        found = above(atom, known, lambda size: classes(size, known, "upper"), both)
        if found is not None and side == "lower":
            some = nonnegative(atom.high - atom.low, known) and nonnegative(atom.body, known)
            found = classes(atom.body.replace({atom.index: atom.low}), known, "lower") if some else None
    if found is None and side == "upper":
        found = rising(atom, known, 1, bound)
    return alone(atom) if found is None or not found.terms else found


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
    """A minimum of sums grows like the sum of the minima of a term of each; of those that are not decided it is left."""
    found = [part for arg in args if (part := classes(arg, known, side)) is not None and part.terms]
    if len(found) < len(args) or _size([len(part.terms) for part in found]) > _PRODUCTS:
        return alone(atom)
    return sum((_least(chosen, known) for chosen in product(*(part.terms for part in found))), ZERO)


def _least(chosen: tuple[Monomial, ...], known: Scale) -> Size:
    kept: list[Monomial] = []
    for each in dict.fromkeys(chosen):
        if not any(known.dominated(other, each) for other in kept):
            kept = [other for other in kept if not known.dominated(each, other)]
            kept.append(each)
    return minimum(*(Size({each: 1}) for each in kept))


def _power(atom: Atom, base: Size, exponent: Size, known: Scale, side: Side, classes: Class) -> Size:
    """A fixed power goes to each part; 2^(log(n)/log(2)) is n; other powers stay."""
    if base.free <= known.fixed:
        return _exponential(atom, base, exponent, known)
    if not exponent.free <= known.fixed:
        return alone(atom)
    above, below = known.positive(exponent), known.positive(-exponent)
    found = classes(base, known, side if above else _other(side)) if above or below else None
    if found is None or not found.terms:
        return alone(atom)
    parts = [_raised(monomial, exponent) for monomial in found.terms]
    if above or len(parts) == 1:
        return sum(parts, ZERO)
    return power(found, exponent)


def _raised(monomial: Monomial, exponent: Size) -> Size:
    total = ONE
    for atom, count in monomial:
        match atom:
            case Apply("pow", (base, inner)):
                total = total * power(base, inner * exponent * count)
            case _:
                total = total * power(alone(atom), exponent * count)
    return total


def _exponential(atom: Atom, base: Size, exponent: Size, known: Scale) -> Size:
    """In an exponent rounding is a bounded error, and a logarithm gives a power."""
    exponent = exponent.map_atoms(lambda a: _in_the_end(a, known))
    exponent = exponent.map_atoms(lambda a: _unrounded(a, exponent))
    total = ONE
    for monomial, value in (exponent * exact(base)).terms.items():
        growing = [(a, e) for a, e in monomial if not known.constant(a)]
        rest = Size({tuple((a, e) for a, e in monomial if known.constant(a)): 1}) * value
        match growing:
            case []:
                continue
            case [(Apply("log", (inside,)), 1)] if len(inside.terms) == 1:
                total = total * _raised(next(iter(inside.terms)), rest)
            case _:
                return power(base, exponent) if total == ONE else alone(atom)
    return total


def _in_the_end(atom: Atom, known: Scale) -> Size:
    """A maximum of which one part is the largest once all sizes are large."""
    match atom:
        case Apply("max", args):
            found = (a for a in args if all(b is a or nonnegative(a - b, known) for b in args))
            return next(found, alone(atom))
        case _:
            return alone(atom)


def _unrounded(atom: Atom, exponent: Size) -> Size:
    linear = all(len(m) == 1 and e == 1 for m in exponent.terms for a, e in m if a == atom)
    match atom:
        case Apply("floor" | "ceil", (inside,)) if linear:
            return inside
        case _:
            return alone(atom)


def _log(atom: Atom, inside: Size, known: Scale, side: Side, classes: Class) -> Size:
    """log(c*n) = log(n) + log(c), log(n*k) = log(n) + log(k), log(n + k) like log(n) + log(k), where all of it grows;
    harmonic numbers likewise. Of what may stay small, a logarithm is known up to a constant that is added."""
    found = _both(inside, known, classes)
    if found is None or not all(known.tends(Size({m: 1})) for m in found.terms):
        return _small_log(atom, inside, found, known, side)
    return sum((_log_of(monomial) for monomial in found.terms), ZERO)


def _small_log(atom: Atom, inside: Size, found: Size | None, known: Scale, side: Side) -> Size:
    """log(ceil(x)) is at least log(x); what is of the order of q has a logarithm of at most log(q) + C."""
    if side == "upper" and found is not None and len(found.terms) == 1 and nonnegative(found - 1, known):
        return apply("log", found) + 1 if found != inside else alone(atom)
    roundings = list(inside.atoms())
    if side == "lower" and len(roundings) == 1 and inside == alone(roundings[0]):
        rounded = roundings[0]
        if isinstance(rounded, Apply) and rounded.function == "ceil":
            ((product_, value),) = (
                rounded.args[0].terms.items() if len(rounded.args[0].terms) == 1 else (((), 1),)
            )
            return apply("log", rounded.args[0]) if product_ and value == 1 else alone(atom)
    return alone(atom)


def _log_of(monomial: Monomial) -> Size:
    if any(exponent < 0 for _, exponent in monomial):
        return apply("log", Size({monomial: 1}))
    total = ZERO
    for atom, _ in monomial:
        match atom:
            case Apply("pow", (base, exponent)) if base.constant() is not None:
                total = total + exponent
            case Apply("pow", (base, exponent)) if len(base.terms) == 1:
                logs = sum((_log_of(((a, e),)) for a, e in next(iter(base.terms))), ZERO)
                total = total + (logs if exponent.constant() is not None else exponent * logs)
            case _:
                total = total + apply("log", alone(atom))
    return total


def _both(size: Size, known: Scale, classes: Class) -> Size | None:
    """The class, where it is the same from both sides."""
    upper, lower = classes(size, known, "upper"), classes(size, known, "lower")
    return upper if upper is not None and upper.terms and upper == lower else None


def _negative(size: Size) -> bool:
    return all(value <= 0 for value in size.terms.values())


def _other(side: Side) -> Side:
    return "lower" if side == "upper" else "upper"


def _size(counts: Iterator[int] | list[int]) -> int:
    total = 1
    for count in counts:
        total *= count
    return total
