"""Which way a size goes as an index goes up, by its form: sums, minima and roundings of what goes one way go that way."""

from __future__ import annotations

from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.terms import alone
from aalpl.program.size import Apply, Atom, Monomial, Size, Sym

UP, DOWN, EITHER = frozenset([1]), frozenset([-1]), frozenset([1, -1])


def heading(index: str, size: Size, known: Known) -> frozenset[int]:
    """`{1}`: never down, `{-1}`: never up, none: it stays; both where that is not known."""
    found: frozenset[int] = frozenset()
    for monomial, value in size.terms.items():
        way = _of_term(index, monomial, known)
        found |= way if value > 0 else frozenset(-sign for sign in way)
    return found


def _of_term(index: str, monomial: Monomial, known: Known) -> frozenset[int]:
    moving = [(atom, exponent) for atom, exponent in monomial if index in alone(atom).free]
    if not moving:
        return frozenset()
    others = (alone(atom) for atom, _ in monomial if index not in alone(atom).free)
    if len(moving) > 1 or moving[0][1] < 1 or not all(map(known.proves, others)):
        return EITHER
    ((atom, exponent),) = moving
    if exponent > 1 and not known.proves(alone(atom)):
        return EITHER
    return _of_atom(index, atom, known)


def _of_atom(index: str, atom: Atom, known: Known) -> frozenset[int]:
    match atom:
        case Sym():
            return UP
        case Apply("min" | "max" | "floor" | "ceil", args):
            ways: list[frozenset[int]] = [heading(index, arg, known) for arg in args]
            return frozenset().union(*ways)
        case _:
            return EITHER
