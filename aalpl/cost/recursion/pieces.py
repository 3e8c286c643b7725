"""A closed form from some number on, and what is paid below, as one size where the outermost call enters."""

from __future__ import annotations

from aalpl.cost.recursion.recurrence import Recurrence
from aalpl.cost.sizes.terms import alone
from aalpl.cost.sizes.tidy import tidy
from aalpl.program.size import Atom, Big, Size, const, given

BACK = 8
"""How far below its range a closed form is tried: often it is right there, too."""


def from_there(of: Recurrence, name: str, first: int, closed: Size, last: Size) -> Size:
    """`closed` for entries from `first` on and `last` for those below, at the start of the recurrence."""
    border = first
    while border > first - BACK and _same(closed, last, name, border - 1):
        border -= 1
    start = of.start[name]
    above = of.known.plus(start - border)
    here = tidy(closed.replace(of.start), above)
    if of.known.proves(start - border):
        return here
    there = tidy(last.replace(of.start), of.known.plus(border - 1 - start))
    chosen = given(start - border)
    return tidy(chosen * here + (1 - chosen) * there, of.known)


def _same(closed: Size, last: Size, name: str, number: int) -> bool:
    at = {name: const(number)}
    try:
        return closed.replace(at).map_atoms(_worked_out) == last.replace(at).map_atoms(_worked_out)
    except ZeroDivisionError:
        return False


def _worked_out(atom: Atom) -> Size:
    """A sum of numbers as a number."""
    here = alone(atom)
    if not isinstance(atom, Big) or here.free:
        return here
    value = here.value({})
    return here if isinstance(value, float) else const(value)
