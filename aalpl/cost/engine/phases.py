"""Loops told in another way: in phases, by their guards.

    while C do (if g then A else B)    is    while C do (while C and g do A); if C then B
                                       is    (while C and g do A); while C do B     if B never makes g true

for any C, g, A, B, and so with the branches exchanged. On the right side no branch is left, so that both loops may have
rounds that can be counted: a phase that never comes back is an inner loop that does nothing after the first time, a
reset one whose start is the same each time. What stands before the branch is done on either side, so the guard is asked
before it, at the values that it will have then. Loops of other kinds are made one of this kind first:

    repeat S until C                   is    S; while not C do S
    for i in a..b do S                 is    k, e <- a, b; while k <= e do (i <- k; S; k <- k + 1)
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from aalpl.cost.engine.changes import changed, leaves
from aalpl.cost.engine.conditions import compared, decided, denied, facts, free, read_condition
from aalpl.cost.engine.portfolio import mapped
from aalpl.cost.engine.run import FRESH, Run, Scope, fresh_index
from aalpl.cost.engine.state import State, is_lost
from aalpl.cost.engine.typical import anywhere, mark
from aalpl.cost.form.nodes import All, Branch, Condition, Count, Cycle, Holds, Set, Steps
from aalpl.cost.sizes.terms import alone
from aalpl.program.size import Indexed, sym

Told = tuple[str, Steps]
"""How it is told, in words, and the steps that do the same."""


def retold(step: Count | Cycle, state: State, scope: Scope, run: Run) -> Iterator[Told]:
    """Other ways to tell a loop with a branch in it."""
    if leaves((step,)):
        return
    if isinstance(step, Count):
        if _may_split(step, state, scope):
            yield "a loop with a condition on its index", _conditional(step)
    elif step.at_most is not None or step.probability is not None:
        return
    elif step.before:
        if any(map(_plain, (*step.before, *step.body))):
            yield "the first round by itself", _first(step)
    else:
        yield from _in_phases(step, state, scope, run)


def _plain(step: object) -> bool:
    """A branch about which nothing is supposed."""
    return isinstance(step, Branch) and step.at_most is None and step.probability is None


def _conditional(step: Count) -> Steps:
    at, last = f"{step.index}%at", f"{step.index}%end"
    begin = Set(((at, step.low), (last, step.high)), span=step.span)
    index, on = (
        Set(((name, size),), span=step.span)
        for name, size in ((step.index, sym(at)), (at, sym(at) + step.step))
    )
    go = Holds(sym(last) - sym(at))
    return begin, Cycle((), go, (index, *step.body, on), step.place, "while", span=step.span)


def _first(step: Cycle) -> Steps:
    again = attrs.evolve(step, before=(), body=step.body + step.before, kind="while")
    return (*step.before, again)


def _in_phases(step: Cycle, state: State, scope: Scope, run: Run) -> Iterator[Told]:
    for position, branch in enumerate(step.body):
        if not isinstance(branch, Branch) or not _plain(branch):
            continue
        before, after = step.body[:position], step.body[position + 1 :]
        guard = earlier(branch.condition, before)
        if guard is None or free(guard).isdisjoint(changed(step.body)[0]):
            continue
        if _looked_up(guard, step, state, scope):
            continue
        sides = (guard, branch.then, branch.orelse), (denied(guard), branch.orelse, branch.then)
        told = [(g, before + one + after, before + two + after) for g, one, two in sides]
        for g, inner, other in told:
            if _never_again(g, step, other, state, scope, run):
                yield "two phases, one after the other", _in_sequence(step, g, inner, other)
        for g, inner, other in told:
            yield "a phase within each round", _nested(step, g, inner, other)
        return


def _may_split(step: Count, state: State, scope: Scope) -> bool:
    """Whether some branch may have phases that can be counted."""
    for position, branch in enumerate(step.body):
        if isinstance(branch, Branch) and _plain(branch):
            guard = earlier(branch.condition, step.body[:position])
            if guard is not None and not _looked_up(guard, step, state, scope):
                return True
    return False


def _looked_up(guard: Condition, step: Count | Cycle, state: State, scope: Scope) -> bool:
    """Whether the guard asks for another element of a list in each round, of which nothing is known, or for what is
    lost: how long a phase is, no formula can say."""
    sizes = compared(read_condition(guard, anywhere(step, state, scope), scope.known))
    elements = (atom for size in sizes for atom in size.atoms() if isinstance(atom, Indexed))
    mine = FRESH + mark(scope)
    return any(map(is_lost, sizes)) or any(mine in name for atom in elements for name in alone(atom).free)


def _in_sequence(step: Cycle, guard: Condition, inner: Steps, other: Steps) -> Steps:
    return _phase(step, guard, inner), attrs.evolve(step, body=other, decreases=None)


def _nested(step: Cycle, guard: Condition, inner: Steps, other: Steps) -> Steps:
    once: Steps = (Branch(step.condition, other, (), step.place, span=step.span),)
    if free(step.condition).isdisjoint(changed(inner)[0]):
        once = other
    return (attrs.evolve(step, body=(_phase(step, guard, inner), *once), decreases=None),)


def _phase(step: Cycle, guard: Condition, inner: Steps) -> Cycle:
    return attrs.evolve(step, condition=All((step.condition, guard)), body=inner, decreases=None)


def earlier(condition: Condition, steps: Steps) -> Condition | None:
    """The condition before the steps that holds if it holds after them."""
    for step in reversed(steps):
        if isinstance(step, Set):
            values = dict(step.values)
            condition = mapped(condition, lambda size, values=values: size.replace(values))  # type: ignore[misc]
        elif free(condition) & set().union(*changed((step,))):
            return None
    return condition


def _never_again(guard: Condition, step: Cycle, other: Steps, state: State, scope: Scope, run: Run) -> bool:
    """Whether rounds of the other kind, which begin where the guard does not hold, leave it so."""
    index = fresh_index(f"round{len(scope.indices)}", scope)
    inside = scope.inside(index, sym(index), sym(index))
    here = anywhere(step, state, inside)
    held = All((step.condition, denied(guard)))
    inside = attrs.evolve(inside, known=inside.known.plus(*facts(read_condition(held, here, inside.known))))
    trial = run.trial()
    run.execute(other, here, inside, trial.dry())
    return decided(read_condition(denied(guard), here, inside.known), inside.known) is True
