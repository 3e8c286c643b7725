"""How often each step is taken, part by part.

A step between components is taken once for each time that the component before it is entered. Inside a component some steps
are counted by a ranking from where runs enter; then these are where runs enter what is left of it, and so on: loops inside
loops are counted by the product (Brockschmidt et al. 2016, section 3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from aalpl.cost.rounds.ranking import Ranked, Search
from aalpl.cost.rounds.sizes import Sizes
from aalpl.cost.rounds.steps import Step, components
from aalpl.cost.rules.nodes import Jump, Rules
from aalpl.cost.sizes.known import Known
from aalpl.program.size import ONE, ZERO, Size, apply, const, floor, given, maximum

LONG = 60


@attrs.define
class Counter:
    """The steps of a system and how often they are taken, as far as is known."""

    system: Rules
    invariants: Mapping[str, tuple[Size, ...]]
    known: Known
    steps: tuple[Step, ...]
    times: dict[int, Size] = attrs.field(factory=dict)
    counted: list[tuple[Ranked, Size]] = attrs.field(factory=list)
    _places: dict[str, frozenset[str]] = attrs.field(factory=dict)

    def run(self) -> bool:
        """Counts all steps; whether that succeeded."""
        parts = components(self.steps)
        self._places = {place: part for part in parts for place in part}
        for part in parts:
            entered = self._entered(part)
            if entered is None:
                return False
            inside = [step for step in self.steps if step.source in part]
            within = [step for step in inside if any(jump.target in part for jump in step.jumps)]
            for step in inside:
                if step not in within:
                    self.times[step.number] = self._once(step, entered)
            if not self._loop(within, part):
                return False
        return True

    # -- between components ------------------------------------------------------------------------------------------

    @property
    def sizes(self) -> Sizes:
        """Sizes by what is counted so far."""
        return Sizes(self.system, self.steps, self._places, self.invariants, self.known, self.times)

    def _entries(self, part: frozenset[str], among: Sequence[Step] | None = None) -> list[tuple[Step, Jump]]:
        """The jumps that lead into a part: by other steps than those among it."""
        inside = {step.number for step in among or ()}
        return [
            (step, jump)
            for step in self.steps
            for jump in step.jumps
            if jump.target in part
            and (step.source not in part if among is None else step.number not in inside)
        ]

    def _entered(self, part: frozenset[str]) -> Size | None:
        """How often a component is entered."""
        single = all(len(step.jumps) == 1 for step in self.steps)
        if single or self.system.start in part:
            return ONE if single or not self._entries(part) else None
        total = ZERO
        for step, _ in self._entries(part):
            if step.number not in self.times:
                return None
            total = total + self.times[step.number]
        return total

    def _once(self, step: Step, entered: Size) -> Size:
        """A step that leaves for good is taken once for each time that its component is entered."""
        first = step.source == self.system.start and entered == ONE and len(self._places[step.source]) == 1
        if not first or sum(1 for other in self.steps if other.source == step.source) < 3:
            return entered
        names = set(self.system.variables)
        guards = [given(size) for size in step.guard if size.free <= names]
        product = ONE
        for guard in guards:
            product = product * guard
        return product

    # -- inside a component ------------------------------------------------------------------------------------------

    def _loop(self, steps: Sequence[Step], part: frozenset[str]) -> bool:
        """Counts the steps of a component, or of a part of one."""
        left = list(steps)
        while left:
            before = len(left)
            for places in components(left):
                inner = [
                    step
                    for step in left
                    if step.source in places and any(jump.target in places for jump in step.jumps)
                ]
                if inner:
                    self._rank(inner, places)
            left = [step for step in left if step.number not in self.times]
            left = self._passed(left)
            if len(left) == before:
                return False
        return True

    def _passed(self, left: list[Step]) -> list[Step]:
        """Steps that do not go round among what is left are taken as often as their location is come to."""
        grown = True
        while grown:
            grown = False
            parts = {place: part for part in components(left) for place in part}
            for step in list(left):
                if any(jump.target in parts[step.source] for jump in step.jumps):
                    continue
                into = [other for other in self.steps for jump in other.jumps if jump.target == step.source]
                if step.source != self.system.start and all(other.number in self.times for other in into):
                    total = ZERO
                    for other in into:
                        total = total + self.times[other.number]
                    self.times[step.number] = total
                    left.remove(step)
                    grown = True
        return left

    def _rank(self, steps: Sequence[Step], places: frozenset[str]) -> None:
        """Counts some of the steps, if it can."""
        entries = self._entries(places, steps)
        if any(step.number not in self.times for step, _ in entries):
            return
        reals = self.system.parameters
        search = Search(steps, places, entries, self.system.variables, reals)
        for ranked in search.found():
            number = self._count(ranked, entries)
            if number is None:
                continue
            self.counted.append((ranked, number))
            for step in steps:
                if step.number in ranked.steps and step.number not in self.times:
                    self.times[step.number] = number
            return

    def _count(self, ranked: Ranked, entries: Sequence[tuple[Step, Jump]]) -> Size | None:
        """How often the steps of a ranking are taken: what it allows at each entry, as often as that is entered."""
        sizes = self.sizes
        total = ZERO
        if self.system.start in ranked.functions[0]:
            return None
        for step, jump in entries:
            ends: list[Size] = []
            for function in ranked.functions:
                if jump.target not in function:
                    continue
                end = sizes.above(step, step.value(jump, function[jump.target]))
                if end is None:
                    return None
                ends.append(end)
            if ends:
                total = total + self.times[step.number] * self._allowed(ranked, ends, sizes)
        return total if len(total.whole) <= LONG else None

    def _allowed(self, ranked: Ranked, ends: Sequence[Size], sizes: Sizes) -> Size:
        match ranked.kind:
            case "falls":
                return sizes.positive(_floored(ends[0]))
            case "phases":
                return sizes.positive(maximum(*ends)) * ranked.factor
            case "shrinks" | "grows":
                (end,) = ends
                number = end.constant()
                if number is not None and number < 1:
                    return ZERO
                inside = maximum(1, end) if not self.known.proves(end - 1) else end
                rounds = floor(apply("log", inside) / apply("log", const(ranked.factor))) + 1
                return rounds if self.known.proves(end - 1) else rounds * given(end - 1)


def _floored(size: Size) -> Size:
    return size if size.under == 1 else floor(size)
