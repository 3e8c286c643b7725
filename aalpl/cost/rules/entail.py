"""Whether facts imply a fact, over integers: at a glance where one or two of them do, else by a linear program.

Monomials count as unknowns of their own. An integer goal g >= 0 follows if a combination of facts with factors >= 0 is
g + r with r < 1. Every answer True is exact arithmetic; False says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

import attrs

from aalpl.cost.rules.linear import REMEMBERED, tight
from aalpl.program.simplex import least_combination
from aalpl.program.size import Monomial, Size, Sym, sym

Direction = frozenset[tuple[Monomial, int]]
RELEVANT = 20


@attrs.define
class Budget:
    """How many linear programs may still be asked."""

    left: int


@attrs.define(init=False)
class Facts:
    """A conjunction that is asked what follows from it."""

    by_direction: dict[Direction, int]
    sizes: list[Size]
    dead: bool

    def __init__(self, sizes: Iterable[Size]) -> None:
        self.by_direction = {}
        self.sizes = []
        self.dead = False
        for size in map(tight, sizes):
            number = size.constant()
            if number is not None:
                self.dead = self.dead or number < 0
                continue
            way, low = direction(size), size.whole.get((), 0)
            if low < self.by_direction.get(way, low + 1):
                self.by_direction[way] = low
                self.sizes.append(size)
        self.dead = self.dead or any(self._excludes(way, low) for way, low in self.by_direction.items())

    def _excludes(self, way: Direction, low: int) -> bool:
        other = self.by_direction.get(frozenset((m, -v) for m, v in way))
        return other is not None and low + other < 0

    def imply(self, goal: Size, budget: Budget | None = None) -> bool:
        """Whether `goal >= 0` is shown to follow."""
        goal = tight(goal)
        number = goal.constant()
        if self.dead or (number is not None and number >= 0):
            return True
        if number is None and self._glance(goal):
            return True
        if budget is not None:
            if budget.left <= 0:
                return False
            budget.left -= 1
        return self._combined(goal) or self._divided(goal)

    def _divided(self, goal: Size) -> bool:
        """The goal with a variable put as the multiple that it equals: from x = 2w and x >= 1 follows w >= 1, so x >= 2."""
        for size in self.sizes:
            if -size.whole.get((), 0) == self.by_direction.get(_opposite(size)) and (
                found := _multiple(size)
            ):
                name, value = found
                if name in goal.free and self._combined(tight(goal.replace({name: value}))):
                    return True
        return False

    def _glance(self, goal: Size) -> bool:
        if self._one(goal):
            return True
        atoms = goal.free
        return any(self._one(tight(goal - size)) for size in self.sizes if not atoms.isdisjoint(size.free))

    def _one(self, goal: Size) -> bool:
        if goal.constant() is not None:
            return goal.whole.get((), 0) >= 0
        low = self.by_direction.get(direction(goal))
        return low is not None and goal.whole.get((), 0) >= low

    def _combined(self, goal: Size) -> bool:
        pool = self._about(goal)
        rows: list[Mapping[object, int]] = [{m: v for m, v in size.whole.items() if m} for size in pool]
        target: dict[object, int] = {m: v for m, v in goal.whole.items() if m}
        keys = {key for row in rows for key in row}
        if not target.keys() <= keys:
            return False
        weights = [size.whole.get((), 0) for size in pool]
        enough = goal.whole.get((), 0)
        found = least_combination(rows, weights, target, enough)
        return found is not None and found < enough + 1

    def _about(self, goal: Size) -> list[Size]:
        """Facts that have to do with the goal, nearest first."""
        names = set(goal.free)
        rest = list(self.sizes)
        pool: list[Size] = []
        while rest and len(pool) < RELEVANT:
            near = [size for size in rest if not names.isdisjoint(size.free)]
            if not near:
                break
            pool += near
            rest = [size for size in rest if names.isdisjoint(size.free)]
            names |= {name for size in near for name in size.free}
        return pool[:RELEVANT]


@lru_cache(maxsize=REMEMBERED)
def direction(size: Size) -> Direction:
    """The size without its number."""
    return frozenset((m, v) for m, v in size.whole.items() if m)


def _opposite(size: Size) -> Direction:
    return frozenset((m, -v) for m, v in size.whole.items() if m)


def _multiple(size: Size) -> tuple[str, Size] | None:
    """The x and c w of x - c w."""
    if len(size.whole) != 2 or () in size.whole or size.under != 1:
        return None
    for monomial, value in size.whole.items():
        match monomial:
            case ((Sym(name), 1),) if abs(value) == 1:
                rest = (sym(name) - size * value) if value == 1 else (sym(name) + size)
                if all(abs(v) > 1 for v in rest.whole.values()) and name not in rest.free:
                    return name, rest
            case _:
                pass
    return None
