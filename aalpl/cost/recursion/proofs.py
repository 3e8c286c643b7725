"""Proofs about entry variables: by slacks first, then in integers, where a number above -1 is one that is at least 0."""

from __future__ import annotations

from aalpl.cost.recursion.activation import ENTRY
from aalpl.cost.sizes.known import Known
from aalpl.program.prove import Facts
from aalpl.program.size import Size


def holds(known: Known, goal: Size) -> bool:
    """Whether the goal is >= 0 wherever the facts hold."""
    return known.proves(goal) or _integers(known, goal).proves(goal)


def _integers(known: Known, goal: Size) -> Facts:
    """The facts over integers; a name that is no entry variable, and so might be a price or a chance, is a real number."""
    near = [fact for fact in known.facts if fact.free & goal.free]
    names = goal.free.union(*(fact.free for fact in near))
    facts = Facts().with_reals(*(name for name in names if ENTRY not in name)).adding(*near)
    return facts.adding(*known.equalities, *(-each for each in known.equalities))
