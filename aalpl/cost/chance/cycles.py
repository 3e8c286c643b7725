"""Loops with a condition, backwards: H at the test solves H = [c] (the body, then `before`, then H) + [not c] after.

Solvers are tried in turn; each answers a closed form in the variables at the test, or declines:

    constant   one number stands for H wherever the loop goes on: a retry with the same chance in every round
    chain      the variables that matter take finitely many values: linear equations, one for each
    walk       a variable walks by bounded steps up to one or two barriers, or a coin ends the loop: polynomials, and
               powers of the ratio of the chances, whose coefficients solve linear equations
    levels     one variable moves by one step or stays, with chances that depend on where it is: a sum
    reset      some ways lead back to a fixed place: what is paid until then, over the chance not to fall back
    drift      as much is lost on the average in every round: bounds from both sides
    fall       a variable falls to every smaller value alike: differences, summed
    leap       the same for draws of too many outcomes
    sweep      places are gone through round and round until each is filled: the largest of geometric waiting times

If none answers, the loop is left open (`Walker.pending`) until it is known in which state it begins.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs

from aalpl.cost.chance import brackets
from aalpl.cost.chance.chains import chain
from aalpl.cost.chance.counted import apart_from
from aalpl.cost.chance.draws import Declined
from aalpl.cost.chance.falls import fall
from aalpl.cost.chance.leaps import leap
from aalpl.cost.chance.levels import levels
from aalpl.cost.chance.rational import Beyond, normal
from aalpl.cost.chance.resets import reset
from aalpl.cost.chance.shapes import Shape, shaped
from aalpl.cost.chance.sweeps import sweep
from aalpl.cost.chance.telling import bounded, failed, repeated, solved
from aalpl.cost.chance.undecided import by_cases, undecided
from aalpl.cost.chance.walker import Loop, Walker, Where, either
from aalpl.cost.chance.walks import drift, walk
from aalpl.cost.engine.changes import changed
from aalpl.cost.engine.conditions import facts
from aalpl.cost.form import liveness
from aalpl.cost.form.nodes import All, Condition, Cycle, Holds
from aalpl.cost.form.steps import condition_sizes
from aalpl.cost.sizes.terms import alone
from aalpl.program.size import ONE, ZERO, Apply, Size, Sym, sym

Solver = Callable[[Shape], Size | None]

PORTFOLIO: tuple[tuple[Solver, str], ...] = (
    (chain, "finitely many states: linear equations with one solution, one each (a Markov chain)"),
    (walk, "a walk: the only solution of this kind that keeps to the barriers (optional stopping)"),
    (levels, "level by level: the waiting time of each is geometric, their sum is paid"),
    (drift, "by Wald's equation: the way to the barrier over what is lost on average in a round"),
)
"""Solvers in turn, and why what they answer is what is paid."""


def cycle(of: Cycle, after: Size, at: Where, walker: Walker) -> Size:
    """Before a loop."""
    if of.at_most is not None:
        raise Declined("a loop that runs a limited number of times", of.span)
    names = tuple(sorted(changed(of.before)[0] | changed(of.body)[0]))
    at = at.past(of)
    earlier = dict(walker.told)
    bound = sweep(of, after, at, walker)
    if bound is not None:
        bounded(of, "sweep", bound, walker)
        return bound
    lists = changed(of.before)[1] | changed(of.body)[1]
    for size in (after, *condition_sizes(of.condition)):
        apart_from(lists, size, of.span)
    found = _constant(of, names, after, at, walker)
    if found is not None:
        return walker.steps(of.before, found, at)
    walker.told = dict(earlier)
    read = liveness.head(of, frozenset(after.free), frozenset(at.leave.free))
    try:
        return _solved(of, tuple(name for name in names if name in read), after, at, walker)
    except Declined:
        walker.told = dict(earlier)
        bound = leap(of, names, after, at, walker)
        if bound is None:
            failed(of, walker)
            raise
        bounded(of, "leap", bound, walker)
        return bound


def _round(of: Cycle, goal: Size, after: Size, at: Where, walker: Walker) -> tuple[Condition, Size]:
    """On which condition the loop goes on, and H there, with `goal` for H at the next test."""
    holds = facts(of.condition) if of.probability is None else ()
    within = walker.steps(of.body, walker.steps(of.before, goal, at), at.under(*holds))
    apart_from(changed(of.before)[1] | changed(of.body)[1], within, of.span)
    if of.probability is None:
        return of.condition, within
    on = of.probability if of.kind == "while" else 1 - of.probability
    return All(()), on * within + (1 - on) * after


def _constant(of: Cycle, names: tuple[str, ...], after: Size, at: Where, walker: Walker) -> Size | None:
    """H = c wherever the loop goes on: c = price + weight c, so c = price/(1 - weight)."""
    mark = walker.fresh("%one")
    condition = of.condition if of.probability is None else All(())
    goal = either(condition, sym(mark), after, at.known)
    known = at.known.plus(*facts(condition))
    try:
        _, within = _round(of, goal, after, at, walker)
    except Declined:
        return None
    within = brackets.reduced(brackets.flat(within), known)
    parts = within.coefficients(Sym(mark))
    price, weight = parts.get(0, ZERO), parts.get(1, ZERO)
    if set(parts) - {0, 1} or undecided(weight) or not (price.free | weight.free).isdisjoint({*names, mark}):
        return None
    leaves = normal(ONE - weight, known)
    if not leaves:
        raise Declined(f"the loop at line {of.span.line} may never end", of.span)
    value = normal(price / leaves, known)
    repeated(of, price, weight, value, walker)
    return either(condition, value, after, at.known)


def _solved(of: Cycle, names: tuple[str, ...], after: Size, at: Where, walker: Walker) -> Size:
    """H at the loop, by the solvers: at its test, or at its beginning."""
    head = walker.fresh("%head")
    unknown = Size({((Apply(head, tuple(map(sym, names))), 1),): 1})
    condition, within = _round(of, unknown, after, at, walker)
    loop = Loop(head, names, condition, brackets.flat(within), after, at.known, walker, of.span)
    found = by_cases(loop, _tried)
    if found is None and (found := fall(loop)) is not None:
        solved(
            loop, "every smaller value alike: the difference of the equations of neighbours, summed", found
        )
    if found is not None:
        return walker.steps(of.before, found, at)
    if of.probability is None and of.before:
        begun = _from_beginning(loop, of, unknown, after, at, walker)
        found = None if begun is None else by_cases(begun, _tried)
        if found is not None:
            return found
    failed(of, walker)
    walker.pending[head] = loop
    return walker.steps(of.before, unknown, at)


def _tried(loop: Loop) -> Size | None:
    try:
        shape = shaped(loop)
    except Declined:
        return None
    for solver, reason in PORTFOLIO:
        try:
            found = solver(shape)
        except Beyond:
            found = None
        if found is not None:
            solved(loop, reason, found)
            return found
    try:
        found = reset(loop, (*shape.unrolled, *shape.rest), _tried)
    except (Beyond, Declined):
        return None
    if found is not None:
        solved(
            loop,
            "what is paid until it falls back, over the chance that it does not (a fall begins it anew)",
            found,
        )
    return found


def _from_beginning(
    loop: Loop, of: Cycle, unknown: Size, after: Size, at: Where, walker: Walker
) -> Loop | None:
    """The loop with H at its beginning: what of its test is about the variables there is the condition."""
    go_on = walker.steps(of.body, unknown, at.under(*facts(of.condition)))
    begins = brackets.flat(walker.steps(of.before, either(of.condition, go_on, after, at.known), at))
    inside = begins
    conditions: list[Condition] = []
    for bracket in brackets.of(begins, set(loop.variables)):
        ways = [brackets.fixed(inside, {bracket: value}) for value in (1, 0)]
        sizes = (bracket.condition, -bracket.condition - 1)
        for way, other, size in zip(ways, reversed(ways), sizes, strict=True):
            if loop.name not in other.free:  # the loop goes on only if the condition holds
                inside = way
                conditions.append(Holds(size))
                break
    if not conditions:
        return None
    over = begins.map_atoms(lambda a: ZERO if isinstance(a, Apply) and a.function == loop.name else alone(a))
    return attrs.evolve(loop, condition=All(tuple(conditions)), inside=inside, outside=over)
