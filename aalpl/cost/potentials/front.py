"""The front door: bounds of what a system of rules pays, from its start to its end.

make ready -> upper and lower bounds of every run -> of what an adversary can reach or avoid -> of expectations
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from aalpl.cost.potentials.frames import framed
from aalpl.cost.potentials.search import Bound, Search, meets
from aalpl.cost.potentials.starts import winners
from aalpl.cost.potentials.strategies import live, strategies
from aalpl.cost.potentials.systems import apart, certain_chances, demonic, reached, refused
from aalpl.cost.result import Bracket, Unknown
from aalpl.cost.rules.invariants import entry, invariants
from aalpl.cost.rules.nodes import Rules
from aalpl.program.size import Size

TRIED = 2  # how many strategies are bounded with `max` where none is without

Invariants = Mapping[str, tuple[Size, ...]]


def bracket(system: Rules, held: Invariants | None = None, known: Iterable[Size] = ()) -> Bracket:
    """Bounds of what the system pays, where `known` are >= 0 at its start.

    `held` are invariants of its locations; where none are given, or where runs come back to the start, so that more may
    be known later than there, they are found here."""
    why = refused(system)
    if why is not None:
        return Bracket(reason=Unknown(why))
    system = reached(system)
    facts = tuple(dict.fromkeys((*entry(system, None), *known)))
    return _Bracketing(system, held if apart(system) is system else None, facts).bracket()


@attrs.define(eq=False)
class _Bracketing:
    system: Rules
    held: Invariants | None
    facts: tuple[Size, ...]

    def bracket(self) -> Bracket:
        worst = demonic(self.system) if self.system.random else self.system
        search = self._search(worst)
        upper = search.upper()
        high, low = self._expected() if self.system.random else (upper, None)
        most = max((bound.stage[0] for bound in (upper, high) if bound is not None), default=2)
        ends = search.paying and search.ends()
        lower = search.lower(most, upper) if ends else None
        reached, least = self._chosen(worst, upper, lower, most) if ends else (None, None)
        if not self.system.random:
            low = lower
        elif high is not None:  # what is infinite is not said to be at least something
            high, low = self._better(high, upper, 1), self._better(low, lower, -1)
        sizes = [None if bound is None else bound.size for bound in (upper, lower, reached, least, high, low)]
        if all(size is None for size in sizes):
            return Bracket(reason=Unknown("no potential of small degree was found"))
        steps = (step for bound in (upper, lower, high, low) if bound is not None for step in bound.steps)
        return Bracket(
            sizes[0], sizes[1], sizes[2], sizes[3], sizes[4], sizes[5], derivation=tuple(dict.fromkeys(steps))
        )

    def _search(self, system: Rules, certain: bool = True) -> Search:
        system = apart(system)
        return Search(system, self._held(system), self.facts, certain)

    def _held(self, system: Rules) -> Invariants:
        """The invariants, found when they are asked for first; at the start of the system, what is known there."""
        if self.held is None:
            self.held = invariants(attrs.evolve(system, facts=self.facts))
        return {**self.held, system.start: self.facts}

    def _expected(self) -> tuple[Bound | None, Bound | None]:
        if self.system.conditioned:
            return None, None
        search = self._search(self.system, certain=False)
        high = search.upper()
        return high, None if high is None else search.lower(high.stage[0], high)

    def _chosen(
        self, whole: Rules, upper: Bound | None, lower: Bound | None, most: int
    ) -> tuple[Bound | None, Bound | None]:
        """What some run pays at least, and what some run pays at most."""
        if whole.loose or not certain_chances(self.system):
            return None, None
        if _met(lower, upper):
            return lower, upper
        held = self._held(whole)
        parts = list(strategies(whole, held))
        if not parts:
            return lower, upper
        reached: Bound | None = None
        least: Bound | None = None
        for part in parts:
            if not live(part, whole, held):
                continue
            search = self._search(part)
            if not _met(reached, upper):
                bound = search.lower(most, upper, plain=True)
                reached = bound if _met(bound, upper) else self._better(reached, bound, -1)
            if not _met(lower, least):
                bound = search.quick(most)
                least = bound if _met(lower, bound) else self._better(least, bound, 1)
            if _met(reached, upper) and _met(lower, least):
                break
        return reached, least or self._least(whole, parts[:TRIED], most)

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
