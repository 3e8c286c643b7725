"""Answers that are wished for: those that keep to a hypothesis, or that the worst or best adversary prefers."""

from __future__ import annotations

from typing import Any

from aalpl.program.types import Bool, Choice, Int, Maybe, Type
from aalpl.run.sim.samplers import Sampler
from aalpl.run.sim.world import World


def wished(wish: Any, sample: Sampler, sizes: Any, type_: Type, world: World) -> Any:
    """An answer that passes the wish's test with its probability; the adversary's own wishes give way to laws."""
    test, chance = wish[:2]
    if len(wish) > 2 and not open_choice(type_):
        return sample(sizes)
    wanted = bool(chance) and world.random() < chance
    value = sample(sizes)
    if bool(test(value)) == wanted:
        return value
    fit = [c for c in candidates(type_, sizes) if bool(test(c)) == wanted]
    if fit:
        return fit[int(world.random() * len(fit))]
    for _ in range(64):
        value = sample(sizes)
        if bool(test(value)) == wanted:
            break
    return value


def open_choice(type_: Type) -> bool:
    """Whether nothing but the adversary decides the value."""
    match type_:
        case Bool(probability):
            return probability is None
        case Choice(_, probabilities):
            return probabilities is None
        case Maybe() | Int():
            return True
        case _:
            return False


def candidates(type_: Type, sizes: Any) -> list[Any]:
    """The values of a small type, or the few that stand out of a large one."""
    match type_:
        case Maybe(value):
            return [None, *(c for c in candidates(value, sizes) if c is not None)]
        case Bool():
            return [True, False]
        case Choice(options):
            return list(options)
        case Int():
            low, high = (sizes[0], sizes[1]) if len(sizes) >= 2 else (None, None)
            if low is None or high is None:
                return [] if low is None else [int(low), int(low) + 1]
            return list(range(int(low), min(int(high), int(low) + 1000) + 1))
        case _:
            return []
