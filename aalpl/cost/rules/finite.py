"""Partial evaluation: variables that only ever hold a few numbers become part of the location.

Such a variable is set to numbers, to others like it, or to a name of a rule's own that lies between two numbers. Locations
are unfolded from the start by the values of those of them that matter there; with too many the variable stays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

import attrs

from aalpl.cost.rules.linear import conjunction
from aalpl.cost.rules.live import live
from aalpl.cost.rules.nodes import Jump, Outcome, Rule, Rules
from aalpl.cost.rules.plain import mapped
from aalpl.program.size import Size, const

VALUES = 4
LOCATIONS = 60

State = tuple[tuple[str, Fraction], ...]


def unfolded(system: Rules) -> Rules:
    """The system with finite variables in its locations, as far as there are not too many of these."""
    names = _finite(system)
    matters = live(system.rules)
    while names:
        found = _unfold(system, names, matters)
        if found is not None:
            return found
        names = names - {max(sorted(names), key=lambda name: sum(name in m for m in matters.values()))}
    return system


def _finite(system: Rules) -> frozenset[str]:
    """Variables whose every new value is a number, one of them, or lies between two numbers."""
    sets = [
        (rule, name, value) for rule in system.rules for jump in rule.jumps for name, value in jump.values
    ]
    names = {name for _, name, _ in sets}
    while True:
        bad = {
            name
            for rule, name, value in sets
            if name in names
            and value.constant() is None
            and not (value.free <= names and _single(value))
            and span(value, rule, system) is None
        }
        if not bad:
            return frozenset(names)
        names -= bad


def _single(value: Size) -> bool:
    return len(value.whole) == 1 and value.under == 1 and value.free == {str(value)}


def span(value: Size, rule: Rule, system: Rules) -> range | None:
    """The few numbers that a name of the rule's own may be."""
    if not _single(value) or str(value) not in system.own(rule):
        return None
    low, high = None, None
    for size in rule.guard:
        rest = size - value
        if (number := rest.constant()) is not None:
            low = max(-number, low) if low is not None else -number
        elif (number := (size + value).constant()) is not None:
            high = min(number, high) if high is not None else number
    if low is None or high is None or high - low >= VALUES:
        return None
    return range(int(low), int(high) + 1)


def _unfold(system: Rules, names: frozenset[str], matters: Mapping[str, frozenset[str]]) -> Rules | None:
    rules_at: dict[str, list[Rule]] = {}
    for rule in system.rules:
        rules_at.setdefault(rule.source, []).append(rule)
    places = {*rules_at, *(jump.target for rule in system.rules for jump in rule.jumps)}
    called: dict[tuple[str, State], str] = {(system.start, ()): system.start}
    used = {system.start}
    waiting: list[tuple[str, State]] = [(system.start, ())]
    done: list[Rule] = []

    def place(target: str, values: Mapping[str, Fraction]) -> str:
        kept = matters.get(target, frozenset())
        state = tuple(sorted((name, value) for name, value in values.items() if name in kept))
        key = (target, state)
        if key not in called:
            called[key] = _named(target, used, places)
            used.add(called[key])
            waiting.append(key)
        return called[key]

    while waiting:
        location, state = waiting.pop()
        if len(called) > max(LOCATIONS, len(places) + LOCATIONS // 2):
            return None
        at = {name: const(value) for name, value in state}
        for rule in rules_at.get(location, ()):
            cases = _cases(mapped_all(rule, at), names, system)
            done += [_moved(each, called[location, state], dict(state), names, place) for each in cases]
    return attrs.evolve(system, rules=tuple(done))


def _named(target: str, used: set[str], places: set[str]) -> str:
    """The location's own name for its first copy."""
    if target not in used:
        return target
    taken = used | places
    return next(name for i in range(len(taken) + 1) if (name := f"{target}_{i + 2}") not in taken)


def mapped_all(rule: Rule, at: Mapping[str, Size]) -> Rule:
    """The rule with sizes in the place of names, in probabilities too."""
    changed = mapped(rule, lambda size: size.replace(at))
    outcomes = tuple(
        of if of.probability is None else attrs.evolve(of, probability=of.probability.replace(at))
        for of in changed.outcomes
    )
    return attrs.evolve(changed, outcomes=outcomes)


def _cases(rule: Rule, names: frozenset[str], system: Rules) -> list[Rule]:
    """The rule for each number that its own names, of which finite variables are made, may be."""
    guard = conjunction(rule.guard)
    if guard is None:
        return []
    for jump in rule.jumps:
        for name, value in jump.values:
            if name in names and value.constant() is None and (numbers := span(value, rule, system)):
                own = str(value)
                put = [mapped_all(rule, {own: const(number)}) for number in numbers]
                return [each for one in put for each in _cases(one, names, system)]
    return [attrs.evolve(rule, guard=guard)]


def _moved(
    rule: Rule,
    source: str,
    state: Mapping[str, Fraction],
    names: frozenset[str],
    place: Callable[[str, Mapping[str, Fraction]], str],
) -> Rule:
    def target(of: Jump | Outcome) -> tuple[str, tuple[tuple[str, Size], ...]]:
        now = dict(state)
        kept: list[tuple[str, Size]] = []
        for name, value in of.values:
            number = value.constant()
            if name in names and number is not None:
                now[name] = number
            else:
                now.pop(name, None)
                kept.append((name, value))
        return place(of.target, now), tuple(kept)

    def outcome(of: Outcome) -> Outcome:
        to, values = target(of)
        return attrs.evolve(of, target=to, values=values, also=tuple(Jump(*target(more)) for more in of.also))

    return attrs.evolve(rule, source=source, outcomes=tuple(map(outcome, rule.outcomes)))
