"""Chaining: locations that are only passed go, and what comes before is joined with what comes after.

A run that may stop at such a location, having paid, keeps a rule that pays and stops, with the guard that nothing of what
comes after holds; where a run that finds no way is no behaviour, there is nothing to keep. A location that all pass with a
test (the head of a loop) goes first: what is left are locations inside loops, where the loop's condition holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product

import attrs

from aalpl.cost.rules.linear import impossible
from aalpl.cost.rules.merge import joinable, joined
from aalpl.cost.rules.nodes import END, Outcome, Rule, Rules
from aalpl.cost.rules.owned import settled
from aalpl.cost.rules.polynomial import names

RULES = 60
WAYS = 32
GROWTH = 3


def chained(system: Rules) -> Rules:
    """The system without locations that are only passed."""
    fresh = names(system)
    refused: set[str] = set()
    while True:
        candidates = [place for place in _candidates(system) if place not in refused]
        if not candidates:
            return system
        place = candidates[0]
        found = _without(system, place, fresh)
        if found is None:
            refused.add(place)
        else:
            system = attrs.evolve(system, rules=found)


def _candidates(system: Rules) -> list[str]:
    """Locations that may go, in the order in which they should."""
    into: dict[str, list[Rule]] = {}
    out: dict[str, list[Rule]] = {}
    for rule in system.rules:
        out.setdefault(rule.source, []).append(rule)
        for target in dict.fromkeys(jump.target for jump in rule.jumps):
            into.setdefault(target, []).append(rule)
    found: list[tuple[bool, int, str]] = []
    for place, after in out.items():
        before = into.get(place, [])
        if place == system.start or not before or any(r.source == place for r in before):
            continue
        growth = len(before) * len(after) - len(before) - len(after)
        if growth > GROWTH and len(before) > 1 and len(after) > 1:
            continue
        tests = len(after) > 1 and len(before) > 1
        found.append((not tests, growth, place))
    return [place for _, _, place in sorted(found)]


def _without(system: Rules, place: str, fresh: Callable[[], str]) -> tuple[Rule, ...] | None:
    before = [rule for rule in system.rules if any(jump.target == place for jump in rule.jumps)]
    after = [rule for rule in system.rules if rule.source == place]
    several = any(sum(1 for _ in rule.jumps) > 1 or rule.draws for rule in before)
    if several and len(after) > 1:
        return None
    if not all(joinable(first, second, place, system) for first in before for second in after):
        return None
    new: list[Rule] = []
    for first in before:
        new += [joined(first, second, place, system, fresh) for second in after]
        if system.blocked or several:
            continue
        stops = _stops(first, after, system)
        if stops is None:
            return None
        new += stops
    kept = [rule for rule in system.rules if rule not in before and rule not in after]
    tidy = [rule for each in new if (rule := settled(each, system)) is not None]
    tidy = [rule for rule in tidy if not impossible(rule.guard)]
    if len(kept) + len(tidy) > max(RULES, len(system.rules)):
        return None
    return (*kept, *tidy)


def _stops(first: Rule, after: Iterable[Rule], system: Rules) -> list[Rule] | None:
    """Rules that pay what `first` pays and stop, where nothing comes after; None where that cannot be said."""
    ways = 1
    for rule in after:
        ways *= max(1, len(rule.guard))
        if ways > WAYS or (rule.guard and system.own(rule)):
            return None
    (outcome,) = first.outcomes
    at = dict(outcome.values)
    found: list[Rule] = []
    for denied in product(*(rule.guard for rule in after)):
        guard = (*first.guard, *(-size.replace(at) - 1 for size in denied))
        if not impossible(guard):
            found.append(attrs.evolve(first, guard=guard, outcomes=(Outcome(END),)))
    return found


__all__ = ["chained"]
