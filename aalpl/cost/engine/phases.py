"""Loops in phases: rounds that go one way until a guard fails are a loop inside the loop.

    while C do (if g then A else B)    is    while C do (while C and g do A); if C then B

for any C, g, A, B, and so with the branches exchanged. On the right side no branch is left, so that both loops may have
rounds that can be counted: a phase that never comes back (X7 of the literature: y is used up, then x) is an inner loop
that does nothing after the first time, a reset (X8) one whose start is the same each time. What stands before the
branch is done on either side, so the guard is asked before it, at the values that it will have then.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from aalpl.cost.engine.changes import changed, leaves
from aalpl.cost.engine.conditions import denied, free
from aalpl.cost.engine.portfolio import mapped
from aalpl.cost.form.nodes import All, Branch, Condition, Cycle, Set, Steps


def nested(step: Cycle) -> Iterator[Cycle]:
    """The same loop with the rounds of one side of a branch as a loop inside."""
    if step.before or step.kind != "while" or step.at_most is not None or step.probability is not None:
        return
    if leaves(step.body):
        return
    for position, branch in enumerate(step.body):
        if isinstance(branch, Branch) and _plain(branch):
            before, after = step.body[:position], step.body[position + 1 :]
            guard = _before(branch.condition, before)
            if guard is None or free(guard).isdisjoint(changed(step.body)[0]):
                continue
            sides = (guard, branch.then, branch.orelse), (denied(guard), branch.orelse, branch.then)
            for goes_on, inner, other in sides:
                yield _loop(step, goes_on, before + inner + after, before + other + after)
            return


def _plain(branch: Branch) -> bool:
    return branch.at_most is None and branch.probability is None


def _loop(step: Cycle, guard: Condition, inner: Steps, other: Steps) -> Cycle:
    phase = attrs.evolve(step, condition=All((step.condition, guard)), body=inner, decreases=None)
    once = Branch(step.condition, other, (), step.place, span=step.span)
    return attrs.evolve(step, body=(phase, once))


def _before(condition: Condition, steps: Steps) -> Condition | None:
    """The condition before the steps that holds if it holds after them."""
    for step in reversed(steps):
        if isinstance(step, Set):
            values = dict(step.values)
            condition = mapped(condition, lambda size, values=values: size.replace(values))  # type: ignore[misc]
        else:
            values_changed, arrays = changed((step,))
            if free(condition) & (values_changed | arrays):
                return None
    return condition
