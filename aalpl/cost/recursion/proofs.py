"""Proofs about entry variables: by slacks first, then in integers, where a number above -1 is one that is at least 0."""

from __future__ import annotations

from aalpl.cost.recursion.activation import ENTRY
from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.terms import alone
from aalpl.cost.sizes.tidy import tidy
from aalpl.program.prove import Facts
from aalpl.program.size import ONE, ZERO, Apply, Atom, Given, Size, apply


def holds(known: Known, goal: Size) -> bool:
    """Whether the goal is >= 0 wherever the facts hold."""
    return known.proves(goal) or _integers(known, goal).proves(goal)


def plainly(size: Size, known: Known) -> Size:
    """The size without brackets and extremes that the facts decide over integers."""
    return tidy(tidy(size, known).map_atoms(lambda atom: _plain(atom, known)), known)


def _plain(atom: Atom, known: Known) -> Size:
    match atom:
        case Given(condition):
            if holds(known, condition):
                return ONE
            return ZERO if holds(known, -condition - 1) else alone(atom)
        case Apply("max" | "min" as name, args):
            sizes = [plainly(arg, known) for arg in args]
            sign = 1 if name == "max" else -1
            for size in sizes:
                if all(other is size or holds(known, (size - other) * sign) for other in sizes):
                    return size
            return apply(name, *sizes)
        case _:
            return alone(atom)


def _integers(known: Known, goal: Size) -> Facts:
    """The facts over integers; a name that is no entry variable, and so might be a price or a chance, is a real number."""
    near = [fact for fact in known.facts if fact.free & goal.free]
    names = goal.free.union(*(fact.free for fact in near))
    facts = Facts().with_reals(*(name for name in names if ENTRY not in name)).adding(*near)
    return facts.adding(*known.equalities, *(-each for each in known.equalities))
