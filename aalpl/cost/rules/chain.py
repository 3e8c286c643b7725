"""Chaining: locations that are only passed go, and what comes before is joined with what comes after.

A run that may stop at such a location, having paid, keeps a rule that pays and stops, with the guard that nothing of what
comes after holds; where a run that finds no way is no behaviour, there is nothing to keep. A location that all pass with a
test (the head of a loop) goes first: what is left are locations inside loops, where the loop's condition holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product

import attrs

from aalpl.cost.rules.candidates import reached, reaching
from aalpl.cost.rules.linear import impossible
from aalpl.cost.rules.merge import joinable, joined
from aalpl.cost.rules.nodes import END, Outcome, Rule, Rules
from aalpl.cost.rules.owned import settled
from aalpl.cost.rules.polynomial import names

RULES = 60
ENTERED = 8
WAYS = 32
GROWTH = 4


def chained(system: Rules) -> Rules:
    """The system without locations that are only passed."""
    fresh = names(system)
    refused: set[str] = set()
    kept: set[str] = set()
    while True:
        graph = Graph.of(system)
        order = sorted(
            (rank, place)
            for place in graph.out
            if place not in refused and (rank := _rank(place, graph, kept, system.start)) is not None
        )
        if not order:
            return system
        rank, place = order[0]
        found = _without(system, place, fresh)
        if found is None:
            refused.add(place)
            continue
        if rank[0] == TESTS:  # what its tests lead to is inside the loop, or behind it
            kept |= {jump.target for rule in graph.out[place] for jump in rule.jumps}
        system = attrs.evolve(system, rules=found)


PASSED, TESTS, REST = range(3)


@attrs.frozen
class Graph:
    """The rules by where they start and by where they go, and the heads of loops."""

    out: dict[str, list[Rule]]
    into: dict[str, list[Rule]]
    heads: frozenset[str]

    @classmethod
    def of(cls, system: Rules) -> Graph:
        """The graph of a system."""
        out: dict[str, list[Rule]] = {}
        into: dict[str, list[Rule]] = {}
        for rule in system.rules:
            out.setdefault(rule.source, []).append(rule)
            for target in dict.fromkeys(jump.target for jump in rule.jumps):
                into.setdefault(target, []).append(rule)
        return cls(out, into, _heads(system.start, out))

    def tests(self, place: str) -> bool:
        """Whether a location is the head of a loop with several ways on."""
        return place in self.heads and len(self.out[place]) > 1


def _heads(start: str, out: dict[str, list[Rule]]) -> frozenset[str]:
    """Locations that a search from the start comes back to while it is still below them."""
    heads: set[str] = set()
    open_: set[str] = set()
    seen: set[str] = set()
    stack: list[tuple[str, bool]] = [(start, False)]
    while stack:
        place, leaving = stack.pop()
        if leaving:
            open_.discard(place)
            continue
        if place in seen:
            continue
        seen.add(place)
        open_.add(place)
        stack.append((place, True))
        targets = dict.fromkeys(jump.target for rule in out.get(place, ()) for jump in rule.jumps)
        heads |= open_ & targets.keys()
        stack += [(target, False) for target in targets if target not in seen]
    return frozenset(heads)


def _rank(place: str, graph: Graph, kept: set[str], start: str) -> tuple[int, int] | None:
    """When a location should go; None where it should not."""
    before, after = graph.into.get(place, []), graph.out[place]
    if place == start or not before or any(rule.source == place for rule in before):
        return None
    growth = len(before) * len(after) - len(before) - len(after)
    passed = len(before) == 1 or len(after) == 1
    if graph.tests(place) and place not in kept:
        return (TESTS, growth) if growth <= 2 * GROWTH or passed else None
    if passed and not any(graph.tests(rule.source) for rule in before) and place not in kept:
        return PASSED, growth
    return (REST, growth) if growth <= GROWTH or passed else None


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


def entered(system: Rules) -> Rules:
    """The system where loops that stay at their test are entered behind it: what holds in the loop holds at the test."""
    fresh = names(system)
    graph = Graph.of(system)
    for place in sorted(graph.heads - {system.start}):
        graph = Graph.of(system)
        after = graph.out.get(place, [])
        inside = reaching(system, place) & reached(system, place)
        outer = [rule for rule in graph.into.get(place, []) if rule.source not in inside]
        single = all(sum(1 for _ in rule.jumps) == 1 and not rule.draws for rule in outer)
        round_ = [rule for rule in graph.into.get(place, []) if rule.source in inside]
        if all(joinable(first, second, place, system) for first in round_ for second in after):
            continue
        if (
            not outer
            or not single
            or len(after) + (not system.blocked) < 2
            or len(outer) * len(after) > ENTERED
        ):
            continue
        new = _joined_all(outer, after, place, system, fresh)
        if new is not None:
            system = attrs.evolve(system, rules=(*(rule for rule in system.rules if rule not in outer), *new))
    return system


def _joined_all(
    before: list[Rule], after: list[Rule], place: str, system: Rules, fresh: Callable[[], str]
) -> list[Rule] | None:
    """Each rule before with each after, and what stops in between."""
    if not all(joinable(first, second, place, system) for first in before for second in after):
        return None
    new: list[Rule] = []
    for first in before:
        new += [joined(first, second, place, system, fresh) for second in after]
        if not system.blocked:
            stops = _stops(first, after, system)
            if stops is None:
                return None
            new += stops
    tidy = [rule for each in new if (rule := settled(each, system)) is not None]
    return [rule for rule in tidy if not impossible(rule.guard)]


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


__all__ = ["chained", "entered"]
