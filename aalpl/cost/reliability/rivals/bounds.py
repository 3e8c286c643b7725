"""Bounds from the walk that counts right against wrong draws, whatever wrong answers are equal.

Let y be the right draws less the wrong ones so far; every draw is right with probability p, whatever happened before. Where

    before every draw              y < A   (a path with more draws stays below, too)
    at the end, if it is wrong     y <= -B

are proved, V(y) = (1 - r^(y+B)) / (1 - r^(A+B)) with r = (1-p)/p is a martingale, at most 1 wherever a run gets, and at
most 0 where the result is wrong: the probability of a right result is V(0) at least, if runs end. And with p > 1/2 they
do: A - y falls by 2p - 1 a draw on average and stays positive, so there are at most A/(2p-1) draws on average
(a ranking supermartingale: Chakarov and Sankaranarayanan, Probabilistic Program Analysis with Martingales, 2013). One rival
reaches both bounds in a race for a lead. Where every run has the same number of draws N instead, a result is right if y is
above -B then: a tail of the binomial distribution.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import attrs

from aalpl.cost.reliability.leads import not_zero
from aalpl.cost.reliability.machine import Machine
from aalpl.cost.reliability.rivals.invariants import Invariants, invariants
from aalpl.cost.reliability.rivals.locations import RIGHT, WRONG, Locations, Step
from aalpl.cost.reliability.states import Ended, State
from aalpl.cost.reliability.values import Refused
from aalpl.program.size import ONE, ZERO, Size, apply, big, power, sym

EDGES = 12
"""Numbers that are tried for A, and for B."""


@attrs.frozen
class Bounds:
    """The result is right with probability `least` at least; a run draws `most` answers on average at most."""

    least: Size | None
    most: Size | None


def bounded(machine: Machine, start: State, chance: Size, right: Callable[[Ended], bool]) -> Bounds:
    """What is proved of a function in which every draw is right with probability `chance`; `right` judges its ends."""
    system = Locations(machine, chance)
    system.explored(start)
    if not system.rests():
        raise Refused("whether it ends is not known")
    race = _Race(system, invariants(system), right)
    drift = 2 * chance - 1
    towards = machine.facts.proves(drift) and not_zero(drift, machine.apart)
    top = race.top() if towards else None
    if top is not None:
        bottom = race.bottom()
        least = None if bottom is None else _ruin(chance, top, bottom)
        return Bounds(least, top / drift)
    rounds = race.rounds()
    bottom = None if rounds is None else race.bottom()
    if rounds is None or bottom is None:
        raise Refused("how far right draws are ahead of wrong ones when it ends is not known")
    return Bounds(_tail(chance, rounds, bottom), rounds)


def _ruin(chance: Size, top: Size, bottom: Size) -> Size | None:
    """V(0)."""
    ratio = (1 - chance) / chance
    if top == bottom:
        return ONE / (1 + power(ratio, top))
    if bottom.constant() is not None and bottom.constant() == 0:
        return None
    return (1 - power(ratio, bottom)) / (1 - power(ratio, top + bottom))


def _tail(chance: Size, rounds: Size, bottom: Size) -> Size:
    """The probability that y = 2i - N is above -B after N draws, i of them right."""
    j = sym("j#")
    low = apply("floor", (rounds - bottom) / 2) + 1
    term = apply("binomial", rounds, j) * power(chance, j) * power(1 - chance, rounds - j)
    return big("sum", "j#", low, rounds, term)


@attrs.define
class _Race:
    system: Locations
    known: Invariants
    right: Callable[[Ended], bool]

    def steps(self) -> Iterator[tuple[int, Step]]:
        """All steps that may be taken."""
        for at, place in enumerate(self.system.places):
            for step in place.steps:
                yield at, step

    def top(self) -> Size | None:
        """The least number that y stays below before every draw."""
        drawing = [(at, step) for at, step in self.steps() if step.draws]
        ahead = sym(RIGHT) - sym(WRONG)
        found = [
            edge
            for edge in self.edges()
            if self.system.machine.facts.proves(edge - 1)
            and all(self.known.proves(at, step, edge - step.draws - ahead) for at, step in drawing)
        ]
        return self._least(found)

    def bottom(self) -> Size | None:
        """The largest number that the wrong draws are ahead of the right ones by where a wrong result is returned."""
        wrong = [(at, step) for at, step in self.steps() if step.end is not None and not self.right(step.end)]
        found = [
            edge
            for edge in self.edges()
            if self.system.machine.facts.proves(edge)
            and all(
                self.known.proves(at, step, sym(WRONG) + step.wrong - sym(RIGHT) - step.right - edge)
                for at, step in wrong
            )
        ]
        least = self._least([-edge for edge in found])
        return None if least is None else -least

    def rounds(self) -> Size | None:
        """The number of draws, if it is always the same."""
        ends = [(at, step) for at, step in self.steps() if step.end is not None]
        drawn = sym(RIGHT) + sym(WRONG)
        for edge in self.edges():
            if all(
                self.known.proves(at, step, sign * (drawn + step.draws - edge))
                for at, step in ends
                for sign in (1, -1)
            ):
                return edge
        return None

    def edges(self) -> list[Size]:
        """Numbers that conditions compare with, and their neighbours."""
        found: dict[Size, None] = {ZERO: None, ONE: None}
        for _, step in self.steps():
            for condition in step.conditions:
                rest = sum(
                    (
                        sym(n) * condition.terms.get(((next(iter(sym(n).atoms())), 1),), 0)
                        for n in condition.free
                        if "#" not in n and "." not in n
                    ),
                    ZERO,
                ) + (condition.constant() or condition.whole.get((), 0))
                for edge in (rest, -rest):
                    if edge.free or self.system.machine.numbers:
                        found |= dict.fromkeys((edge, edge - 1, edge + 1))
        return list(found)[: 4 * EDGES]

    def _least(self, found: list[Size]) -> Size | None:
        """One that is at most all others."""
        facts = self.system.machine.facts
        return next((one for one in found if all(facts.proves(other - one) for other in found)), None)
