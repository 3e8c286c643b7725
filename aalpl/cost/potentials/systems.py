"""Systems made ready: a start that nothing returns to, chance as choice, and what can be bounded at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from aalpl.cost.rules.laws import probabilities, support
from aalpl.cost.rules.nodes import Rule, Rules
from aalpl.program.size import ZERO, Size, Sym, sym
from aalpl.program.types import Law

BEGIN = "begin"
RULES, VARIABLES = 40, 12


def refused(system: Rules) -> str | None:
    """Why a system is not for potentials."""
    if system.reason is not None:
        return system.reason
    if any(rule.calls for rule in system.rules):
        return "calls that are not followed"
    if len(system.rules) > RULES or len(system.variables) > VARIABLES:
        return "too many rules or variables"
    for rule in system.rules:
        sizes = [*rule.guard, rule.cost, *(value for jump in rule.jumps for _, value in jump.values)]
        if any(not isinstance(atom, Sym) for size in sizes for atom in size.atoms()):
            return "sizes that are no polynomials"
        if any(exponent < 0 for size in sizes for monomial in size.whole for _, exponent in monomial):
            return "quotients"
        if any(value.under != 1 for jump in rule.jumps for _, value in jump.values):
            return "fractions"
    return None


def reached(system: Rules) -> Rules:
    """Without rules that nothing leads to."""
    places = {system.start}
    while (
        more := {jump.target for rule in system.rules if rule.source in places for jump in rule.jumps}
        - places
    ):
        places |= more
    return attrs.evolve(system, rules=tuple(rule for rule in system.rules if rule.source in places))


def apart(system: Rules) -> Rules:
    """The same system, where nothing goes back to the start."""
    if all(jump.target != system.start for rule in system.rules for jump in rule.jumps):
        return system
    begin = BEGIN
    while any(rule.source == begin for rule in system.rules):
        begin += "'"
    copies = tuple(attrs.evolve(rule, source=begin) for rule in system.rules if rule.source == system.start)
    return attrs.evolve(system, start=begin, rules=(*copies, *system.rules))


def demonic(system: Rules) -> Rules:
    """The same system where an adversary chooses what chance decides, among what is not impossible."""
    rules: list[Rule] = []
    for rule in system.rules:
        guard = (*rule.guard, *drawn(rule.draws))
        for outcome in rule.outcomes:
            if outcome.probability is None or outcome.probability != ZERO:
                sure = (attrs.evolve(outcome, probability=None),)
                rules.append(attrs.evolve(rule, guard=guard, outcomes=sure, draws=()))
    return attrs.evolve(system, rules=tuple(rules))


def drawn(draws: Iterable[tuple[str, Law]]) -> tuple[Size, ...]:
    """What draws are sure to be."""
    return tuple(fact for name, law in draws for fact in within(name, law))


def within(name: str, law: Law) -> list[Size]:
    """What a draw is sure to be."""
    low, high = support(law)
    return ([] if low is None else [sym(name) - low]) + ([] if high is None else [high - sym(name)])


def reals(system: Rules) -> tuple[str, ...]:
    """Names that need not be integers."""
    chances = [o.probability for rule in system.rules for o in rule.outcomes if o.probability is not None]
    chances += [p for rule in system.rules for _, law in rule.draws for p in probabilities(law)]
    decided = {name for rule in system.rules for name in _decided(rule)}
    names = {name for p in chances for name in p.free} - decided
    return tuple(sorted({*system.parameters, *names}))


def _decided(rule: Rule) -> set[str]:
    """Names that a rule tests or changes: integers."""
    sizes = [*rule.guard, *(value for jump in rule.jumps for _, value in jump.values)]
    return {name for size in sizes for name in size.free}


def unchanged(facts: tuple[Size, ...], system: Rules) -> tuple[Size, ...]:
    """Facts about what never changes: they hold everywhere."""
    fixed = {*system.constants, *system.parameters}
    return tuple(fact for fact in facts if fact.free <= fixed)


def with_facts(
    invariants: Mapping[str, tuple[Size, ...]], facts: tuple[Size, ...], system: Rules
) -> dict[str, tuple[Size, ...]]:
    """The invariants, and what always holds."""
    places = {rule.source for rule in system.rules}
    return {place: tuple(dict.fromkeys((*invariants.get(place, ()), *facts))) for place in places}


def certain_chances(system: Rules) -> bool:
    """Whether every outcome, and every value of a draw, has a probability that is known not to be 0."""
    chances = [o.probability for rule in system.rules for o in rule.outcomes if o.probability is not None]
    chances += [p for rule in system.rules for _, law in rule.draws for p in probabilities(law)]
    chances += [1 - p for rule in system.rules for _, law in rule.draws for p in probabilities(law)]
    return all((number := p.constant()) is not None and number > 0 for p in chances)
