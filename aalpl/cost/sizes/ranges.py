"""Ranges of integers, and the larger and smaller of two sizes, as far as the facts decide."""

from __future__ import annotations

from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.terms import alone
from aalpl.program.size import (
    ONE,
    ZERO,
    Apply,
    Atom,
    Given,
    Size,
    given,
    maximum,
    minimum,
)


def count(low: Size, high: Size, known: Known) -> Size:
    """How many integers `low..high` has."""
    number = high - low + 1
    if known.proves(number):
        return number
    return ZERO if known.proves(-number) else maximum(0, number)


def end(low: Size, high: Size, known: Known) -> Size:
    """The last integer of the range, `low - 1` where it is empty."""
    return low - 1 + count(low, high, known)


def larger(a: Size, b: Size, known: Known) -> Size:
    """max(a, b), decided where the facts do."""
    if known.proves(a - b):
        return a
    return b if known.proves(b - a) else maximum(a, b)


def smaller(a: Size, b: Size, known: Known) -> Size:
    """min(a, b), decided where the facts do."""
    if known.proves(a - b):
        return b
    return a if known.proves(b - a) else minimum(a, b)


def within(here: Size, low: Size, high: Size) -> tuple[Size, ...]:
    """What is >= 0 for a member of the range: above all that there is one.

    Where the range `low..max(0, e) + low - 1` has a member, e is at least 1 and the range ends at e + low - 1."""
    facts, last = _some(low, high)
    more = () if last == high else (last - here,)
    return here - low, high - here, *facts, *more


def nonempty(low: Size, high: Size) -> tuple[Size, Size]:
    """1 where the range has a member, as far as its end says so; and its end then."""
    facts, last = _some(low, high)
    if last == high:
        return ONE, high
    guard = given(last - low)
    for fact in facts:
        guard = guard * given(fact)
    return guard, last


def _some(low: Size, high: Size) -> tuple[tuple[Size, ...], Size]:
    """What is >= 0 where the range has a member, and its end then."""
    facts: list[Size] = []
    for atom in sorted(high.atoms(), key=lambda atom: (not isinstance(atom, Given), str(atom))):
        match atom:
            case Given(condition) if _empty(low, _put(high, atom, ZERO)):
                facts.append(condition)
                high = _put(high, atom, ONE)
            case Apply("max", args) if high.degree(atom) == 1 and high.coefficients(atom)[1] == 1:
                ends = [_put(high, atom, arg) for arg in args]
                possible = [last for last in ends if not _empty(low, last)]
                if len(possible) == 1:
                    high = possible[0]
            case _:
                pass
    return tuple(facts), high


def _empty(low: Size, high: Size) -> bool:
    number = (high - low).constant()
    return number is not None and number < 0


def _put(size: Size, atom: Atom, value: Size) -> Size:
    return size.map_atoms(lambda other: value if other == atom else alone(other))
