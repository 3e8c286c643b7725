"""Which variables matter where: those that decide a way or a cost from a location on, and those their values come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from aalpl.cost.rules.laws import parameters
from aalpl.cost.rules.nodes import Jump, Outcome, Rule
from aalpl.program.size import Size

Values = tuple[tuple[str, Size], ...]


def live(rules: Iterable[Rule]) -> Mapping[str, frozenset[str]]:
    """For each location the names whose values there matter (names of a rule's own among them)."""
    by_source: dict[str, list[tuple[Rule, frozenset[str]]]] = {}
    comes_from: dict[str, set[str]] = {}
    for rule in rules:
        by_source.setdefault(rule.source, []).append((rule, frozenset(reads(rule))))
        for jump in rule.jumps:
            comes_from.setdefault(jump.target, set()).add(rule.source)
    found: dict[str, frozenset[str]] = {place: frozenset() for place in by_source}
    waiting = dict.fromkeys(by_source)
    while waiting:
        place = next(reversed(waiting))
        del waiting[place]
        now = set(found[place])
        for rule, own in by_source[place]:
            now |= own
            for jump in rule.jumps:
                now |= before(jump, found.get(jump.target, frozenset()))
        if len(now) > len(found[place]):
            found[place] = frozenset(now)
            waiting.update(dict.fromkeys(comes_from.get(place, ())))
    return found


def before(jump: Jump, after: frozenset[str]) -> set[str]:
    """The names that matter before a jump, if these do after it."""
    values = dict(jump.values)
    names = after - values.keys()
    return set(names).union(*(values[name].free for name in after & values.keys()))


def reads(rule: Rule) -> set[str]:
    """The names that decide about a rule and what it costs."""
    sizes = [*rule.guard, rule.cost, *(value for _, args in rule.calls for _, value in args)]
    sizes += [outcome.probability for outcome in rule.outcomes if outcome.probability is not None]
    sizes += [size for _, law in rule.draws for size in parameters(law)]
    return {name for size in sizes for name in size.free}


def cut(rules: Iterable[Rule], needed: Mapping[str, frozenset[str]]) -> tuple[Rule, ...]:
    """The rules without assignments to what does not matter."""

    def values(jump: Jump | Outcome) -> Values:
        kept = needed.get(jump.target, frozenset())
        return tuple(pair for pair in jump.values if pair[0] in kept)

    def outcome(of: Outcome) -> Outcome:
        return attrs.evolve(of, values=values(of), also=tuple(Jump(to.target, values(to)) for to in of.also))

    return tuple(attrs.evolve(rule, outcomes=tuple(map(outcome, rule.outcomes))) for rule in rules)
