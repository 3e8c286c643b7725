"""A loop as locations with rules: states that differ only in numbers become one location, whose numbers are unknown.

A number that is the same whenever a location is reached stays as it is; the others are *open*, and rules say what
becomes of them under which conditions. What is guessed about open numbers (that they stay on one side of what they are
at first) is proved along every rule, or given up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import attrs

from aalpl.cost.reliability.holes import filled, inside, numbers, skeleton, spine
from aalpl.cost.reliability.states import Counting, Ended, Label, State
from aalpl.cost.reliability.values import Refused
from aalpl.program.prove import Facts
from aalpl.program.size import ONE, Size, sym

LOCATIONS = 60
ROUNDS = 400
GUESSES = 12


Gains = tuple[tuple[str, Size], ...]
"""Primitives, and how often they are called on a path, times the probability of the path."""


@attrs.frozen
class Way:
    """A path: conditions, probability, draws, where it ends (after inner loops have been passed)."""

    guards: tuple[Size, ...]
    weight: Size
    label: Label
    target: State | Ended
    calls: Gains = ()


Ways = Callable[[State, Facts], list[Way]]
"""All paths from the head of a loop to itself or out of it, inner loops passed."""


@attrs.frozen
class Rule:
    """From a location: where the guards hold, with this probability; to a location with these numbers, or out."""

    guards: tuple[Size, ...]
    weight: Size
    label: Label
    to: int | None
    numbers: tuple[Size, ...]
    out: State | Ended | None = None
    calls: Gains = ()


@attrs.define
class Location:
    """States that differ in numbers only: `base` are the numbers, `open` the names of those that vary."""

    shape: State
    base: list[Size]
    open: dict[int, str] = attrs.field(factory=dict)
    doubted: set[tuple[int, str]] = attrs.field(factory=set)
    rules: list[Rule] = attrs.field(factory=list)
    seen: list[Size] = attrs.field(factory=list)  # conditions that held when a rule led back to it
    stale: bool = True

    def values(self) -> list[Size]:
        """The numbers, open ones by their names."""
        return [sym(self.open[i]) if i in self.open else base for i, base in enumerate(self.base)]

    def state(self) -> State:
        """The state that stands for all."""
        return filled(self.shape, self.values())

    def guesses(self) -> Iterator[tuple[int, str, Size]]:
        """What may be true of open numbers: (number, kind, size that is at least 0)."""
        values, counter = self.values(), index_of(self.shape)
        for i, name in self.open.items():
            if not named(self.base[i], name.partition(".")[0]):
                yield i, "low", sym(name) - self.base[i]
                if i != counter:  # the first round is a round like the others
                    yield i, "high", self.base[i] - sym(name)
        rest = filled(self.shape, values).rest
        if isinstance(rest, Counting):
            index, high, step = rest.index, rest.high, rest.step
            if isinstance(index, Size) and isinstance(high, Size) and isinstance(step, Size):
                yield -1, "count", high + step - index
        for k, size in enumerate(self.seen):
            yield k, "seen", size

    def learn(self, at: int) -> None:
        """Guesses that the conditions of a rule which leads back here by fixed steps hold ever after."""
        for rule in self.rules:
            if rule.to != at:
                continue
            steps = {name: rule.numbers[i] - sym(name) for i, name in self.open.items()}
            back = {name: sym(name) - step for name, step in steps.items() if step.constant() is not None}
            for guard in rule.guards:
                size = guard.replace(back)
                own = guard.free & set(self.open.values())
                if own and own <= set(back) and size not in self.seen and len(self.seen) < GUESSES:
                    self.seen.append(size)
                    self.stale = True

    def facts(self) -> list[Size]:
        """The guesses that have not been refuted."""
        return [size for i, kind, size in self.guesses() if (i, kind) not in self.doubted]


@attrs.define
class System:
    """The locations of one loop; number 0 is where it is entered."""

    facts: Facts
    places: list[Location] = attrs.field(factory=list)
    entered: tuple[Size, ...] = ()  # the numbers at the entry
    apart: tuple[Size, ...] = ()  # what assumptions keep away from 0

    def known(self, place: Location) -> Facts:
        """What is known at a location."""
        return self.facts.adding(*place.facts())


def built(start: State, ways: Ways, facts: Facts, mark: str) -> System:
    """The system of the loop at whose head `start` stands; `mark` begins the names of its open numbers."""
    builder = _Builder(System(facts), spine(start.rest), ways, mark)
    builder.arrive(start)
    builder.system.entered = tuple(numbers(start))
    for _ in range(ROUNDS):
        place = next((each for each in builder.system.places if each.stale), None)
        if place is None:
            if not builder.doubts():
                return builder.system
            continue
        builder.explore(place)
    raise Refused("there are too many states to be followed")


@attrs.define
class _Builder:
    system: System
    loop: tuple[tuple[str, object], ...]
    ways: Ways
    mark: str
    index: dict[State, int] = attrs.field(factory=dict)

    def arrive(self, state: State) -> int:
        """The location of a state; numbers that are not what they were are opened."""
        shape, values = skeleton(state), numbers(state)
        at = self.index.get(shape)
        if at is None:
            if len(self.index) >= LOCATIONS:
                raise Refused("there are too many shapes of states to be followed")
            at = self.index[shape] = len(self.system.places)
            place = Location(shape, values)
            self.system.places.append(place)
            counter = index_of(shape)
            for i, value in enumerate(values):
                if i == counter or named(value, self.mark):
                    place.open[i] = f"{self.mark}.{at}.{i}"
            return at
        place = self.system.places[at]
        for i, value in enumerate(values):
            if i not in place.open and value != place.base[i]:
                place.open[i] = f"{self.mark}.{at}.{i}"
                place.stale = True
        return at

    def explore(self, place: Location) -> None:
        """The rules of a location."""
        place.stale = False
        rules = []
        for way in self.ways(place.state(), self.system.known(place)):
            if isinstance(way.target, State) and inside(way.target, self.loop):
                at = self.arrive(way.target)
                there = tuple(numbers(way.target))
                rules.append(Rule(way.guards, way.weight, way.label, at, there, None, way.calls))
            else:
                rules.append(Rule(way.guards, way.weight, way.label, None, (), way.target, way.calls))
        place.rules = rules
        place.learn(self.system.places.index(place))

    def doubts(self) -> bool:
        """Gives up guesses that a rule does not keep; whether there were any."""
        found = False
        arrivals = [(self.system.facts, 0, self.system.entered)]
        for place in self.system.places:
            known = self.system.known(place)
            for rule in place.rules:
                if rule.to is not None:
                    arrival = known.adding(*rule.guards), rule.to, rule.numbers
                    arrivals.append(arrival)
        for known, at, values in arrivals:
            target = self.system.places[at]
            names = {name: values[i] for i, name in target.open.items()}
            for i, kind, size in list(target.guesses()):
                if (i, kind) not in target.doubted and not known.proves(size.replace(names)):
                    target.doubted.add((i, kind))
                    found = target.stale = True
        return found


def index_of(shape: State) -> int | None:
    """The number of a counted loop's index among the numbers of a state at its head."""
    rest = shape.rest
    if not isinstance(rest, Counting):
        return None
    marked = attrs.evolve(shape, rest=attrs.evolve(rest, index=ONE))
    return numbers(marked).index(ONE)


def named(size: Size, mark: str) -> bool:
    """Whether an open number of the system with this mark is in a size."""
    return any(name.startswith(f"{mark}.") for name in size.free)
