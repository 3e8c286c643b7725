"""Random systems of rules: few places, guards and steps as loops have them, chance and choice."""

from __future__ import annotations

import random
from fractions import Fraction

from aalpl.cost.rules.nodes import END, Jump, Outcome, Rule, Rules
from aalpl.program.size import ONE, ZERO, Size, const, sym
from aalpl.program.types import Bernoulli, Binomial, Law, Uniform

HALF = const(Fraction(1, 2))
LAWS: tuple[Law, ...] = (
    Uniform(const(0), const(2)),
    Uniform(const(-1), const(2)),
    Bernoulli(HALF),
    Binomial(const(2), HALF),
)


def random_system(seed: int) -> Rules:
    """A system with one to three places and variables."""
    return _Maker(random.Random(seed)).system()


class _Maker:
    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.names = "xyz"[: chance.choice([1, 2, 2, 3])]
        self.places = "fgh"[: chance.choice([1, 1, 2, 2, 3])]

    def system(self) -> Rules:
        rules: list[Rule] = []
        for place in self.places:
            if self.chance.random() < 0.6:
                guard = tuple(self.fact() for _ in range(self.chance.choice([1, 1, 2])))
                rules += [self.rule(place, guard) for _ in range(self.chance.choice([1, 1, 2]))]
                if self.chance.random() < 0.6:
                    rules += [Rule(place, (-e - 1,), ZERO, (Outcome(self.target(place)),)) for e in guard]
            else:
                for _ in range(self.chance.choice([1, 2])):
                    guard = tuple(self.fact() for _ in range(self.chance.choice([0, 1, 2])))
                    rules.append(self.rule(place, guard))
        return Rules("f", tuple(self.names), tuple(rules))

    def variable(self) -> Size:
        return sym(self.chance.choice(self.names))

    def fact(self) -> Size:
        a, kind = self.variable(), self.chance.random()
        if kind < 0.6:
            return a - 1 - self.chance.choice([0, 0, 1])
        if kind < 0.75:
            return self.variable() - a + self.chance.choice([-1, 0, 1])
        return -a + self.chance.choice([0, 3]) if kind < 0.9 else a + self.variable() - 1

    def target(self, place: str) -> str:
        return self.chance.choice([*self.places, END]) if self.chance.random() < 0.75 else place

    def values(self, own: Size | None = None) -> tuple[tuple[str, Size], ...]:
        found = []
        for name in self.names:
            kind, now = self.chance.random(), sym(name)
            if own is not None and kind < 0.5:
                found.append((name, now - own))
            elif kind > 0.5:
                steps = [now - 1, now - 1, now - 1, now - 2, now + 1, const(self.chance.choice([0, 1]))]
                found.append(
                    (name, self.chance.choice([*steps, self.variable() - self.chance.choice([0, 1])]))
                )
        return tuple(found)

    def rule(self, place: str, guard: tuple[Size, ...]) -> Rule:
        cost = self.chance.choice([ONE, ONE, ONE, const(2), ZERO, ZERO])
        kind, own = self.chance.random(), sym("U")

        def way(p: Fraction | None = None, name: Size | None = None) -> Outcome:
            return Outcome(self.target(place), self.values(name), None if p is None else const(p))

        if kind < 0.6:
            return Rule(place, guard, cost, (way(),))
        if kind < 0.82:
            p = self.chance.choice([Fraction(1, 2), Fraction(1, 3), Fraction(3, 4)])
            return Rule(place, guard, cost, (way(p), way(1 - p)))
        if kind < 0.89:
            low = self.chance.choice([0, 1])
            return Rule(place, (*guard, own - low, 2 - own), cost, (way(None, own),))
        if kind < 0.96:
            return Rule(place, guard, cost, (way(None, own),), draws=(("U", self.chance.choice(LAWS)),))
        also = (Jump(self.target(place), self.values()),)
        return Rule(place, guard, cost, (Outcome(self.target(place), self.values(), None, also),))
