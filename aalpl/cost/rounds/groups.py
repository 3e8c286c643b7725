"""Variables that are made from each other: what the largest of them is at most."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from aalpl.cost.rounds.steps import Step, strongly_connected
from aalpl.cost.rules.nodes import Jump
from aalpl.program.size import ONE, ZERO, Size, Sym, const, power, sym

if TYPE_CHECKING:
    from aalpl.cost.rounds.sizes import Sizes


def grouped(sizes: Sizes, place: str, name: str) -> Size | None:
    """What the largest of variables that are made from each other is at most: x' = y, y' = x + y."""
    component = sizes.component(place)
    group = _group(sizes, component, name)
    if len(group) < 2 or sizes.system.start in component:
        return None
    base: list[Size] = []
    added, scale = ZERO, ONE
    for step in sizes.steps:
        for jump in step.jumps:
            if jump.target not in component:
                continue
            if step.source not in component:
                ends = [sizes.above(step, step.value(jump, sym(each))) for each in sorted(group)]
                if any(end is None for end in ends):
                    return None
                base += [sizes.positive(end) for end in ends if end is not None]
                continue
            change = _mixed(sizes, step, jump, group)
            if change is None:
                return None
            added, scale = added + change[0], scale * change[1]
    return scale * (sizes.largest(base) + added) if base else None


def _group(sizes: Sizes, component: frozenset[str], name: str) -> frozenset[str]:
    """The variables that one is made from inside a component, and that are made from it."""
    made: dict[str, set[str]] = {}
    for step in sizes.steps:
        for jump in step.jumps if step.source in component else ():
            for variable, value in jump.values if jump.target in component else ():
                made.setdefault(variable, set()).update(value.free)
    names = list(made)
    numbers = {each: i for i, each in enumerate(names)}
    targets = {numbers[a]: [numbers[b] for b in sorted(of) if b in numbers] for a, of in made.items()}
    for part in strongly_connected(targets):
        if name in numbers and numbers[name] in part:
            return frozenset(names[i] for i in part)
    return frozenset()


def _mixed(sizes: Sizes, step: Step, jump: Jump, group: frozenset[str]) -> tuple[Size, Size] | None:
    """What a step adds in all to the largest of a group (or 0), and multiplies it with in all."""
    times = sizes.times.get(step.number)
    most, added = Fraction(0), ZERO
    for name in sorted(group):
        value = step.value(jump, sym(name))
        if value == sym(name):
            most = max(most, Fraction(1))
            continue
        if times is None:
            return None
        factors = {each: value.terms.get(((Sym(each), 1),), Fraction(0)) for each in group}
        rest = value
        for each, factor in factors.items():
            rest = rest - sym(each) * factor
        less = [each for each, factor in factors.items() if factor < 0]
        if rest.free & group or not all(step.implies(sym(each)) for each in less):
            return None
        end = sizes.above(step, rest)
        if end is None:
            return None
        added = added + sizes.positive(end)
        most = max(most, sum((factor for factor in factors.values() if factor > 0), Fraction(0)))
    if times is None:
        return ZERO, ONE
    return times * added, power(const(most), times) if most > 1 else ONE
