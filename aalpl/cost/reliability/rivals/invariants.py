"""What holds at every location: guessed from runs, proved along every step.

Runs that choose at random show which sums and differences of at most three numbers (names of parameters among them) may be
bounded, and by what; those that a step does not keep are given up, until all that are left are kept by all steps
(Houdini: Flanagan and Leino, Houdini, an Annotation Assistant for ESC/Java, 2001). Each step is proved by a nonnegative
combination of what holds before it, in exact arithmetic. Where runs never get, nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import combinations, product
from random import Random

import attrs

from aalpl.cost.reliability.rivals.locations import RIGHT, WRONG, Locations, Step
from aalpl.cost.reliability.values import Refused
from aalpl.cost.rules.entail import Facts as Premises
from aalpl.program.prove import Facts
from aalpl.program.size import ZERO, Size, Sym, const, sym

MOVES = 30_000
SEEN = 150
"""Steps of runs, and points that are kept of a location."""

SUMMED = 4
"""So many numbers may add up to a count of draws."""

LESS = 2
"""A guess that is not kept is tried again with so much less."""

WIDEST = 6
"""Parameters in runs are at most so large."""

NEVER = const(-1)
"""Holds where runs never get."""

Row = tuple[tuple[str, int], ...]
"""Factors by name."""

Point = dict[str, int]


@attrs.frozen
class Invariants:
    """For each location what is at least 0 there; None where no run was seen to get and nothing is claimed."""

    facts: Facts
    sizes: tuple[tuple[Size, ...], ...]

    def proves(self, at: int, step: Step, goal: Size) -> bool:
        """Whether something holds whenever a step is taken, over the numbers of its location."""
        return implied((*self.facts.known, *self.sizes[at], *step.conditions), goal)


def invariants(system: Locations) -> Invariants:
    """Guesses that every step keeps."""
    facts = system.machine.facts
    points = _runs(system, facts)
    guesses = [
        [Guess(size, 0 if size == NEVER else LESS) for size in _guessed(system, at, points[at], facts)]
        for at in range(len(system.places))
    ]
    base = [tuple(place.typical()) for place in system.places]
    stale = set(range(len(system.places)))
    while stale:
        at = stale.pop()
        place = system.places[at]
        known = (*facts.known, *base[at], *(guess.size for guess in guesses[at]))
        for step in place.steps:
            if step.to is None:
                continue
            premises = Known((*known, *step.conditions))
            kept = [w for guess in guesses[step.to] for w in _weakened(premises, step, guess)]
            if kept != guesses[step.to]:
                guesses[step.to] = kept
                stale.add(step.to)
    return Invariants(
        facts, tuple((*base[at], *(guess.size for guess in guesses[at])) for at in range(len(system.places)))
    )


@attrs.define(init=False)
class Known(Premises):
    """What holds before a step."""

    def _about(self, goal: Size) -> list[Size]:
        return self.sizes

    def follows(self, goal: Size) -> bool:
        """Whether a goal follows, or the premises contradict one another."""
        if self.dead or self.imply(goal):
            return True
        self.dead = self.imply(NEVER)
        return self.dead


@attrs.frozen
class Guess:
    """Something that may be at least 0, and by how much less is tried where it is not."""

    size: Size
    left: int


def _weakened(premises: Known, step: Step, guess: Guess) -> list[Guess]:
    """A guess as far as a step keeps it; nothing where it does not, even if it says a little less."""
    for less in range(guess.left + 1):
        if premises.follows((guess.size + less).replace(step.numbers)):
            return [Guess(guess.size + less, guess.left - less)]
    return []


def implied(premises: Iterable[Size], goal: Size) -> bool:
    """Whether a goal follows over the integers, or the premises contradict one another."""
    return Known(premises).follows(goal)


# -- guesses -------------------------------------------------------------------------------------------------------


def _guessed(system: Locations, at: int, points: list[Point], facts: Facts) -> list[Size]:
    """All bounds of sums and differences that the runs keep, at most three names each."""
    wanted = [
        sign * (sym(RIGHT) - sym(WRONG)) + other * sym(name)
        for name in _parameters(system)
        for sign in (1, -1)
        for other in (1, -1)
    ]
    if not points:
        return [NEVER, *wanted]
    own = list(system.places[at].open.values())
    parameters = _parameters(system)
    found: list[Size] = []
    names, equal = _apart(own, points)
    found += equal
    for count in (RIGHT, WRONG):
        found += _equations(count, names, points)
    for signs in product((1, -1), repeat=2):
        pair = tuple(zip((RIGHT, WRONG), signs, strict=True))
        found += _bounded(pair, points)
        for name, sign in product(parameters, (1, -1)):
            found += _bounded((*pair, (name, sign)), points)
    lows: dict[Row, int] = {}
    for width in (1, 2, 3):
        for group in combinations((*names, *parameters), width):
            if set(group) <= set(parameters) or (width == 3 and not set(group) & set(parameters)):
                continue
            for signs in product((1, -1), repeat=width):
                row = tuple(zip(group, signs, strict=True))
                low = min(sum(p[name] * sign for name, sign in row) for p in points)
                lows[row] = low
                if -2 <= low <= 2 and not _follows(row, lows):
                    found.append(sum((sym(name) * sign for name, sign in row), ZERO) - low)
    return found


def _apart(own: list[str], points: list[Point]) -> tuple[list[str], list[Size]]:
    """Names that stand for different numbers, and that the others equal one of them."""
    names: list[str] = []
    equal: list[Size] = []
    for name in own:
        same = next((n for n in names if all(p[n] == p[name] for p in points)), None)
        if same is None:
            names.append(name)
        else:
            equal += [sym(name) - sym(same), sym(same) - sym(name)]
    return names, equal


def _equations(count: str, names: list[str], points: list[Point]) -> list[Size]:
    """A count of draws as the sum of some numbers."""
    found: list[Size] = []
    for width in range(min(len(names), SUMMED) + 1):
        for group in combinations(names, width):
            rest = {p[count] - sum(p[n] for n in group) for p in points}
            if len(rest) == 1:
                total = sum((sym(n) for n in group), ZERO) + rest.pop()
                found += [sym(count) - total, total - sym(count)]
    return found


def _follows(row: Row, lows: Mapping[Row, int]) -> bool:
    """Whether a bound is the sum of two others."""
    if len(row) == 1:
        return False
    parts = ((row[i : i + 1], row[:i] + row[i + 1 :]) for i in range(len(row)))
    return any(
        one in lows
        and two in lows
        and abs(lows[one]) <= 2
        and abs(lows[two]) <= 2
        and lows[one] + lows[two] >= lows[row]
        for one, two in parts
    )


def _bounded(row: Row, points: list[Point]) -> list[Size]:
    low = min(sum(p[name] * sign for name, sign in row) for p in points)
    if not -2 <= low <= 2:
        return []
    return [sum((sym(name) * sign for name, sign in row), ZERO) - low]


# -- runs ----------------------------------------------------------------------------------------------------------


def _runs(system: Locations, facts: Facts) -> list[list[Point]]:
    """Numbers that were seen at each location: places that were seldom gone on from come first."""
    random = Random(1)
    steps = [[_Linear.of(step) for step in place.steps] for place in system.places]
    free = _parameters(system)
    seen: list[dict[tuple[tuple[str, int], ...], None]] = [{} for _ in system.places]
    points: list[list[Point]] = [[] for _ in system.places]
    for values in product(range(1, WIDEST + 1), repeat=len(free)) if len(free) <= 3 else ():
        start = {RIGHT: 0, WRONG: 0} | dict(zip(free, values, strict=True))
        if all(_value(_row(size), start) >= 0 for size in facts.known if size.free <= set(start)):
            points[0].append(start)
    tried = [0 if each else None for each in points]
    for _ in range(MOVES):
        at = min((i for i, n in enumerate(tried) if n is not None), key=lambda i: tried[i] or 0, default=None)
        if at is None:
            break
        tried[at] = (tried[at] or 0) + 1
        point = random.choice(points[at][-random.choice((4, SEEN)) :])
        for step in random.sample(steps[at], len(steps[at])):
            moved = step.taken(point, random)
            if moved is not None and step.to is not None:
                there = {**{n: point[n] for n in free}, **moved}
                key = tuple(there.items())
                if key not in seen[step.to] and len(points[step.to]) < SEEN:
                    seen[step.to][key] = None
                    points[step.to].append(there)
                    tried[step.to] = tried[step.to] or 0
                break
    return points


def _parameters(system: Locations) -> list[str]:
    """The names that conditions speak of."""
    steps = [step for place in system.places for step in place.steps]
    return sorted({name for s in steps for c in s.conditions for name in c.free if _named(name)})


def _named(name: str) -> bool:
    return not name.startswith("chosen#") and not (name.startswith("v") and "." in name) and "#" not in name


Affine = tuple[tuple[tuple[str, Fraction | int], ...], Fraction | int]


def plain(factor: Fraction | int) -> Fraction | int:
    """An int where it is one."""
    return int(factor) if factor == int(factor) else Fraction(factor)


def _row(size: Size) -> Affine:
    """A size as factors by name and a number. Refuses what is not linear in names."""
    factors: list[tuple[str, Fraction | int]] = []
    number: Fraction | int = 0
    for monomial, factor in size.terms.items():
        if not monomial:
            number = plain(factor)
            continue
        (atom, exponent), *others = monomial
        if not isinstance(atom, Sym) or exponent != 1 or others:
            raise Refused("a condition is not linear in the numbers that are kept")
        factors.append((atom.name, plain(factor)))
    return tuple(factors), number


def _value(row: Affine, point: Mapping[str, int]) -> Fraction | int:
    total = row[1]
    for name, factor in row[0]:
        total += factor * point[name]
    return total


@attrs.frozen
class _Linear:
    """A step with its sizes as factors."""

    conditions: tuple[Affine, ...]
    chosen: tuple[str, ...]
    to: int | None
    numbers: tuple[tuple[str, Affine], ...]

    @classmethod
    def of(cls, step: Step) -> _Linear:
        conditions = tuple(_row(size) for size in step.conditions)
        numbers = tuple((name, _row(size)) for name, size in step.numbers.items())
        names = {n for row, _ in (*conditions, *(a for _, a in numbers)) for n, _ in row}
        return cls(conditions, tuple(sorted(n for n in names if n.startswith("chosen#"))), step.to, numbers)

    def taken(self, point: Point, random: Random) -> Point | None:
        """Where the step leads from here, for some numbers that may be chosen; None where it is not taken."""
        for _ in range(3 if self.chosen else 1):
            here = point | {name: random.choice((1, 2, *point.values())) for name in self.chosen}
            if all(_value(row, here) >= 0 for row in self.conditions):
                return {name: int(_value(row, here)) for name, row in self.numbers}
        return None
