"""Samplers: for every output type a function from the numbers of its contract to a value within it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aalpl.program.types import (
    Bernoulli,
    Between,
    Binomial,
    Bool,
    Choice,
    Constant,
    Distributed,
    Exactly,
    Geometric,
    Int,
    Law,
    Length,
    ListOf,
    Maybe,
    Mean,
    Nothing,
    Open,
    Real,
    Record,
    Text,
    Type,
    Uniform,
    Unknown,
)
from aalpl.program.types import (
    Callable as CallableType,
)
from aalpl.run import lists
from aalpl.run.faults import Unfit
from aalpl.run.sim.laws import binomial, flip, geometric, uniform
from aalpl.run.sim.world import EAGER, World

Sizes = tuple[Any, ...]
Sampler = Callable[[Sizes], Any]

LONGEST = 16
"""How long the random adversary makes what no contract bounds."""


def sampler(type_: Type, world: World, at: int = 0) -> tuple[Sampler, int]:
    """The sampler of a type whose numbers begin at place `at`, and the place after them."""
    match type_:
        case Text(length):
            return _text(length, world, at)
        case Bool(probability):
            return (_coin(world), at) if probability is None else (_biased(world, at), at + 1)
        case Int():
            return _int(world, at), at + 2
        case Choice(options, probabilities):
            if probabilities is None:
                return _choice(options, world), at
            return _weighted(options, world, at), at + len(options)
        case Maybe(value):
            inner, after = sampler(value, world, at)
            return _maybe(inner, world, value == Text(Constant())), after
        case ListOf():
            return _list(type_, world, at)
        case Record(fields):
            return _record(fields, world, at)
        case Real():
            return (lambda z: world.random()), at
        case Nothing() | CallableType() | Unknown():
            return (lambda z: None), at


def _text(length: Length, world: World, at: int) -> tuple[Sampler, int]:
    fresh = world.fresh
    match length:
        case Exactly():

            def exact(z: Sizes) -> Any:
                tokens = z[at]
                if tokens.__class__ is not int or tokens < 0:
                    tokens = natural(tokens)
                return (tokens, 0, fresh(), 1)

            return exact, at + 1
        case Constant():
            return (lambda z: (1, 0, fresh(), 1)), at
        case _:
            draw, after = _length(length, world, at, 1)
            return (lambda z: (draw(z), 0, fresh(), 1)), after


def natural(number: Any) -> int:
    """A length as a number of tokens."""
    if number < 0 or number != int(number):
        raise Unfit("bad-length", f"{number} is no length")
    return int(number)


def whole(low: int, high: int, world: World) -> int:
    """The adversary's choice of an integer in low..high."""
    if low > high:
        raise Unfit("empty-range", f"nothing to choose from: {low}..{high} is empty")
    match world.adversary:
        case "worst" if world.random() < EAGER:
            return high
        case "best" if world.random() < EAGER:
            return low
        case _:
            return low + int(world.random() * (high - low + 1))


def _long(low: int, high: int, world: World) -> int:
    """A length of the adversary's: as `whole`, but the worst and the best never waver."""
    if world.adversary == "random" or low > high:
        return whole(low, high, world)
    return high if world.adversary == "worst" else low


def _length(length: Length, world: World, at: int, least: int) -> tuple[Sampler, int]:
    match length:
        case Exactly():
            return (lambda z: natural(z[at])), at + 1
        case Between():
            return (lambda z: _long(int(z[at]), int(z[at + 1]), world)), at + 2
        case Mean():
            return (lambda z: max(least, round(z[at]))), at + 1
        case Constant():
            return (lambda z: 1), at
        case Open():
            return (lambda z: _long(least, LONGEST, world)), at
        case Distributed(law):
            return _drawn(law, world, at)


def _drawn(law: Law, world: World, at: int) -> tuple[Sampler, int]:
    dice = world.dice
    match law:
        case Uniform():
            return (lambda z: uniform(dice, z[at], z[at + 1])), at + 2
        case Binomial():
            return (lambda z: binomial(dice, z[at], z[at + 1])), at + 2
        case Geometric():
            return (lambda z: geometric(dice, z[at])), at + 1
        case Bernoulli():
            return (lambda z: int(flip(dice, z[at]))), at + 1


def probability(at: int) -> Callable[[Sizes], float]:
    """The number at a place as a float, which is quicker to compare with than a fraction."""
    exact: Any = None
    rounded = 0.0

    def chance(z: Sizes) -> float:
        nonlocal exact, rounded
        if z[at] is not exact:
            exact, rounded = z[at], float(z[at])
        return rounded

    return chance


def _coin(world: World) -> Sampler:
    random = world.random
    match world.adversary:
        case "worst":
            return lambda z: random() < EAGER
        case "best":
            return lambda z: random() >= EAGER
        case _:
            return lambda z: random() < 0.5


def _biased(world: World, at: int) -> Sampler:
    random, chance = world.random, probability(at)
    return lambda z: random() < chance(z)


def _maybe(inner: Sampler, world: World, bare: bool) -> Sampler:
    random = world.random
    match world.adversary:
        case "worst":
            return inner
        case "best":
            return lambda z: None
        case _ if bare:
            fresh = world.fresh
            return lambda z: (1, 0, fresh(), 1) if random() < 0.5 else None
        case _:
            return lambda z: inner(z) if random() < 0.5 else None


def _int(world: World, at: int) -> Sampler:
    def draw(z: Sizes) -> int:
        low, high = z[at], z[at + 1]
        if low is None:
            low = -LONGEST if high is None else min(0, high - LONGEST)
        return whole(int(low), int(low + LONGEST if high is None else high), world)

    return draw


def _choice(options: tuple[str, ...], world: World) -> Sampler:
    return lambda z: options[whole(0, len(options) - 1, world)]


def _weighted(options: tuple[str, ...], world: World, at: int) -> Sampler:
    def draw(z: Sizes) -> str:
        left = world.random()
        for i, option in enumerate(options):
            left -= float(z[at + i])
            if left < 0:
                return option
        return options[-1]

    return draw


def _list(type_: ListOf, world: World, at: int) -> tuple[Sampler, int]:
    length, after = _length(type_.length, world, at, 0)
    if type_.index is None:
        element, end = sampler(type_.element, world, after)
        return (lambda z: lists.of([element(z) for _ in range(length(z))])), end
    dependent, _ = sampler(type_.element, world, 0)

    def draw(z: Sizes) -> Any:
        first, numbers = int(z[after]), z[after + 1]
        return lists.of([dependent(numbers(first + i)) for i in range(length(z))])

    return draw, after + 2


def _record(fields: tuple[tuple[str, Type], ...], world: World, at: int) -> tuple[Sampler, int]:
    draws = []
    for _, type_ in sorted(fields, key=lambda field: field[0]):
        draw, at = sampler(type_, world, at)
        draws.append(draw)
    return (lambda z: tuple(draw(z) for draw in draws)), at
