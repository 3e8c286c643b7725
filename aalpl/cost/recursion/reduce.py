"""A recurrence over those entry variables only that what is paid depends on."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from aalpl.cost.recursion.recurrence import Recurrence
from aalpl.cost.sizes.terms import alone
from aalpl.program.size import Apply, Atom, Big, Given, Indexed, Size, Sym, apply, big, given, sym


def reduced(of: Recurrence) -> Recurrence:
    """Without the variables that decide nothing: those that occur only in what is handed on in their own place."""
    limits = frozenset(name for fact in of.chosen for name in fact.free)
    needed = (_names(of, of.body, frozenset()) | limits) & set(of.params)
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


def every_call(of: Recurrence, size: Size) -> list[Apply]:
    """All calls in a size, at every depth."""
    found: list[Apply] = []

    def collect(atom: Atom) -> Size:
        if isinstance(atom, Apply) and atom.function == of.unknown:
            found.append(atom)
        return alone(atom)

    rewrite_calls(of, size, collect)
    return found


def by_difference(of: Recurrence) -> Recurrence:
    """Two variables as one, where all depends on their difference only: what lies between `lo` and `hi`."""
    for one in of.params:
        for other in of.params:
            if one != other and (found := _between(of, one, other)) is not None:
                return by_difference(found)
    return of


def _between(of: Recurrence, one: str, other: str) -> Recurrence | None:
    """With `other - one` in the place of `other`, if `one` decides nothing any more."""
    name = f"{other}-{one}"
    shifted = {other: sym(one) + sym(name)}
    place, base = of.params.index(other), of.params.index(one)

    def change(atom: Atom) -> Size:
        if isinstance(atom, Apply) and atom.function == of.unknown:
            args = [arg.replace(shifted) for arg in atom.args]
            args[place] = args[place] - args[base]
            return alone(Apply(of.unknown, tuple(args)))
        return alone(atom).replace(shifted)

    if any(of.unknown in alone(a).free and not _is_call(of, a) for a in of.body.atoms()):
        nested = rewrite_calls(of, of.body, change)
    else:
        nested = of.body.map_atoms(change)
    params = tuple(name if each == other else each for each in of.params)
    known = of.known.plus(*(fact.replace(shifted) for fact in of.known.facts if other in fact.free))
    start = {**of.start, name: of.start[other] - of.start[one]}
    chosen = tuple(fact.replace(shifted) for fact in of.chosen)
    found = reduced(attrs.evolve(of, params=params, body=nested, known=known, start=start, chosen=chosen))
    return found if one not in found.params else None


def _is_call(of: Recurrence, atom: Atom) -> bool:
    return isinstance(atom, Apply) and atom.function == of.unknown


def rewrite_calls(of: Recurrence, size: Size, change: Callable[[Atom], Size]) -> Size:
    """The size with calls and plain atoms changed at every depth."""

    def inside(atom: Atom) -> Size:
        match atom:
            case Apply(function, args) if function in ("max", "min"):
                return apply(function, *(rewrite_calls(of, arg, change) for arg in args))
            case Big(operator, index, low, high, body):
                return big(
                    operator,
                    index,
                    rewrite_calls(of, low, change),
                    rewrite_calls(of, high, change),
                    rewrite_calls(of, body, change),
                )
            case _:
                return change(atom)

    return size.map_atoms(inside)


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
