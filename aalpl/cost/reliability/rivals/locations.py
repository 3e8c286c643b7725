"""A whole function as a transition system over integers: heads of loops, the numbers in them, and what they become.

Unlike `system.py`, loops are not passed one by one: a location is the head of any loop. The numbers of right and of wrong
draws so far are numbers of every location. What is not linear is left out of conditions, so that more may happen than does.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import mul

import attrs

from aalpl.cost.reliability.holes import revalued
from aalpl.cost.reliability.machine import Machine
from aalpl.cost.reliability.rivals.rows import typical
from aalpl.cost.reliability.states import At, Counting, Ended, Label, Path, State, paths
from aalpl.cost.reliability.values import Refused, Word, changed
from aalpl.program.size import ONE, ZERO, Size, sym

LOCATIONS = 200
PATHS = 6000

RIGHT, WRONG = "right#", "wrong#"
"""How many right and wrong answers were drawn so far."""


@attrs.frozen
class Step:
    """What may happen at a location: where conditions hold, so many draws; then numbers elsewhere, or the end."""

    conditions: tuple[Size, ...]
    right: int
    wrong: int
    calls: int
    to: int | None
    numbers: Mapping[str, Size]
    end: Ended | None

    @property
    def draws(self) -> int:
        """How many answers are drawn."""
        return self.right + self.wrong


@attrs.define
class Location:
    """A head of a loop: the state without its numbers, and the names of those that vary."""

    shape: State
    base: list[Size]
    open: dict[int, str] = attrs.field(factory=dict)
    steps: list[Step] = attrs.field(factory=list)
    stale: bool = True

    def values(self) -> list[Size]:
        """The numbers, open ones by their names."""
        return [sym(self.open[i]) if i in self.open else base for i, base in enumerate(self.base)]

    def state(self) -> State:
        """The state that stands for all."""
        return _filled(self.shape, self.values())

    def typical(self) -> list[Size]:
        """What lists of rows keep to."""
        return typical(self.state())


@attrs.define
class Locations:
    """The system of a function in which every draw is right with probability `chance`."""

    machine: Machine
    chance: Size
    places: list[Location] = attrs.field(factory=list)
    index: dict[State, int] = attrs.field(factory=dict)

    def names(self, at: int) -> list[str]:
        """The numbers of a location."""
        return [*self.places[at].open.values(), RIGHT, WRONG]

    def explored(self, start: State) -> None:
        """Finds all locations and steps."""
        self._arrive(start)
        left = PATHS
        while (at := next((i for i, place in enumerate(self.places) if place.stale), None)) is not None:
            place = self.places[at]
            place.stale = False
            facts = self.machine.facts.adding(*place.typical())
            ways = paths(self.machine.tree(place.state(), facts))
            left -= len(ways)
            if left < 0:
                raise Refused("there are too many states to be followed")
            place.steps = [self._step(way) for way in ways]
            for each in self.places:
                each.stale = each.stale or any(not self._told(step) for step in each.steps)

    def _told(self, step: Step) -> bool:
        """Whether a step says what becomes of every number of the location that it leads to."""
        return step.to is None or set(self.places[step.to].open.values()) <= set(step.numbers)

    def _step(self, path: Path) -> Step:
        right, wrong = _drawn(path.label)
        factors = [self.chance] * right + [1 - self.chance] * wrong
        if path.weight != reduce(mul, factors, ONE):
            raise Refused("more is drawn than answers of one model")
        calls = sum(times for _, times in path.target.asked)
        counts = {RIGHT: sym(RIGHT) + right, WRONG: sym(WRONG) + wrong}
        match path.target:
            case At(state):
                to, numbers = self._arrive(state)
                moved = {name: numbers[i] for i, name in self.places[to].open.items()}
                return Step(path.guards, right, wrong, calls, to, {**moved, **counts}, None)
            case Ended():
                return Step(path.guards, right, wrong, calls, None, counts, path.target)

    def _arrive(self, state: State) -> tuple[int, list[Size]]:
        """The location of a state, and its numbers."""
        shape, values = _bare(state), _numbers(state)
        at = self.index.get(shape)
        if at is None:
            if len(self.index) >= LOCATIONS:
                raise Refused("there are too many shapes of states to be followed")
            at = self.index[shape] = len(self.places)
            self.places.append(Location(shape, values))
        place = self.places[at]
        for i, value in enumerate(values):
            if i not in place.open and (value != place.base[i] or _varies(value)):
                place.open[i] = f"v{at}.{i}"
                place.stale = True
        return at, values

    def rests(self) -> bool:
        """Whether every way round has a draw, or passes counted loops only: so that only draws can go on for ever."""
        quiet = {
            at: {step.to for step in place.steps if not step.draws and step.to is not None}
            for at, place in enumerate(self.places)
        }
        counted = {at for at, place in enumerate(self.places) if isinstance(place.shape.rest, Counting)}
        return not any(at not in counted and _leads(quiet, at) for at in quiet)


def _leads(steps: Mapping[int, set[int]], start: int) -> bool:
    """Whether a location leads back to itself."""
    seen: set[int] = set()
    waiting = list(steps[start])
    while waiting:
        at = waiting.pop()
        if at == start:
            return True
        if at not in seen:
            seen.add(at)
            waiting += steps[at]
    return False


def _drawn(label: Label) -> tuple[int, int]:
    """Right and wrong answers on a path."""
    wrong = sum(1 for _, outcome in label if outcome == 1)
    return len(label) - wrong, wrong


def _varies(size: Size) -> bool:
    return any(name.startswith(("v", "chosen#")) and ("." in name or "#" in name) for name in size.free)


def _stays(size: Size) -> bool:
    """Whether a size tells places apart: it speaks of rows."""
    return bool({"rows#", "row#"} & size.free)


def _numbers(state: State) -> list[Size]:
    found: list[Size] = []

    def take(size: Size) -> Size:
        if not _stays(size):
            found.append(size)
        return size

    revalued(state, lambda value: changed(value, take, _same))
    return found


def _bare(state: State) -> State:
    return revalued(state, lambda value: changed(value, lambda s: s if _stays(s) else ZERO, _same))


def _filled(shape: State, values: list[Size]) -> State:
    waiting = iter(values)
    return revalued(shape, lambda value: changed(value, lambda s: s if _stays(s) else next(waiting), _same))


def _same(word: Word) -> Word:
    return word
