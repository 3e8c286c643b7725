"""When no rule of a location can be used, and when two can: guards denied, and names decided outside done away with."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from aalpl.cost.potentials.frames import framed, linear
from aalpl.cost.rules.nodes import Rule, Rules
from aalpl.program.size import Size, Sym

CASES = 48


def none_of(rules: Sequence[Rule], system: Rules, known: Sequence[Size]) -> list[tuple[Size, ...]]:
    """Conjunctions that together cover wherever none of the rules is enabled."""
    cases: list[tuple[Size, ...]] = [()]
    for rule in rules:
        enabled = projected(rule.guard, system.own(rule))
        if enabled is None or any(not system_free(fact, system) for fact in enabled):
            continue  # it may be that it is never enabled
        if not enabled:
            return []
        cases = [(*case, -fact - 1) for case in cases for fact in enabled]
        cases = [
            case for case in dict.fromkeys(map(_once, cases)) if possible((*case, *known), system.parameters)
        ]
        if len(cases) > CASES:
            return [()]
    return cases


def system_free(fact: Size, system: Rules) -> bool:
    """Whether a fact speaks of integers only, so that its opposite is known."""
    whole = fact.under == 1 and all(isinstance(atom, Sym) for atom in fact.atoms())
    return whole and fact.free.isdisjoint(system.parameters)


def projected(guard: Iterable[Size], names: Collection[str]) -> tuple[Size, ...] | None:
    """What is left to be asked of the variables so that there are such integers; None where that is not seen."""
    facts = list(dict.fromkeys(guard))
    for name in names:
        inside = [fact for fact in facts if name in fact.free]
        facts = [fact for fact in facts if name not in fact.free]
        low: list[tuple[object, Size]] = []
        high: list[tuple[object, Size]] = []
        for fact in inside:
            row = linear(fact)
            if row is None or name not in row:
                return None
            (low if row[name] > 0 else high).append((abs(row[name]), fact))
        if low and high and any(c != 1 for c, _ in (*low, *high)) and not _adjacent(low, high):
            return None
        if low and high and all(c == 1 for c, _ in (*low, *high)):
            facts += [a + b for _, a in low for _, b in high]
    return tuple(dict.fromkeys(facts))


def _adjacent(low: list[tuple[object, Size]], high: list[tuple[object, Size]]) -> bool:
    """c w >= a - c + 1 and c w <= a: a rounded quotient, which there always is."""
    if len(low) != 1 or len(high) != 1 or low[0][0] != high[0][0]:
        return False
    width = (low[0][1] + high[0][1]).constant()
    return width is not None and isinstance(low[0][0], int) and width >= low[0][0] - 1


def possible(facts: Iterable[Size], reals: Collection[str]) -> bool:
    """Whether facts do not contradict each other at a glance."""
    return not framed(facts, reals).dead


def _once(case: tuple[Size, ...]) -> tuple[Size, ...]:
    return tuple(dict.fromkeys(case))
