"""Loops whose weights have brackets [c >= 0] that no round changes: solved once for each case.

A solver divides by what it takes for a number that is not 0. With a bracket in a weight that may not be so: of a loop that
goes on with weight 1 - [c] the powers of it would be formed, and 1/0 where c holds. In each case the weights are plain.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs

from aalpl.cost.chance import brackets
from aalpl.cost.chance.counted import apart
from aalpl.cost.chance.draws import Declined
from aalpl.cost.chance.walker import Loop
from aalpl.cost.sizes.terms import alone
from aalpl.program.size import Given, Size


def undecided(size: Size, names: tuple[str, ...] = ()) -> list[Given]:
    """The brackets that mention none of the names."""
    found = (a for a in size.atoms() if isinstance(a, Given) and a.condition.free.isdisjoint(names))
    return sorted(found, key=lambda atom: atom.order)


def by_cases(loop: Loop, solve: Callable[[Loop], Size | None], left: int = brackets.CASES) -> Size | None:
    """H by the solver, with the weights plain."""
    try:
        _, jumps = apart(loop.inside, loop.name)
    except Declined:
        return None
    found = [bracket for _, weight in jumps for bracket in undecided(weight, loop.variables)]
    if not found:
        return solve(loop)
    if not left:
        return None
    ends: list[Size] = []
    for value, fact in ((1, found[0].condition), (0, -found[0].condition - 1)):
        known = loop.known.plus(fact)
        inside = brackets.reduced(brackets.fixed(loop.inside, {found[0]: value}), known)
        end = by_cases(attrs.evolve(loop, inside=inside, known=known), solve, left - 1)
        if end is None:
            return None
        ends.append(end)
    here = alone(found[0])
    return here * ends[0] + (1 - here) * ends[1]


__all__ = ["by_cases", "undecided"]
