"""A system's cost as a sum of factors times costs: sizes of models and prices stand outside, so that equal questions are
asked once, and in few variables."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import attrs

from aalpl.cost.rules.laws import parameters
from aalpl.cost.rules.nodes import Rules
from aalpl.cost.rules.simplify import named
from aalpl.program.size import ONE, ZERO, Atom, Monomial, Size, Sym

MANY = 6


@attrs.frozen
class Part:
    """A factor >= 0, and the system that pays what it is a factor of."""

    factor: Size
    system: Rules


def parts(system: Rules, nonnegative: Callable[[Size], bool]) -> list[Part]:
    """The parts of a system whose sum it pays; one where it is not taken apart."""
    outside = _outside(system)
    found: dict[Size, dict[int, Size]] = {}
    for number, rule in enumerate(system.rules):
        for monomial, value in rule.cost.terms.items():
            factor = Size({tuple(pair for pair in monomial if pair[0] in outside): 1})
            rest: Monomial = tuple(pair for pair in monomial if pair[0] not in outside)
            costs = found.setdefault(factor, {})
            costs[number] = costs.get(number, ZERO) + Size({rest: 1}) * value
    if len(found) > MANY or not all(factor == ONE or nonnegative(factor) for factor in found):
        return [Part(ONE, system)]
    return [_part(system, factor, costs) for factor, costs in found.items()] or [Part(ONE, system)]


def _part(system: Rules, factor: Size, costs: dict[int, Size]) -> Part:
    content = _content(costs.values())
    rules = tuple(
        attrs.evolve(rule, cost=costs.get(number, ZERO) * (1 / content))
        for number, rule in enumerate(system.rules)
    )
    return Part(factor * content, named(attrs.evolve(system, rules=rules)))


def _content(costs: Iterable[Size]) -> Size:
    """The largest number that divides all coefficients."""
    sizes = [cost for cost in costs if cost]
    top = math.gcd(*(value for size in sizes for value in size.whole.values()))
    under = math.lcm(*(size.under for size in sizes))
    return ONE * top / under if top else ONE


def _outside(system: Rules) -> set[Atom]:
    """Symbols that only costs speak of."""
    decided: set[str] = set(system.variables) - system.constants
    for rule in system.rules:
        sizes = [*rule.guard, *(value for jump in rule.jumps for _, value in jump.values)]
        sizes += [outcome.probability for outcome in rule.outcomes if outcome.probability is not None]
        sizes += [size for _, law in rule.draws for size in parameters(law)]
        decided |= {name for size in sizes for name in size.free}
        decided |= {*system.own(rule), *(name for name, _ in rule.draws)}
    atoms = {atom for rule in system.rules for atom in rule.cost.atoms()}
    return {atom for atom in atoms if isinstance(atom, Sym) and atom.name not in decided}
