"""What a system of rules pays, by brute force: all runs from a start, over a finite part of the integers.

Written from the meaning of rules alone. Names decided outside are tried within `reach`; draws by their laws. States are
found by search; then worst, best and expected cost (over all adversaries) are iterated until they stand still.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import product

import attrs

from aalpl.cost.rules.nodes import END, Rule, Rules
from aalpl.program.size import Size
from aalpl.program.types import Bernoulli, Binomial, Geometric, Law, Uniform

State = tuple[str, tuple[int, ...]]
Chances = tuple[tuple[Fraction, Fraction, tuple[State, ...]], ...]  # probability, cost, where to


class TooMany(Exception):
    """More states than are looked at."""


@attrs.frozen
class Paid:
    worst: float
    best: float
    expected: float
    expected_best: float


def value(size: Size, at: Mapping[str, object]) -> Fraction:
    found = size.value(at)
    assert isinstance(found, Fraction)
    return found


def law_values(law: Law, at: Mapping[str, object]) -> list[tuple[int, Fraction]]:
    match law:
        case Bernoulli(p):
            return [(1, value(p, at)), (0, 1 - value(p, at))]
        case Binomial(n, p):
            number, chance = int(value(n, at)), value(p, at)
            return [
                (k, math.comb(number, k) * chance**k * (1 - chance) ** (number - k))
                for k in range(number + 1)
            ]
        case Uniform(low, high):
            first, last = int(value(low, at)), int(value(high, at))
            return [(k, Fraction(1, last - first + 1)) for k in range(first, last + 1)]
        case Geometric():
            raise TooMany("a law without end")


def ways(
    rule: Rule, system: Rules, now: Mapping[str, object], reach: int, names: tuple[str, ...]
) -> Iterator[Chances]:
    """The ways in which a rule may go on: one for each choice of what is decided outside."""
    own = system.own(rule)
    for numbers in product(range(-reach, reach + 1), repeat=len(own)):
        at = {**now, **dict(zip(own, numbers, strict=True))}
        if any(value(size, at) < 0 for size in rule.guard):
            continue
        chances: list[tuple[Fraction, Fraction, tuple[State, ...]]] = []
        laws = [law_values(law, at) for _, law in rule.draws]
        for drawn in product(*laws):
            told = {**at, **{name: k for (name, _), (k, _) in zip(rule.draws, drawn, strict=True)}}
            weight = math.prod((p for _, p in drawn), start=Fraction(1))
            for outcome in rule.outcomes:
                p = Fraction(1) if outcome.probability is None else value(outcome.probability, told)
                states = []
                for jump in outcome.jumps:
                    after = {**now, **{name: value(size, told) for name, size in jump.values}}
                    kept = () if jump.target == END else tuple(int(after[name]) for name in names)  # type: ignore[call-overload]
                    states.append((jump.target, kept))
                chances.append((weight * p, value(rule.cost, told), tuple(states)))
        yield tuple(chances)


def paid(
    system: Rules,
    start: Mapping[str, int],
    parameters: Mapping[str, object] | None = None,
    *,
    reach: int = 6,
    limit: int = 1500,
) -> Paid:
    """What runs from a start pay; infinity where it has no limit, nan where none is found. Raises TooMany."""
    names = system.variables
    first: State = (system.start, tuple(start.get(name, 0) for name in names))
    graph: dict[State, list[Chances]] = {}
    at_place: dict[str, list[Rule]] = {}
    for rule in system.rules:
        at_place.setdefault(rule.source, []).append(rule)
    waiting = [first]
    while waiting:
        state = waiting.pop()
        if state in graph:
            continue
        if len(graph) > limit:
            raise TooMany
        now = {**dict(zip(names, state[1], strict=False)), **(parameters or {})}
        found = [way for rule in at_place.get(state[0], ()) for way in ways(rule, system, now, reach, names)]
        graph[state] = list(dict.fromkeys(found))
        waiting += [to for way in found for p, _, states in way if p for to in states]
    return Paid(
        _iterated(graph, first, system, max, worst=True),
        _iterated(graph, first, system, min, worst=True),
        _iterated(graph, first, system, max, worst=False),
        _iterated(graph, first, system, min, worst=False),
    )


def _iterated(
    graph: Mapping[State, list[Chances]],
    first: State,
    system: Rules,
    choose: Callable[[Iterable[float]], float],
    *,
    worst: bool,
) -> float:
    """The extreme over adversaries, of what is paid at most (`worst`: outcomes count as choices) or on average."""
    up = choose is max
    old = dict.fromkeys(graph, 0.0)
    for _ in range(2 * len(graph) + 300):
        new: dict[State, float] = {}
        for state, found in graph.items():
            if found:
                new[state] = choose([_worth(way, old, choose, worst) for way in found])
            elif system.blocked and state[0] != END:  # a run that gets stuck is none
                new[state] = -math.inf if up else math.inf
            else:
                new[state] = 0.0
        if all(new[s] == old[s] or abs(new[s] - old[s]) < 1e-12 for s in new):
            return new[first]
        old = new
    return math.inf if worst and up else math.nan


def _worth(
    way: Chances, old: Mapping[State, float], choose: Callable[[Iterable[float]], float], worst: bool
) -> float:
    parts = [(float(p), float(cost) + sum(old[to] for to in states)) for p, cost, states in way if p]
    return choose([v for _, v in parts]) if worst else sum(p * v for p, v in parts)
