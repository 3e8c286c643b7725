"""Right and wrong answers (semantics 13): right ones to equal inputs are equal, wrong ones are remembered by origin."""

from __future__ import annotations

from typing import Any

from aalpl.program.types import Type
from aalpl.run import texts
from aalpl.run.drive import Handler, Request
from aalpl.run.sim.samplers import Sampler, probability
from aalpl.run.sim.steering import candidates
from aalpl.run.sim.world import World
from aalpl.run.sites import AskSite
from aalpl.run.values import keyer, parts


def right_or_wrong(site: AskSite, sample: Sampler, after: int, world: World) -> Handler:
    """Right answers to equal inputs are equal; wrong ones differ from them, and with `rivals 1` not among themselves."""
    keys = [keyer(param.type) for param in site.primitive.params]
    rivals, name = site.primitive.rivals, site.primitive.name
    random = world.random

    def looked_up(request: Request) -> tuple[Any, list[Any]]:
        key = (name, request[3], *[k(a) for k, a in zip(keys, request[2], strict=False)])
        correct = world.right.get(key, world)
        if correct is world:
            correct = world.right[key] = sample(request[4])
            spread(request, correct, world, site)
        return correct, world.rivals.setdefault(key, [])

    last: list[Any] = [None, None, []]  # the same question again is the usual case
    chance = probability(after)

    def make(request: Request) -> Any:
        sizes, args = request[4], request[2]
        if len(args) != 1 or args[0] is not last[0] or request[3] is not None:
            last[1], last[2] = looked_up(request)
            last[0] = args[0] if len(args) == 1 and request[3] is None else world
        correct, known = last[1], last[2]
        if random() < chance(sizes) or world.sure:
            return correct
        if known and rivals is None and random() < 0.5:
            return known[int(random() * len(known))]
        if rivals is not None and len(known) >= rivals:
            return known[int(random() * len(known))]
        value = different(correct, sample, sizes, site.type)
        known.append(value)
        for text in parts(value, site.type):
            world.wrong.update(o for o in texts.origins(text) if type(o) is int)
        return value

    return make


def different(value: Any, sample: Sampler, sizes: Any, type_: Type) -> Any:
    """Another value of the same contract, if there is one."""
    same = keyer(type_)
    for candidate in candidates(type_, sizes):
        if same(candidate) != same(value):
            return candidate
    for _ in range(64):
        other = sample(sizes)
        if same(other) != same(value):
            return other
    return value


def spread(request: Request, value: Any, world: World, site: AskSite) -> None:
    """What comes of a wrong input is wrong."""
    params = site.primitive.params
    for param, arg in zip(params, request[2][-len(params) :] if params else (), strict=False):
        for text in parts(arg, param.type):
            if any(o in world.wrong for o in texts.origins(text) if type(o) is int):
                for made in parts(value, site.type):
                    world.wrong.update(o for o in texts.origins(made) if type(o) is int)
                return
