"""How often each step is taken, part by part.

A step between components is taken once for each time that the component before it is entered. Inside a component some steps
are counted by a ranking from where runs enter; then these are where runs enter what is left of it, and so on: loops inside
loops are counted by the product (Brockschmidt et al. 2016, section 3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from aalpl.cost.potentials.work import Work
from aalpl.cost.rounds.ranking import rankings
from aalpl.cost.rounds.search import Ranked, Search
from aalpl.cost.rounds.sizes import Sizes
from aalpl.cost.rounds.steps import Paths, Step
from aalpl.cost.rules.nodes import Jump, Rules
from aalpl.cost.sizes.known import Known
from aalpl.program.size import ONE, ZERO, Size, apply, const, floor, given, maximum, power

LONG = 60
DEPTH = 6


@attrs.frozen
class Entry:
    """A jump to a part, and how often at most it is made (together with the others of its group)."""

    step: Step
    jump: Jump
    often: Size


@attrs.define
class Level:
    """How often the parts of one level are come to, by their steps; `once` where each is come to once in a run."""

    entered: dict[int, Size]
    once: bool
    part: dict[int, int] = attrs.field(factory=dict)

    def enter(self, part: Sequence[Step], often: Size) -> None:
        """A part is come to so often, and left no more often."""
        self.entered.update({step.number: often for step in part})
        self.part.update({step.number: part[0].number for step in part})


@attrs.define
class Counter:
    """The steps of a system and how often they are taken, as far as is known."""

    system: Rules
    invariants: Mapping[str, tuple[Size, ...]]
    known: Known
    steps: tuple[Step, ...]
    paths: Paths
    work: Work = attrs.field(factory=Work)
    times: dict[int, Size] = attrs.field(factory=dict)
    counted: list[tuple[Ranked, Size]] = attrs.field(factory=list)

    def run(self) -> bool:
        """Counts all steps; whether that succeeded."""
        return self._loop(self.steps)

    @property
    def sizes(self) -> Sizes:
        """Sizes by what is counted so far."""
        return Sizes(self.system, self.steps, self.invariants, self.known, self.times)

    @property
    def single(self) -> bool:
        """Whether a run is one path."""
        return all(len(step.jumps) == 1 for step in self.steps)

    def _loop(self, steps: Sequence[Step], depth: int = 0) -> bool:
        """Counts steps: those that go round, by rankings, until what is left of them does not."""
        level = Level({}, depth == 0 and self.single)
        for part in self.paths.components(steps):
            entries = self._entries(part, level)
            if entries is None:
                return False
            round_ = len(part) > 1 or bool(self.paths.inner(part[0], part))
            level.enter(part, self._entered(part, entries, level))
            if round_:
                if depth > DEPTH or not self._rank(part, entries):
                    return False
                left = [step for step in part if step.number not in self.times]
                if left and not self._loop(left, depth + 1):
                    return False
            else:
                self.times[part[0].number] = level.entered[part[0].number]
        return True

    def _entries(self, part: Sequence[Step], level: Level) -> list[list[Entry]] | None:
        """The jumps to a part from elsewhere. Of those in one group, in all, there are no more than of any of it."""
        numbers = {step.number for step in part}
        groups: dict[object, list[Entry]] = {}
        for step in self.steps:
            if step.number in numbers:
                continue
            for number, jump in enumerate(self.paths.inner(step, part)):
                left = level.entered.get(step.number) if self.single else None
                often = self.times.get(step.number) if left is None else left
                if often is None:
                    return None
                key = (level.part[step.number],) if left is not None else (step.number, number)
                groups.setdefault(key, []).append(Entry(step, jump, often))
        if level.once:  # there is one in all
            return [[each for group in groups.values() for each in group]] if groups else []
        return list(groups.values())

    def _first(self, step: Step) -> bool:
        return step.source == self.system.start

    def _entered(self, part: Sequence[Step], entries: list[list[Entry]], level: Level) -> Size:
        """How often a part is come to."""
        if level.once or any(map(self._first, part)):
            return ONE
        total = ZERO
        for group in entries:
            total = total + group[0].often
        return total

    def _rank(self, part: Sequence[Step], entries: list[list[Entry]]) -> bool:
        """Counts some of the steps that go round, if it can."""
        jumps = [(each.step, each.jump) for group in entries for each in group]
        search = Search(part, jumps, self.paths, self.system.variables, self.system.parameters, self.work)
        progress = False
        for ranked in rankings(search):
            new = [step for step in part if step.number in ranked.steps and step.number not in self.times]
            number = self._count(ranked, entries) if new else None
            if number is None:
                continue
            self.counted.append((ranked, number))
            self.times.update({step.number: number for step in new})
            progress = True
        return progress

    def _count(self, ranked: Ranked, entries: list[list[Entry]]) -> Size | None:
        """How often the steps of a ranking are taken: what it allows at each entry, as often as that is entered."""
        sizes = self.sizes
        total = ZERO
        for group in entries:
            found = [self._from(ranked, each, sizes) for each in group]
            allowed = [size for size in found if size is not None]
            if len(allowed) < len(found):
                return None
            total = total + group[0].often * sizes.largest(allowed)
        return total if len(total.whole) <= LONG else None

    def _from(self, ranked: Ranked, entry: Entry, sizes: Sizes) -> Size | None:
        """What a ranking allows behind one entry."""
        step, jump = entry.step, entry.jump
        ends: list[Size] = []
        for function in ranked.functions:
            if jump.target not in function:
                continue
            value = step.value(jump, function[jump.target])
            end = ZERO if step.implies(-value) else sizes.above(step, value)
            if end is None:
                return None
            ends.append(end)
        return self._allowed(ranked, ends, sizes) if ends else ZERO

    def _allowed(self, ranked: Ranked, ends: Sequence[Size], sizes: Sizes) -> Size:
        match ranked.kind:
            case "falls":
                return sizes.positive(_floored(ends[0]))
            case "forks":
                height = sizes.positive(_floored(ends[0]))
                return (power(const(ranked.factor), height) - 1) * (1 / (ranked.factor - 1))
            case "phases":
                return sizes.positive(maximum(*ends)) * ranked.factor
            case "shrinks" | "grows":
                (end,) = ends
                number = end.constant()
                if number is not None and number < 1:
                    return ZERO
                inside = maximum(1, end) if not self.known.proves(end - 1) else end
                rounds = floor(apply("log", inside) / apply("log", const(ranked.factor))) + ranked.more
                return rounds if self.known.proves(end - 1) else rounds * given(end - 1)


def _floored(size: Size) -> Size:
    return size if size.under == 1 else floor(size)
