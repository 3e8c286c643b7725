"""Whether two formulas are equal, or one bounds the other: by their normal forms, else at sample points.

Agreement at points proves nothing of every point, and a case wants no proof: two formulas of the small degrees met here
that agree at a dozen random points, in exact arithmetic, are the same formula for all practical purposes; one that is
wrong anywhere but in a corner is caught. Points obey the program's assumptions.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

import attrs

from aalpl.program.nodes import Relation
from aalpl.program.size import Apply, Atom, Big, Given, Indexed, Size, Sym

POINTS = 12
TRIES = 2000
TOLERANCE = 1e-9
_KNOWN = {"floor", "ceil", "min", "max", "pow", "log", "mod", "abs"}

Number = Fraction | float
Point = Mapping[str, object]


@attrs.frozen
class Domain:
    """Where formulas are compared: symbols are positive integers that obey `assumed`; those in `signed` may be negative."""

    assumed: tuple[Relation, ...] = ()
    signed: frozenset[str] = frozenset()


EVERYWHERE = Domain()


def equal(left: Size, right: Size, domain: Domain = EVERYWHERE) -> bool:
    """Whether the formulas are equal wherever both are defined."""
    if left == right or not (left - right):
        return True
    found = list(_values(left, right, domain))
    return bool(found) and all(_same(one, other) for one, other in found)


def bounds(left: Size, right: Size, domain: Domain = EVERYWHERE) -> bool:
    """Whether `left` is at most `right` everywhere, and as large somewhere: a bound that could not be smaller by much."""
    if equal(left, right, domain):
        return True
    found = list(_values(left, right, domain))
    touching = any(_same(one, other) for one, other in found)
    return touching and all(one <= other or _same(one, other) for one, other in found)


def _values(left: Size, right: Size, domain: Domain) -> Iterator[tuple[Number, Number]]:
    """Both formulas at sample points where both have a value."""
    count = 0
    for at in _points(left, right, domain):
        try:
            yield left.value(at), right.value(at)
        except (ZeroDivisionError, ValueError, OverflowError):
            continue
        count += 1
        if count == POINTS:
            return


def _points(left: Size, right: Size, domain: Domain) -> Iterator[Point]:
    dice = random.Random(f"{left} {right}")
    sizes = [left, right, *(side for r in domain.assumed for side in (r.left, r.right))]
    families = {name for size in sizes for name in _families(size)}
    names = {name for size in sizes for name in size.free} - families
    for i in range(TRIES):
        most = 3 + i % POINTS
        at: dict[str, object] = {
            name: dice.randint(-most if name in domain.signed else 1, most) for name in sorted(names)
        }
        at |= {name: _Family(dice.randrange(1 << 30), most) for name in sorted(families)}
        if _obeys(at, domain.assumed):
            yield at


def _obeys(at: dict[str, object], assumed: Iterable[Relation]) -> bool:
    """Whether the point satisfies the assumptions; equations `name = E` are made true first."""
    try:
        for relation in assumed:
            match list(relation.left.terms):
                case [((Sym(name), 1),)] if (
                    relation.operator == "=" and relation.left.terms[((Sym(name), 1),)] == 1
                ):
                    at[name] = relation.right.value(at)
        return all(_HOLDS[r.operator](r.left.value(at), r.right.value(at)) for r in assumed)
    except (ZeroDivisionError, ValueError, OverflowError):
        return False


_HOLDS = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


class _Family:
    """A function of indices whose values look random and are always the same."""

    def __init__(self, seed: int, spread: int) -> None:
        self.seed = seed
        self.spread = spread

    def __call__(self, *indices: object) -> int:
        return random.Random(f"{self.seed} {indices}").randint(1, self.spread)


def _same(one: Number, other: Number) -> bool:
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
