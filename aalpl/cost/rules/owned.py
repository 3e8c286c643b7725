"""Names that a rule decides outside: those that only the guard mentions are projected away, exactly, over integers.

A name u with lower bounds a u >= L and upper bounds b u <= U exists iff every a U - b L is large enough: >= 0 where a or b
is 1, and >= (a - 1)(b - 1) is enough otherwise (the dark shadow of the omega test: Pugh, Comm. ACM 35 (1992) 102-114).
"""

from __future__ import annotations

import attrs

from aalpl.cost.rules.linear import conjunction
from aalpl.cost.rules.nodes import Rule, Rules
from aalpl.cost.rules.plain import mapped
from aalpl.program.size import ZERO, Size, Sym, sym


def settled(rule: Rule, system: Rules) -> Rule | None:
    """The rule without names that need not be there; None where its guard holds nowhere."""
    guard = conjunction(rule.guard)
    if guard is None:
        return None
    rule = attrs.evolve(rule, guard=guard)
    for name in system.own(rule):
        put = _equal(name, rule)
        if put is not None:
            rule = mapped(rule, lambda size, name=name, put=put: size.replace({name: put}))  # type: ignore[misc]
        elif not _used(name, rule):
            rule = _without(name, rule)
    guard = conjunction(rule.guard)
    return None if guard is None else attrs.evolve(rule, guard=guard)


def _equal(name: str, rule: Rule) -> Size | None:
    """What the guard says that the name is."""
    wanted = set(rule.guard)
    for size in rule.guard:
        if -size in wanted and size.degree(Sym(name)) == 1:
            parts = size.coefficients(Sym(name))
            factor = parts[1].constant()
            put = parts.get(0, ZERO) * -(factor or 0)
            if factor in (1, -1) and all(sum(e for _, e in m) <= 1 for m in put.whole):
                return put
    return None


def _used(name: str, rule: Rule) -> bool:
    """Whether more than the guard mentions it."""
    sizes = [rule.cost, *(value for jump in rule.jumps for _, value in jump.values)]
    sizes += [outcome.probability for outcome in rule.outcomes if outcome.probability is not None]
    return any(name in size.free for size in sizes)


def _without(name: str, rule: Rule) -> Rule:
    about = [size for size in rule.guard if name in size.free]
    lows: list[tuple[int, Size]] = []
    highs: list[tuple[int, Size]] = []
    for size in about:
        parts = size.coefficients(Sym(name))
        factor = parts.get(1, ZERO).constant()
        if set(parts) - {0, 1} or factor is None or factor.denominator != 1:
            return rule
        rest = size - sym(name) * factor
        (lows if factor > 0 else highs).append((abs(int(factor)), rest))
    more: list[Size] = []
    for a, low in lows:  # a u + low >= 0
        for b, high in highs:  # high - b u >= 0
            gap = high * a + low * b
            number = gap.constant()
            if number is not None and number >= (a - 1) * (b - 1):
                continue
            if a != 1 and b != 1:
                return rule
            more.append(gap)
    kept = tuple(size for size in rule.guard if name not in size.free)
    return attrs.evolve(rule, guard=(*kept, *more))
