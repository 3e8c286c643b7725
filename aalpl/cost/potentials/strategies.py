"""What an adversary may decide to do: parts of a system of which every run is a run of the whole.

Of rules that can be used in the same state, a strategy keeps one; a number that is decided outside it puts at an end of
its range. Where the whole goes on, the part must go on too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product

import attrs

from aalpl.cost.potentials.frames import framed, linear
from aalpl.cost.potentials.guards import none_of
from aalpl.cost.potentials.work import Work
from aalpl.cost.rules.nodes import Jump, Rule, Rules
from aalpl.program.size import Size, sym

STRATEGIES = 8
LOOK = 30  # what it costs to see whether a rule is enabled
DECIDED = 4  # how many rules a cluster is decided by


def strategies(system: Rules, invariants: Mapping[str, tuple[Size, ...]], work: Work) -> Iterator[Rules]:
    """Some parts of a system (whose rules have one outcome each) that leave less open. Raises `TooLarge`."""
    places: dict[str, list[Rule]] = {}
    for rule in system.rules:
        places.setdefault(rule.source, []).append(rule)
    options: list[list[tuple[Rule, ...]]] = []
    for place, there in places.items():
        known = invariants.get(place, ())
        work.pay(2 * LOOK * len(there) ** 2)
        clusters = _clusters(there, known, system)
        options += [_options(cluster, known, system, work) for cluster in clusters]
    if all(len(each) == 1 and set(each[0]) <= set(system.rules) for each in options):
        return
    uniform = [[each[min(i, len(each) - 1)] for each in options] for i in range(max(map(len, options)))]
    seen: list[tuple[Rule, ...]] = []
    mixed = map(list, islice(product(*options), STRATEGIES))
    for chosen in (*uniform, *mixed):
        rules = tuple(rule for each in chosen for rule in each)
        if rules not in seen and len(seen) < STRATEGIES:
            seen.append(rules)
            yield attrs.evolve(system, rules=rules)


def live(part: Rules, whole: Rules, invariants: Mapping[str, tuple[Size, ...]]) -> bool:
    """Whether the part goes on wherever the whole does; and for a system that may not stop, everywhere."""
    for place in {rule.source for rule in whole.rules}:
        known = invariants.get(place, ())
        mine = [rule for rule in part.rules if rule.source == place]
        cases = none_of(mine, part, known)
        if part.blocked and cases:
            return False
        others = [rule for rule in whole.rules if rule.source == place and rule not in mine]
        for case in cases:
            if any(not framed((*case, *known, *rule.guard), whole.parameters).dead for rule in others):
                return False
    return True


def _clusters(rules: Sequence[Rule], known: tuple[Size, ...], system: Rules) -> list[list[Rule]]:
    """Rules that can be used in the same state, together."""
    groups: list[list[Rule]] = []
    for rule in rules:
        touching = [g for g in groups if any(_meet(rule, other, known, system) for other in g)]
        groups = [g for g in groups if g not in touching]
        groups.append([r for g in touching for r in g] + [rule])
    return groups


def _meet(one: Rule, other: Rule, known: Sequence[Size], system: Rules) -> bool:
    """Whether both may be enabled; a name of both is not the same in both."""
    if set(system.own(one)) & set(system.own(other)):
        return True
    return not framed((*one.guard, *other.guard, *known), system.parameters).dead


def _options(
    cluster: Sequence[Rule], known: Sequence[Size], system: Rules, work: Work
) -> list[tuple[Rule, ...]]:
    """Ways to decide among the rules of a cluster: one first of all, or while it can be used again; where that is not,
    another. Names of their own at an end."""
    found: list[tuple[Rule, ...]] = []
    for rule in cluster:
        for first in dict.fromkeys((_again(rule), rule) if len(cluster) > 1 else (rule,)):
            for kept in islice(_covers((first,), cluster, known, system, work), 2):
                found += [tuple(_fixed(each, side, system) for each in kept) for side in (1, -1)]
    return list({frozenset(each): each for each in found}.values()) or [tuple(cluster)]


def _again(rule: Rule) -> Rule:
    """The rule where it can be used once more after it, if it comes back to its place."""
    if rule.outcomes[0].target != rule.source:
        return rule
    values = dict(rule.outcomes[0].values)
    return attrs.evolve(
        rule, guard=tuple(dict.fromkeys((*rule.guard, *(fact.replace(values) for fact in rule.guard))))
    )


def _covers(
    kept: tuple[Rule, ...], cluster: Sequence[Rule], known: Sequence[Size], system: Rules, work: Work
) -> Iterator[tuple[Rule, ...]]:
    """The rules kept, and others where none of them is enabled but one of the cluster is."""
    work.pay(LOOK * len(kept))
    for case in none_of(kept, system, known):
        work.pay(LOOK * len(cluster))
        missing = [rule for rule in cluster if _enabled(rule, case, known, system)]
        if missing and len(kept) <= DECIDED:
            for rule in missing:
                narrow = attrs.evolve(rule, guard=tuple(dict.fromkeys((*rule.guard, *case))))
                yield from _covers((*kept, narrow), cluster, known, system, work)
        if missing:
            return
    yield kept


def _enabled(rule: Rule, case: Sequence[Size], known: Sequence[Size], system: Rules) -> bool:
    return not framed((*rule.guard, *case, *known), system.parameters).dead


def _fixed(rule: Rule, side: int, system: Rules) -> Rule:
    """The rule with its own names at the upper (1), or the lower (-1) ends of their ranges."""
    for name in system.own(rule):
        ends = _ends(name, rule.guard, side)
        if len(ends) == 1:
            rule = put(rule, {name: ends[0]})
    return rule


def _ends(name: str, guard: Sequence[Size], side: int) -> list[Size]:
    """The limits of a name in a guard, where it stands with coefficient 1."""
    ends = []
    for fact in guard:
        row = linear(fact)
        if name in fact.free and (row is None or abs(row[name]) != 1):
            return []
        if row is not None and row.get(name) == -side:
            ends.append(sym(name) + side * fact)
    return ends


def put(rule: Rule, values: Mapping[str, Size]) -> Rule:
    """The rule with sizes for names of its own."""

    def jump(of: Jump) -> Jump:
        return attrs.evolve(of, values=tuple((name, value.replace(values)) for name, value in of.values))

    outcomes = tuple(
        attrs.evolve(
            outcome,
            values=tuple((name, value.replace(values)) for name, value in outcome.values),
            also=tuple(map(jump, outcome.also)),
        )
        for outcome in rule.outcomes
    )
    guard = tuple(
        fact
        for fact in (f.replace(values) for f in rule.guard)
        if (fact.constant() or 0) < 0 or fact.constant() is None
    )
    return attrs.evolve(rule, guard=guard, cost=rule.cost.replace(values), outcomes=outcomes)
