"""Makes a system small without changing what any run of it pays.

Polynomials only -> what matters -> values that are copies -> finite variables into locations -> guards that can hold,
locations that can be reached -> chaining; until nothing changes.
"""

from __future__ import annotations

import attrs

from aalpl.cost.rules.chain import chained, entered
from aalpl.cost.rules.finite import unfolded
from aalpl.cost.rules.linear import impossible
from aalpl.cost.rules.live import cut, live
from aalpl.cost.rules.nodes import END, Rule, Rules
from aalpl.cost.rules.owned import settled
from aalpl.cost.rules.plain import mapped
from aalpl.cost.rules.polynomial import polynomial
from aalpl.program.size import Size

_PASSES = 4

Seen = dict[Rule, Rule | None]
"""Rules over the same variables, as they are settled; None where one can never be used."""


def simplify(system: Rules) -> Rules:
    """The system made small. The size of what it was is no limit: where a step would blow it up it is left out."""
    system = polynomial(system)
    if system.reason is not None:
        return system
    seen: Seen = {}
    for _ in range(_PASSES):
        before = system.rules
        system = possible(sliced(copied(unfolded(possible(sliced(system), seen)))), seen)
        system = chained(system)
        if system.rules == before:
            break
    return named(possible(sliced(entered(system)), seen))


def sliced(system: Rules) -> Rules:
    """Without assignments to what decides nothing and costs nothing."""
    return attrs.evolve(system, rules=cut(system.rules, live(system.rules)))


def named(system: Rules) -> Rules:
    """With only the variables that the rules speak of, and those of the start."""
    matters = live(system.rules)
    used = {name for names in matters.values() for name in names}
    return attrs.evolve(system, variables=tuple(name for name in system.variables if name in used))


def possible(system: Rules, seen: Seen | None = None) -> Rules:
    """With only rules whose guards can hold, at locations that can be reached, once each."""
    known: Seen = {} if seen is None else seen
    kept: dict[Rule, None] = {}
    for each in system.rules:
        bare = attrs.evolve(each, comments=()) if each.comments else each
        if bare not in known:
            rule = settled(bare, system)
            known[bare] = None if rule is None or impossible(rule.guard) else rule
        if (found := known[bare]) is not None:
            kept[found] = None
    rules = _ending(tuple(kept), system) if system.blocked else tuple(kept)
    return attrs.evolve(system, rules=_reached(rules, system.start))


def _reached(rules: tuple[Rule, ...], start: str) -> tuple[Rule, ...]:
    seen = {start}
    grown = True
    while grown:
        more = {jump.target for rule in rules if rule.source in seen for jump in rule.jumps} - seen
        seen |= more
        grown = bool(more)
    return tuple(rule for rule in rules if rule.source in seen)


def _ending(rules: tuple[Rule, ...], system: Rules) -> tuple[Rule, ...]:
    """Without rules that lead only to where no way goes on."""
    while True:
        sources = {rule.source for rule in rules} | {END}
        kept = tuple(rule for rule in rules if all(jump.target in sources for jump in rule.jumps))
        if len(kept) == len(rules) or not any(rule.source == system.start for rule in kept):
            return kept if len(kept) == len(rules) else rules
        if any(len(rule.outcomes) > 1 for rule in set(rules) - set(kept)):
            return rules
        rules = kept


def copied(system: Rules) -> Rules:
    """Without variables that are always set to the same constant size."""
    constants = system.constants
    found: dict[str, Size | None] = {}
    for rule in system.rules:
        for jump in rule.jumps:
            for name, value in jump.values:
                same = value.free <= constants and found.get(name, value) == value
                found[name] = value if same else None
    start = live(system.rules).get(system.start, frozenset())
    put = {name: value for name, value in found.items() if value is not None and name not in start}
    if not put:
        return system
    rules = tuple(_put(rule, put) for rule in system.rules)
    return attrs.evolve(system, rules=rules)


def _put(rule: Rule, put: dict[str, Size]) -> Rule:
    changed = mapped(rule, lambda size: size.replace(put))
    outcomes = tuple(
        attrs.evolve(
            of,
            probability=None if of.probability is None else of.probability.replace(put),
        )
        for of in changed.outcomes
    )
    return attrs.evolve(changed, outcomes=outcomes)
