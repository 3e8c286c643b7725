"""What calls say of their results (`where f(result) ~ D`): drawn with the result and kept with the value."""

from __future__ import annotations

from typing import Any

from aalpl.program import nodes as p
from aalpl.program.types import Maybe, Text
from aalpl.run.drive import Request
from aalpl.run.sim.laws import draw
from aalpl.run.sim.world import World
from aalpl.run.sites import AskSite
from aalpl.run.values import keyer


def settled(site: AskSite, request: Request, value: Any, world: World) -> Any:
    """The result as the facts about itself want it: `result ~ D`, `len(result) ~ D`, `result with probability p`."""
    inner = site.type.value if isinstance(site.type, Maybe) else site.type
    for fact, numbers in zip(site.facts, request[5], strict=True):
        match fact:
            case p.LawFact("", law):
                value = draw(world.dice, law.name, numbers)
            case p.LawFact("len", law) if isinstance(inner, Text):
                value = world.text(int(draw(world.dice, law.name, numbers)))
            case p.ProbabilityFact("", _):
                value = world.random() < numbers
            case p.MeasureFact("", operator, _):
                value = _within(operator, numbers, world)
            case _:
                pass
    return value


def remember(site: AskSite, request: Request, value: Any, world: World) -> None:
    """Draws what the facts of a call say of its result, and keeps it with the value."""
    inner = site.type.value if isinstance(site.type, Maybe) else site.type
    key = keyer(inner)(value)
    for fact, numbers in zip(site.facts, request[5], strict=True):
        match fact:
            case p.LawFact("" | "len") | p.ProbabilityFact("") | p.MeasureFact(""):
                pass
            case p.LawFact(function, law):
                world.answers(function).setdefault(key, draw(world.dice, law.name, numbers))
            case p.ProbabilityFact(function, _):
                world.answers(function).setdefault(key, world.random() < numbers)
            case p.MeasureFact(function, operator, _):
                world.answers(function).setdefault(key, _within(operator, numbers, world))
            case p.LengthFact():
                pass


def _within(operator: str, value: Any, world: World) -> Any:
    """A value in the relation to `value`: the nearest, or one further on."""
    step = int(world.random() < 0.5) if world.adversary == "random" else int(world.adversary == "best")
    match operator:
        case "=":
            return value
        case ">=":
            return value + step
        case ">":
            return value + 1
        case "<=":
            return max(0, value - step) if value >= 0 else value
        case "<":
            return value - 1
        case _:
            return value + 1
