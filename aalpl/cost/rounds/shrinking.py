"""Sizes that steps divide, and limits that steps which multiply come up to: logarithms of rounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from aalpl.cost.rounds.search import Ranked, Search
from aalpl.cost.rounds.steps import Step
from aalpl.cost.rules.entail import Facts
from aalpl.program.size import Size, sym

FACTORS = tuple(map(Fraction, ("4", "3", "2", "3/2", "4/3")))
LESS = (0, 1, 2, 3)
ASKED = 60  # what it costs to ask whether something follows for one step


def shrinking(search: Search) -> Iterator[Ranked]:
    """Sizes that some steps divide and none increases; and limits that some steps' growth comes up to."""
    facts = {step.number: Facts(step.facts) for step in search.steps}
    for size in _candidates(search):
        search.work.pay(ASKED * len(search.steps))
        changes = [
            (step, size - step.value(jump, size)) for step in search.steps for jump in search.inner(step)
        ]
        if all(facts[step.number].imply(change) for step, change in changes):
            moved = any(change.constant() is None for _, change in changes)
            found = _divided(search, size, facts) if moved else None
            if found is not None:
                yield found
    yield from _growing(search, facts)


def _divided(search: Search, size: Size, facts: Mapping[int, Facts]) -> Ranked | None:
    """By which factor the size, or one that much smaller, is divided: x - floor(x/3) is 2/3 of x only less 2."""
    for factor in FACTORS:
        for less in LESS:
            smaller = size - less
            search.work.pay(ASKED * len(search.steps))
            chosen = [s for s in search.steps if _divides(search, s, smaller, factor, facts[s.number])]
            if chosen:
                after = [(step, step.value(j, smaller) - 1) for step in chosen for j in search.inner(step)]
                more = 0 if all(facts[step.number].imply(goal) for step, goal in after) else 1
                numbers = frozenset(step.number for step in chosen)
                return Ranked("shrinks", numbers, (dict.fromkeys(search.places, smaller),), factor, more)
    return None


def _divides(search: Search, step: Step, size: Size, factor: Fraction, facts: Facts) -> bool:
    if not facts.imply(size - 1):
        return False
    return all(facts.imply(size - step.value(jump, size) * factor) for jump in search.inner(step))


def _growing(search: Search, facts: Mapping[int, Facts]) -> Iterator[Ranked]:
    """x >= 1 grows by a factor with some steps, which ask that it is at most y, and falls with none, nor does y grow."""
    for grown in search.variables:
        x = sym(grown)
        search.work.pay(ASKED * len(search.steps))
        if not all(facts[step.number].imply(x - 1) for step in search.steps):
            continue
        jumps = [(step, step.value(jump, x)) for step in search.steps for jump in search.inner(step)]
        if not all(facts[step.number].imply(after - x) for step, after in jumps):
            continue
        for factor in FACTORS:
            search.work.pay(ASKED * len(search.steps))
            chosen = {
                step.number
                for step in search.steps
                if all(facts[step.number].imply(step.value(j, x) - x * factor) for j in search.inner(step))
            }
            if not chosen:
                continue
            for limit in _limits(search, x, chosen):
                steady = all(
                    facts[step.number].imply(limit - step.value(jump, limit))
                    for step in search.steps
                    for jump in search.inner(step)
                )
                asked = all(facts[number].imply(limit - x) for number in chosen)
                if steady and asked:
                    same = dict.fromkeys(search.places, limit)
                    more = (
                        0 if all(_stays(search, number, facts[number], limit - x) for number in chosen) else 1
                    )
                    yield Ranked("grows", frozenset(chosen), (same,), factor, more)
                    return
            break


def _stays(search: Search, number: int, facts: Facts, gap: Size) -> bool:
    """Whether the limit holds behind a step too."""
    return all(
        facts.imply(step.value(jump, gap))
        for step in search.steps
        if step.number == number
        for jump in search.inner(step)
    )


def _limits(search: Search, x: Size, chosen: set[int]) -> list[Size]:
    """What guards say that x is at most."""
    (name,) = x.free
    found: dict[Size, None] = {}
    for step in search.steps:
        if step.number in chosen:
            for fact in step.facts:
                rest = fact + x
                if name in fact.free and name not in rest.free:
                    found[rest] = None
    return list(found)


def _candidates(search: Search) -> list[Size]:
    """Sizes that may be divided: variables that change, sums of two of them, guards."""
    changed = sorted(
        {name for step in search.steps for jump in search.inner(step) for name, _ in jump.values}
    )
    names = [name for name in changed if name in search.variables]
    singles = [sym(name) for name in names]
    sums = [a + b for i, a in enumerate(singles) for b in singles[i + 1 :]]
    gaps = [a - b for a in singles for b in singles if a is not b]
    guards = [fact + 1 for step in search.steps for fact in step.guard if fact.free <= set(search.variables)]
    return list(dict.fromkeys((*singles, *sums[:6], *gaps[:6], *guards[:8])))
