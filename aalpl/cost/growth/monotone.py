"""Formal sums from below, and from both sides where what is added rises or falls.

Of m numbers f(a) <= ... <= f(b) the upper half is at least f((a + b)/2) each, the rest at least f(a), so

    m/2 (f((a + b)/2) + f(a))  <=  f(a) + ... + f(b)  <=  m f(b)

Rounding down takes less than 1 from a number: sum of floor(n/i) >= n (1 + 1/2 + ... + 1/n) - n. A logarithm is at most
2 sqrt(y), so that the sum of log(n/i) is at most 2 sqrt(n) times the sum of 1/sqrt(i), which is of the order of n.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from aalpl.cost.growth.scale import Scale
from aalpl.cost.growth.signs import nonnegative
from aalpl.cost.sizes.terms import alone, assembled
from aalpl.program.size import ONE, ZERO, Apply, Atom, Big, Monomial, Size, Sym, const, power

Bound = Callable[[Size], Size | None]


def rising(atom: Big, known: Scale, side: int, bound: Bound) -> Size | None:
    """A class of a sum of what rises with the index, from above (1) or below (-1)."""
    body = unrounded(atom.body, side)
    number = atom.high - atom.low + 1
    if body is None or not _rises(body, atom.index, atom.low) or not nonnegative(number, known):
        return None
    if side > 0:
        found = number * body.replace({atom.index: atom.high})
    else:
        middle, first = (body.replace({atom.index: at}) for at in ((atom.low + atom.high) / 2, atom.low))
        found = number / 2 * (middle + first)
    return bound(found)


def unrounded(size: Size, side: int) -> Size | None:
    """Something above (below) the size without roundings that are plain factors of numbers."""
    total = ZERO
    for monomial, value in size.terms.items():
        rounded = [a for a, e in monomial if isinstance(a, Apply) and a.function in ("floor", "ceil")]
        if not rounded:
            total = total + assembled({monomial: value})
            continue
        if len(monomial) != 1 or monomial[0][1] != 1:
            return None
        (found,) = rounded
        up = (value > 0) == (side > 0)
        off = (0 if found.function == "floor" else 1) if up else (-1 if found.function == "floor" else 0)
        total = total + value * (found.args[0] + off)
    return total


def _rises(size: Size, index: str, low: Size) -> bool:
    """Whether the size does not fall as the index grows from `low` on, a number that is not negative."""
    if (low.constant() or Fraction(0)) < 0 or low.free:
        return False
    for monomial, value in size.terms.items():
        moving = [(a, e) for a, e in monomial if index in alone(a).free]
        if moving and (value < 0 or not all(_tame(p, index, low, len(moving) == 1) for p in monomial)):
            return False
    return True


def _tame(factor: tuple[Atom, int], index: str, low: Size, single: bool) -> bool:
    """A factor that does not fall, and is not negative where others are beside it."""
    match factor:
        case (Sym(), e) if e > 0:
            return True
        case (Apply("log", (inside,)), 1) if index in inside.free:
            parts = inside.coefficients(Sym(index))
            slope, first = parts.get(1, ZERO).constant(), inside.replace({index: low}).constant()
            straight = set(parts) <= {0, 1} and slope is not None and slope > 0 and first is not None
            return straight and (first or 0) >= (0 if single else 1) and first != 0
        case (Apply("log", (inside,)), 1 | -1):
            return (inside.constant() or 0) > 1
        case _:
            return False


def root_of_log(inside: Size, index: str) -> Size | None:
    """At least 2 sqrt(y), which log(y) and log(max(1, y)) are at most, for a product y of names over the index."""
    atoms = list(inside.atoms())
    if len(atoms) == 1 and isinstance(atoms[0], Apply) and inside == alone(atoms[0]):
        of = atoms[0]
        if of.function == "max" and of.args[0] == 1 and len(of.args) == 2:
            inside = of.args[1]
    if len(inside.terms) != 1:
        return None
    ((monomial, value),) = inside.terms.items()
    if value <= 0 or (Sym(index), -1) not in monomial or not all(isinstance(a, Sym) for a, _ in monomial):
        return None
    return 2 * (1 + const(value)) * _root(monomial)


def _root(monomial: Monomial) -> Size:
    total = ONE
    for atom, exponent in monomial:
        total = total * power(alone(atom), const(Fraction(exponent, 2)))
    return total


__all__ = ["rising", "root_of_log", "unrounded"]
