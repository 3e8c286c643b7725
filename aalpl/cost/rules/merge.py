"""Two rules one after the other as one rule.

The second is put behind a jump of the first: its guard, cost and values are read over what the jump sets. Where the first
has other outcomes or jumps, or draws, the second must not ask for anything: its guard would be asked of all of them.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs

from aalpl.cost.rules.laws import translated
from aalpl.cost.rules.nodes import Jump, Outcome, Rule, Rules
from aalpl.program.size import Size, sym


def joinable(first: Rule, second: Rule, target: str, system: Rules) -> bool:
    """Whether `second` can stand behind every jump of `first` to a target."""
    if second.calls or (first.calls and second.outcomes[0].also):
        return False
    here = [jump for jump in first.jumps if jump.target == target]
    drawn = {name for name, _ in first.draws}
    if sum(1 for _ in first.jumps) == 1:
        if not drawn:
            return True
        values = dict(here[0].values)
        read = [value for name in second.cost.free if (value := values.get(name)) is not None]
        asked = second.guard or system.own(second) or second.draws
        return not asked and not any(value.free & drawn for value in read)
    plain = len(second.outcomes) == 1 and not second.draws and not system.own(second)
    if len(first.outcomes) > 1 or drawn:
        return plain and not second.guard and not second.cost
    return plain and not second.guard  # several jumps that are all made


def joined(first: Rule, second: Rule, target: str, system: Rules, fresh: Callable[[], str]) -> Rule:
    """`first`, and `second` behind every jump of it to the target."""
    own = {name: sym(fresh()) for name in (*system.own(second), *(name for name, _ in second.draws))}
    if sum(1 for _ in first.jumps) == 1:
        return _behind(first, second, own)
    cost = first.cost
    outcomes: list[Outcome] = []
    (after,) = second.outcomes
    for outcome in first.outcomes:
        jumps: list[Jump] = []
        for jump in outcome.jumps:
            if jump.target != target:
                jumps.append(jump)
                continue
            at = dict(jump.values)
            cost = cost + second.cost.replace(at)
            jumps += [Jump(to.target, after_both(at, to)) for to in after.jumps]
        (one, *more) = jumps
        outcomes.append(Outcome(one.target, one.values, outcome.probability, tuple(more)))
    line = earlier(first.line, second.line)
    return attrs.evolve(first, cost=cost, outcomes=tuple(outcomes), comments=both(first, second), line=line)


def _behind(first: Rule, second: Rule, own: dict[str, Size]) -> Rule:
    (outcome,) = first.outcomes
    at = {**dict(outcome.values), **own}
    outcomes: list[Outcome] = []
    for after in second.outcomes:
        one, *more = (Jump(to.target, after_both(at, to, own)) for to in after.jumps)
        chance = None if after.probability is None else after.probability.replace(at)
        outcomes.append(Outcome(one.target, one.values, chance, tuple(more)))
    draws = tuple(
        (str(own[name]), translated(law, lambda size: size.replace(at))) for name, law in second.draws
    )
    return Rule(
        first.source,
        (*first.guard, *(size.replace(at) for size in second.guard)),
        first.cost + second.cost.replace(at),
        tuple(outcomes),
        (*first.calls, *second.calls),
        both(first, second),
        (*first.draws, *draws),
        earlier(first.line, second.line),
    )


def after_both(
    at: dict[str, Size], to: Jump, own: dict[str, Size] | None = None
) -> tuple[tuple[str, Size], ...]:
    """What is set by a jump behind values that were set."""
    values = {name: value for name, value in at.items() if name not in (own or {})}
    values.update({name: value.replace(at) for name, value in to.values})
    return tuple(sorted((name, value) for name, value in values.items() if value != sym(name)))


def earlier(one: int, other: int) -> int:
    """The first of two lines; 0 is none."""
    return min(one, other) if one and other else one or other


def both(first: Rule, second: Rule) -> tuple[str, ...]:
    """The comments of both rules."""
    return tuple(dict.fromkeys((*first.comments, *second.comments)))
