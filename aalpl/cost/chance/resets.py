"""Loops that may fall back to where they began: the way to the next fall is solved, then how often there is one.

Where a round may go on at a fixed place c, let R stand for H(c). With R paid instead of what comes after a fall, the loop is
one without falls, H(x) = A(x) + B(x) R: A is what is paid until it falls or ends, B the chance that it falls. At c itself
R = A(c) + B(c) R, so R = A(c)/(1 - B(c)), exact by the strong Markov property (runs of successes: Feller, vol. 1, XIII.7).
"""

from __future__ import annotations

from collections.abc import Callable

import attrs

from aalpl.cost.chance import brackets
from aalpl.cost.chance.counted import apart
from aalpl.cost.chance.draws import Declined
from aalpl.cost.chance.rational import normal
from aalpl.cost.chance.walker import Loop, bracket
from aalpl.cost.engine.conditions import decided, facts
from aalpl.cost.form.steps import conditioned
from aalpl.program.size import ONE, ZERO, Apply, Size, Sym, sym

PLACES = 2
"""Falls to more places are not followed."""


def reset(
    loop: Loop, needed: tuple[str, ...], solve: Callable[[Loop], Size | None], left: int = PLACES
) -> Size | None:
    """H of a loop some of whose ways on lead to a fixed place; `needed` are the variables that matter."""
    price, jumps = apart(loop.inside, loop.name)
    places = [i for i, name in enumerate(loop.variables) if name in needed]
    fixed = [args for args, _ in jumps if all(args[i].free.isdisjoint(loop.variables) for i in places)]
    if not left or not needed or not fixed or len(fixed) == len(jumps):
        return None
    there = dict(zip(needed, (fixed[0][i] for i in places), strict=True))
    falls = [
        (args, weight) for args, weight in jumps if all(args[i] == there[loop.variables[i]] for i in places)
    ]
    weight = sum((weight for _, weight in falls), ZERO)
    inside = price + sum((w * _ahead(loop, args) for args, w in jumps if (args, w) not in falls), ZERO)
    condition = conditioned(loop.condition, lambda size: brackets.flat(size.replace(there)))
    goes, known = bracket(condition), loop.known.plus(*facts(condition))
    ended = inside + weight * brackets.flat(loop.outside.replace(there))
    verdict = decided(condition, loop.known.plus(*facts(loop.condition)))

    def solved(of: Loop) -> Size | None:
        return solve(of) or reset(of, needed, solve, left - 1)

    orelse = ZERO if verdict is True else solved(attrs.evolve(loop, inside=ended))
    if verdict is False or orelse is None:
        return orelse
    mark = loop.walker.fresh("%reset")
    begun = attrs.evolve(loop, inside=inside + weight * sym(mark), known=known)
    found = solved(begun)
    if found is None or mark in loop.outside.free:
        return None
    parts = brackets.reduced(brackets.flat(found.replace(there)), known).coefficients(Sym(mark))
    again, paid = parts.get(1, ZERO), parts.get(0, ZERO)
    if set(parts) - {0, 1} or mark in (again.free | paid.free):
        return None
    leaves = normal(ONE - again, known)
    if not leaves:
        raise Declined(f"the loop at line {loop.span.line} may never end", loop.span)
    then = normal(found.replace({mark: normal(paid / leaves, known)}), known)
    return then if verdict is True else goes * then + (1 - goes) * orelse


def _ahead(loop: Loop, args: tuple[Size, ...]) -> Size:
    return Size({((Apply(loop.name, args), 1),): 1})
