"""Whether two formulas are equal: by their normal forms, else at sample points.

Agreement at points proves nothing of every point, and a case wants no proof: two formulas of the small degrees met here
that agree at a dozen random points, in exact arithmetic, are the same formula for all practical purposes; one that is
wrong anywhere but in a corner is caught.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction

from aalpl.program.size import Apply, Atom, Big, Given, Indexed, Size, Sym

POINTS = 12
TOLERANCE = 1e-9
_KNOWN = {"floor", "ceil", "min", "max", "pow", "log", "mod", "abs"}


def equal(left: Size, right: Size) -> bool:
    """Whether the formulas are equal wherever all their symbols are positive integers."""
    return left == right or not (left - right) or _agree(left, right)


def _agree(left: Size, right: Size) -> bool:
    dice = random.Random(f"{left} {right}")
    numbers, families = left.free | right.free, _families(left) | _families(right)
    compared = 0
    for spread in range(POINTS):
        at: dict[str, object] = {name: dice.randint(1, 3 + spread) for name in sorted(numbers - families)}
        at |= {name: _Family(dice.randrange(1 << 30), 3 + spread) for name in sorted(families)}
        try:
            one, other = left.value(at), right.value(at)
        except (ZeroDivisionError, ValueError, OverflowError):
            continue
        if not _same(one, other):
            return False
        compared += 1
    return compared >= POINTS // 2


class _Family:
    """A function of indices whose values look random and are always the same."""

    def __init__(self, seed: int, spread: int) -> None:
        self.seed = seed
        self.spread = spread

    def __call__(self, *indices: object) -> int:
        return random.Random(f"{self.seed} {indices}").randint(1, self.spread)


def _same(one: Fraction | float, other: Fraction | float) -> bool:
    if isinstance(one, Fraction) and isinstance(other, Fraction):
        return one == other
    a, b = float(one), float(other)
    return abs(a - b) <= TOLERANCE * max(1.0, abs(a), abs(b))


def _families(formula: Size) -> frozenset[str]:
    return frozenset(name for atom in formula.atoms() for name in _inside(atom))


def _inside(atom: Atom) -> Iterator[str]:
    match atom:
        case Sym():
            return
        case Indexed(name, indices):
            yield name
            for index in indices:
                yield from _families(index)
        case Apply(function, args):
            if function not in _KNOWN:
                yield function
            for arg in args:
                yield from _families(arg)
        case Big(_, _, low, high, body):
            yield from _families(low) | _families(high) | _families(body)
        case Given(condition):
            yield from _families(condition)
