"""Early returns: the rest of a block belongs to the side of a branch that goes on."""

from __future__ import annotations

import attrs

from aalpl.cost.form.nodes import (
    Branch,
    Leave,
    Step,
    Steps,
)
from aalpl.cost.form.steps import mapped


def absorbed(steps: Steps) -> Steps:
    """Where one side of a branch returns the rest belongs to the other; a return at the very end is no step."""
    return _ended(_absorb(steps))


def _absorb(steps: Steps) -> Steps:
    made: list[Step] = []
    for i, step in enumerate(steps):
        if isinstance(step, Leave):
            made.append(step)
            break
        step = mapped(step, lambda size: size, _absorb)
        if isinstance(step, Branch) and (_leaves(step.then) or _leaves(step.orelse)):
            rest = _absorb(steps[i + 1 :])
            then = step.then if _leaves(step.then) else step.then + rest
            orelse = step.orelse if _leaves(step.orelse) else step.orelse + rest
            made.append(attrs.evolve(step, then=then, orelse=orelse))
            break
        made.append(step)
    return tuple(made)


def _leaves(steps: Steps) -> bool:
    """Whether every path returns."""
    if not steps:
        return False
    match steps[-1]:
        case Leave():
            return True
        case Branch(then=then, orelse=orelse):
            return _leaves(then) and _leaves(orelse)
        case _:
            return False


def _ended(steps: Steps) -> Steps:
    if not steps:
        return steps
    match steps[-1]:
        case Leave():
            return steps[:-1]
        case Branch(then=then, orelse=orelse) as last:
            return (*steps[:-1], attrs.evolve(last, then=_ended(then), orelse=_ended(orelse)))
        case _:
            return steps
