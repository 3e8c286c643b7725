"""A recurrence over those entry variables only that what is paid depends on."""

from __future__ import annotations

import attrs

from aalpl.cost.recursion.recurrence import Recurrence
from aalpl.cost.sizes.terms import alone
from aalpl.program.size import Apply, Atom, Big, Given, Indexed, Size, Sym, apply, big, given


def reduced(of: Recurrence) -> Recurrence:
    """Without the variables that decide nothing: those that occur only in what is handed on in their own place."""
    needed = _names(of, of.body, frozenset()) & set(of.params)
    while True:
        places = frozenset(i for i, name in enumerate(of.params) if name in needed)
        more = _names(of, of.body, places) & set(of.params)
        if more <= needed:
            break
        needed = needed | more
    if len(needed) == len(of.params):
        return of
    kept = [i for i, name in enumerate(of.params) if name in needed]
    body = _mapped(of, of.body, kept)
    return attrs.evolve(of, params=tuple(of.params[i] for i in kept), body=body)


def _names(of: Recurrence, size: Size, places: frozenset[int]) -> frozenset[str]:
    """Names in the size, of what calls are handed only at these places."""
    return _mapped(of, size, sorted(places)).free


def _mapped(of: Recurrence, size: Size, kept: list[int]) -> Size:
    """The size with only some of what calls are handed."""

    def change(atom: Atom) -> Size:
        match atom:
            case Apply(function, args) if function == of.unknown:
                return alone(Apply(function, tuple(inside(args[i]) for i in kept)))
            case Apply(function, args):
                return apply(function, *map(inside, args))
            case Big(operator, index, low, high, body):
                return big(operator, index, inside(low), inside(high), inside(body))
            case Given(condition):
                return given(inside(condition))
            case Sym() | Indexed():
                return alone(atom)

    def inside(part: Size) -> Size:
        return part.map_atoms(change) if of.unknown in part.free else part

    return inside(size)
