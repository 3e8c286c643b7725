"""The front door: bounds of what a system of rules pays, from its start to its end.

make ready -> upper and lower bounds of every run -> of what an adversary can reach or avoid -> of expectations
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

import attrs

from aalpl.cost.potentials.frames import framed
from aalpl.cost.potentials.search import Bound, Search, meets
from aalpl.cost.potentials.starts import winners
from aalpl.cost.potentials.strategies import live, strategies
from aalpl.cost.potentials.systems import apart, certain_chances, demonic, reached, refused
from aalpl.cost.potentials.systems import reached as come_to
from aalpl.cost.potentials.work import ALL, TooLarge, Work
from aalpl.cost.result import Bracket, Unknown
from aalpl.cost.rules.invariants import entry, invariants
from aalpl.cost.rules.nodes import Rules
from aalpl.program.size import Size

UPPER, MEAN, LOWER, DECIDED, CHOSEN = 50, 70, 82, 85, 93  # percents of the work after which each is given up
TRIED = 2  # how many strategies are bounded with `max` where none is without

T = TypeVar("T")
Invariants = Mapping[str, tuple[Size, ...]]


def bracket(
    system: Rules, held: Invariants | None = None, known: Iterable[Size] = (), work: int = ALL
) -> Bracket:
    """Bounds of what the system pays, where `known` are >= 0 at its start.

    `held` are invariants of its locations; where none are given, or where runs come back to the start, so that more may
    be known later than there, they are found here. All of it takes no more than so much `work`."""
    why = refused(system)
    if why is not None:
        return Bracket(reason=Unknown(why))
    system = reached(system)
    facts = tuple(dict.fromkeys((*entry(system, None), *known)))
    return _Bracketing(system, held if apart(system) is system else None, facts, work).bracket()


@attrs.define(eq=False)
class _Bracketing:
    system: Rules
    held: Invariants | None
    facts: tuple[Size, ...]
    total: int
    work: Work = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.work = Work(self.total)

    def bracket(self) -> Bracket:
        worst = demonic(self.system) if self.system.random else self.system
        search = self._search(worst)
        upper = self._within(UPPER, search.upper)
        mean = None
        if self.system.random and not self.system.conditioned:
            mean = self._search(self.system, certain=False)
        high = upper if not self.system.random else None if mean is None else self._within(MEAN, mean.upper)
        most = max((bound.stage[0] for bound in (upper, high) if bound is not None), default=2)
        ends = search.paying and bool(self._within(LOWER, search.ends))
        lower = self._within(LOWER, lambda: search.lower(most, upper)) if ends else None
        reached, least = self._chosen(worst, upper, lower, most) if ends else (None, None)
        low = None if self.system.random else lower
        if mean is not None and high is not None:  # what is infinite is not said to be at least something
            low = self._mean_below(mean, high)
            high, low = self._better(high, upper, 1), self._better(low, lower, -1)
        sizes = [None if bound is None else bound.size for bound in (upper, lower, reached, least, high, low)]
        if all(size is None for size in sizes):
            return Bracket(reason=Unknown("no potential of small degree was found"))
        steps = (step for bound in (upper, lower, high, low) if bound is not None for step in bound.steps)
        return Bracket(
            sizes[0], sizes[1], sizes[2], sizes[3], sizes[4], sizes[5], derivation=tuple(dict.fromkeys(steps))
        )

    def _mean_below(self, mean: Search, high: Bound) -> Bound | None:
        return self._within(100, lambda: mean.lower(high.stage[0], high))

    def _search(self, system: Rules, certain: bool = True) -> Search:
        system = apart(system)
        return Search(system, self._held(system), self.facts, certain, self.work)

    def _within(self, percent: int, find: Callable[[], T | None]) -> T | None:
        """What is found, if it is before so much of all the work is done."""
        self.work.kept = self.total * (100 - percent) // 100
        try:
            return find()
        except TooLarge:
            return None

    def _held(self, system: Rules) -> Invariants:
        """The invariants, found when they are asked for first; at the start of the system, what is known there."""
        if self.held is None:
            self.held = invariants(attrs.evolve(system, facts=self.facts))
        return {**self.held, system.start: self.facts}

    def _chosen(
        self, whole: Rules, upper: Bound | None, lower: Bound | None, most: int
    ) -> tuple[Bound | None, Bound | None]:
        """What some run pays at least, and what some run pays at most."""
        if whole.loose or not certain_chances(self.system):
            return None, None
        if _met(lower, upper):
            return lower, upper
        held = self._held(whole)
        parts = self._within(DECIDED, lambda: list(strategies(whole, held, self.work)))
        self.work.kept = self.total * (100 - CHOSEN) // 100
        if not parts:
            return lower, upper
        reached: Bound | None = None
        least: Bound | None = None
        best: list[Rules] = []
        for part in parts:
            if self.work.spent:
                break
            if not live(part, whole, held):
                continue
            search = self._search(part)
            if not _met(reached, upper):
                bound = search.lower(most, upper, plain=True)
                more = bound if _met(bound, upper) else self._better(reached, bound, -1)
                best = [part, *best] if more != reached else best
                reached = more
            if not _met(lower, least):
                bound = search.quick(most)
                least = bound if _met(lower, bound) else self._better(least, bound, 1)
            if _met(reached, upper) and _met(lower, least):
                break
        if not _met(reached, upper):
            reached = self._closer(best, reached, upper, most)
        return reached, least or self._least(whole, parts[:TRIED], most)

    def _closer(
        self, best: list[Rules], reached: Bound | None, upper: Bound | None, most: int
    ) -> Bound | None:
        """What some run pays at least, by what holds in such runs only."""
        for part in (come_to(apart(each)) for each in best[:TRIED]):
            if upper is None or self.work.spent:
                break
            own = {**invariants(attrs.evolve(part, facts=self.facts)), part.start: self.facts}
            bound = Search(part, own, self.facts, True, self.work).lower(most, upper, plain=True)
            if _met(bound, upper):
                return bound
            reached = self._better(reached, bound, -1)
        return reached

    def _least(self, whole: Rules, parts: list[Rules], most: int) -> Bound | None:
        """What some run pays at most, with `max` in potentials."""
        held = self._held(whole)
        found = (self._search(part).upper(most) for part in parts if live(part, whole, held))
        return next((bound for bound in found if bound is not None), None)

    def _better(self, one: Bound | None, other: Bound | None, side: int) -> Bound | None:
        if one is None or other is None:
            return one or other
        if one.size == other.size:
            return one
        size = winners([one.size, other.size], framed(self.facts, self.system.parameters), side)
        return attrs.evolve(other if size == other.size else one, size=size)


def _met(lower: Bound | None, upper: Bound | None) -> bool:
    return lower is not None and upper is not None and meets(lower, upper)
