"""A system over polynomials, or the reason why it has none."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from aalpl.cost.rules.laws import parameters
from aalpl.cost.rules.nodes import Rule, Rules
from aalpl.cost.rules.plain import plain, whole_sizes
from aalpl.program.size import Size, Sym


def polynomial(system: Rules) -> Rules:
    """The system with all sizes polynomials; what else is paid, or compares what is no integer, is a reason."""
    reals = frozenset(system.parameters)
    fresh = names(system)
    done: list[Rule] = []
    loose, reason = system.loose, system.reason
    for rule in system.rules:
        if any(not is_polynomial(size) for _, law in rule.draws for size in parameters(law)):
            reason = reason or "a law whose parameters are no polynomials"
        for each in plain(rule, fresh):
            loose = loose or bool(each.unknown)
            reason = reason or _reason(each.rule, each.paid, reals)
            done.append(each.rule)
    return attrs.evolve(system, rules=tuple(done), loose=loose, reason=reason)


def _reason(rule: Rule, paid: bool, reals: frozenset[str]) -> str | None:
    if paid:
        return "a cost that is no polynomial in the variables"
    if rule.calls:
        return f"what `{rule.calls[0][0]}` costs is not known"
    if not all(map(is_polynomial, whole_sizes(rule))):
        return "a division by a variable"
    decided = [*rule.guard, *(value for jump in rule.jumps for _, value in jump.values)]
    if any(size.free & reals for size in decided):
        return "a comparison of probabilities"
    return None


def is_polynomial(size: Size) -> bool:
    """Whether the size has only symbols in it, none of them below."""
    return all(isinstance(atom, Sym) and exponent > 0 for m in size.whole for atom, exponent in m)


def names(system: Rules) -> Callable[[], str]:
    """Gives names that nothing in the system has."""
    taken = {*system.variables, *system.parameters}
    for rule in system.rules:
        taken |= {name for size in whole_sizes(rule) for name in size.free}
        taken |= {name for name, _ in rule.draws}
    count = 0

    def fresh() -> str:
        nonlocal count
        count += 1
        while f"w{count}" in taken:
            count += 1
        return f"w{count}"

    return fresh
